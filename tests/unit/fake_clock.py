# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Time that passes only when somebody sleeps."""

from __future__ import annotations

from ansible_collections.convox.rack.plugins.module_utils._api.clock import Clock

# A wait that goes on for so many seconds would never end.
FOR_EVER = 100_000.0


class FakeClock(Clock):
    """A clock of a test; ``pauses`` are the sleeps asked for."""

    def __init__(self) -> None:
        self.time = 0.0
        self.pauses: list[float] = []

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0, "nobody can sleep backwards"
        self.pauses.append(seconds)
        self.time += seconds
        assert self.time < FOR_EVER, "this never ends"
