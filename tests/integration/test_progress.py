# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines on the screen while a task works: at once, few, never in a result, and quiet where they must be."""

from __future__ import annotations

import itertools
import re
import subprocess
import time
from typing import Any, NamedTuple

import pytest

from tests.integration.harness import Harness, Task
from tests.integration.prepare import Preparer
from tests.practice_rack.server import PracticeRack

PROMOTE_SECONDS = 4.0
LIVE = re.compile(r"\[web\] .+")


class Line(NamedTuple):
    """A line of standard output and when it came, in seconds since the start."""

    seconds: float
    text: str


def watch(harness: Harness, tasks: list[Task]) -> list[Line]:
    """Run a play the short way and note when each line comes."""
    started = time.monotonic()
    with subprocess.Popen(
        harness.playbook_command(tasks),
        env=harness.environment("short"),
        cwd=harness.folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    ) as process:
        lines = [Line(time.monotonic() - started, text.rstrip()) for text in process.stdout or ()]
    assert process.returncode == 0, lines
    return lines


def promote(release: str, **keywords: Any) -> Task:
    return {
        "name": "Promote",
        "convox.rack.convox_release": {"app": "web", "release": release, "poll_interval": 0.2},
        **keywords,
    }


@pytest.fixture
def release(rack: PracticeRack) -> str:
    """A release that is yet to be promoted, on a rack that takes its time."""
    preparer = Preparer(rack)
    preparer.app()
    made = str(preparer.build()["release"])
    rack.settings.promote_seconds = PROMOTE_SECONDS
    rack.settings.process_seconds = PROMOTE_SECONDS / 2
    return made


def live(text: str) -> list[str]:
    return [line for line in text.splitlines() if LIVE.fullmatch(line)]


def test_they_come_at_once(harness: Harness, release: str) -> None:
    lines = watch(harness, [promote(release)])
    shown = [line for line in lines if LIVE.fullmatch(line.text)]
    end = next(line.seconds for line in lines if line.text.startswith("changed: "))
    first = next(line for line in shown if release in line.text)
    assert end - first.seconds > PROMOTE_SECONDS / 2
    # Of the same thing at most one line a second, and none twice in a row.
    things: dict[str, list[Line]] = {}
    for line in shown:
        things.setdefault(line.text.split(":")[0], []).append(line)
    for service in ("[web] web", "[web] worker"):
        assert things[service]
        for one, other in itertools.pairwise(things[service]):
            assert other.seconds - one.seconds > 0.9
            assert other.text != one.text


def test_they_are_in_no_result(harness: Harness, release: str) -> None:
    run = harness.run_playbook([promote(release)]).must()
    assert live(run.stdout)
    result = run.of("Promote")
    assert set(result) >= {"release", "app", "changed"}
    for line in live(run.stdout):
        assert line not in str(result)
        assert line.removeprefix("[web] ") not in str(result)
    assert "stdout" not in result


def test_a_build_shows_its_log(harness: Harness, rack: PracticeRack) -> None:
    Preparer(rack).app()
    task = {"name": "Build", "convox.rack.convox_build": {"app": "web", "url": "https://host.test/a.tgz"}}
    run = harness.run_playbook([task]).must()
    assert "[web] Building: web" in run.stdout.splitlines()
    assert "Building: web" not in str(run.of("Build"))


QUIET: dict[str, dict[str, Any]] = {
    "no_log": {"keywords": {"no_log": True}},
    "variable": {"extra_vars": {"convox_progress": False}},
    "environment": {"env": {"CONVOX_PROGRESS": "no"}},
    "ini": {"ini": "[convox]\nprogress = false\n"},
    "long way": {"way": "long"},
}


@pytest.mark.parametrize("kind", QUIET)
def test_they_are_quiet(kind: str, harness: Harness, rack: PracticeRack, release: str) -> None:
    rack.settings.promote_seconds = rack.settings.process_seconds = 0.3
    how = dict(QUIET[kind])
    keywords = how.pop("keywords", {})
    harness.config.write_text(how.pop("ini", ""), encoding="utf-8")
    run = harness.run_playbook([promote(release, **keywords)], **how).must()
    assert live(run.output) == []
    assert run.of("Promote")["changed"] is True
