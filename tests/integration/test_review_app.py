# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role review_app; a deploy that ends half-way: the scenario role_review_app."""

from __future__ import annotations

import json

import pytest
import yaml

from tests.integration.harness import ROOT, Harness, Run
from tests.integration.prepare import GOOD, Preparer
from tests.practice_rack.faults import Fault
from tests.practice_rack.server import PracticeRack

CANARY = "canary-of-a-template"
PLAY = """\
- hosts: localhost
  gather_facts: false
  roles:
    - convox.rack.review_app
"""
NAME = "web-feature-login-48fad0"


@pytest.fixture
def template(rack: PracticeRack) -> Preparer:
    preparer = Preparer(rack)
    preparer.deployed("web", f"TOKEN={CANARY}\nLEVEL=1")
    # These only look like review apps.
    preparer.app("web-old")
    preparer.release("web-old", env=f"ansible-review={CANARY}")
    rack.requests.clear()
    return preparer


def play(harness: Harness, check: bool = False, **variables: object) -> Run:
    path = harness.folder / "variables.json"
    wanted = {"review_template": "web", "review_branch": "feature/Login", "deploy_url": GOOD, **variables}
    path.write_text(json.dumps(wanted), encoding="utf-8")
    return harness.run_playbook(
        PLAY, check=check, diff=True, verbosity=4, arguments=["--extra-vars", f"@{path}"]
    )


def names(template: Preparer) -> list[str]:
    return [each["name"] for each in template.ask("GET", "/apps")]


def test_from_the_branch_to_the_sweep(harness: Harness, template: Preparer) -> None:
    plan = play(harness, check=True).must()
    assert plan.writes == []
    done = play(harness, review_env={"LEVEL": CANARY + "2"}).must()
    said = done.of("convox.rack.review_app : Tell its address")["msg"]
    assert said == f"feature/Login: https://web.{NAME}.rack.test"
    release = template.ask("GET", f"/apps/{NAME}")["release"]
    env = template.ask("GET", f"/apps/{NAME}/releases/{release}")["env"]
    assert sorted(env.splitlines()) == [f"LEVEL={CANARY}2", f"TOKEN={CANARY}"]
    sweep = {"review_state": "swept", "review_max_age": "0m"}
    would = play(harness, check=True, **sweep).must()
    assert (
        would.writes == [] and would.of("convox.rack.review_app : Delete those that are too old")["changed"]
    )
    template.ask("PUT", f"/apps/{NAME}", data={"lock": "true"})
    template.running(NAME)
    assert play(harness, **sweep).must().writes == []
    template.ask("PUT", f"/apps/{NAME}", data={"lock": "false"})
    template.running(NAME)
    gone = play(harness, **sweep).must()
    assert names(template) == ["web", "web-old"]
    assert all(CANARY not in run.output for run in (plan, done, would, gone))


def test_an_app_that_could_not_be_marked_is_not_left_behind(
    harness: Harness, template: Preparer, rack: PracticeRack
) -> None:
    rack.faults.append(Fault("status", method="PUT", path="/configs/", times=1, status=400))
    run = play(harness)
    assert run.rc and f"{NAME} was not made. Mark it:" in run.output
    assert names(template) == ["web", "web-old"]


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        (
            {"review_branch": "old", "review_state": "absent"},
            "web-old is there and was not made by this role",
        ),
        ({"review_branch": "", "review_max_age": "2 years"}, "review_branch: name the branch"),
        ({"review_template": "nix"}, "review_template: nix is not on this rack. Nothing was changed."),
    ],
)
def test_what_is_refused(
    harness: Harness, template: Preparer, variables: dict[str, object], says: str
) -> None:
    run = play(harness, **variables)
    assert run.rc and run.writes == [] and says in run.output


def test_every_variable_of_the_role_deploy_is_handed_on() -> None:
    deploy, review = (
        yaml.safe_load((ROOT / "roles" / role / "meta" / "argument_specs.yml").read_text("utf-8"))
        for role in ("deploy", "review_app")
    )
    handed = deploy["argument_specs"]["main"]["options"]
    known = review["argument_specs"]["main"]["options"]
    missing = set(handed) - set(known) - {"deploy_app", "deploy_env"}
    assert missing == set()
    assert [name for name in handed if name in known and handed[name]["type"] != known[name]["type"]] == []
