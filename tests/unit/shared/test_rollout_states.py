# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each state that a rollout's wait can see has words of its own, and one that is final ends it at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._modules.release.steps import AwaitRollout
from ansible_collections.convox.rack.plugins.module_utils._shared.read_back import SHOWN_WITHIN
from ansible_collections.convox.rack.plugins.module_utils._shared.rollout import How, Promote
from tests.practice_rack.memory import MemoryRack
from tests.unit.shared.rollout_world import apply, fails, run_of, world
from tests.unit.tasks import client_of


def becomes(rack: MemoryRack, status: str, release: str) -> Callable[[], None]:
    """The app has this status and this active release."""

    def act() -> None:
        rack.app().status, rack.app().release = status, release

    return act


@pytest.mark.parametrize("restore", [False, True])
def test_an_app_that_runs_nothing_afterwards_is_nobodys_promote(restore: bool) -> None:
    rack, old, new = world("hang")
    rack.at(5.0, becomes(rack, "running", ""))
    step = Promote("web", new, old, How(restore=restore))
    error = fails(rack, step, run_of(rack), errors.ConvoxRolloutError)
    assert "the rack took it back, and web runs no release" in error.message
    assert "someone" not in error.message
    assert error.extra["reverted_to"] == (rack.release().id if restore else "")
    assert rack.env() == ({"A": "1"} if restore else rack.env(new))


@pytest.mark.parametrize(
    ("seconds", "words"), [(300.0, "the app is being deleted"), (0.1, "the app was deleted meanwhile")]
)
@pytest.mark.parametrize("how", [How(), How(restore=True)])
def test_an_app_that_is_deleted_is_not_waited_for(seconds: float, words: str, how: How) -> None:
    rack, old, new = world("hang")
    rack.at(5.05, lambda: rack.busy(status="deleting", seconds=seconds))
    error = fails(rack, Promote("web", new, old, how), run_of(rack), errors.ConvoxRolloutError)
    assert rack.clock.now() < 8.0
    assert error.message == f"the rollout failed, {words}"
    assert error.operation == f"promote {new} of web"
    assert error.extra == {"release": new, "reverted_to": None, "failure": {"services": []}}
    assert rack.kinds == ["releases.promote"], "nothing is left to cancel or to put back"


def test_a_404_that_is_no_words_about_the_app_does_not_mean_that_it_is_gone() -> None:
    rack, old, new = world(promote_seconds=9.0)
    rack.fail(404, "default backend - 404", "GET", "/apps/web$", skip=4)
    said = ""
    try:
        apply(rack, Promote("web", new, old))
    except errors.ConvoxError as error:
        said = error.message
    assert "deleted" not in said
    assert rack.kinds == ["releases.promote"]


def test_one_look_that_does_not_find_the_app_ends_nothing() -> None:
    rack, old, new = world(promote_seconds=9.0)
    rack.fail(404, "app not found: web", "GET", "/apps/web$", skip=4)
    apply(rack, Promote("web", new, old))
    assert (rack.app().status, rack.app().release) == ("running", new)


def test_a_release_put_back_after_force_is_not_somebodys_promote() -> None:
    """The rack goes back to the unfinished one, which is not the one that we saw running."""
    rack, old, unfinished = world("hang")
    new = rack.add_release("A=3", build="B3").id
    rack.fate(new, "fail")
    rack.promote(unfinished)
    error = fails(rack, Promote("web", new, old, How(force=True)), run_of(rack), errors.ConvoxRolloutError)
    assert "the rack put the old release back" in error.message
    assert "someone" not in error.message
    assert error.extra["reverted_to"] == unfinished


def test_who_may_not_list_releases_blames_nobody() -> None:
    rack, old, new = world("hang")
    other = rack.add_release("A=3", build="B3").id
    rack.at(5.0, becomes(rack, "running", other))
    key = rack.deploy_key()
    with pytest.raises(errors.ConvoxRolloutError) as caught:
        Promote("web", new, old).apply(client_of(rack, key=key), run_of(rack))
    assert f"the rollout failed, {other} runs instead." in caught.value.message
    assert "someone" not in caught.value.message


def test_awaiting_a_rollout_that_somebody_overtakes_names_theirs() -> None:
    rack, _old, new = world("hang")
    theirs = rack.add_release("A=3", build="B3").id
    rack.promote(new)
    rack.at(5.0, lambda: rack.promote(theirs, force="true"))
    error = fails(rack, AwaitRollout("web", new), run_of(rack), errors.ConvoxRolloutError)
    assert f"{theirs} runs instead: someone promoted it meanwhile" in error.message


STATES: dict[str, tuple[Callable[[MemoryRack, str, str], Callable[[], None]], str]] = {
    "ours, going on": (
        lambda rack, old, new: becomes(rack, "updating", new),
        "last seen: status updating, release {new}",
    ),
    "ours, put back": (
        lambda rack, old, new: becomes(rack, "rollback", new),
        "last seen: status rollback, release {new} (the rack puts the former release back)",
    ),
    "the old one, put back": (
        lambda rack, old, new: becomes(rack, "rollback", old),
        "last seen: status rollback, release {old} (the rack puts the former release back)",
    ),
    "another one": (
        lambda rack, old, new: becomes(rack, "updating", old),
        "last seen: status updating, release {old}: the rack no longer shows {new}",
    ),
    "none": (
        lambda rack, old, new: becomes(rack, "updating", ""),
        "last seen: status updating, no release: the rack no longer shows {new}",
    ),
}


@pytest.mark.parametrize("state", STATES)
def test_the_deadline_says_which_state_was_seen_last(state: str) -> None:
    rack, old, new = world("hang")
    happen, words = STATES[state]
    rack.at(5.0, happen(rack, old, new))
    error = fails(rack, Promote("web", new, old), run_of(rack, wait_timeout=30), errors.ConvoxWaitError)
    assert words.format(old=old, new=new) in error.message + "; "
    assert 29 <= rack.clock.now() <= 31
    assert "wait_timeout" in errors.describe(error)


# Reads that lag behind.


@pytest.mark.parametrize("late", [0.4, 3.0, SHOWN_WITHIN - 1])
def test_reads_that_lag_behind_are_no_revert(late: float) -> None:
    rack, old, new = world(late_status_seconds=late, promote_seconds=late + 2)
    apply(rack, Promote("web", new, old))
    assert (rack.app().status, rack.app().release, rack.kinds) == ("running", new, ["releases.promote"])


def test_a_deadline_before_the_reads_catch_up() -> None:
    rack, old, new = world(late_status_seconds=99.0)
    error = fails(rack, Promote("web", new, old), run_of(rack, wait_timeout=5), errors.ConvoxWaitError)
    assert f"last seen: status running, release {old}: the rack does not show yet {new}" in error.message


def test_a_promote_that_never_shows_is_told_as_that() -> None:
    rack, old, new = world(late_status_seconds=1e6)
    error = fails(rack, Promote("web", new, old), run_of(rack), errors.ConvoxIgnoredError)
    assert error.message == f"the rack answered ok, and {SHOWN_WITHIN:.0f} s later web runs {old}"
    assert SHOWN_WITHIN <= rack.clock.now() <= SHOWN_WITHIN + 3
    assert rack.kinds == ["releases.promote"]
