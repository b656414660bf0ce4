# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role app; what fails in it on the way: the scenario role_app."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.integration.harness import Harness, Run
from tests.integration.prepare import ROLE_APP, Preparer
from tests.practice_rack.server import PracticeRack

CANARY = "canary-of-an-app"
APP: dict[str, Any] = {
    "app_name": "web",
    "app_locked": True,
    "app_parameters": {"BuildMem": 2048},
    "app_env": {"TOKEN": CANARY, "LEVEL": "1"},
    "app_services": [{"name": "web", "count": 2, "memory": 600}, {"name": "cron", "count": 1}],
    "app_configs": {"app.json": CANARY},
    "app_budget": {"monthly_cap_usd": 200},
}


@pytest.fixture
def app(rack: PracticeRack) -> Preparer:
    preparer = Preparer(rack)
    preparer.deployed("web", "OLD=1")
    rack.requests.clear()
    return preparer


def play(harness: Harness, check: bool = False, **variables: object) -> Run:
    # In a file: core shows the words of its command line.
    path = harness.folder / "variables.json"
    path.write_text(json.dumps(variables), encoding="utf-8")
    return harness.run_playbook(
        ROLE_APP, check=check, diff=True, verbosity=4, arguments=["--extra-vars", f"@{path}"]
    )


def of(run: Run, task: str) -> dict[str, Any]:
    return run.of(f"convox.rack.app : {task}")


def changed(run: Run) -> list[str]:
    return [each.task for each in run.results if each.kind == "ok" and each.result.get("changed")]


def test_a_whole_app_its_plan_and_once_more(harness: Harness, app: Preparer) -> None:
    plan = play(harness, check=True, **APP).must()
    assert plan.writes == []
    done = play(harness, **APP).must()
    assert changed(plan) == changed(done)
    again = play(harness, **APP).must()
    assert changed(again) == [] and again.writes == []
    assert of(again, "Tell what has to wait")["msg"] == [
        "web has no service cron yet: its scale is set by the first run after a deploy that brings it"
    ]
    purged = play(harness, app_name="web", app_purge=True, app_env={"LEVEL": "1"}).must()
    there = app.ask("GET", "/apps/web")
    assert there["locked"] and not there["parameters"]
    assert app.ask("GET", f"/apps/web/releases/{there['release']}")["env"] == "LEVEL=1"
    assert app.ask("GET", "/apps/web/budget")["config"] is None
    assert of(purged, "Tell what has to wait")["msg"] == [
        "web keeps the configs app.json: a rack cannot delete one"
    ]
    assert all(CANARY not in run.output for run in (plan, done, again, purged))


def test_an_app_that_was_never_deployed(harness: Harness, rack: PracticeRack) -> None:
    wanted = {**APP, "app_resources_data": [{"name": "database", "src": "nowhere.sql"}]}
    done = play(harness, **wanted).must()
    assert len(of(done, "Tell what has to wait")["msg"]) == 2
    assert changed(play(harness, **wanted).must()) == []


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        (
            {
                "app_purge": True,
                "app_name": "Web",
                "app_env": {"A=B": CANARY, "OK": "1"},
                "app_services": [{"name": "web", "count": -1}, {"name": "web"}],
                "app_configs": {"a": {"b": CANARY}},
                "app_budget": {"monthly_cap_usd": -1},
            },
            [
                "app_name: ",
                "app_env: ",
                "app_services: web: count: -1 is below 0.",
                "app_services: names web more than once.",
                "app_configs: a: value: is a dictionary, not text.",
                "app_budget: monthly_cap_usd: is not above 0.",
            ],
        ),
    ],
)
def test_what_is_refused_before_anything_is_asked(
    harness: Harness, rack: PracticeRack, variables: dict[str, object], says: list[str]
) -> None:
    run = play(harness, **{"app_name": "web", **variables})
    assert run.rc and run.requests == []
    assert [words for words in says if words not in run.output] == []
    assert CANARY not in run.output
