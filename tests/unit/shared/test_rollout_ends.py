# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rollouts that are ended: by fail_fast_after, at the deadline, and by bringing the old release back."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._noun import HIDDEN
from ansible_collections.convox.rack.plugins.module_utils._shared.rollout import How, Promote
from tests.unit.shared.rollout_world import crashing, fails, pod, process, run_of, world


@pytest.mark.parametrize("limit", [10.0, 60.0])
def test_a_crash_loop_is_cancelled_after_so_long(limit: float) -> None:
    rack, old, new = world("hang")
    crashing(rack)
    rack.pods = [pod()]
    run = run_of(rack)
    error = fails(rack, Promote("web", new, old, How(fail_fast_after=limit)), run, errors.ConvoxRolloutError)
    assert f"it failed for {limit:.0f} s on end and was cancelled" in error.message
    assert limit + 2 <= rack.clock.now() <= limit + 8
    assert [call[0] for call in rack.writes] == ["promote", "cancel"]
    assert error.extra["reverted_to"] == old
    assert error.extra["failure"] == {
        "services": [
            {
                "name": "worker",
                "state": "CrashLoopBackOff",
                "hint": "look at the log",
                "logs": ["one", f"boom {HIDDEN}"],
            }
        ]
    }
    assert "worker: CrashLoopBackOff (look at the log), last lines: one | boom" in error.message
    assert "canary" not in str(error.extra) + error.message


def test_fail_fast_can_be_turned_off() -> None:
    rack, old, new = world("fail")
    rack.revert_seconds = 200.0
    crashing(rack)
    error = fails(
        rack, Promote("web", new, old, How(fail_fast_after=0)), run_of(rack), errors.ConvoxRolloutError
    )
    assert "put the old release back" in error.message
    assert rack.clock.now() > 200


def test_a_service_that_recovers_is_no_failure() -> None:
    rack, old, new = world()
    rack.promote_seconds = 80.0
    crashing(rack, until=30.0)
    Promote("web", new, old).apply(rack, run_of(rack))
    assert rack.apps["web"].release == new


def test_a_release_that_runs_in_the_end_is_no_failure() -> None:
    """It crashed until a moment ago; when the rack says that it runs, it runs."""
    rack, old, new = world()
    rack.promote_seconds = 60.5
    crashing(rack, since=0.0, until=57.0)
    Promote("web", new, old).apply(rack, run_of(rack))
    assert [call[0] for call in rack.writes] == ["promote"]


def test_a_revert_at_the_limit_is_told_as_what_it_is() -> None:
    rack, old, new = world("fail")
    rack.revert_seconds = 59.0
    crashing(rack, since=0.0)
    error = fails(rack, Promote("web", new, old), run_of(rack), errors.ConvoxRolloutError)
    assert "the rack put the old release back" in error.message
    assert ("cancel", "web") not in rack.writes


def test_somebody_elses_promote_is_not_cancelled_for_our_crashes() -> None:
    rack, old, new = world("hang")
    theirs = rack.add_release("A=3", build="B3").id
    crashing(rack, since=0.0)
    rack.promote("web", new)
    rack.apps["web"].later = [(50.0, lambda: rack.promote("web", theirs, force=True))]
    rack.promote_seconds = 20.0
    error = fails(rack, Promote("web", new, old), run_of(rack), errors.ConvoxRolloutError)
    assert ("cancel", "web") not in rack.writes
    assert error.extra["reverted_to"] == theirs


def test_a_process_of_convox_run_that_failed_is_no_crash() -> None:
    """It stays in the list of its release (recordings: processes)."""
    rack, old, new = world()
    rack.promote_seconds = 90.0
    rack.ill = lambda seconds: [process("web", "running"), process("web", "failed", "web-b5cpk")]
    Promote("web", new, old).apply(rack, run_of(rack))
    assert rack.diagnosed == []


def test_a_cancel_that_comes_too_early_is_repeated() -> None:
    rack, old, new = world("hang")
    crashing(rack, since=0.0)
    rack.early_cancels = 3
    error = fails(
        rack, Promote("web", new, old, How(fail_fast_after=1)), run_of(rack), errors.ConvoxRolloutError
    )
    assert [call[0] for call in rack.writes] == ["promote", *["cancel"] * 4]
    assert error.extra["reverted_to"] == old


def test_a_cancel_that_is_not_allowed_is_told() -> None:
    rack, old, new = world("hang")
    crashing(rack, since=0.0)
    forbidden = errors.error_for(403, "operation not permitted for deploy keys")

    def cancel(name: str) -> None:
        raise forbidden

    rack.cancel = cancel  # type: ignore[method-assign]
    error = fails(
        rack, Promote("web", new, old, How(fail_fast_after=1)), run_of(rack), errors.ConvoxRolloutError
    )
    assert "Then putting the old release back failed: operation not permitted" in error.message
    assert error.extra["reverted_to"] is None


# The deadline.


def test_at_the_deadline_the_rollout_goes_on() -> None:
    rack, old, new = world("hang")
    crashing(rack, since=50.0)
    rack.pods = [pod()]
    error = fails(rack, Promote("web", new, old), run_of(rack, wait_timeout=60), errors.ConvoxWaitError)
    assert f"waited 60 s for release {new} of web to run; last seen: status updating" in error.message
    assert "state: cancelled" in errors.describe(error)
    assert error.extra["reverted_to"] is None
    assert [service["name"] for service in error.extra["failure"]["services"]] == ["worker"]
    assert [call[0] for call in rack.writes] == ["promote"]


def test_at_the_deadline_with_restore_the_old_release_comes_back() -> None:
    rack, old, new = world("hang")
    error = fails(
        rack,
        Promote("web", new, old, How(restore=True)),
        run_of(rack, wait_timeout=60),
        errors.ConvoxWaitError,
    )
    assert error.extra["reverted_to"] == old
    assert [call[0] for call in rack.writes] == ["promote", "cancel"]


def test_restore_brings_back_the_release_that_we_saw_and_not_an_unfinished_one() -> None:
    """With force the rack goes back to a release that never ran."""
    rack, old, unfinished = world("hang")
    new = rack.add_release("A=3", build="B3").id
    rack.fates[new] = "fail"
    rack.promote("web", unfinished)
    error = fails(
        rack, Promote("web", new, old, How(force=True, restore=True)), run_of(rack), errors.ConvoxRolloutError
    )
    copy = rack.apps["web"].newest()
    assert copy is not None
    assert (copy.build, copy.variables) == ("B1", {"A": "1"})
    assert copy.description.startswith(f"rollback to {old}")
    assert error.extra["reverted_to"] == copy.id == rack.apps["web"].release
    assert rack.apps["web"].status == "running"


def test_restore_does_not_undo_what_somebody_promoted_meanwhile() -> None:
    rack, old, new = world("hang")
    theirs = rack.add_release("A=3", build="B3").id
    rack.promote("web", new)
    rack.apps["web"].later = [(5.0, lambda: rack.promote("web", theirs, force=True))]
    error = fails(rack, Promote("web", new, old, How(restore=True)), run_of(rack), errors.ConvoxRolloutError)
    assert error.extra["reverted_to"] == theirs == rack.apps["web"].release
    assert [call[0] for call in rack.writes] == ["promote", "promote"]


def test_at_the_deadline_somebody_elses_promote_is_not_cancelled() -> None:
    rack, old, new = world("hang")
    theirs = rack.add_release("A=3", build="B3").id
    rack.promote("web", new)
    rack.promote_seconds = 100.0
    rack.apps["web"].later = [(25.0, lambda: rack.promote("web", theirs, force=True))]
    run = run_of(rack, wait_timeout=30)
    error = fails(rack, Promote("web", new, old, How(restore=True)), run, errors.ConvoxWaitError)
    assert error.extra["reverted_to"] == theirs
    assert ("cancel", "web") not in rack.writes


def test_our_release_promoted_by_somebody_while_we_waited_is_not_promoted_again() -> None:
    rack, old, new = world(status="updating")
    app = rack.apps["web"]
    rack._at(app, 4.0, "running", new)
    Promote("web", new, old).apply(rack, run_of(rack))
    assert rack.writes == []


def test_a_restore_that_fails_too_is_told() -> None:
    rack, old, unfinished = world("hang")
    new = rack.add_release("A=3", build="B3").id
    rack.fates[new] = "fail"
    rack.promote("web", unfinished)

    def create(*args: Any, **options: Any) -> Any:
        raise errors.error_for(500, "no room", "req-9")

    rack.create_release = create  # type: ignore[method-assign]
    error = fails(
        rack, Promote("web", new, old, How(force=True, restore=True)), run_of(rack), errors.ConvoxRolloutError
    )
    assert "the rollout failed" in error.message
    assert "Then putting the old release back failed: no room (HTTP 500, request req-9)" in error.message
    assert error.extra["reverted_to"] == unfinished
