# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to convox.rack: lines on the screen while a task works. They never enter a result."""

from __future__ import annotations

import time
import typing as t

INTERVAL = 1.0


class Progress:
    """``say(app, text, thing)`` shows ``[app] text`` at once.

    Of the same ``thing`` (a service, the app's status) nothing is shown twice, and at most one line a second.
    A line without a thing (a log's) is always shown. ``show`` takes one line; ``clock`` gives seconds.
    """

    def __init__(self, show: t.Callable[[str], None], clock: t.Callable[[], float] = time.monotonic) -> None:
        self._show = show
        self._clock = clock
        self._last: dict[tuple[str, str], tuple[str, float]] = {}

    def say(self, app: str, text: str, thing: str = "") -> None:
        if thing and not self._is_news((app, thing), text):
            return
        for line in text.splitlines():
            if line.strip():
                self._show(f"[{app}] {line.rstrip()}")

    def _is_news(self, key: tuple[str, str], text: str) -> bool:
        now = self._clock()
        last, shown = self._last.get(key, ("", now - INTERVAL))
        if text == last or now - shown < INTERVAL:
            return False
        self._last[key] = (text, now)
        return True
