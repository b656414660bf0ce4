# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The noun of convox_release, state by state."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._modules.release.noun import ReleaseNoun
from tests.unit.release.release_world import R1, R2, R3, R4, STORY, content, passed, world
from tests.unit.tasks import done, holds_every_rule, refusal, run_task

# Promoted.


@given(st.integers(0, 2), st.sampled_from([R3, "latest"]))
def test_promoted(active: int, release: str) -> None:
    task = holds_every_rule(ReleaseNoun, lambda: world(active), app="web", release=release)
    assert task.kinds == ([] if active == 2 else ["releases.promote"])
    assert (task.result["release"], task.result["app"]["status"]) == (R3, "running")
    assert task.result["previous_release"] == (R1, R2, R3)[active]


def test_an_active_release_that_runs_costs_one_request() -> None:
    rack = world(2)
    done(ReleaseNoun, rack, app="web", release=R3)
    assert rack.reads == 1


def test_the_first_promote_of_an_app() -> None:
    task = holds_every_rule(ReleaseNoun, lambda: world(-1), app="web", release="latest")
    assert task.result["previous_release"] is None


def test_a_rollout_under_way_is_awaited() -> None:
    rack = world(0)
    rack.promote(R3)
    task = done(ReleaseNoun, rack, app="web", release=R3)
    assert (task.sent, task.changed) == ([], False)
    assert task.result["app"]["status"] == "running"


def test_without_wait_a_promote_is_sent_and_left_alone() -> None:
    rack = world(0)
    task = done(ReleaseNoun, rack, app="web", release=R3, wait=False)
    assert (task.kinds, task.changed, passed(rack)) == (["releases.promote"], True, 0)
    assert task.result["app"]["status"] == "updating"
    again = done(ReleaseNoun, rack, app="web", release=R3, wait=False)
    assert (again.sent, again.changed, passed(rack)) == ([], False, 0)


def test_latest_is_what_was_the_latest_when_the_task_began() -> None:
    """A release that somebody stages during the rollout is not deployed by us."""
    rack = world(0)
    rack.meanwhile(lambda: rack.add_release("STAGED=1", "B9"), "POST", "/promote$")
    task = done(ReleaseNoun, rack, app="web", release="latest")
    assert task.kinds == ["releases.promote"]
    assert task.result["release"] == R3


def test_an_older_release_says_to_roll_back() -> None:
    task = run_task(ReleaseNoun, world(2), app="web", release=R1)
    assert isinstance(task.error, errors.ConvoxValidationError)
    assert "state rolled_back" in errors.describe(task.error)


@pytest.mark.parametrize("release", [R4, "latest"])
def test_a_release_without_a_build_is_refused_before_a_write(release: str) -> None:
    task = run_task(ReleaseNoun, world(0, [*STORY, ("A=9", "")]), app="web", release=release)
    assert isinstance(task.error, errors.ConvoxOptionError)
    assert f"{R4} has no build" in task.error.message
    assert task.sent == []


def test_an_absent_release() -> None:
    task = run_task(ReleaseNoun, world(0), app="web", release="RNOTHERE")
    assert isinstance(task.error, errors.ConvoxNotFoundError)
    task = run_task(ReleaseNoun, world(-1, []), app="web", release="latest")
    assert isinstance(task.error, errors.ConvoxOptionError)
    task = run_task(ReleaseNoun, world(0), app="other", release="latest")
    assert isinstance(task.error, errors.ConvoxNotFoundError)


def test_a_plain_deploy_key_promotes_by_id() -> None:
    rack = world(0)
    key = rack.deploy_key()
    assert done(ReleaseNoun, rack, key=key, app="web", release=R3).kinds == ["releases.promote"]
    assert not done(ReleaseNoun, rack, key=key, app="web", release=R3).changed
    task = run_task(ReleaseNoun, rack, key=key, app="web", release="latest")
    assert isinstance(task.error, errors.ConvoxForbiddenError)


def test_a_failed_rollout_is_changed_and_says_what_runs() -> None:
    rack = world(0)
    rack.fate(R3, "fail")
    task = run_task(ReleaseNoun, rack, app="web", release=R3)
    assert isinstance(task.error, errors.ConvoxRolloutError)
    assert task.error.extra["reverted_to"] == R1
    assert task.changed
    # Tried again, it is promoted again.
    rack.fate(R3, "")
    assert done(ReleaseNoun, rack, app="web", release=R3).kinds == ["releases.promote"]


def test_options_reach_the_promote() -> None:
    task = done(
        ReleaseNoun,
        world(0),
        app="web",
        release=R3,
        force=True,
        idle=True,
        min=10,
        max=150,
        promote_timeout=77,
    )
    assert task.sent[0][2] == {
        "force": "true",
        "idle": "true",
        "min": "10",
        "max": "150",
        "timeout": "77",
    }


@pytest.mark.parametrize("active", [-1, 0])
@pytest.mark.parametrize("release", ["", None])
def test_a_release_that_a_build_has_not_made_yet(release: str | None, active: int) -> None:
    """In check mode the build before made none; else an empty release is a mistake."""
    task = done(ReleaseNoun, world(active), app="web", release=release, check_mode=True)
    assert (task.changed, task.sent, task.result["release"]) == (True, [], None)
    task = run_task(ReleaseNoun, world(active), app="web", release=release)
    assert isinstance(task.error, errors.ConvoxOptionError)
    assert (task.error.option, task.sent) == ("release", [])
    task = run_task(
        ReleaseNoun, world(active), app="web", state="rolled_back", release=release, check_mode=True
    )
    assert isinstance(task.error, errors.ConvoxOptionError)


# Created.


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"build": "B1"}, ("B1", {"A": "1", "B": "2"})),
        ({"build": "B2"}, None),
        ({"build_from": R1}, ("B1", {"A": "1", "B": "2"})),
        ({"build_from": R3}, None),
        ({"build_from": "active"}, ("B1", {"A": "1", "B": "2"})),
        ({"env_from": R1}, ("B2", {"A": "1"})),
        ({"env_from": R2}, None),
        ({"env_from": "active"}, ("B2", {"A": "1"})),
        ({"build_from": "active", "env_from": "active"}, ("B1", {"A": "1"})),
        ({"build": "B2", "env_from": R1}, ("B2", {"A": "1"})),
        ({}, None),
        ({"description": "words"}, None),
    ],
)
@pytest.mark.parametrize("lag", [0.0, 0.3])
def test_created(given: dict[str, Any], wanted: Any, lag: float) -> None:
    task = holds_every_rule(ReleaseNoun, lambda: world(0, lag=lag), app="web", state="created", **given)
    assert len(task.sent) == (0 if wanted is None else 1)
    rack = world(0)
    task = done(ReleaseNoun, rack, app="web", state="created", **given)
    assert task.result["release"] == (R3 if wanted is None else R4)
    assert content(rack, task.result["release"]) == (wanted or ("B2", {"A": "1", "B": "2"}))
    assert rack.app().release == R1, "creating promotes nothing"


def test_created_is_ours_though_somebody_makes_another_at_once() -> None:
    rack = world(0)
    rack.meanwhile(lambda: rack.add_release("OTHER=1", "B9"), "POST", "/releases$")
    task = done(ReleaseNoun, rack, app="web", state="created", build="B1")
    assert (task.kinds, task.result["release"]) == (["releases.create"], R4)


def test_what_is_created_says_where_it_comes_from() -> None:
    rack = world(0)
    done(ReleaseNoun, rack, app="web", state="created", env_from=R1, description="mine")
    assert rack.release().description == f"mine · env of {R1} · after {R3}"
    done(ReleaseNoun, rack, app="web", state="created", build="B1")
    assert rack.release().description == f"env carried on · seen {R4}"


def test_the_first_release_of_an_app_needs_a_build() -> None:
    rack = world(-1, [])
    rack.add_build("B1")
    task = run_task(ReleaseNoun, rack, app="web", state="created", description="x")
    assert isinstance(task.error, errors.ConvoxOptionError)
    assert "no release to start from" in task.error.message
    assert done(ReleaseNoun, rack, app="web", state="created", build="B1").kinds == ["releases.create"]


def test_active_means_nothing_where_nothing_is_active() -> None:
    task = run_task(ReleaseNoun, world(-1), app="web", state="created", build_from="active")
    assert isinstance(task.error, errors.ConvoxOptionError)
    assert task.error.option == "build_from"


# Options.


@pytest.mark.parametrize(
    ("given", "option"),
    [
        ({"state": "created", "release": R1}, "release"),
        ({"state": "cancelled", "release": R1}, "release"),
        ({"state": "promoted", "release": R1, "build": "B"}, "build"),
        ({"state": "rolled_back", "release": R1, "env_from": R1}, "env_from"),
        ({"state": "rolled_back", "release": R1, "build_from": R1}, "build_from"),
        ({"state": "promoted", "release": R1, "description": "x"}, "description"),
        ({"state": "promoted", "release": R1, "restore_env": True}, "restore_env"),
        ({"state": "cancelled", "force": True}, "force"),
        ({"state": "created", "min": 0}, "min"),
        ({"state": "created", "idle": False}, "idle"),
        ({"state": "cancelled", "promote_timeout": 0}, "promote_timeout"),
        ({"release": R1, "min": -1}, "min"),
        ({"release": R1, "max": -1}, "max"),
        ({"release": R1, "promote_timeout": -1}, "promote_timeout"),
        ({"release": R1, "fail_fast_after": -0.1}, "fail_fast_after"),
    ],
)
def test_bad_input(given: dict[str, Any], option: str) -> None:
    assert refusal(ReleaseNoun, app="web", **given).option == option
