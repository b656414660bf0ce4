# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The reasons of a failed rollout: they hold nothing up, and show no piece of a secret."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._noun import HIDDEN
from ansible_collections.convox.rack.plugins.module_utils._shared.rollout import How, Promote
from tests.practice_rack.conditions import Condition
from tests.practice_rack.faults import Fault
from tests.practice_rack.memory import MemoryRack
from tests.practice_rack.memory_streams import CUT, PING, Part
from tests.unit.shared.rollout_world import CANARY, crashing, fails, run_of, world
from tests.unit.tasks import client_of

LIMIT = 20.0
# Ways in which a log never ends.
HANGS: dict[str, Sequence[Part]] = {
    "nothing comes": [],
    "pings": [PING, 1.0] * 400,
    "a frame that never ends": [b"\x01\x03abc", *[1.0, b"\x00\x03abc"] * 400],
    "one letter a second": ["a", 1.0] * 400,
    "lines without end": [f"line\n{'x' * 100}\n"] * 5000,
}


def answers_nothing(path: str, method: str = "GET") -> Fault:
    return Fault("delay", method, path, times=-1, seconds=900.0)


def ends_in_time(rack: MemoryRack, old: str, new: str) -> errors.ConvoxError:
    step = Promote("web", new, old, How(fail_fast_after=LIMIT))
    error = fails(rack, step, run_of(rack), errors.ConvoxRolloutError)
    assert "its processes kept failing for 20 s" in error.message
    assert LIMIT <= rack.clock.now() <= LIMIT + 12, rack.clock.now()
    assert error.extra["reverted_to"] == old
    return error


@pytest.mark.parametrize("how", HANGS)
def test_a_log_that_hangs_does_not_hold_the_task(how: str) -> None:
    rack, old, new = world("hang", diagnose=False)
    crashing(rack, since=0.0)
    for _unused in range(50):
        rack.play("/worker/logs$", HANGS[how])
    ends_in_time(rack, old, new)
    assert 1 <= len(rack.asked("/worker/logs$")) <= 8


def test_a_log_whose_upgrade_is_never_answered_does_not_hold_the_task() -> None:
    rack, old, new = world("hang", diagnose=False)
    crashing(rack, since=0.0)
    rack.faults.append(answers_nothing("/logs$", "SOCKET"))
    ends_in_time(rack, old, new)
    assert len(rack.asked("/worker/logs$")) == 2


@pytest.mark.parametrize("path", ["/diagnose$", "/releases/"])
def test_a_request_that_is_never_answered_does_not_hold_the_task(path: str) -> None:
    rack, old, new = world("hang")
    crashing(rack, since=0.0)
    rack.faults.append(answers_nothing(path))
    ends_in_time(rack, old, new)
    assert len(rack.asked(path, "GET")) == 2


def test_processes_that_are_never_listed_do_not_hold_the_wait() -> None:
    rack, old, new = world("hang")
    crashing(rack, since=0.0)
    rack.faults.append(answers_nothing("/processes$"))
    error = fails(rack, Promote("web", new, old), run_of(rack, wait_timeout=30), errors.ConvoxWaitError)
    assert "last seen: status updating" in error.message
    assert rack.clock.now() <= 36


def test_a_rollout_is_done_when_the_rack_says_so_whatever_hangs() -> None:
    rack, old, new = world(promote_seconds=4.0, diagnose=False)
    crashing(rack, since=0.0)
    rack.faults.append(answers_nothing("/logs$", "SOCKET"))
    client = client_of(rack)
    Promote("web", new, old).apply(client, run_of(rack))
    assert rack.clock.now() <= 10
    assert rack.app().release == new


def test_what_of_a_log_came_before_it_hung_is_kept() -> None:
    rack, old, new = world("hang", diagnose=False)
    crashing(rack, since=0.0)
    for _unused in range(50):
        rack.play("/worker/logs$", [f"one\nboom {CANARY}\n{CANARY[:7]}"])
    error = ends_in_time(rack, old, new)
    (service,) = error.extra["failure"]["services"]
    assert service["logs"] == ["one", f"boom {HIDDEN}"], "without the piece of a line at its end"


def test_what_of_a_log_came_before_it_was_cut_is_kept() -> None:
    rack, old, new = world("hang", diagnose=False)
    crashing(rack, since=0.0)
    rack.play("/worker/logs$", [f"one\nboom {CANARY}\n{CANARY[:7]}", CUT])
    error = ends_in_time(rack, old, new)
    (service,) = error.extra["failure"]["services"]
    assert service["logs"] == ["one", f"boom {HIDDEN}"]
    assert len(rack.asked("/worker/logs$")) == 1


@pytest.mark.parametrize("diagnose", [True, False])
def test_no_line_is_shown_while_the_values_are_not_known(diagnose: bool) -> None:
    """Not to be able to read the env for a moment is not the same as not to be allowed to."""
    rack, old, new = world("hang", diagnose=diagnose)
    told = Condition("crashed", logs=f"boom {CANARY}", previous_logs=f"boom {CANARY}")
    crashing(rack, since=0.0, crashed=told)
    rack.fail(500, "etcdserver: request timed out", "GET", "/releases/", times=2)
    warnings: list[str] = []
    step = Promote("web", new, old, How(fail_fast_after=LIMIT))
    error = fails(rack, step, run_of(rack, warn=warnings.append), errors.ConvoxRolloutError)
    (service,) = error.extra["failure"]["services"]
    assert service["logs"] == [f"boom {HIDDEN}"]
    assert warnings == []
    rack, old, new = world("hang", diagnose=diagnose)
    crashing(rack, since=0.0, crashed=told)
    rack.fail(500, "etcdserver: request timed out", "GET", "/releases/", times=-1)
    error = fails(rack, step, run_of(rack, warn=warnings.append), errors.ConvoxRolloutError)
    (service,) = error.extra["failure"]["services"]
    assert service["logs"] == []
    assert "canary" not in str(error.extra) + error.message


# Values that hold what programs take for the end of a line.

SEPARATORS = ["\r", "\u2028", "\u2029", "\x85", "\v", "\f", "\x1c", "\x1d", "\x1e", "\r\r", "\x85\u2028"]


def printed(value: str, text: str, *, diagnose: bool) -> tuple[dict[str, Any], str]:
    """What the failure of an app with this value shows that prints this text and crashes."""
    rack = MemoryRack(diagnose=diagnose)
    rack.add_app("web")
    old = rack.add_release("A=1").id
    new = rack.add_release({"SECRET": value}, build="B2").id
    rack.activate(old)
    rack.fate(new, "hang")
    crashing(rack, since=0.0, crashed=Condition("crashed", logs=text, previous_logs=text))
    step = Promote("web", new, old, How(fail_fast_after=4.0))
    error = fails(rack, step, run_of(rack), errors.ConvoxRolloutError)
    (service,) = error.extra["failure"]["services"]
    return service, errors.describe(error)


@pytest.mark.parametrize("separator", SEPARATORS, ids=ascii)
@pytest.mark.parametrize("diagnose", [True, False])
def test_a_value_with_a_separator_is_masked_as_a_whole(separator: str, diagnose: bool) -> None:
    value = f"canary-one{separator}canary-two"
    service, said = printed(value, f"start\nSECRET={value} end\nnext", diagnose=diagnose)
    assert service["logs"] == ["start", f"SECRET={HIDDEN} end", "next"]
    assert "canary" not in said


@pytest.mark.parametrize("separator", SEPARATORS, ids=ascii)
@pytest.mark.parametrize("diagnose", [True, False])
def test_a_value_that_is_printed_line_by_line_is_masked_in_each(separator: str, diagnose: bool) -> None:
    value = f"canary-one{separator}canary-two"
    service, said = printed(value, "SECRET:\n  canary-one\n  canary-two\nnext", diagnose=diagnose)
    assert service["logs"] == ["SECRET:", f"  {HIDDEN}", f"  {HIDDEN}", "next"]
    assert "canary" not in said


# A list of releases that shows nothing.


@pytest.mark.parametrize("body", ["[]", "null"])
def test_a_list_without_releases_does_not_keep_the_old_one_from_coming_back(body: str) -> None:
    rack, old, unfinished = world("hang")
    new = rack.add_release("A=3", build="B3").id
    rack.fate(new, "fail")
    rack.promote(unfinished)
    headers = {"Content-Type": "application/json"}
    rack.faults.append(Fault("status", "GET", "/releases$", times=-1, status=200, headers=headers, body=body))
    step = Promote("web", new, old, How(force=True, restore=True))
    error = fails(rack, step, run_of(rack), errors.ConvoxRolloutError)
    assert f"the rollout failed, {unfinished} runs instead" in error.message
    assert "Then" not in error.message
    copy = rack.release()
    assert (copy.build, rack.env(), rack.app().release) == ("B1", {"A": "1"}, copy.id)
    assert error.extra["reverted_to"] == copy.id
    assert copy.description == f"rollback to {old} · env of {old} · after {new}"
