# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check mode of convox_env: what an earlier task of the play would make is taken as made."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._modules.env.noun import EnvNoun
from ansible_collections.convox.rack.plugins.module_utils._noun import HIDDEN
from tests.unit.env.env_cases import CASES
from tests.unit.env.env_world import world
from tests.unit.release.deploy_stages import STAGES, stage
from tests.unit.release.release_world import R1, R2
from tests.unit.tasks import done, run_task


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.replace(" ", "-"))
def test_check_mode_tells_what_the_run_then_tells(case: str) -> None:
    """All but the ids of releases that are yet to be made."""
    story, place, given, requests, _result = CASES[case]
    rack = world(place, story)
    there = {release.id for release in rack.app().releases}
    told = done(EnvNoun, rack, app="web", check_mode=True, **given)
    run = done(EnvNoun, rack, app="web", **given)
    expected = {
        name: None if name in ("release", "pending_release") and value not in there else value
        for name, value in run.result.items()
    }
    assert (told.changed, told.result) == (bool(requests), expected)


@pytest.mark.parametrize("name", STAGES)
def test_a_new_variable_on_a_rack_after_each_task_of_a_deploy(name: str) -> None:
    rack = stage(name)
    before = len(rack.true_writes)
    task = done(EnvNoun, rack, app="web", variables={"NEW": "canary", "LOG_LEVEL": "info"}, check_mode=True)
    assert (task.changed, task.sent, len(rack.true_writes)) == (True, [], before)
    there = name not in ("nothing", "app")
    assert task.result == {
        "release": None,
        "promoted": name in ("build", "release", "service"),
        "set": ["NEW"] if there else ["LOG_LEVEL", "NEW"],
        "unset": [],
        "unchanged": ["LOG_LEVEL"] if there else [],
        "pending_release": None,
        "conflicts": [],
    }
    assert task.outcome is not None
    diff = task.outcome.answer(diff=True)["diff"]
    assert diff["after"]["variables"]["NEW"] == HIDDEN
    assert "canary" not in str(task.outcome.answer(diff=True))


@pytest.mark.parametrize("name", STAGES)
def test_the_deploys_own_task_changes_something_until_it_has_run(name: str) -> None:
    task = done(EnvNoun, stage(name), app="web", variables={"LOG_LEVEL": "info"}, check_mode=True)
    # With a build and nothing promoted yet the env is promoted, and so is what it was built into.
    assert task.changed == (name in ("nothing", "app", "build"))
    assert task.result["set"] == (["LOG_LEVEL"] if name in ("nothing", "app") else [])


@pytest.mark.parametrize("name", ["nothing", "app"])
@pytest.mark.parametrize(
    ("given", "changed"),
    [
        ({"unset": ["A"]}, False),
        ({"variables": {}, "purge": True}, False),
        ({"variables": {"A": "1"}, "promote": False}, True),
        ({"masked_keys": ["A"]}, True),
        ({"masked_keys": []}, False),
        ({"variables": {"A": "1"}, "masked_keys": ["A"]}, True),
    ],
)
def test_an_app_that_is_not_there_yet_or_has_nothing_in_it(
    name: str, given: dict[str, Any], changed: bool
) -> None:
    task = done(EnvNoun, stage(name), app="web", check_mode=True, **given)
    assert (task.changed, task.sent, task.result["release"]) == (changed, [], None)
    assert (task.result["promoted"], task.result["unset"]) == (False, [])
    assert task.result["set"] == (["A"] if "A" in given.get("variables", {}) else [])


def test_a_fork_of_a_release_of_an_app_that_is_not_there_yet() -> None:
    given = {"variables": {"A": "1"}, "release": R1}
    task = done(EnvNoun, stage("nothing"), app="web", check_mode=True, **given)
    assert (task.changed, task.sent, task.result["release"], task.result["set"]) == (True, [], None, ["A"])
    task = run_task(EnvNoun, stage("env"), app="web", check_mode=True, **{**given, "release": R2})
    assert isinstance(task.error, errors.ConvoxNotFoundError), "an app that is there has no such release"


def test_an_app_that_is_not_there_fails_the_real_run() -> None:
    task = run_task(EnvNoun, stage("nothing"), app="web", variables={"A": "1"})
    assert isinstance(task.error, errors.ConvoxNotFoundError)
    assert task.sent == []
