# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory plugin on many racks: all of them are asked at the same time."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import ExitStack

import pytest

from tests.practice_rack.faults import Fault
from tests.practice_rack.server import PracticeRack

MANY = """
import os, sys, time
from ansible_collections.convox.rack.plugins.plugin_utils import fleet
racks = [fleet.Rack({"host": url, "api_key": "of-the-practice-rack"}, "", ".", print) for url in sys.argv[2:]]
for _try in range(5):
    started = time.perf_counter()
    found = fleet.read(racks, fleet.Wanted(sys.argv[1]))
    print(time.perf_counter() - started, sum(len(each.hosts) for each in found))
"""


@pytest.mark.parametrize(
    ("hosts", "count", "most"), [("apps", 1000, 1.0), ("processes", 1000, 1.0), ("services", 1000, 4.0)]
)
def test_many_racks_are_asked_at_the_same_time(hosts: str, count: int, most: float) -> None:
    """10 racks with 100 apps each, 20 ms away. Their services cost a request an app, and these racks share
    one interpreter."""
    with ExitStack() as stack:
        settings = {"password": "of-the-practice-rack", "create_seconds": 0.0}
        racks = [stack.enter_context(PracticeRack(rack_name=f"rack{n}", **settings)) for n in range(10)]
        for rack in racks:
            for number in range(100):
                rack.add_app(f"app{number:02}", services={"web": {"image": "i"}})
            rack.faults.append(Fault("delay", seconds=0.02, times=-1))
        command = [sys.executable, "-c", MANY, hosts, *(rack.url for rack in racks)]
        ran = subprocess.run(command, capture_output=True, text=True, check=True)
    lines = [line.split() for line in ran.stdout.splitlines()]
    assert [int(found) for _seconds, found in lines] == [count] * 5, ran.stdout
    busy = max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
    assert min(float(seconds) for seconds, _found in lines) < most * busy, ran.stdout
