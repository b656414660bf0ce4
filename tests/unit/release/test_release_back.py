# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The noun of convox_release: going back, and ending a promote."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.resources import releases
from ansible_collections.convox.rack.plugins.module_utils._modules.release.noun import ReleaseNoun
from ansible_collections.convox.rack.plugins.module_utils._modules.release.observe import previous
from ansible_collections.convox.rack.plugins.module_utils._shared import release_list
from tests.practice_rack.memory import MemoryRack
from tests.unit.release.release_world import R1, R2, R3, R4, content, passed, world
from tests.unit.tasks import client_of, done, holds_every_rule, run_task

# Rolled back.


@pytest.mark.parametrize("release", [R1, R2, "previous"])
@pytest.mark.parametrize("lag", [0.0, 0.3])
def test_rolled_back(release: str, lag: float) -> None:
    task = holds_every_rule(
        ReleaseNoun, lambda: world(2, lag=lag), app="web", state="rolled_back", release=release
    )
    assert task.kinds == ["releases.create", "releases.promote"]
    target = R2 if release == "previous" else release
    assert task.result["rolled_back_to"] == target
    assert task.result["reason"]
    assert (task.result["release"], task.result["previous_release"]) == (R4, R3)
    rack = world(2, lag=lag)
    done(ReleaseNoun, rack, app="web", state="rolled_back", release=release)
    app = rack.app()
    assert content(rack, app.release) == content(rack, target)
    assert app.releases[-1].description == f"rollback to {target} · env of {target} · after {R3}"


@pytest.mark.parametrize("release", [R1, "previous"])
def test_a_rollback_that_broke_off_takes_the_copy_that_it_made(release: str) -> None:
    rack = world(2, [("A=1", "B1"), ("A=1", "B1"), ("A=2", "B2")])
    rack.fate(R4, "fail")
    assert run_task(ReleaseNoun, rack, app="web", state="rolled_back", release=release).error is not None
    rack.fate(R4, "")
    assert done(ReleaseNoun, rack, app="web", state="rolled_back", release=release).kinds == [
        "releases.promote"
    ]


def test_rolled_back_twice_is_unchanged_and_says_why() -> None:
    rack = world(2)
    done(ReleaseNoun, rack, app="web", state="rolled_back", release="previous")
    task = done(ReleaseNoun, rack, app="web", state="rolled_back", release="previous")
    assert not task.changed
    assert task.result["rolled_back_to"] is None
    assert f"{R4} is itself a rollback to {R2}" in task.result["reason"]


def test_another_s_release_with_what_ran_before_is_no_rollback() -> None:
    """Else the app would run a release that does not say that it went back, and the task go forth again."""
    rack = world(1, [("", "B1"), ("A=1", "B1"), ("", "B1")])
    task = done(ReleaseNoun, rack, app="web", state="rolled_back", release="previous")
    assert (task.result["rolled_back_to"], rack.app().release) == (R1, R4)
    assert done(ReleaseNoun, rack, app="web", state="rolled_back", release="previous").sent == []
    rack = world(1, [("", "B1"), ("A=1", "B1"), ("", "B1")])
    task = done(ReleaseNoun, rack, app="web", state="rolled_back", release=R1)
    assert task.kinds == ["releases.promote"], "by its id it is clear what is to run"


def test_rolling_back_to_what_runs_is_unchanged() -> None:
    rack = world(2, [("A=1", "B1"), ("A=2", "B2"), ("A=1", "B1")])
    task = done(ReleaseNoun, rack, app="web", state="rolled_back", release=R1)
    assert (task.sent, task.result["rolled_back_to"]) == ([], R1)


def test_rolling_back_while_somebody_promotes_waits_for_the_app() -> None:
    rack = world(1)
    rack.busy(seconds=5.0)
    task = done(ReleaseNoun, rack, app="web", state="rolled_back", release=R1)
    assert task.kinds == ["releases.create", "releases.promote"]
    assert passed(rack) > 5


def test_a_rollback_needs_its_build() -> None:
    rack = world(2)
    forget(rack, "B1")
    task = run_task(ReleaseNoun, rack, app="web", state="rolled_back", release=R1)
    assert isinstance(task.error, errors.ConvoxNotFoundError)
    assert task.sent == []
    task = run_task(ReleaseNoun, rack, app="web", state="rolled_back", release="previous")
    assert isinstance(task.error, errors.ConvoxOptionError)
    assert "keeps no older release" in task.error.message


def test_a_release_without_a_build_is_nothing_to_go_back_to() -> None:
    rack = world(1, [("A=1", ""), ("A=1", "B1")])
    task = run_task(ReleaseNoun, rack, app="web", state="rolled_back", release=R1)
    assert isinstance(task.error, errors.ConvoxOptionError)
    assert "has no build" in task.error.message


def test_an_app_that_runs_nothing_cannot_go_back() -> None:
    task = run_task(ReleaseNoun, world(-1), app="web", state="rolled_back", release="previous")
    assert isinstance(task.error, errors.ConvoxOptionError)
    assert "runs no release yet" in task.error.message


def forget(rack: MemoryRack, build: str) -> None:
    """The rack keeps a build no longer."""
    app = rack.app()
    app.builds = [kept for kept in app.builds if kept.id != build]


STAGED = [(f"STAGED={n}", "B2") for n in range(60)]

MARKED = f"env change:A · after {R1}"


@pytest.mark.parametrize(
    ("story", "active", "gone", "chosen", "why"),
    [
        # The newest older one with something else.
        ([("A=1", "B1"), ("A=2", "B1"), ("A=3", "B1")], 2, (), R2, "newest older"),
        ([("A=1", "B1"), ("A=3", "B1"), ("A=3", "B1")], 2, (), R1, "newest older"),
        ([("A=1", "B1"), ("A=1", "B2"), ("A=1", "B2")], 2, (), R1, "newest older"),
        # One that was never promoted counts: the rack keeps no record. What ours was made from wins.
        ([("A=1", "B1"), ("A=2", "B1"), ("A=3", "B1", MARKED)], 2, (), R1, "names it"),
        # Newer ones are no past.
        ([("A=1", "B1"), ("A=2", "B1"), ("A=3", "B1")], 1, (), R1, "newest older"),
        ([("A=2", "B1"), ("A=3", "B1")], 0, (), None, ""),
        # A build that is gone cannot run.
        ([("A=1", "B1"), ("A=2", "B2"), ("A=3", "B3")], 2, ("B2",), R1, "newest older"),
        ([("A=1", "B1"), ("A=2", "B2"), ("A=3", "B3", MARKED)], 2, ("B1",), R2, "newest older"),
        ([("A=1", "B1"), ("A=2", ""), ("A=3", "B3")], 2, (), R1, "newest older"),
        # What is the same is no other.
        ([("A=1", "B1"), ("A=1", "B1")], 1, (), None, ""),
        ([("A=3", "B1"), ("A=2", "B1"), ("A=3", "B1", MARKED)], 2, (), R2, "newest older"),
        # An active one that the window does not show: everything in the window is newer.
        ([("A=1", "B1"), ("A=2", "B1"), *STAGED], 1, (), None, ""),
    ],
)
def test_previous(story: Any, active: int, gone: tuple[str, ...], chosen: str | None, why: str) -> None:
    rack = world(active, story)
    for build in gone:
        forget(rack, build)
    task = run_task(ReleaseNoun, rack, app="web", state="rolled_back", release="previous")
    if chosen is None:
        assert isinstance(task.error, errors.ConvoxOptionError)
        assert (task.error.option, task.sent) == ("release", [])
        return
    assert task.result["rolled_back_to"] == chosen
    assert why in task.result["reason"]


def test_each_build_is_asked_for_once() -> None:
    rack = world(2, [("A=1", "B1"), ("A=2", "B1"), ("A=3", "B2")])
    listed = releases.newest(client_of(rack), "web")
    asked: list[str] = []

    def find(build: str) -> None:
        asked.append(build)

    with pytest.raises(errors.ConvoxOptionError):
        previous(listed, listed[0], find)
    assert asked == ["B1"]


def test_the_mark_of_a_rollback_is_what_env_writers_read() -> None:
    said = release_list.describe_whole(R1, R3, f"rollback to {R1} because")
    assert release_list.base_of(said) == R3


# Cancelled.


def updating(lag: float = 0.0) -> Callable[[], MemoryRack]:
    def make() -> MemoryRack:
        rack = world(0, lag=lag)
        rack.fate(R3, "hang")
        rack.promote(R3)
        return rack

    return make


def test_cancelled() -> None:
    task = holds_every_rule(ReleaseNoun, updating(), app="web", state="cancelled")
    assert task.kinds == ["apps.cancel"]
    assert task.result["cancelled"] == R3
    assert (task.result["release"], task.result["app"]["status"]) == (R1, "running")


def test_nothing_under_way_is_unchanged() -> None:
    task = done(ReleaseNoun, world(0), app="web", state="cancelled", restore_env=True)
    assert (task.sent, task.changed, task.result["cancelled"]) == ([], False, None)


def test_a_cancel_that_comes_too_early_is_repeated() -> None:
    rack = updating()()
    rack.settings.early_cancels = 4
    assert done(ReleaseNoun, rack, app="web", state="cancelled").kinds == ["apps.cancel"] * 5
    rack = updating()()
    rack.settings.early_cancels = 99
    assert isinstance(
        run_task(ReleaseNoun, rack, app="web", state="cancelled").error, errors.ConvoxForbiddenError
    )
    assert passed(rack) < 10


def test_a_promote_that_ends_before_it_is_cancelled_changes_nothing() -> None:
    rack = updating()()
    rack.settings.early_cancels = 1
    rack.at(0.2, lambda: setattr(rack.app(), "status", "running"))
    task = done(ReleaseNoun, rack, app="web", state="cancelled")
    assert task.kinds == ["apps.cancel"]
    assert (task.changed, task.result["cancelled"], task.result["release"]) == (False, None, R3)
    assert task.outcome is not None and task.outcome.steps == ()


def test_a_rollback_under_way_is_awaited() -> None:
    rack = updating()()
    rack.act("POST", "/apps/web/cancel")
    rack.clock.sleep(0.2)
    task = done(ReleaseNoun, rack, app="web", state="cancelled")
    assert (task.sent, task.changed, task.result["cancelled"]) == ([], False, None)
    assert task.result["app"]["status"] == "running"


@pytest.mark.parametrize("wait", [True, False])
@pytest.mark.parametrize("lag", [0.0, 0.3])
def test_the_env_is_restored(wait: bool, lag: float) -> None:
    rack = updating(lag)()
    task = done(ReleaseNoun, rack, app="web", state="cancelled", restore_env=True, wait=wait)
    assert task.kinds == ["apps.cancel", "releases.create"]
    newest = rack.release()
    assert (newest.build, rack.env()) == ("B1", {"A": "1"})
    assert newest.description == f"cancelled {R3} · env of {R1} · after {R3}"
    assert rack.app().release == R1
    assert task.result["cancelled"] == R3


def test_the_env_is_restored_after_a_cancel_that_broke_off() -> None:
    rack = updating()()
    rack.act("POST", "/apps/web/cancel")
    rack.clock.sleep(0.2)
    assert (
        done(ReleaseNoun, rack, app="web", state="cancelled", restore_env=True).kinds[-1] == "releases.create"
    )
    assert rack.env() == {"A": "1"}


def test_an_env_that_is_the_same_is_not_restored() -> None:
    rack = world(1)
    rack.fate(R3, "hang")
    rack.promote(R3)
    assert done(ReleaseNoun, rack, app="web", state="cancelled", restore_env=True).kinds == ["apps.cancel"]
