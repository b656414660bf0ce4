# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Promotes and their rollouts, on a rack and a clock of the test."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._api import errors, models
from ansible_collections.convox.rack.plugins.module_utils._steps.release import AwaitRollout
from ansible_collections.convox.rack.plugins.module_utils._steps.rollout import How, Promote
from ansible_collections.convox.rack.plugins.module_utils._steps.step import HIDDEN, Run
from tests.unit.fake_rack import FakeRack


def world(fate: str = "good", **facts: Any) -> tuple[FakeRack, str, str]:
    """A rack with an active release and a newer one; their ids."""
    rack = FakeRack()
    rack.add_app("web", **facts)
    old = rack.add_release("A=1").id
    new = rack.add_release("A=2 SECRET=canary-value", build="B2").id
    rack.apps["web"].release = old
    rack.fates[new] = fate
    return rack, old, new


def run_of(rack: FakeRack, **facts: Any) -> Run:
    return Run(clock=rack.clock, **facts)


def process(service: str = "worker", status: str = "crashed", name: str = "") -> models.Process:
    return models.Process(id=name or f"{service}-aaaa-abcde", service=service, status=status)


def pod(name: str = "worker-aaaa-abcde", **facts: Any) -> models.Pod:
    told = {
        "stateDetail": "CrashLoopBackOff",
        "hint": "look at the log",
        "previousLogs": "one\nboom canary-value\n",
    }
    return models.Pod(name=name, **{**told, **facts})


def fails(rack: FakeRack, step: Any, run: Run, kind: type[errors.ConvoxError]) -> errors.ConvoxError:
    with pytest.raises(kind) as caught:
        step.act(rack, run)
    return caught.value


def test_a_good_rollout() -> None:
    rack, old, new = world()
    run = run_of(rack)
    said: list[str] = []
    run.say = lambda app, text, thing="": said.append(f"{app} {thing}: {text}")
    Promote("web", new, old).act(rack, run)
    assert rack.writes == [("promote", new, {"timeout": 570})]
    assert rack.clock.now() <= rack.promote_seconds + 1.0
    assert run.acted
    assert f"web : promote {new}" in said
    assert f"web status: running, release {new}" in said


@given(st.floats(9, 12), st.floats(0.5, 10))
def test_a_rollout_of_ten_seconds_ends_soon_after_the_rack(seconds: float, interval: float) -> None:
    rack, old, new = world()
    rack.promote_seconds = seconds
    Promote("web", new, old).act(rack, run_of(rack, poll_interval=interval))
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
    Promote("web", new, old, how).act(rack, run_of(rack, wait=wait, wait_timeout=wait_timeout))
    assert rack.writes == [("promote", new, sent)]
    assert wait or rack.clock.now() == 0


def test_a_busy_app_is_waited_for_first() -> None:
    rack, old, new = world(status="updating")
    rack._at(rack.apps["web"], 9.0, "running")
    run = run_of(rack)
    Promote("web", new, old).act(rack, run)
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
    Promote("web", new, old).act(rack, run_of(rack))
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
    Promote("web", new, old, How(force=True)).act(rack, run_of(rack))
    assert rack.writes[0][2]["force"] is True


def test_our_release_under_way_is_watched_and_not_sent_again() -> None:
    rack, old, new = world()
    rack.promote("web", new)
    rack.writes.clear()
    Promote("web", new, old).act(rack, run_of(rack))
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
    assert error.doing == f"promote {new} of web"
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
    Promote("web", new, old).act(rack, run_of(rack, wait=False))
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
    Promote("web", new, old).act(rack, run_of(rack))
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
    Promote("web", new, old).act(rack, run_of(rack))
    assert rack.clock.now() >= 20
    rack, old, new = world(generation="2")
    rack.promote_seconds = 0.0
    Promote("web", new, old).act(rack, run_of(rack))
    assert 5.0 <= rack.clock.now() <= 7.0


# Fail fast.


def crashing(rack: FakeRack, since: float = 2.0, until: float = 1e9) -> None:
    """A crash loop: for a moment in every six seconds the process runs."""

    def ill(seconds: float) -> list[models.Process]:
        status = "crashed" if since <= seconds < until and seconds % 6 < 4 else "running"
        return [process(status=status), process("web", "running")]

    rack.ill = ill


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
    Promote("web", new, old).act(rack, run_of(rack))
    assert rack.apps["web"].release == new


def test_a_release_that_runs_in_the_end_is_no_failure() -> None:
    """It crashed until a moment ago; when the rack says that it runs, it runs."""
    rack, old, new = world()
    rack.promote_seconds = 60.5
    crashing(rack, since=0.0, until=57.0)
    Promote("web", new, old).act(rack, run_of(rack))
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
    Promote("web", new, old).act(rack, run_of(rack))
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
    Promote("web", new, old).act(rack, run_of(rack))
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


# Somebody else's promote of the release that we want.


def test_awaiting_a_rollout_that_somebody_started() -> None:
    rack, _old, new = world()
    rack.promote("web", new)
    AwaitRollout("web", new).act(rack, run_of(rack))
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
    Promote("web", new, "RBEFORE", yielding=True).act(rack, run_of(rack))
    assert rack.writes == []
