# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many things read at a time: their order, one failure, and an end from outside."""

from __future__ import annotations

import threading
import time

import pytest

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api._http import deadline
from ansible_collections.convox.rack.plugins.module_utils._api.clock import Clock
from ansible_collections.convox.rack.plugins.module_utils._noun import Context
from ansible_collections.convox.rack.plugins.module_utils._shared.parallel import MOST, in_parallel

# A thread that waits for so many seconds waits for ever.
FOR_EVER = 30.0
NAMES = [f"app{number:03}" for number in range(60)]


@pytest.mark.parametrize("parallel", [0, 1, 2, 8, 500])
def test_the_order_is_that_of_the_names(parallel: int) -> None:
    def read(name: str) -> str:
        # The first of them comes last.
        time.sleep(0.02 if name == NAMES[0] else 0.0)
        return name.upper()

    assert in_parallel(Context(), NAMES, read, parallel) == [name.upper() for name in NAMES]
    assert in_parallel(Context(), [], read, parallel) == []


@pytest.mark.parametrize(("parallel", "most"), [(1, 1), (3, 3), (8, 8), (500, MOST)])
def test_no_more_at_a_time_than_asked_for(parallel: int, most: int) -> None:
    at_work: set[str] = set()
    seen: list[int] = []

    def read(name: str) -> None:
        at_work.add(name)
        seen.append(len(at_work))
        time.sleep(0.005)
        at_work.remove(name)

    in_parallel(Context(), NAMES, read, parallel)
    assert min(most, 2) <= max(seen) <= most


def test_a_failure_names_what_was_read_and_waits_for_nobody() -> None:
    begun: list[str] = []
    never = threading.Event()

    def read(name: str) -> None:
        begun.append(name)
        if name == "app001":
            raise errors.ConvoxConnectionError("no connection")
        never.wait(FOR_EVER)

    started = time.monotonic()
    with pytest.raises(errors.ConvoxConnectionError, match="app001: no connection"):
        in_parallel(Context(), NAMES, read, 4)
    assert time.monotonic() - started < FOR_EVER / 10
    never.set()
    time.sleep(0.05)
    assert len(begun) <= 4, "nothing is begun after a failure"


def test_a_failure_that_names_it_already_is_left_as_it_is() -> None:
    def read(name: str) -> None:
        raise errors.ConvoxServerError(500, "it failed", operation=f"read app {name}")

    with pytest.raises(errors.ConvoxServerError, match="Read app web: it failed"):
        in_parallel(Context(), ["web"], read, 8)


def test_a_bug_of_ours_is_not_lost() -> None:
    def read(name: str) -> float:
        return 1 / (0 if name == "app002" else 1)

    with pytest.raises(ZeroDivisionError):
        in_parallel(Context(), NAMES, read, 4)


def test_an_end_from_outside_ends_it() -> None:
    never = threading.Event()
    begun: list[str] = []

    class ClockOfADeadPlay(Clock):
        def sleep(self, seconds: float) -> None:
            raise KeyboardInterrupt

    def read(name: str) -> None:
        begun.append(name)
        never.wait(FOR_EVER)

    with pytest.raises(KeyboardInterrupt):
        in_parallel(Context(clock=ClockOfADeadPlay()), NAMES, read, 4)
    never.set()
    time.sleep(0.05)
    assert len(begun) == 4


def test_a_deadline_of_the_caller_holds_for_each() -> None:
    def read(name: str) -> float | None:
        return deadline.seconds_left(None, TimeoutError)

    with deadline.within(deadline.Deadline(9.0, time.monotonic)):
        left = in_parallel(Context(), NAMES, read, 4)
    assert all(seconds is not None and 0 < seconds <= 9.0 for seconds in left)
