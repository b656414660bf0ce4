# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""What one task has sent: the transport counts, the engine reads. Private to convox.rack; may change at any
time."""

from __future__ import annotations

import threading
from collections.abc import Callable

from ansible_collections.convox.rack.plugins.module_utils._api._http.secrets import Secrets


class Ledger:
    """The count of one task's requests, for all its threads.

    requests: how many were sent, each try counted. writes: how many of them changed something on the rack,
    or may have: the rack answered well, or nobody knows what became of the request; and files that were
    written here. last: what the latest request of them was (`create app web`). unsettled: those of which
    nobody knows. warn: gets warnings of retries, one at a time, without the task's ``secrets``.
    """

    def __init__(self, warn: Callable[[str], None] | None = None, secrets: Secrets | None = None) -> None:
        self.requests = 0
        self.writes = 0
        self.last = ""
        self.unsettled: list[str] = []
        self._warn = warn
        self.secrets = secrets or Secrets()
        self._lock = threading.Lock()

    def sent(self) -> None:
        """A request was sent."""
        with self._lock:
            self.requests += 1

    def wrote(self, operation: str, *, unsettled: bool = False) -> None:
        """A request changed something, or may have (``unsettled``). A good answer settles what was tried."""
        with self._lock:
            self.writes += 1
            self.last = operation
            others = [each for each in self.unsettled if each != operation]
            self.unsettled = [*others, operation] if unsettled else others

    def nothing_done(self) -> None:
        """The good answer to the last write told that there was nothing to do."""
        with self._lock:
            self.writes -= 1

    def changed_here(self) -> None:
        """The task changed something of its own machine, a file: that counts, and nothing of it goes on."""
        with self._lock:
            self.writes += 1

    def settle(self, operation: str | None) -> None:
        """It was found out what became of an operation."""
        with self._lock:
            self.unsettled = [each for each in self.unsettled if each != operation]

    def warn(self, text: str) -> None:
        """Tell the task's user, without the task's secrets and terminal escapes."""
        if self._warn is not None:
            text = self.secrets.redact(text)
            with self._lock:
                self._warn(text)
