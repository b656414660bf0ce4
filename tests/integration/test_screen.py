# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Our lines on a screen that goes away, in what programs read, and on the way out of a task that is ended."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from tests.integration.deploys import until
from tests.integration.harness import Harness, Task
from tests.integration.prepare import GOOD, Preparer
from tests.practice_rack.server import PracticeRack

LIVE = re.compile(r"\[web\] .+")
LONGEST = 90
LAST_WORDS = re.compile(
    r"\[web\] interrupted; the rack goes on by itself with what was sent last: (.+?)\. (.*)", re.MULTILINE
)


@pytest.fixture
def release(rack: PracticeRack) -> str:
    """A release that is yet to be promoted, on a rack that takes its time."""
    preparer = Preparer(rack)
    preparer.app()
    made = str(preparer.build()["release"])
    rack.settings.change({"promote_seconds": 1.5, "process_seconds": 0.5})
    rack.requests.clear()
    return made


def promote(release: str, **keywords: Any) -> Task:
    return {
        "name": "Promote",
        "convox.rack.convox_release": {"app": "web", "release": release, "poll_interval": 0.2},
        **keywords,
    }


AFTER: Task = {"name": "After", "convox.rack.convox_app": {"name": "web", "locked": True}}


def live(text: str) -> list[str]:
    return [line for line in text.splitlines() if LIVE.fullmatch(line)]


# -- nobody can read it any more


def writes_of(
    harness: Harness, rack: PracticeRack, tasks: list[Task], where: str, env: dict[str, str]
) -> list[str]:
    """What a play writes whose output goes somewhere else; it has to end in time."""
    rack.requests.clear()
    subprocess.run(
        ["bash", "-c", f"{shlex.join(harness.playbook_command(tasks))} {where}"],
        env={**harness.environment("short"), **env},
        cwd=harness.folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=LONGEST,
        check=False,
    )
    return [f"{record.method} {record.path}" for record in rack.requests if record.write]


@pytest.mark.parametrize("where", ["| head -1", "> /dev/full", "| sleep 2"])
def test_the_play_goes_on_where_nobody_reads_its_output(
    harness: Harness, rack: PracticeRack, release: str, where: str
) -> None:
    """Unbuffered, core warns of each line that it cannot show, and goes on."""
    writes = writes_of(harness, rack, [promote(release), AFTER], where, {"PYTHONUNBUFFERED": "1"})
    assert writes == [f"POST /apps/web/releases/{release}/promote", "PUT /apps/web"]


@pytest.mark.parametrize("where", ["| head -1", "> /dev/full", "> /dev/full 2>&1"])
def test_the_play_ends_as_it_does_without_our_lines(
    harness: Harness, rack: PracticeRack, release: str, where: str
) -> None:
    """Buffered, core starts no further task once its output cannot leave."""
    with_lines = writes_of(harness, rack, [promote(release), AFTER], where, {})
    other = str(Preparer(rack).build()["release"])
    without = writes_of(harness, rack, [promote(other), AFTER], where, {"CONVOX_PROGRESS": "false"})
    assert [each.replace(release, other) for each in with_lines[:1]] == without[:1]


# -- what programs read


def test_lines_for_a_program_hold_nothing_else(harness: Harness, release: str) -> None:
    env = {"ANSIBLE_STDOUT_CALLBACK": "convox_lines"}
    run = harness.run_playbook([promote(release), AFTER], env=env).must()
    assert [json.loads(line) for line in run.stdout.splitlines()] == [{"ok": "Promote"}, {"ok": "After"}]


def test_a_callback_made_from_default_is_for_people(harness: Harness, release: str) -> None:
    env = {"ANSIBLE_STDOUT_CALLBACK": "convox_people"}
    assert live(harness.run_playbook([promote(release)], env=env).must().stdout)


@pytest.mark.parametrize(("more", "shown"), [((), True), (("-o",), False), (("--tree", "TREE"), False)])
def test_adhoc(harness: Harness, release: str, tmp_path: Path, more: tuple[str, ...], shown: bool) -> None:
    words = [word.replace("TREE", str(tmp_path / "tree")) for word in more]
    arguments = {"app": "web", "release": release, "poll_interval": 0.2}
    run = harness.run_adhoc("convox.rack.convox_release", arguments, more=words).must()
    assert bool(live(run.stdout)) is shown
    assert "CHANGED" in run.stdout


def test_a_log_has_the_lines_whatever_the_callback(harness: Harness, release: str, tmp_path: Path) -> None:
    env = {"ANSIBLE_STDOUT_CALLBACK": "convox_lines", "ANSIBLE_LOG_PATH": str(tmp_path / "log")}
    run = harness.run_playbook([promote(release)], env=env).must()
    assert live(run.stdout) == []
    assert f"[web] promote {release}" in (tmp_path / "log").read_text(encoding="utf-8")


def test_a_line_stands_below_its_task(harness: Harness, release: str) -> None:
    lines = harness.run_playbook([promote(release)]).must().stdout.splitlines()
    task = next(n for n, line in enumerate(lines) if line.startswith("TASK [Promote]"))
    end = next(n for n, line in enumerate(lines) if line.startswith("changed: "))
    first = next(n for n, line in enumerate(lines) if LIVE.fullmatch(line))
    assert task < first < end


def test_ansible_runner_frames_them_as_what_else_it_shows(harness: Harness, release: str) -> None:
    run = harness.run_runner([promote(release), AFTER]).must()
    assert f"[web] promote {release}" in live(run.stdout)
    (events,) = harness.folder.glob("runner*/artifacts/*/job_events")
    kinds = [json.loads(path.read_text(encoding="utf-8")) for path in events.glob("*.json")]
    shown = [each for each in kinds if f"[web] promote {release}" in each["stdout"]]
    assert [each["event"] for each in shown] == ["verbose"]
    assert sum(each["event"] == "runner_on_ok" for each in kinds) == 2


# -- the way out


def build_task() -> Task:
    return {"name": "Build", "convox.rack.convox_build": {"app": "web", "url": GOOD}}


def ended(harness: Harness, rack: PracticeRack, task: Task, how: str, env: dict[str, str]) -> tuple[str, str]:
    """What a play prints that is ended by a signal as soon as its write is done: output and error."""
    with subprocess.Popen(
        harness.playbook_command([task]),
        env={**harness.environment("short"), **env},
        cwd=harness.folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    ) as process:
        until(lambda: any(record.write and record.seconds for record in rack.requests), seconds=60)
        # A busy machine takes its time to read the answer: only then the task knows that the rack goes on.
        time.sleep(1.5)
        if how == "Ctrl-C":
            os.killpg(process.pid, signal.SIGINT)
        else:
            os.kill(process.pid, signal.SIGTERM)
        out, error = process.communicate(timeout=LONGEST)
    return out, error


@pytest.mark.parametrize("how", ["Ctrl-C", "SIGTERM"])
@pytest.mark.parametrize("kind", ["promote", "build"])
def test_a_signal(harness: Harness, rack: PracticeRack, release: str, how: str, kind: str) -> None:
    rack.settings.change({"promote_seconds": 15.0, "build_seconds": 15.0})
    task = promote(release) if kind == "promote" else build_task()
    _out, error = ended(harness, rack, task, how, {"CONVOX_PROGRESS": "false"})
    ((operation, way_out),) = LAST_WORDS.findall(error)
    assert operation == (f"promote {release} of web" if kind == "promote" else "build web")
    assert ("state: cancelled" if kind == "promote" else "git_sha") in way_out


@pytest.mark.parametrize("kind", ["promote", "build"])
def test_the_timeout_of_a_task(harness: Harness, rack: PracticeRack, release: str, kind: str) -> None:
    rack.settings.change({"promote_seconds": 15.0, "build_seconds": 15.0})
    task = promote(release) if kind == "promote" else build_task()
    run = harness.run_playbook([{**task, "timeout": 2}], env={"ANSIBLE_STDOUT_CALLBACK": "convox_lines"})
    assert [json.loads(line) for line in run.stdout.splitlines()] == [{"failed": task["name"]}]
    ((operation, _way_out),) = LAST_WORDS.findall(run.stderr)
    assert operation == (f"promote {release} of web" if kind == "promote" else "build web")


def test_nothing_is_said_where_nothing_goes_on(harness: Harness, rack: PracticeRack, release: str) -> None:
    done = harness.run_playbook([promote(release), {**AFTER, "timeout": 30}]).must()
    assert "interrupted" not in done.output
    secret = harness.run_playbook([{**build_task(), "no_log": True, "timeout": 2}], env={})
    assert "interrupted" not in secret.output
