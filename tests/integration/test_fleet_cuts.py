# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""fleet_deploy is interrupted at one of its requests and run again: in the end all is as without it.

Each request of the canary and of the rack after it, of polls the first, is lost before its work or after it,
or Ansible is killed while it is under way. As a rule three of these are tried on one rack; with
``CONVOX_CUTS=2`` in the environment all of them, on so many racks. That takes ten minutes a rack.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.integration.conftest import MakeRack
from tests.integration.fleets import BOOK, CANARY, SHA, Fleet
from tests.integration.harness import Harness
from tests.practice_rack.faults import Fault

ALL = int(os.environ.get("CONVOX_CUTS") or 0)
NAMES = ("one", "two", "three")[: ALL or 1]
KINDS = ("cut_before", "cut_after", "killed")
SAMPLE = (("cut_after", "POST", "/promote$"),)
MOST_SECONDS = 60.0


def new(harness: Harness, make_rack: MakeRack) -> Fleet:
    fleet = Fleet(harness, make_rack, NAMES)
    for told in fleet.hosts.values():
        # One lost answer would be no failure: the request is sent again.
        told["convox_max_retries"] = "0"
    return fleet


def places(fleet: Fleet) -> list[tuple[str, int]]:
    """Rack and number of each request that is to be interrupted, after a run without interruption."""
    found = []
    for name, rack in fleet.racks.items():
        seen: set[tuple[str, str]] = set()
        for number, each in enumerate(rack.requests):
            if each.write or (each.method, each.path) not in seen:
                found.append((name, number))
            seen.add((each.method, each.path))
    return found


def interrupted(fleet: Fleet, kind: str, name: str, number: int, method: str = "", path: str = "") -> None:
    """Run it with one interruption."""
    rack = fleet.racks[name]
    if kind != "killed":
        rack.faults.append(Fault(kind, method, path, skip=number))
        fleet.play()
    else:
        slow = Fault("delay", method, path, skip=number, seconds=0.6)
        rack.faults.append(slow)
        killed(fleet, lambda: slow.times == 0)
        time.sleep(0.7)
    rack.faults.clear()


def killed(fleet: Fleet, now: Callable[[], bool]) -> None:
    """Run it in a group of processes of its own, and kill them all as soon as the time has come."""
    command = [*fleet.harness.playbook_command(BOOK, inventory=fleet.inventory()), *fleet.variables()]
    with (fleet.harness.folder / "killed.log").open("wb") as log:
        going = subprocess.Popen(
            command, env=fleet.harness.environment("short"), stdout=log, stderr=log, start_new_session=True
        )
        ends = time.monotonic() + MOST_SECONDS
        while going.poll() is None and not now() and time.monotonic() < ends:
            time.sleep(0.01)
        time.sleep(0.05)
        if going.poll() is None:
            os.killpg(going.pid, signal.SIGKILL)
        going.wait()


def problems(fleet: Fleet, name: str) -> list[str]:
    """What is not as after one run that nobody interrupted."""
    active, rack = fleet.active(name), fleet.racks[name]
    promoted = Counter(each.path for each in rack.requests if each.changed and each.path.endswith("/promote"))
    found = [f"{path} {count} times" for path, count in promoted.items() if count > 1]
    if active["git_sha"] != SHA or active["env"] != f"A=1\nB=2\nTOKEN={CANARY}":
        found.append(f"runs {active['git_sha']!r} with {active['env']!r}")
    if fleet.builds(name) != 1:
        found.append(f"{fleet.builds(name)} builds of the commit")
    return found


@pytest.mark.skipif(bool(ALL), reason="among all")
@pytest.mark.parametrize(("kind", "method", "path"), SAMPLE)
def test_a_run_that_was_interrupted_is_finished_by_the_next(
    harness: Harness, make_rack: MakeRack, kind: str, method: str, path: str
) -> None:
    fleet = new(harness, make_rack)
    interrupted(fleet, kind, "one", 0, method, path)
    fleet.play().must()
    assert problems(fleet, "one") == []


@pytest.mark.skipif(not ALL, reason="takes ten minutes a rack; CONVOX_CUTS=2")
@pytest.mark.parametrize("kind", KINDS)
def test_wherever_a_run_is_interrupted_the_next_one_finishes_it(
    tmp_path: Path, make_rack: MakeRack, kind: str
) -> None:
    def again(part: str) -> Fleet:
        return new(Harness(make_rack(), tmp_path / part), make_rack)

    whole = again("whole")
    whole.play().must()
    found = []
    for name, number in places(whole):
        fleet = again(f"{name}-{number}")
        interrupted(fleet, kind, name, number)
        run = fleet.play()
        asked = whole.racks[name].requests[number]
        place = f"{kind} at {name} #{number} {asked.method} {asked.path}"
        found += [f"{place}: the next run fails: {run.stdout[-1500:]}"] if run.rc else []
        found += [f"{place}: {each}: {words}" for each in NAMES for words in problems(fleet, each)]
    assert not found, "\n".join(found)
