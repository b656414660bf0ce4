# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check mode of convox_release: what an earlier task of the play would make is taken as made."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._modules.release.noun import ReleaseNoun
from tests.unit.release.deploy_stages import STAGES, stage
from tests.unit.release.release_world import R1, R2, R3, R4, world
from tests.unit.tasks import Task, done, run_task


def checked(rack: Any, **given: Any) -> Task:
    """A task in check mode, which sends nothing."""
    task = done(ReleaseNoun, rack, app="web", check_mode=True, **given)
    assert task.sent == []
    assert rack.true_writes == []
    return task


@pytest.mark.parametrize("name", STAGES)
@pytest.mark.parametrize("release", ["", None])
def test_the_release_that_a_build_would_make_is_promoted(name: str, release: str | None) -> None:
    """README's deploy.yml on a rack after each of its tasks: in check mode the build has no release."""
    rack = stage(name)
    task = checked(rack, release=release)
    assert task.changed
    assert task.result["release"] is None
    active = R2 if name in ("release", "service") else None
    assert task.result["previous_release"] == active
    assert task.result["app"]["name"] == "web"
    assert task.outcome is not None
    after = task.outcome.answer(diff=True)["diff"]["after"]
    assert after == {"release": "a new release"}


def test_a_release_named_by_its_id_is_taken_as_there_where_the_app_is_not() -> None:
    task = checked(stage("nothing"), release=R1)
    assert (task.changed, task.result["release"], task.result["previous_release"]) == (True, R1, None)


@pytest.mark.parametrize("name", ["nothing", "app"])
@pytest.mark.parametrize(
    ("given", "release", "changed"),
    [
        ({"release": "latest"}, None, True),
        ({"state": "created", "build": "B1"}, None, True),
        ({"state": "created", "description": "x"}, None, True),
        ({"state": "created", "build_from": "active"}, None, True),
        ({"state": "rolled_back", "release": R1}, None, True),
        ({"state": "rolled_back", "release": "previous"}, None, True),
        ({"state": "cancelled"}, None, False),
        ({"state": "cancelled", "restore_env": True}, None, False),
    ],
)
def test_an_app_that_is_not_there_yet_or_has_nothing_in_it(
    name: str, given: dict[str, Any], release: str | None, changed: bool
) -> None:
    task = checked(stage(name), **given)
    assert (task.changed, task.result["release"], task.result["previous_release"]) == (changed, release, None)
    assert task.result["app"]["name"] == "web"
    if given.get("state") == "rolled_back":
        assert task.result["rolled_back_to"] is None
    if given.get("state") == "cancelled":
        assert task.result["cancelled"] is None


def test_what_no_task_will_make_is_a_mistake_in_check_mode_too() -> None:
    task = run_task(ReleaseNoun, stage("app"), app="web", release="RNOTHERE", check_mode=True)
    assert isinstance(task.error, errors.ConvoxNotFoundError)
    task = run_task(ReleaseNoun, stage("release"), app="web", release=R1, check_mode=True)
    assert isinstance(task.error, errors.ConvoxOptionError)
    assert "has no build" in task.error.message


@pytest.mark.parametrize("option", ["build", "build_from", "env_from"])
def test_an_id_that_an_earlier_task_would_give(option: str) -> None:
    """Empty in check mode, a mistake otherwise."""
    task = checked(world(0), state="created", **{option: ""})
    assert (task.changed, task.result["release"]) == (True, None)
    task = run_task(ReleaseNoun, world(0), app="web", state="created", **{option: ""})
    assert isinstance(task.error, errors.ConvoxOptionError)
    assert (task.error.option, task.sent) == (option, [])


def test_check_mode_tells_which_release_would_run() -> None:
    assert checked(world(0), release="latest").result["release"] == R3
    assert checked(world(2), release=R3).result["release"] == R3
    task = checked(world(0), state="created", env_from=R1)
    assert (task.changed, task.result["release"]) == (True, None)
    task = checked(world(0), state="created", build="B2")
    assert (task.changed, task.result["release"]) == (False, R3)
    task = checked(world(2), state="rolled_back", release=R1)
    assert (task.changed, task.result["release"], task.result["rolled_back_to"]) == (True, None, R1)
    assert checked(world(2), state="rolled_back", release=R3).result["release"] == R3
    rack = world(2)
    rack.fate(R4, "fail")
    run_task(ReleaseNoun, rack, app="web", state="rolled_back", release=R1)
    before = len(rack.true_writes)
    task = done(ReleaseNoun, rack, app="web", state="rolled_back", release=R1, check_mode=True)
    assert (task.changed, task.result["release"], len(rack.true_writes)) == (True, R4, before)


def test_check_mode_tells_which_promote_would_be_cancelled() -> None:
    rack = world(0)
    rack.fate(R3, "hang")
    rack.promote(R3)
    task = checked(rack, state="cancelled")
    assert (task.changed, task.result["cancelled"], task.result["release"]) == (True, R3, None)
