# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The clocks that a practice rack can go by."""

from __future__ import annotations

import time
from typing import Protocol

# 2026-01-01T00:00:00Z, the day on which every still clock starts, in nanoseconds since 1970.
NEW_YEAR = 1_767_225_600 * 10**9


class Clock(Protocol):
    """Seconds that only grow, and a way to let them pass."""

    def now(self) -> float:
        """The time, in seconds."""

    def sleep(self, seconds: float) -> None:
        """Let so many seconds pass."""


class RealClock:
    """The time of the machine."""

    def now(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


class StillClock:
    """Time that passes only when somebody sleeps."""

    def __init__(self) -> None:
        self.time = 0.0

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        if seconds < 0:
            raise ValueError("nobody can sleep backwards")
        self.time += seconds


def start_of(clock: Clock) -> int:
    """Nanoseconds since 1970 as a rack starts; only the machine's clock knows the real ones."""
    return time.time_ns() if isinstance(clock, RealClock) else NEW_YEAR
