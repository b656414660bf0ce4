# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rollouts that are ended: by fail_fast_after, at the deadline, and by bringing the old release back."""

from __future__ import annotations

import pytest

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._noun import HIDDEN
from ansible_collections.convox.rack.plugins.module_utils._shared.rollout import How, Promote
from tests.practice_rack.faults import Fault
from tests.unit.shared.rollout_world import TOLD, apply, crashing, fails, run_of, world


@pytest.mark.parametrize("limit", [10.0, 60.0])
def test_a_crash_loop_is_cancelled_after_so_long(limit: float) -> None:
    rack, old, new = world("hang")
    crashing(rack, crashed=TOLD)
    run = run_of(rack)
    error = fails(rack, Promote("web", new, old, How(fail_fast_after=limit)), run, errors.ConvoxRolloutError)
    assert f"its processes kept failing for {limit:.0f} s, and it was cancelled" in error.message
    assert limit + 2 <= rack.clock.now() <= limit + 8
    assert rack.kinds == ["releases.promote", "apps.cancel"]
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
    rack.settings.revert_seconds = 200.0
    crashing(rack)
    error = fails(
        rack, Promote("web", new, old, How(fail_fast_after=0)), run_of(rack), errors.ConvoxRolloutError
    )
    assert "put the old release back" in error.message
    assert rack.clock.now() > 200


def test_a_service_that_recovers_is_no_failure() -> None:
    rack, old, new = world()
    rack.settings.promote_seconds = 80.0
    crashing(rack, until=30.0)
    apply(rack, Promote("web", new, old))
    assert rack.app().release == new


def test_a_release_that_runs_in_the_end_is_no_failure() -> None:
    """It crashed until a moment ago; when the rack says that it runs, it runs."""
    rack, old, new = world()
    rack.settings.promote_seconds = 60.5
    crashing(rack, since=0.0, until=57.0)
    apply(rack, Promote("web", new, old))
    assert rack.kinds == ["releases.promote"]


def test_a_revert_at_the_limit_is_told_as_what_it_is() -> None:
    rack, old, new = world("fail")
    rack.settings.revert_seconds = 59.0
    crashing(rack, since=0.0)
    error = fails(rack, Promote("web", new, old), run_of(rack), errors.ConvoxRolloutError)
    assert "the rack put the old release back" in error.message
    assert "apps.cancel" not in rack.kinds


def test_somebody_elses_promote_is_not_cancelled_for_our_crashes() -> None:
    rack, old, new = world("hang")
    crashing(rack, since=0.0)
    theirs = rack.add_release("A=3", build="B3").id
    crashing(rack, since=0.0)
    rack.promote(new)
    rack.settings.promote_seconds = 20.0
    rack.at(50.0, lambda: rack.promote(theirs, force="true"))
    error = fails(rack, Promote("web", new, old), run_of(rack), errors.ConvoxRolloutError)
    assert "apps.cancel" not in rack.kinds
    assert error.extra["reverted_to"] == theirs


def test_a_process_of_convox_run_that_failed_is_no_crash() -> None:
    """It stays in the list of its release (recordings: processes)."""
    rack, old, new = world()
    rack.settings.promote_seconds = 90.0
    rack.ill("web", "running")
    rack.ill("worker", "running")
    rack.add_process("web", "failed", release=new, id="web-b5cpk")
    apply(rack, Promote("web", new, old))
    assert rack.asked("/processes$")
    assert rack.asked("/diagnose$") == []


def test_a_cancel_that_comes_too_early_is_repeated() -> None:
    rack, old, new = world("hang")
    crashing(rack, since=0.0)
    rack.settings.early_cancels = 3
    error = fails(
        rack, Promote("web", new, old, How(fail_fast_after=1)), run_of(rack), errors.ConvoxRolloutError
    )
    assert rack.kinds == ["releases.promote", *["apps.cancel"] * 4]
    assert error.extra["reverted_to"] == old


def test_a_cancel_that_is_not_allowed_is_told() -> None:
    rack, old, new = world("hang")
    crashing(rack, since=0.0)
    rack.fail(403, "operation not permitted for deploy keys", "POST", "/cancel$", times=-1)
    error = fails(
        rack, Promote("web", new, old, How(fail_fast_after=1)), run_of(rack), errors.ConvoxRolloutError
    )
    assert (
        "Then putting the old release back failed: Cancel the promote of web: operation not permitted"
        in error.message
    )
    assert error.extra["reverted_to"] is None


# The deadline.


def test_at_the_deadline_the_rollout_goes_on() -> None:
    rack, old, new = world("hang")
    crashing(rack, since=50.0)
    error = fails(rack, Promote("web", new, old), run_of(rack, wait_timeout=60), errors.ConvoxWaitError)
    assert f"waited 60 s for release {new} of web to run; last seen: status updating" in error.message
    assert "state: cancelled" in errors.describe(error)
    assert error.extra["reverted_to"] is None
    assert [service["name"] for service in error.extra["failure"]["services"]] == ["worker"]
    assert rack.kinds == ["releases.promote"]


def test_at_the_deadline_with_restore_the_old_release_comes_back() -> None:
    rack, old, new = world("hang")
    error = fails(
        rack,
        Promote("web", new, old, How(restore=True)),
        run_of(rack, wait_timeout=60),
        errors.ConvoxWaitError,
    )
    assert error.extra["reverted_to"] == old
    assert rack.kinds == ["releases.promote", "apps.cancel"]


def test_restore_brings_back_the_release_that_we_saw_and_not_an_unfinished_one() -> None:
    """With force the rack goes back to a release that never ran."""
    rack, old, unfinished = world("hang")
    new = rack.add_release("A=3", build="B3").id
    rack.fate(new, "fail")
    rack.promote(unfinished)
    error = fails(
        rack, Promote("web", new, old, How(force=True, restore=True)), run_of(rack), errors.ConvoxRolloutError
    )
    copy = rack.release()
    assert (copy.build, rack.env()) == ("B1", {"A": "1"})
    assert copy.description.startswith(f"rollback to {old}")
    assert error.extra["reverted_to"] == copy.id == rack.app().release
    assert rack.app().status == "running"


def test_restore_does_not_undo_what_somebody_promoted_meanwhile() -> None:
    rack, old, new = world("hang")
    theirs = rack.add_release("A=3", build="B3").id
    rack.promote(new)
    rack.at(5.0, lambda: rack.promote(theirs, force="true"))
    error = fails(rack, Promote("web", new, old, How(restore=True)), run_of(rack), errors.ConvoxRolloutError)
    assert error.extra["reverted_to"] == theirs == rack.app().release
    assert rack.kinds == []
    assert [release.id for release in rack.app().releases] == [old, new, theirs]


def test_at_the_deadline_somebody_elses_promote_is_not_cancelled() -> None:
    rack, old, new = world("hang")
    theirs = rack.add_release("A=3", build="B3").id
    rack.promote(new)
    rack.settings.promote_seconds = 100.0
    rack.at(25.0, lambda: rack.promote(theirs, force="true"))
    run = run_of(rack, wait_timeout=30)
    error = fails(rack, Promote("web", new, old, How(restore=True)), run, errors.ConvoxWaitError)
    assert error.extra["reverted_to"] == theirs
    assert "apps.cancel" not in rack.kinds


def test_our_release_promoted_by_somebody_while_we_waited_is_not_promoted_again() -> None:
    rack, old, new = world()
    rack.busy()
    rack.at(4.0, lambda: rack.activate(new))
    apply(rack, Promote("web", new, old))
    assert rack.sent == []
    assert rack.clock.now() >= 4.0


def test_a_restore_that_fails_too_is_told() -> None:
    rack, old, unfinished = world("hang")
    new = rack.add_release("A=3", build="B3").id
    rack.fate(new, "fail")
    rack.promote(unfinished)
    headers = {"Request-Id": "req-9"}
    rack.faults.append(Fault("status", "POST", "/releases$", status=500, headers=headers, body="no room"))
    error = fails(
        rack, Promote("web", new, old, How(force=True, restore=True)), run_of(rack), errors.ConvoxRolloutError
    )
    assert "the rollout failed" in error.message
    assert (
        "Then putting the old release back failed: Create a release of web: no room (HTTP 500, request req-9)"
        in error.message
    )
    assert error.extra["reverted_to"] == unfinished
