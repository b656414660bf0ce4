# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the time that waits pass, and how long they pause."""

from __future__ import annotations

import time

FIRST_PAUSE = 0.3
# A wait reads again after a twelfth of the time it has already waited: after ten seconds that is 0.8 s,
# so a task ends soon after the rack is done, and a long wait costs few requests.
PATIENCE = 12.0


class Clock:
    """Time, replaceable in tests."""

    def now(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


def pause_after(waited: float, poll_interval: float) -> float:
    """Seconds until the next read, when ``waited`` seconds have passed."""
    return min(poll_interval, max(FIRST_PAUSE, waited / PATIENCE))
