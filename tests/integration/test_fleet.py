# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many apps: asked for several at a time, in the order of their names, and one failure names its app."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest

from ansible_collections.convox.rack.plugins.module_utils._modules.app_info.noun import AppInfoNoun
from ansible_collections.convox.rack.plugins.module_utils._shared import parallel
from tests.integration.deploys import Task, do, done
from tests.practice_rack.faults import Fault, error
from tests.practice_rack.server import PracticeRack

APPS = 200
LATENCY = 0.02
# What the project promises for so many apps with their services on a machine that has nothing else to do, in
# seconds; what it may cost of a processor; and how often it is tried.
MOST_SECONDS = 1.5
MOST_CPU = 0.6
TRIES = 5
WITH_SERVICES = Task("services", AppInfoNoun, {"include": ["services"]})
# A process of its own, as a play has one: in that of the rack both would share one interpreter.
MEASURE = f"""
import os, time
from ansible_collections.convox.rack.plugins.module_utils import _runner
from ansible_collections.convox.rack.plugins.module_utils._modules.app_info.noun import AppInfoNoun
from ansible_collections.convox.rack.plugins.plugin_utils.run import run_in_process
front = _runner.FrontEnd(False, False, os.environ, _runner.no_progress, print)
for _try in range({TRIES}):
    started, cpu = time.perf_counter(), time.process_time()
    answer = run_in_process(AppInfoNoun, "x", {{"include": ["services"]}}, front, invocation=False)
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    print(seconds, cpu, sum(len(app["services"]) for app in answer["apps"]))
"""


@pytest.fixture(scope="module")
def fleet() -> Iterator[PracticeRack]:
    """A rack with many apps, each with two services, that is some way off."""
    with PracticeRack(password="of-the-practice-rack", create_seconds=0.0) as rack:
        for number in range(APPS):
            rack.add_app(f"app{number:03}", services={"web": {"image": "i"}, "worker": {"image": "i"}})
        yield rack


@pytest.fixture(autouse=True)
def far(fleet: PracticeRack) -> Iterator[None]:
    fleet.faults.append(Fault("delay", seconds=LATENCY, times=-1))
    yield
    fleet.faults.clear()


def test_a_fleet_is_read_in_time(fleet: PracticeRack) -> None:
    login = {"CONVOX_HOST": fleet.url, "CONVOX_PASSWORD": fleet.password}
    command = [sys.executable, "-c", MEASURE]
    ran = subprocess.run(command, env={**os.environ, **login}, capture_output=True, text=True, check=True)
    lines = [line.split() for line in ran.stdout.splitlines()]
    assert [int(services) for _seconds, _cpu, services in lines] == [2 * APPS] * TRIES
    assert min(float(cpu) for _seconds, cpu, _services in lines) < MOST_CPU
    busy = max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
    assert min(float(seconds) for seconds, _cpu, _services in lines) < MOST_SECONDS * busy


def test_apps_come_in_order_and_each_with_its_own(fleet: PracticeRack) -> None:
    apps = done(fleet, WITH_SERVICES)["apps"]
    assert [app["name"] for app in apps] == [f"app{number:03}" for number in range(APPS)]
    for app in apps:
        assert {service["domain"] for service in app["services"]} == {
            f"web.{app['name']}.rack.test",
            f"worker.{app['name']}.rack.test",
        }


def test_no_more_at_a_time_than_asked_for(fleet: PracticeRack) -> None:
    started = time.monotonic()
    done(fleet, WITH_SERVICES, name=[f"app{number:03}" for number in range(10)], parallel=1)
    assert time.monotonic() - started > 10 * LATENCY


def test_one_failure_names_its_app_and_waits_for_nobody(fleet: PracticeRack) -> None:
    fleet.faults[:0] = [
        error(403, "operation not permitted for deploy keys", "GET", "/apps/app017/services$", -1, 0),
        Fault("delay", "GET", "/apps/app01[0-689]/services$", seconds=6.0, times=-1),
    ]
    started = time.monotonic()
    answer = do(fleet, WITH_SERVICES)
    assert answer["failed"] and "app017" in answer["msg"], answer["msg"]
    assert (answer["error"], answer["changed"]) == ("ConvoxForbiddenError", False)
    assert time.monotonic() - started < 5.0


def test_threads_end_with_the_task(fleet: PracticeRack) -> None:
    done(fleet, WITH_SERVICES)
    deadline = time.monotonic() + 20.0
    while any(thread.name == parallel.NAME for thread in threading.enumerate()):
        assert time.monotonic() < deadline
        time.sleep(0.01)
