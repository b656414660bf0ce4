# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run parts side by side and say at the end what was run."""

from __future__ import annotations

import subprocess
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from scripts.environments import InstallFailed
from scripts.interpreters import NoPython
from scripts.parts import Part
from scripts.work import Count, Work

TAIL = 3


@dataclass(frozen=True)
class Verdict:
    """One row of the table."""

    name: str
    count: Count
    seconds: float
    good: bool


def _run(part: Part, live: bool) -> Verdict:
    work = Work(part.name, live)
    started = time.monotonic()
    try:
        part.run(work)
    except (NoPython, InstallFailed, OSError, subprocess.SubprocessError) as error:
        work.say(f"FAILED: {error}")
        work.count.failed += 1
    except Exception:  # one broken part must not hide what the others found
        work.say(traceback.format_exc())
        work.count.failed += 1
    if not work.count.passed and not work.count.failed:
        work.say("FAILED: no test ran")
        work.count.failed += 1
    verdict = Verdict(part.name, work.count, time.monotonic() - started, not work.count.failed)
    if not live:
        _show(verdict, work)
    return verdict


def _show(verdict: Verdict, work: Work) -> None:
    """A failed part's whole log, else its last lines."""
    lines = work.log.read_text(encoding="utf-8").splitlines()
    shown = lines[-TAIL:] if verdict.good else lines
    head = f"==== {verdict.name}: {'ok' if verdict.good else 'FAILED'} ({verdict.seconds:.0f} s, {work.log})"
    print("\n".join([head, *shown]), flush=True)


def run(parts: list[Part], jobs: int) -> int:
    """Run all parts, print the table and the line that adds up their tests; answers the exit status."""
    live = len(parts) == 1
    started = time.monotonic()
    with ThreadPoolExecutor(max_workers=max(1, jobs)) as pool:
        verdicts = list(pool.map(lambda part: _run(part, live), parts))
    total = Count()
    print(f"\n{'part':<20} {'tests':<40} {'seconds':>8}  verdict")
    for verdict in verdicts:
        total.add(verdict.count)
        word = "ok" if verdict.good else "FAILED"
        print(f"{verdict.name:<20} {verdict.count!s:<40} {verdict.seconds:>8.0f}  {word}")
    print(f"{'all':<20} {'':<40} {time.monotonic() - started:>8.0f}")
    print(f"\n{total}", flush=True)
    return 1 if total.failed else 0
