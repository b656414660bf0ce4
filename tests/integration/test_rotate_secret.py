# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook rotate_secret: one variable of many apps."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.integration.harness import Harness, Run
from tests.integration.prepare import Preparer
from tests.practice_rack.faults import Fault
from tests.practice_rack.server import PracticeRack

OLD, NEW = "canary-of-before", "canary-of-after"


@pytest.fixture
def apps(rack: PracticeRack) -> Preparer:
    preparer = Preparer(rack)
    for name, env in {"api": f"TOKEN={OLD}", "other": "LEVEL=1", "web": f"LEVEL=1\nTOKEN={OLD}"}.items():
        preparer.deployed(name, env)
    rack.requests.clear()
    return preparer


def play(harness: Harness, *words: str, **variables: object) -> Run:
    path = harness.folder / "variables.json"
    path.write_text(json.dumps({"rotate_variable": "TOKEN", **variables}), encoding="utf-8")
    words = ("--extra-vars", f"@{path}", *words)
    return harness.run_playbook(Path("convox.rack.rotate_secret"), diff=True, verbosity=4, arguments=words)


def env(apps: Preparer, name: str) -> str:
    release = apps.ask("GET", f"/apps/{name}")["release"]
    return str(apps.ask("GET", f"/apps/{name}/releases/{release}")["env"])


def test_a_failure_half_way_and_the_rest_of_it(harness: Harness, apps: Preparer, rack: PracticeRack) -> None:
    plan = play(harness, "--check", rotate_value=NEW).must()
    assert plan.writes == []
    rack.faults.append(Fault("status", method="POST", path="/apps/web/releases$", times=1, status=400))
    first = play(harness, rotate_value=NEW)
    assert first.rc and env(apps, "api") == f"TOKEN={NEW}" and OLD in env(apps, "web")
    rest = play(harness, rotate_value=NEW).must()
    assert {record.path.split("/")[2] for record in rest.writes} == {"web"}
    assert [record.path for record in rest.writes if record.path.endswith("/promote")] != []
    assert NEW in env(apps, "web") and env(apps, "other") == "LEVEL=1"
    outputs = "".join(run.output for run in (plan, first, rest))
    assert OLD not in outputs and NEW not in outputs


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({"rotate_value": NEW, "rotate_apps": ["api", "nix"]}, "rotate_apps: not on this rack: nix. Nothing"),
        (
            {"rotate_value": NEW, "rotate_variable": "NIX"},
            "rotate_variable: no app has NIX. Nothing was changed.",
        ),
        ({"rotate_value": ""}, "rotate_variable, rotate_value: name the variable"),
        ({"rotate_value": f"{NEW}\n2"}, "a newline"),
    ],
)
def test_what_is_refused_before_anything_is_changed(
    harness: Harness, apps: Preparer, variables: dict[str, object], says: str
) -> None:
    run = play(harness, **variables)
    assert run.rc and run.writes == [] and says in run.output and NEW not in run.output
