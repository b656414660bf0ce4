# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run parts side by side and say at the end what was run."""

from __future__ import annotations

import subprocess
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from scripts.environments import InstallFailed
from scripts.interpreters import NoPython
from scripts.parts import Part
from scripts.work import Count, Skipped, Work

TAIL = 3


@dataclass(frozen=True)
class Verdict:
    """One row of the table. ``word``: ok, FAILED or skipped."""

    name: str
    count: Count
    seconds: float
    word: str
    log: Path

    @property
    def good(self) -> bool:
        return self.word != "FAILED"


def perform(part: Part, live: bool = False) -> Verdict:
    """Run one part to its end; a part that breaks, or in which no test ran, has failed."""
    work = Work(part.name, live)
    started = time.monotonic()
    try:
        part.run(work)
    except Skipped as reason:
        work.say(f"skipped: {reason}")
        work.count.add(Count(skipped=1, notes=[str(reason)]))
        return Verdict(part.name, work.count, 0.0, "skipped", work.log)
    except (NoPython, InstallFailed, OSError, subprocess.SubprocessError) as error:
        work.say(f"FAILED: {error}")
        work.count.failed += 1
    except Exception:  # one broken part must not hide what the others found
        work.say(traceback.format_exc())
        work.count.failed += 1
    if not work.count.passed and not work.count.failed:
        work.say("FAILED: no test ran")
        work.count.failed += 1
    word = "FAILED" if work.count.failed else "ok"
    return Verdict(part.name, work.count, time.monotonic() - started, word, work.log)


def show(verdict: Verdict) -> None:
    """A failed part's whole log, else its last lines."""
    lines = verdict.log.read_text(encoding="utf-8").splitlines()
    shown = lines[-TAIL:] if verdict.good else lines
    head = f"==== {verdict.name}: {verdict.word} ({verdict.seconds:.0f} s, {verdict.log})"
    print("\n".join([head, *shown]), flush=True)


def run(parts: list[Part], jobs: int) -> int:
    """Run all parts, print the table and the line that adds up their tests; answers the exit status."""
    live = len(parts) == 1
    started = time.monotonic()

    def one(part: Part) -> Verdict:
        if not live:
            print(f"{part.name} ...", flush=True)
        verdict = perform(part, live)
        if not live:
            show(verdict)
        return verdict

    with ThreadPoolExecutor(max_workers=max(1, jobs)) as pool:
        verdicts = list(pool.map(one, parts))
    total = Count()
    print(f"\n{'part':<20} {'tests':<40} {'seconds':>8}  verdict")
    for verdict in verdicts:
        total.add(verdict.count)
        print(f"{verdict.name:<20} {verdict.count!s:<40} {verdict.seconds:>8.0f}  {verdict.word}")
        for note in verdict.count.notes:
            print(f"    skipped: {note}")
    print(f"{'all':<20} {'':<40} {time.monotonic() - started:>8.0f}")
    print(f"\n{total}", flush=True)
    return 0 if total.passed and not total.failed else 1
