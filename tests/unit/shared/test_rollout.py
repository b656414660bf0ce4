# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Promotes and their rollouts, on a rack and a clock of the test."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._modules.release.steps import AwaitRollout
from ansible_collections.convox.rack.plugins.module_utils._shared.rollout import How, Promote
from tests.unit.shared.rollout_world import crashing, fails, run_of, world


def test_a_good_rollout() -> None:
    rack, old, new = world()
    run = run_of(rack)
    said: list[str] = []
    run.progress = lambda app, text, thing="": said.append(f"{app} {thing}: {text}")
    Promote("web", new, old).apply(rack, run)
    assert rack.writes == [("promote", new, {"timeout": 570})]
    assert rack.clock.now() <= rack.promote_seconds + 1.0
    assert run.acted
    assert f"web : promote {new}" in said
    assert f"web status: running, release {new}" in said


@given(st.floats(9, 12), st.floats(0.5, 10))
def test_a_rollout_of_ten_seconds_ends_soon_after_the_rack(seconds: float, interval: float) -> None:
    rack, old, new = world()
    rack.promote_seconds = seconds
    Promote("web", new, old).apply(rack, run_of(rack, poll_interval=interval))
    assert seconds + 0.5 <= rack.clock.now() <= seconds + 1.5


@pytest.mark.parametrize(
    ("how", "wait_timeout", "wait", "sent"),
    [
        (How(), 600, True, {"timeout": 570}),
        (How(), 60, True, {"timeout": 54}),
        (How(), 20, True, {"timeout": 15}),
        (How(), 5, True, {"timeout": 1}),
        (How(), 600, False, {}),
        (How(promote_timeout=99), 600, False, {"timeout": 99}),
        (
            How(force=True, idle=False, min=0, max=200),
            600,
            False,
            {"force": True, "idle": False, "min": 0, "max": 200},
        ),
    ],
)
def test_what_goes_on_the_wire(how: How, wait_timeout: float, wait: bool, sent: dict[str, Any]) -> None:
    rack, old, new = world()
    Promote("web", new, old, how).apply(rack, run_of(rack, wait=wait, wait_timeout=wait_timeout))
    assert rack.writes == [("promote", new, sent)]
    assert wait or rack.clock.now() == 0


def test_a_busy_app_is_waited_for_first() -> None:
    rack, old, new = world(status="updating")
    rack._at(rack.apps["web"], 9.0, "running")
    run = run_of(rack)
    Promote("web", new, old).apply(rack, run)
    assert rack.clock.now() > 9.0
    # The rack's own deadline is before ours, which counts from the start.
    assert rack.writes[0][2]["timeout"] < 570


def test_a_rack_that_is_busy_again_is_asked_again() -> None:
    rack, old, new = world()
    promote, refused = rack.promote, [errors.error_for(403, "app is currently updating")] * 3

    def busy(*args: Any, **options: Any) -> None:
        if refused:
            raise refused.pop()
        promote(*args, **options)

    rack.promote = busy  # type: ignore[method-assign]
    Promote("web", new, old).apply(rack, run_of(rack))
    assert rack.apps["web"].release == new


def test_a_busy_rack_is_not_asked_for_ever() -> None:
    rack, old, new = world()

    def busy(*args: Any, **options: Any) -> None:
        raise errors.error_for(403, "app is currently updating")

    rack.promote = busy  # type: ignore[method-assign]
    fails(rack, Promote("web", new, old), run_of(rack, wait_timeout=20), errors.ConvoxBusyError)
    assert rack.clock.now() <= 21


def test_force_does_not_wait_for_the_app() -> None:
    rack, old, new = world(status="updating")
    Promote("web", new, old, How(force=True)).apply(rack, run_of(rack))
    assert rack.writes[0][2]["force"] is True


def test_our_release_under_way_is_watched_and_not_sent_again() -> None:
    rack, old, new = world()
    rack.promote("web", new)
    rack.writes.clear()
    Promote("web", new, old).apply(rack, run_of(rack))
    assert rack.writes == []
    assert rack.apps["web"].status == "running"


@pytest.mark.parametrize("interval", [0.3, 2.0, 30.0])
def test_a_revert_is_a_failure_whether_its_states_were_seen_or_not(interval: float) -> None:
    rack, old, new = world("fail")
    rack.revert_seconds = 55.0
    error = fails(
        rack, Promote("web", new, old), run_of(rack, poll_interval=interval), errors.ConvoxRolloutError
    )
    assert error.extra == {"release": new, "reverted_to": old, "failure": {"services": []}}
    assert "the rack put the old release back" in error.message
    assert error.operation == f"promote {new} of web"
    assert [call[0] for call in rack.writes] == ["promote"]


def test_the_first_release_of_an_app_that_fails_leaves_none() -> None:
    rack, _old, new = world("fail")
    rack.apps["web"].release = ""
    error = fails(rack, Promote("web", new, ""), run_of(rack), errors.ConvoxRolloutError)
    assert error.extra["reverted_to"] == ""
    assert "put the old release back" in error.message


def test_somebody_who_promotes_meanwhile_is_named() -> None:
    rack, old, new = world()
    theirs = rack.add_release("A=3", build="B3").id
    rack.promote_seconds = 10.0
    app = rack.apps["web"]
    Promote("web", new, old).apply(rack, run_of(rack, wait=False))
    app.later.append((5.0, lambda: rack.promote("web", theirs, force=True)))
    app.later.sort(key=lambda item: item[0])
    error = fails(rack, Promote("web", new, old), run_of(rack), errors.ConvoxRolloutError)
    assert f"{theirs} runs instead: someone promoted it meanwhile" in error.message
    assert error.extra["reverted_to"] == theirs
    assert ("cancel", "web") not in rack.writes


def test_another_release_for_a_moment_is_no_revert() -> None:
    """Right after a promote a list or a cache may be late."""
    rack, old, new = world()
    rack.promote_seconds = 3.0
    app = rack.apps["web"]
    promote = rack.promote

    def late(name: str, release: str, **options: Any) -> None:
        promote(name, release, **options)
        rack._at(app, 0.2, "updating", new)
        app.later.sort(key=lambda item: item[0])
        app.status, app.release = "running", old

    rack.promote = late  # type: ignore[method-assign]
    Promote("web", new, old).apply(rack, run_of(rack))
    assert (app.status, app.release) == ("running", new)


def test_a_v2_rack_is_believed_after_five_seconds() -> None:
    rack, old, new = world(generation="2")
    promote = rack.promote

    def early(name: str, release: str, **options: Any) -> None:
        promote(name, release, **options)
        app = rack.apps["web"]
        app.status, app.later = "running", []
        rack._at(app, 3.0, "updating")
        rack._at(app, 20.0, "running")

    rack.promote = early  # type: ignore[method-assign]
    Promote("web", new, old).apply(rack, run_of(rack))
    assert rack.clock.now() >= 20
    rack, old, new = world(generation="2")
    rack.promote_seconds = 0.0
    Promote("web", new, old).apply(rack, run_of(rack))
    assert 5.0 <= rack.clock.now() <= 7.0


# Somebody else's promote of the release that we want.


def test_awaiting_a_rollout_that_somebody_started() -> None:
    rack, _old, new = world()
    rack.promote("web", new)
    AwaitRollout("web", new).apply(rack, run_of(rack))
    assert rack.apps["web"].status == "running"


def test_awaiting_a_rollout_that_the_rack_puts_back() -> None:
    rack, old, new = world("fail")
    rack.promote("web", new)
    error = fails(rack, AwaitRollout("web", new), run_of(rack), errors.ConvoxRolloutError)
    assert error.extra["reverted_to"] == old
    assert "put the old release back" in error.message


def test_awaiting_a_crash_loop_ends_it_too() -> None:
    rack, old, new = world("hang")
    rack.promote("web", new)
    crashing(rack)
    error = fails(rack, AwaitRollout("web", new), run_of(rack), errors.ConvoxRolloutError)
    assert "was cancelled" in error.message
    assert ("cancel", "web") in rack.writes
    assert error.extra["reverted_to"] == old


def test_a_yielding_promote_leaves_what_somebody_made_active() -> None:
    rack, _old, new = world()
    theirs = rack.add_release("A=3").id
    rack.apps["web"].release = theirs
    Promote("web", new, "RBEFORE", yielding=True).apply(rack, run_of(rack))
    assert rack.writes == []
