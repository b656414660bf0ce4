# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The work of one part: commands with their output in a log, and what was counted."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from scripts import environments, tree

LOGS = environments.BUILD / "logs"
Command = Sequence[str | Path]


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


def count_junit(path: Path) -> Count:
    """Read the counts of a JUnit file as pytest writes it; no file means that the run itself failed."""
    if not path.is_file():
        return Count(failed=1)
    count = Count()
    for suite in ElementTree.parse(path).iter("testsuite"):
        bad = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        skipped = int(suite.get("skipped", 0))
        count.add(Count(int(suite.get("tests", 0)) - bad - skipped, bad, skipped))
    return count


@dataclass
class Work:
    """What a part does: its log, its counts, its commands."""

    name: str
    live: bool = False
    count: Count = field(default_factory=Count)

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

    def run(self, command: Command, env: Mapping[str, str], cwd: Path = tree.COLLECTION) -> int:
        """Run a command to its end with its output in the log; answers its exit status."""
        self.say(f"$ {shlex.join(map(str, command))}")
        with self.log.open("a", encoding="utf-8") as log:
            process = subprocess.Popen(
                [str(word) for word in command],
                env=dict(env),
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                errors="replace",
            )
            for line in process.stdout or ():
                log.write(line)
                log.flush()
                if self.live:
                    print(line, end="", flush=True)
            return process.wait()

    def check(
        self, label: str, command: Command, env: Mapping[str, str], cwd: Path = tree.COLLECTION
    ) -> bool:
        """Run a command that counts as one test."""
        good = self.run(command, env, cwd) == 0
        self.verdict(label, good)
        return good

    def verdict(self, label: str, good: bool) -> None:
        """Count something that was looked at as one test."""
        self.count.add(Count(passed=1) if good else Count(failed=1))
        self.say(f"{'ok' if good else 'FAILED'}: {label}")

    def pytest(self, bin_folder: Path, words: Sequence[str], **more: str) -> None:
        """Run pytest over the copied tree and add up its tests; none collected is a failure."""
        report = LOGS / f"{self.log.stem}.xml"
        report.unlink(missing_ok=True)
        command = [bin_folder / "python", "-m", "pytest", f"--junitxml={report}", *words]
        command += shlex.split(os.environ.get("ARGS", ""))
        status = self.run(command, environments.variables(bin_folder, **more))
        count = count_junit(report)
        if status and not count.failed:
            self.say(f"FAILED: pytest ended with {status}")
            count.failed = 1
        self.count.add(count)
