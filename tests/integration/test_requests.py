# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many requests a task costs where nothing is to be done."""

from __future__ import annotations

from collections import Counter
from typing import Any

from tests.integration.bad_input import actor
from tests.integration.harness import Harness, Task
from tests.integration.prepare import deployed
from tests.practice_rack.server import PracticeRack

MOST = {"app": 1, "env": 2, "service": 2, "release": 2, "release by id": 1, "info": 2, "loop": 1, "lookup": 2}


def task(title: str, module: str, /, **options: Any) -> Task:
    return {
        "name": title,
        f"convox.rack.convox_{module}": options,
        "environment": {"CONVOX_ACTOR": actor(title)},
    }


def test_unchanged_tasks_cost_few(harness: Harness, rack: PracticeRack) -> None:
    release = deployed(rack)
    names = "{{ query('convox.rack.convox_env', 'A', 'B', app='web') }}"
    whole = "{{ lookup('convox.rack.convox_env', app='web') }}"
    tasks = [
        task("app", "app", name="web", locked=False),
        task("env", "env", app="web", variables={"A": "1"}, unset=["NEVER"]),
        task("service", "service", app="web", name="web", count=1, cpu=250),
        task("release", "release", app="web", release="latest"),
        task("release by id", "release", app="web", release=release),
        task("info", "release_info", app="web"),
        {"name": "lookup", "ansible.builtin.debug": {"msg": f"{names} {whole}"}},
    ]
    run = harness.run_playbook(tasks).must()
    assert [each.result["changed"] for each in run.ours()] == [False] * 6
    counted = Counter(record.headers.get("convox-actor", "lookup") for record in run.requests)
    for each in tasks:
        assert 0 < counted[actor(each["name"])] <= MOST[each["name"]], counted


def test_a_loop_shares_its_connection(harness: Harness, rack: PracticeRack) -> None:
    deployed(rack)
    item = {**task("loop", "app", name="web"), "loop": list(range(5))}
    run = harness.run_playbook([item]).must()
    assert len(run.requests) == 5
