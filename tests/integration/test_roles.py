# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role deploy and the playbooks, by their names in the collection; what fails in them on the way: the
scenario role_deploy."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.integration.harness import Harness, Run
from tests.integration.prepare import CRASH, GOOD, Preparer
from tests.practice_rack.server import PracticeRack

CANARY = "canary-of-a-deploy"
DEPLOY = {
    "deploy_app": "web",
    "deploy_url": GOOD,
    "deploy_env": {"TOKEN": CANARY},
    "deploy_build_args": {"KEY": CANARY},
    "deploy_run_tests": True,
    "deploy_before_promote": [{"service": "web", "command": "echo before"}],
    "deploy_after_promote": [{"service": "web", "command": "echo after"}],
}


@pytest.fixture
def app(rack: PracticeRack) -> Preparer:
    preparer = Preparer(rack)
    preparer.app()
    rack.requests.clear()
    return preparer


def play(harness: Harness, name: str, check: bool = False, **variables: object) -> Run:
    # In a file: core shows the words of its command line.
    path = harness.folder / "variables.json"
    path.write_text(json.dumps(variables), encoding="utf-8")
    arguments = ["--extra-vars", f"@{path}"]
    return harness.run_playbook(
        Path(f"convox.rack.{name}"), check=check, diff=True, verbosity=4, arguments=arguments
    )


def of(run: Run, task: str) -> dict[str, Any]:
    return run.of(f"convox.rack.deploy : {task}")


def active(app: Preparer) -> dict[str, str]:
    release = app.running()["release"]
    found: dict[str, str] = app.ask("GET", f"/apps/web/releases/{release}")
    return found


def test_deploy_and_rollback(harness: Harness, app: Preparer) -> None:
    first = play(harness, "deploy", **DEPLOY).must()
    assert active(app)["env"] == f"TOKEN={CANARY}"
    build = active(app)["build"]
    second = play(harness, "deploy", deploy_app="web", deploy_url=GOOD).must()
    assert active(app)["build"] != build
    # Of a release that does not run there is nothing to go back from.
    other = play(harness, "rollback", deploy_app="web", rollback_from="RAAAAAAAAAA").must()
    assert active(app)["build"] != build
    named = play(harness, "rollback", deploy_app="web", rollback_from=active(app)["id"]).must()
    assert active(app)["build"] == build
    assert CANARY not in first.output + second.output + other.output + named.output


def test_check_mode_of_a_deploy_of_an_app_that_never_ran(
    harness: Harness, app: Preparer, rack: PracticeRack
) -> None:
    run = play(harness, "deploy", check=True, **DEPLOY).must()
    assert of(run, "Build")["changed"] and of(run, "Promote")["changed"]
    assert [request.path for request in rack.requests if request.write] == []


def test_a_release_that_crashes(harness: Harness, app: Preparer) -> None:
    play(harness, "deploy", deploy_app="web", deploy_url=GOOD).must()
    good = active(app)["id"]
    run = play(harness, "deploy", deploy_app="web", deploy_url=CRASH, deploy_env={"TOKEN": CANARY})
    assert run.rc
    assert active(app)["id"] == good
    assert f"It still runs {good}." in of(run, "Say why")["msg"]
    assert CANARY not in run.output


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({"deploy_app": "web"}, "give exactly one of them, not none"),
        ({"deploy_app": "web", "deploy_url": GOOD, "deploy_path": "."}, "not deploy_path and deploy_url"),
        ({"deploy_url": GOOD}, "deploy_app"),
        ({"deploy_app": "web", "deploy_url": GOOD, "deploy_before_promote": [{"service": "web"}]}, "command"),
    ],
)
def test_what_is_refused_before_anything_is_sent(
    harness: Harness, app: Preparer, rack: PracticeRack, variables: dict[str, object], says: str
) -> None:
    run = play(harness, "deploy", **variables)
    assert run.rc
    assert says in run.output
    assert rack.requests == []
