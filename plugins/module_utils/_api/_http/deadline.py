# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""The moment by which a request has to be over. Private to convox.rack; may change at any time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

# Python's locks and sockets cannot wait for longer than some centuries; nobody waits for a year.
FOREVER = 366 * 86400.0


class Deadline:
    """A moment on a clock. seconds: from now on, a year at most."""

    def __init__(self, seconds: float, clock: Callable[[], float]) -> None:
        self.seconds = min(seconds, FOREVER)
        self._clock = clock
        self._end = clock() + self.seconds

    def left(self) -> float:
        """Seconds that are left, 0 or less when it has passed."""
        return self._end - self._clock()


_current: ContextVar[Deadline | None] = ContextVar("convox_rack_deadline", default=None)


@contextmanager
def within(deadline: Deadline) -> Iterator[None]:
    """What is sent and received inside, by this thread, ends by the deadline: the operations of a connection,
    and whole requests (a wait gives its polls what is left of it)."""
    token = _current.set(deadline)
    try:
        yield
    finally:
        _current.reset(token)


def begin(seconds: float, clock: Callable[[], float]) -> Deadline:
    """A deadline that begins now, and is no later than the one that this is done within."""
    outer = _current.get()
    return Deadline(seconds if outer is None else min(seconds, max(outer.left(), 0.0)), clock)


def seconds_left(timeout: float | None, timed_out: type[Exception]) -> float | None:
    """The time that an operation may take, in seconds: ``timeout``, and no more than the deadline leaves.
    Raises ``timed_out`` where that is nothing."""
    deadline = _current.get()
    if deadline is None:
        return timeout
    left = deadline.left()
    if left <= 0:
        raise timed_out("the deadline has passed")
    return left if timeout is None else min(left, timeout)
