# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: waits as data, and the one loop that runs them all."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api._http.deadline import Deadline, within
from ansible_collections.convox.rack.plugins.module_utils._api.clock import Clock, pause_after

# A read at the deadline itself may take so many seconds: with none at all it could see nothing.
LAST_LOOK = 1.0
# The longest pause that an answer may ask for (Retry-After), in seconds.
LONGEST_PAUSE = 120.0

# What a rack says when it is not going to say anything else: believed when it comes twice in a row. An
# overloaded rack, a console or a proxy may say each of them once.
_FIRM = (
    errors.ConvoxAuthError,
    errors.ConvoxForbiddenError,
    errors.ConvoxValidationError,
    errors.ConvoxConflictError,
)

T = t.TypeVar("T")


def _never(seen: t.Any) -> errors.ConvoxError | None:
    return None


def _quiet(seen: t.Any) -> None:
    return None


@dataclass(frozen=True, eq=False, repr=False)
class Wait(t.Generic[T]):
    """A wait: what to read, when it is good, when it is bad, how long.

    ``what`` completes "waiting for …"; ``words`` tells what was seen, for the message at the deadline;
    ``advice`` tells there what the rack goes on doing and what the user can do. ``bad`` gives the error
    that ends the wait, or None. ``tell`` gets each new state (progress). ``timeout``, ``poll_interval``
    and ``confirm`` are seconds; a good state counts when it is still good after ``confirm``.
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


def wait_for(wait: Wait[T], clock: Clock | None = None) -> T:
    """Read until the state is good, and return it.

    Raises what ``wait.bad`` gives, and ConvoxWaitError at the deadline. A read that fails never ends it: not
    an outage, a 500, a 429 (whose Retry-After is heard), a foreign 404 or half an answer; a refusal (401,
    403, 400, 501) ends it when it comes twice in a row, and at once what is no answer of a server, or the
    rack's own word that the thing is not there. A read gets what is left of the deadline, and a second at
    least.
    """
    return _Loop(wait, clock or Clock()).run()


class _Loop(t.Generic[T]):
    """One wait going on: since when the state is good, and what went wrong since the last one."""

    def __init__(self, wait: Wait[T], clock: Clock) -> None:
        self._wait = wait
        self._clock = clock
        self._started = clock.now()
        self._good_since: float | None = None
        self._last = ""
        self._trouble: errors.ConvoxError | None = None

    def run(self) -> T:
        while True:
            try:
                with within(Deadline(max(self._left(), LAST_LOOK), self._clock.now)):
                    seen = self._wait.read()
            except errors.ConvoxError as error:
                self._bear(error)
            else:
                self._take_in(seen)
                if self._confirmed():
                    return seen
            self._pause()

    def _left(self) -> float:
        return self._wait.timeout - (self._clock.now() - self._started)

    def _bear(self, error: errors.ConvoxError) -> None:
        """Go on after a read that failed. Raises the error where that makes no sense."""
        before, self._trouble = self._trouble, error
        self._good_since = None
        if not _may_pass(error):
            raise error
        if _is_firm(error) and before is not None and _is_firm(before):
            error.message = (
                f"{error.message.rstrip('.')}; while waiting for {self._wait.what}, {self._seen()}"
            )
            error.hint = f"{error.hint} {self._wait.advice}" if error.hint else self._wait.advice
            raise error

    def _take_in(self, seen: T) -> None:
        self._trouble = None
        self._last = self._wait.words(seen)
        self._wait.tell(seen)
        problem = self._wait.bad(seen)
        if problem is not None:
            raise problem
        if not self._wait.good(seen):
            self._good_since = None
        elif self._good_since is None:
            self._good_since = self._clock.now()

    def _seen(self) -> str:
        """What was seen last, and what came instead since."""
        said = f"last seen: {self._last or 'nothing yet'}"
        error = self._trouble
        if error is None or _is_firm(error):
            return said
        kind = "an error" if isinstance(error, errors.ConvoxAPIError) else "no answer"
        return f"{said}, then {kind} ({error.message.rstrip('.')})"

    def _confirmed(self) -> bool:
        return self._good_since is not None and self._to_confirm(self._good_since) <= 0

    def _to_confirm(self, since: float) -> float:
        return self._wait.confirm - (self._clock.now() - since)

    def _pause(self) -> None:
        """Sleep until the next read. Raises ConvoxWaitError at the deadline; what was good before it may be
        confirmed after it."""
        if self._good_since is not None:
            self._clock.sleep(max(0.01, self._to_confirm(self._good_since)))
            return
        left = self._left()
        waited = self._wait.timeout - left
        if left <= 0:
            words = f"waited {waited:.0f} s for {self._wait.what}; {self._seen()}"
            raise errors.ConvoxWaitError(words, hint=self._wait.advice)
        asked = getattr(self._trouble, "retry_after", None) or 0.0
        pause = max(pause_after(waited, self._wait.poll_interval), min(asked, LONGEST_PAUSE))
        self._clock.sleep(min(left, pause))


def _may_pass(error: errors.ConvoxError) -> bool:
    """Whether another read may go better: of what a server or the network said, all but the rack's own word
    that the thing is not there."""
    if isinstance(error, errors.ConvoxNotFoundError):
        return False
    return isinstance(error, errors.ConvoxAPIError | errors.ConvoxConnectionError | errors.ConvoxTimeoutError)


def _is_firm(error: errors.ConvoxError) -> bool:
    if isinstance(error, errors.ConvoxNotImplementedError):
        return error.status_code != 404
    return isinstance(error, _FIRM)
