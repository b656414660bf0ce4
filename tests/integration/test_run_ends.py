# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The process that convox_run has started is stopped, whatever ends the play under it."""

from __future__ import annotations

import os
import signal
import subprocess
import time

import pytest

from tests.integration.deploys import until
from tests.integration.harness import Harness, Task, Way
from tests.integration.prepare import Preparer
from tests.practice_rack.server import PracticeRack

LONGEST = 90


@pytest.fixture
def deployed(rack: PracticeRack) -> PracticeRack:
    preparer = Preparer(rack)
    preparer.deployed()
    rack.requests.clear()
    return rack


def task(seconds: int, **keywords: object) -> Task:
    options = {"app": "web", "service": "web", "command": f"sleep {seconds}"}
    return {"name": "Run", "convox.rack.convox_run": options, **keywords}


def executing(rack: PracticeRack) -> bool:
    return any(record.path.endswith("/exec") for record in rack.requests)


def stopped(rack: PracticeRack) -> list[str]:
    return [each.path for each in rack.requests if each.method == "DELETE" and "/processes/" in each.path]


@pytest.mark.parametrize("how", ["Ctrl-C", "SIGTERM"])
@pytest.mark.parametrize("way", ["short", "long"])
def test_a_signal(harness: Harness, deployed: PracticeRack, way: Way, how: str) -> None:
    with subprocess.Popen(
        harness.playbook_command([task(60)], way=way),
        env=harness.environment(way),
        cwd=harness.folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        # Begun in the background, by CI or a shell, pytest ignores SIGINT, and so would what it starts.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:
        until(lambda: executing(deployed), seconds=60)
        time.sleep(0.3)
        if how == "Ctrl-C":
            os.killpg(process.pid, signal.SIGINT)
        else:
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=LONGEST)
    until(lambda: len(stopped(deployed)) == 1, seconds=20)


def test_the_timeout_of_a_task(harness: Harness, deployed: PracticeRack) -> None:
    run = harness.run_playbook([task(60, timeout=3)])
    assert run.rc != 0
    assert run.seconds < 30
    assert len(stopped(deployed)) == 1
