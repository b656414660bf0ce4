# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the processes of a release are, when a test wants it otherwise than by themselves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Condition:
    """One moment of a process.

    ``status`` as process lists have it (pending, starting, running, unhealthy, crashed, failed, complete,
    unknown). The rest is what diagnose and the logs tell: None stands for what goes with the status.
    """

    status: str
    detail: str | None = None
    hint: str | None = None
    logs: str | None = None
    previous_logs: str | None = None


When = Condition | str | None
# One condition for ever; or steps, each from so many seconds after the promote on; or what a function gives
# for those seconds. None stands for a process that is as it would be by itself.
Script = When | Sequence[tuple[float, When]] | Callable[[float], When]


def condition(script: Script, seconds: float) -> Condition | None:
    """What a script says so many seconds after the promote."""
    if callable(script):
        found = script(seconds)
    elif isinstance(script, (Condition, str)) or script is None:
        found = script
    else:
        found = None
        for since, then in script:
            if since <= seconds:
                found = then
    return Condition(found) if isinstance(found, str) else found


def crash_loop(
    since: float = 2.0,
    until: float = 1e9,
    *,
    every: float = 6.0,
    calm: float = 2.0,
    crashed: When = "crashed",
) -> Callable[[float], When]:
    """Crashed, but for ``calm`` seconds at the end of ``every`` so many, in which the process runs."""

    def script(seconds: float) -> When:
        looping = since <= seconds < until and seconds % every < every - calm
        return crashed if looping else "running" if seconds >= since else None

    return script
