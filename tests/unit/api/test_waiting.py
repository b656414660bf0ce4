# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The loop of all waits, with a clock of the test."""

from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api._http.classify import error_for
from ansible_collections.convox.rack.plugins.module_utils._api._http.deadline import begin
from ansible_collections.convox.rack.plugins.module_utils._api.clock import FIRST_PAUSE, pause_after
from ansible_collections.convox.rack.plugins.module_utils._api.waiting import (
    Wait,
    wait_for,
)
from tests.unit.api.clients import Client, at_most
from tests.unit.api.servers import Server
from tests.unit.fake_clock import FakeClock

LOST = errors.ConvoxConnectionError("the connection was lost")


def wait(read: Callable[[], Any], **facts: Any) -> Wait[Any]:
    given: dict[str, Any] = {
        "what": "it to be good",
        "good": lambda seen: seen == "good",
        "words": lambda seen: f"it is {seen}",
        "advice": "The rack goes on by itself. Wait longer.",
        "timeout": 60.0,
        **facts,
    }
    return Wait(read=read, **given)


def at(clock: FakeClock, *changes: tuple[float, Any]) -> Callable[[], Any]:
    """A read whose answer changes at these seconds; an error is raised."""

    def read() -> Any:
        seen = [what for since, what in changes if since <= clock.now()][-1]
        if isinstance(seen, Exception):
            raise seen
        return seen

    return read


def test_a_good_picture_is_confirmed() -> None:
    clock = FakeClock()
    assert wait_for(wait(at(clock, (0, "good"))), clock) == "good"
    assert clock.now() == pytest.approx(0.5)
    assert len(clock.pauses) <= 2


def test_without_confirm_the_first_good_picture_ends_it_at_once() -> None:
    clock = FakeClock()
    assert wait_for(wait(at(clock, (0, "good")), confirm=0), clock) == "good"
    assert clock.pauses == []


def test_a_picture_that_is_good_for_a_moment_does_not_count() -> None:
    clock = FakeClock()
    read = at(clock, (0, "good"), (0.2, "bad start"), (3, "good"))
    wait_for(wait(read), clock)
    assert 3.5 <= clock.now() <= 4.5


@pytest.mark.parametrize(
    ("waited", "interval", "pause"),
    [
        (0, 2, FIRST_PAUSE),
        (3, 2, FIRST_PAUSE),
        (12, 2, 1.0),
        (24, 2, 2),
        (600, 2, 2),
        (600, 10, 10),
        (0, 0.1, 0.1),
    ],
)
def test_pauses_grow_to_the_interval(waited: float, interval: float, pause: float) -> None:
    assert pause_after(waited, interval) == pytest.approx(pause)


@given(st.floats(0, 4000), st.floats(0, 100), st.floats(0.05, 60))
def test_pauses_never_shrink(waited: float, more: float, interval: float) -> None:
    assert 0 < pause_after(waited, interval) <= pause_after(waited + more, interval) <= interval


def test_the_deadline_says_what_was_seen_and_what_to_do() -> None:
    clock = FakeClock()
    with pytest.raises(errors.ConvoxWaitError) as caught:
        wait_for(wait(at(clock, (0, "new"), (50, "busy")), timeout=60), clock)
    said = errors.describe(caught.value)
    assert "waited 60 s for it to be good; last seen: it is busy" in said
    assert "The rack goes on by itself. Wait longer." in said
    assert clock.now() == pytest.approx(60)


def test_the_last_look_is_at_the_deadline() -> None:
    clock = FakeClock()
    assert wait_for(wait(at(clock, (0, "busy"), (59.99, "good")), confirm=0), clock) == "good"


@given(st.floats(0.0, 60.0))
def test_what_is_good_before_the_deadline_is_confirmed_after_it(since: float) -> None:
    clock = FakeClock()
    assert wait_for(wait(at(clock, (-1, "busy"), (since, "good"))), clock) == "good"
    assert clock.now() <= 60.6


def test_something_bad_ends_it_at_once() -> None:
    clock = FakeClock()
    problem = errors.ConvoxRolloutError("put back")
    bad = {"broken": problem}.get
    with pytest.raises(errors.ConvoxRolloutError) as caught:
        wait_for(wait(at(clock, (0, "busy"), (1.0, "broken")), bad=bad), clock)
    assert caught.value is problem
    assert clock.now() <= 1.0 + FIRST_PAUSE


def test_each_new_picture_is_told() -> None:
    clock = FakeClock()
    told: list[str] = []
    wait_for(wait(at(clock, (0, "a"), (1, "b"), (2, "good")), tell=told.append), clock)
    assert list(dict.fromkeys(told)) == ["a", "b", "good"]


OUTAGES: list[errors.ConvoxError] = [
    LOST,
    errors.ConvoxTimeoutError("no answer in time"),
    errors.ConvoxServerError(200, "the rack's answer is not JSON"),
    errors.ConvoxNotImplementedError(404, "this rack has no such route"),
    error_for(503, "not ready"),
    error_for(500, "etcdserver: leader changed"),
    error_for(404, "default backend - 404"),
    error_for(429, "slow down"),
    error_for(403, "app is currently updating"),
]


@pytest.mark.parametrize("lost", OUTAGES, ids=lambda lost: f"{type(lost).__name__} {lost.message}")
@pytest.mark.parametrize("seconds", [1, 55, 500])
def test_an_outage_is_borne_until_the_deadline(lost: errors.ConvoxError, seconds: float) -> None:
    clock = FakeClock()
    read = at(clock, (0, "busy"), (5, lost), (5 + seconds, "good"))
    assert wait_for(wait(read, timeout=600), clock) == "good"
    assert clock.now() <= 5 + seconds + 3


@pytest.mark.parametrize("lost", OUTAGES, ids=lambda lost: f"{type(lost).__name__} {lost.message}")
def test_an_outage_that_lasts_ends_at_the_deadline_with_what_was_seen(lost: errors.ConvoxError) -> None:
    clock = FakeClock()
    with pytest.raises(errors.ConvoxWaitError) as caught:
        wait_for(wait(at(clock, (0, "busy"), (5, lost)), timeout=120), clock)
    said = errors.describe(caught.value)
    assert "last seen: it is busy, then " in said and lost.message in said
    assert "The rack goes on by itself" in said
    assert clock.now() == pytest.approx(120)


FIRM = [
    error_for(401, "invalid authentication"),
    error_for(403, "admin role required"),
    error_for(400, "unavailable on v3 racks"),
    error_for(501, "unimplemented"),
]


@pytest.mark.parametrize("firm", FIRM, ids=lambda firm: type(firm).__name__)
def test_a_refusal_ends_it_when_it_comes_twice_in_a_row(firm: errors.ConvoxError) -> None:
    answers: list[Any] = ["busy", firm, "busy", firm, LOST, firm, "good"]

    def read() -> Any:
        seen = answers.pop(0)
        if isinstance(seen, Exception):
            raise seen
        return seen

    assert wait_for(wait(read, confirm=0), FakeClock()) == "good"
    answers = ["busy", firm, firm, "good"]
    words = firm.message
    with pytest.raises(type(firm)) as caught:
        wait_for(wait(read, confirm=0), FakeClock())
    said = errors.describe(caught.value)
    assert words in said and "while waiting for it to be good, last seen: it is busy" in said
    assert "The rack goes on by itself" in said


@pytest.mark.parametrize(("asked", "until"), [(60.0, 60.0), (3600.0, 120.0), (1.0, 0.0)])
def test_the_pause_that_an_answer_asks_for_is_heard(asked: float, until: float) -> None:
    clock = FakeClock()
    busy = error_for(429, "slow down")
    busy.retry_after = asked
    wait_for(wait(at(clock, (0, busy), (0.01, "good")), timeout=600, confirm=0), clock)
    assert max(until, FIRST_PAUSE) <= clock.pauses[0] <= max(until, 1.0)
    clock = FakeClock()
    with pytest.raises(errors.ConvoxWaitError):
        wait_for(wait(at(clock, (0, busy)), timeout=20), clock)
    assert clock.now() == pytest.approx(20)


def test_a_read_gets_what_is_left_of_the_deadline() -> None:
    clock = FakeClock()
    left: list[float] = []

    def read() -> str:
        left.append(begin(30.0, clock.now).left())
        return "busy"

    with pytest.raises(errors.ConvoxWaitError):
        wait_for(wait(read, timeout=60, poll_interval=10), clock)
    assert left[0] == 30.0
    assert left == pytest.approx([max(1.0, min(30.0, 60 - at)) for at in [0.0, *accumulate(clock.pauses)]])


def test_a_poll_that_hangs_does_not_outlive_the_wait() -> None:
    with (
        Server((lambda talk: talk.silence(),)) as rack,
        Client(rack.url) as client,
        at_most(2.5),
        pytest.raises(errors.ConvoxWaitError) as caught,
    ):
        wait_for(wait(client.send, timeout=0.5))
    assert "last seen: nothing yet, then no answer" in caught.value.message


def test_an_outage_after_a_good_picture_is_no_reason_to_hurry() -> None:
    clock = FakeClock()
    wait_for(wait(at(clock, (0, "good"), (0.1, LOST), (30, "good"))), clock)
    assert len(clock.pauses) < 60


def test_two_short_outages_do_not_add_up() -> None:
    clock = FakeClock()
    read = at(clock, (0, LOST), (40, "busy"), (50, LOST), (90, "good"))
    assert wait_for(wait(read, timeout=600), clock) == "good"


def test_an_outage_at_the_deadline_is_what_was_seen_last() -> None:
    clock = FakeClock()
    with pytest.raises(errors.ConvoxWaitError) as caught:
        wait_for(wait(at(clock, (0, "busy"), (7, LOST)), timeout=10), clock)
    assert "no answer (the connection was lost)" in caught.value.message


def test_other_errors_are_not_borne() -> None:
    clock = FakeClock()
    for error in (
        error_for(404, "app not found: web"),
        errors.ConvoxOptionError("app", "is no name", "give one"),
        errors.ConvoxRolloutError("put back"),
        errors.ConvoxMissingLibraryError("x"),
    ):
        with pytest.raises(type(error)) as caught:
            wait_for(wait(at(clock, (0, error))), clock)
        assert caught.value is error
    assert clock.pauses == []


@given(st.floats(0, 1), st.floats(0.05, 0.6), st.floats(1, 5))
def test_a_rollout_of_ten_seconds_ends_soon_after_the_rack(
    phase: float, answer: float, interval: float
) -> None:
    """Whatever the phase, and however long an answer takes: the task ends 1.5 s after the rack at most."""
    clock = FakeClock()
    done = 10.0 + phase
    look = at(clock, (0, "busy"), (done, "good"))

    def read() -> Any:
        seen = look()
        clock.time += answer / 10
        return seen

    wait_for(wait(read, timeout=600, poll_interval=interval), clock)
    assert done + 0.5 <= clock.now() <= done + 1.5 + answer / 5


@given(st.floats(1, 3600))
def test_a_long_wait_costs_few_requests(seconds: float) -> None:
    clock = FakeClock()
    reads = 0
    look = at(clock, (0, "busy"), (seconds, "good"))

    def read() -> Any:
        nonlocal reads
        reads += 1
        return look()

    wait_for(wait(read, timeout=4000), clock)
    assert reads <= 30 + seconds / 2
