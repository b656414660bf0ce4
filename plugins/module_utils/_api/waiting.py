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
    clock = clock or Clock()
    started = clock.now()
    good_since: float | None = None
    lost_since: float | None = None
    last = "nothing yet"
    while True:
        try:
            seen = wait.read()
        except (errors.ConvoxConnectionError, errors.ConvoxTimeoutError, errors.ConvoxGatewayError) as error:
            lost_since = clock.now() if lost_since is None else lost_since
            if clock.now() - lost_since > min(OUTAGE, wait.timeout):
                raise
            good_since = None
            last = f"no answer ({error.message})"
        else:
            lost_since = None
            last = wait.words(seen)
            wait.tell(seen)
            problem = wait.bad(seen)
            if problem is not None:
                raise problem
            if not wait.good(seen):
                good_since = None
            elif wait.confirm <= 0 or (good_since is not None and clock.now() - good_since >= wait.confirm):
                return seen
            elif good_since is None:
                good_since = clock.now()
        waited = clock.now() - started
        left = wait.timeout - waited
        if left <= 0 and good_since is None:
            raise errors.ConvoxWaitError(
                f"waited {waited:.0f} s for {wait.what}; last seen: {last}", hint=wait.advice
            )
        if good_since is None:
            clock.sleep(min(left, pause_after(waited, wait.poll_interval)))
        else:
            # What was good before the deadline may be confirmed after it.
            clock.sleep(max(0.01, wait.confirm - (clock.now() - good_since)))
