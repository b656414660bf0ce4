# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""A console's session, shared by all calls of a transport. Private to convox.rack; may change at any time."""

from __future__ import annotations

import threading
from collections.abc import Callable

# How many sessions that are over are remembered, to be taken out of messages.
_REMEMBERED = 8


class Session:
    """The session that requests carry, for any number of threads. value: the CLI's, None without one.

    A call reads it at its start, and goes on with what it read. When the console says that this one is over,
    the call renews it, unless somebody else has since.
    """

    def __init__(self, value: str | None) -> None:
        self._lock = threading.Lock()
        self._value = value
        self._proved: str | None = None
        self._known: tuple[str, ...] = (value,) if value else ()

    def current(self) -> str | None:
        """The session to use now."""
        return self._value

    def known(self) -> tuple[str, ...]:
        """What no message may hold."""
        return self._known

    def is_unproved(self) -> bool:
        """Whether there is a session of which nobody knows yet whether it is over."""
        value = self._value
        return value is not None and value != self._proved

    def prove(self, value: str | None) -> None:
        """A good answer came with this one."""
        self._proved = value

    def renew(self, seen: str | None, ask: Callable[[], str | None], seconds: float) -> str | None:
        """A session other than the one ``seen`` to be over: somebody's since, else what ``ask`` gives, None
        where it gives none. Raises TimeoutError if another call asks for longer than ``seconds``."""
        if not self._lock.acquire(timeout=max(seconds, 0.0)):
            raise TimeoutError
        try:
            if self._value is None or self._value == seen:
                self._value = ask()
                if self._value is not None:
                    self._known = (*self._known[-_REMEMBERED:], self._value)
            return self._value
        finally:
            self._lock.release()
