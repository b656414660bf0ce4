# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run parts side by side, each with its output in a log, and say at the end what was run."""

from __future__ import annotations

import re
import shlex
import subprocess
import textwrap
import time
import traceback
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

from scripts import environments, tree

LOGS = environments.BUILD / "logs"
# Words, or what stands for one as a path does.
Command = Sequence[object]
_PIPES: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}


class Skipped(Exception):
    """A part that this machine cannot run; the message is the reason."""


@dataclass
class Count:
    """How many tests of a part ended how. ``notes``: what was skipped and why, a line for each reason."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    notes: list[str] = field(default_factory=list)

    def add(self, other: Count) -> None:
        self.notes += other.notes
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped

    def __str__(self) -> str:
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        return f"{self.passed} passed, {self.failed} failed{skipped}"


def count_junit(files: Iterable[Path], status: int) -> Count:
    """Count the tests of JUnit files, as pytest and ansible-test write them; ``status``: how they ended."""
    count, skipped = Count(), defaultdict(list)
    for case in (case for file in files for case in ElementTree.parse(file).iter("testcase")):
        reason = case.find("skipped")
        if reason is not None:
            # ansible-test begins with the test's name, which is added here.
            words = re.sub(r'^Skipping sanity test "[^"]+" ', "", reason.get("message") or reason.text or "")
            skipped[words.rstrip(".")].append(case.get("name", ""))
        elif case.find("failure") is not None or case.find("error") is not None:
            count.failed += 1
        else:
            count.passed += 1
    count.skipped = sum(map(len, skipped.values()))
    # Either may break without a file for any test.
    count.failed = count.failed or int(status != 0)
    for why, names in sorted(skipped.items()):
        count.notes.append(textwrap.shorten(f"{why}: {', '.join(sorted(names))}", 240, placeholder=" ..."))
    return count


@dataclass
class Work:
    """What a part does: its log, its commands, its counts. ``live``: on the terminal, too."""

    name: str
    live: bool = False
    count: Count = field(default_factory=Count)
    seconds: float = 0
    word: str = "ok"

    def __post_init__(self) -> None:
        LOGS.mkdir(parents=True, exist_ok=True)
        self.log = LOGS / f"{self.name.replace(' ', '-')}.log"
        self.log.write_text("", encoding="utf-8")

    def say(self, text: str) -> None:
        """Write a line into the log, and to the terminal when this part runs alone."""
        with self.log.open("a", encoding="utf-8") as log:
            log.write(f"{text}\n")
        if self.live:
            print(text, flush=True)

    def run(self, command: Command, env: Mapping[str, str], cwd: Path = tree.COLLECTION) -> tuple[int, str]:
        """Run a command to its end with its output in the log; answers its exit status and the output."""
        words, lines = list(map(str, command)), list[str]()
        self.say(f"$ {shlex.join(words)}")
        with subprocess.Popen(words, env=env, cwd=cwd, encoding="utf-8", errors="replace", **_PIPES) as run:
            for line in run.stdout or ():
                lines.append(line)
                self.say(line.rstrip("\n"))
        return run.returncode, "".join(lines)

    def check(self, name: str, command: Command, env: Mapping[str, str], cwd: Path = tree.COLLECTION) -> bool:
        """Run a command that counts as one test; answers whether it succeeded."""
        return self.verdict(name, self.run(command, env, cwd)[0] == 0)

    def verdict(self, label: str, good: bool) -> bool:
        """Count something that was examined as one test; answers whether it is good."""
        self.count.add(Count(passed=1) if good else Count(failed=1))
        self.say(f"{'ok' if good else 'FAILED'}: {label}")
        return good

    def pytest(self, bin_folder: Path, words: Sequence[str], **more: str) -> None:
        """Run pytest over the copied tree and add up its tests; none collected is a failure."""
        report = self.log.with_suffix(".xml")
        report.unlink(missing_ok=True)
        command = [bin_folder / "python", "-m", "pytest", f"--junitxml={report}", *words]
        status, _output = self.run(command, environments.variables(bin_folder, **more))
        self.count.add(count_junit(LOGS.glob(report.name), status))


class Part(NamedTuple):
    """A part under its name in the table; run does it."""

    name: str
    run: Callable[[Work], None]


def _perform(part: Part, live: bool) -> Work:
    """Run one part to its end; a part that breaks, or in which no test ran, has failed. Of one that is not
    live, show the whole log where it failed, else its last lines."""
    work, started = Work(part.name, live), time.monotonic()
    if not live:
        print(f"{part.name} ...", flush=True)
    try:
        part.run(work)
        if not work.count.passed and not work.count.failed:
            work.verdict("no test ran", False)
    except Skipped as reason:
        work.say(f"skipped: {reason}")
        work.count.add(Count(skipped=1, notes=[str(reason)]))
        work.word = "skipped"
    except (environments.Unavailable, OSError, subprocess.SubprocessError) as error:
        work.verdict(str(error), False)
    except Exception:  # one broken part must not hide what the others found
        work.verdict(traceback.format_exc(), False)
    work.word = "FAILED" if work.count.failed else work.word
    work.seconds = time.monotonic() - started
    if not live:
        lines = work.log.read_text(encoding="utf-8").splitlines()[0 if work.count.failed else -3 :]
        head = f"==== {work.name}: {work.word} ({work.seconds:.0f} s, {work.log})"
        print(head, *lines, sep="\n", flush=True)
    return work


def run(parts: list[Part], jobs: int) -> int:
    """Run all parts, print the table and the line that adds up their tests; answers the exit status."""
    started, live = time.monotonic(), len(parts) == 1
    with ThreadPoolExecutor(max_workers=max(1, jobs)) as pool:
        works = list((map if live else pool.map)(partial(_perform, live=live), parts))
    total = Count()
    print(f"\n{'part':<20} {'tests':<40} {'seconds':>8}  verdict")
    for work in works:
        total.add(work.count)
        print(f"{work.name:<20} {work.count!s:<40} {work.seconds:>8.0f}  {work.word}")
        for note in work.count.notes:
            print(f"    skipped: {note}")
    print(f"{'all':<20} {'':<40} {time.monotonic() - started:>8.0f}")
    print(f"\n{total}", flush=True)
    return 0 if total.passed and not total.failed else 1
