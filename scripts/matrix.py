# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make matrix`: each ansible-core with each Python that may run it and is on this machine."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from scripts import environments, interpreters, sanity, tests
from scripts.work import Count, Work

_PARTS: dict[str, Callable[[Work, str, Path], None]] = {
    "sanity": sanity.run,
    "unit": tests.unit,
    "integration": tests.integration,
}


def _cell(core: str, version: str, total: Count) -> str:
    """Run all parts of one cell; answers its line of the table."""
    python = interpreters.find(version)
    if python is None:
        total.skipped += 1
        return "skipped: this Python is not here"
    words = []
    for name, part in _PARTS.items():
        work, started = Work(f"matrix {core} {version} {name}"), time.monotonic()
        try:
            part(work, core, python)
        except (environments.InstallFailed, OSError) as error:
            work.say(f"FAILED: {error}")
            work.count.failed += 1
        total.add(work.count)
        good = "ok" if work.count.passed and not work.count.failed else f"FAILED ({work.log.name})"
        words.append(f"{name} {good}: {work.count} in {time.monotonic() - started:.0f} s")
    return "; ".join(words)


def run(only: str = "") -> int:
    """Run the matrix, or one core's part of it, one cell after the other; answers the exit status."""
    total = Count()
    for core in [only] if only else interpreters.CORES:
        for version in interpreters.CORES[core]:
            print(f"core {core}, Python {version}: ", end="", flush=True)
            print(_cell(core, version, total), flush=True)
    print(f"\n{total}", flush=True)
    return 1 if total.failed else 0
