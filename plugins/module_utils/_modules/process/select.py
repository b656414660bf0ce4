# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: which processes a task of convox_process means. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone

from ansible_collections.convox.rack.plugins.module_utils._api.resources.processes import Process

#: The states that a rack gives its processes.
STATUSES = ("pending", "starting", "running", "unhealthy", "crashed", "complete", "failed", "unknown")
# What builds run under. It is no service, and a build is not stopped by accident.
BUILD = "build"


@dataclass(frozen=True)
class Selection:
    """The processes meant: those named in ``ids``, or all of an app for which each of the others holds that
    is given. ``older_than`` in seconds."""

    ids: tuple[str, ...] = ()
    service: str | None = None
    release: str | None = None
    older_than: float | None = None
    statuses: tuple[str, ...] = ()

    def means(self, process: Process, now: datetime) -> bool:
        """Whether a process of the app's list is meant. A build's is only where the service is ``build``."""
        if self.service is not None:
            if process.service != self.service:
                return False
        elif BUILD in (process.service, process.name):
            return False
        return (
            (self.release is None or process.release == self.release)
            and (not self.statuses or process.status in self.statuses)
            and (self.older_than is None or self._is_old(process, now))
        )

    def _is_old(self, process: Process, now: datetime) -> bool:
        at = time_of(process.started)
        return at is not None and (now - at).total_seconds() > (self.older_than or 0.0)


def time_of(text: str | None) -> datetime | None:
    """A time as racks write it, to the second; None for none, and for what cannot be read."""
    try:
        return datetime.fromisoformat((text or "")[:19]).replace(tzinfo=timezone.utc)
    except ValueError:
        return None
