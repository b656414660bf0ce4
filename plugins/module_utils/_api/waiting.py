# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: waits as data, and the one loop that runs them all."""

from __future__ import annotations

import time
import typing as t
from dataclasses import dataclass

from ansible_collections.convox.rack.plugins.module_utils._api import errors

FIRST_PAUSE = 0.3
# A wait looks again after a twelfth of the time it has already waited: after ten seconds that is 0.8 s,
# so a task ends soon after the rack is done, and a long wait costs few requests.
PATIENCE = 12.0
# How long a rack may be out of reach during a wait before the wait gives up.
OUTAGE = 60.0

T = t.TypeVar("T")


def _never(seen: t.Any) -> errors.ConvoxError | None:
    return None


def _quiet(seen: t.Any) -> None:
    return None


@dataclass(frozen=True)
class Wait(t.Generic[T]):
    """A wait: what to read, when it is good, when it is bad, how long.

    ``what`` completes "waiting for …"; ``words`` tells what was seen, for the message at the deadline;
    ``advice`` tells there what the rack goes on doing and what the user can do. ``bad`` gives the error
    that ends the wait, or None. ``tell`` gets each new picture (progress). ``timeout``, ``poll_interval``
    and ``confirm`` are seconds; a good picture counts when it is still good after ``confirm``.
    """

    what: str
    read: t.Callable[[], T]
    good: t.Callable[[T], bool]
    words: t.Callable[[T], str]
    advice: str
    timeout: float
    poll_interval: float = 2.0
    confirm: float = 0.5
    bad: t.Callable[[T], errors.ConvoxError | None] = _never
    tell: t.Callable[[T], None] = _quiet


class Clock:
    """Time, replaceable in tests."""

    def now(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


def pause_after(waited: float, poll_interval: float) -> float:
    """Seconds until the next look, when ``waited`` seconds have passed."""
    return min(poll_interval, max(FIRST_PAUSE, waited / PATIENCE))


def wait_for(wait: Wait[T], clock: Clock | None = None) -> T:
    """Read until the picture is good, and return it.

    Raises what ``wait.bad`` gives, ConvoxWaitError at the deadline, and whatever a read raises; an outage
    of the connection is borne for a minute.
    """
    return _Loop(wait, clock or Clock()).run()


class _Loop(t.Generic[T]):
    """One wait going on: since when the picture is good, and since when the rack is out of reach."""

    def __init__(self, wait: Wait[T], clock: Clock) -> None:
        self._wait = wait
        self._clock = clock
        self._started = clock.now()
        self._good_since: float | None = None
        self._lost_since: float | None = None
        self._last = "nothing yet"

    def run(self) -> T:
        while True:
            try:
                seen = self._wait.read()
            except (
                errors.ConvoxConnectionError,
                errors.ConvoxTimeoutError,
                errors.ConvoxGatewayError,
            ) as error:
                if self._too_long(error):
                    raise
            else:
                self._take_in(seen)
                if self._confirmed():
                    return seen
            self._pause()

    def _too_long(self, error: errors.ConvoxError) -> bool:
        """Whether an outage, of which this is the latest sign, has lasted too long to be borne."""
        now = self._clock.now()
        self._good_since = None
        self._lost_since = now if self._lost_since is None else self._lost_since
        self._last = f"no answer ({error.message})"
        return now - self._lost_since > min(OUTAGE, self._wait.timeout)

    def _take_in(self, seen: T) -> None:
        self._lost_since = None
        self._last = self._wait.words(seen)
        self._wait.tell(seen)
        problem = self._wait.bad(seen)
        if problem is not None:
            raise problem
        if not self._wait.good(seen):
            self._good_since = None
        elif self._good_since is None:
            self._good_since = self._clock.now()

    def _confirmed(self) -> bool:
        return self._good_since is not None and self._to_confirm(self._good_since) <= 0

    def _to_confirm(self, since: float) -> float:
        return self._wait.confirm - (self._clock.now() - since)

    def _pause(self) -> None:
        """Sleep until the next look. Raises ConvoxWaitError at the deadline; what was good before it may be
        confirmed after it."""
        if self._good_since is not None:
            self._clock.sleep(max(0.01, self._to_confirm(self._good_since)))
            return
        waited = self._clock.now() - self._started
        left = self._wait.timeout - waited
        if left <= 0:
            words = f"waited {waited:.0f} s for {self._wait.what}; last seen: {self._last}"
            raise errors.ConvoxWaitError(words, hint=self._wait.advice)
        self._clock.sleep(min(left, pause_after(waited, self._wait.poll_interval)))
