# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""What one task has sent: the transport counts, the engine reads. Private to convox.rack; may change at any
time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable

from ansible_collections.convox.rack.plugins.module_utils._api._http.redaction import printable, redact


class Ledger:
    """The count of one task's requests, for all its threads.

    requests: how many were sent, each try counted. writes: how many of them changed something on the rack,
    or may have: the rack answered well, or nobody knows what became of the request. warn: gets warnings of
    retries, one at a time.
    """

    def __init__(self, warn: Callable[[str], None] | None = None) -> None:
        self.requests = 0
        self.writes = 0
        self._warn = warn
        self._secrets: frozenset[str] = frozenset()
        self._lock = threading.Lock()

    def sent(self) -> None:
        """A request was sent."""
        with self._lock:
            self.requests += 1

    def wrote(self) -> None:
        """A request changed something, or may have."""
        with self._lock:
            self.writes += 1

    def add_secrets(self, values: Iterable[str]) -> None:
        """Values of the task, such as those of an env, that a rack may quote and no message may hold."""
        with self._lock:
            self._secrets |= {value for value in values if value}

    def secrets(self) -> frozenset[str]:
        """What was given to ``add_secrets``."""
        return self._secrets

    def warn(self, text: str) -> None:
        """Tell the task's user, without the task's secrets and terminal escapes."""
        if self._warn is not None:
            text = printable(redact(text, self._secrets))
            with self._lock:
                self._warn(text)
