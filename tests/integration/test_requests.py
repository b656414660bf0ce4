# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many requests a task costs where nothing is to be done."""

from __future__ import annotations

import pytest

from tests.integration import cases
from tests.integration.harness import QUICK, Harness, Run
from tests.integration.prepare import Preparer, deployed
from tests.practice_rack.server import PracticeRack

CASES = cases.requests()


@pytest.fixture(scope="module")
def unchanged(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The run of all cases, on a rack whose newest release is the active one."""
    with PracticeRack(**QUICK, **cases.CONSOLE) as rack:
        active = deployed(rack)
        cases.prepare(Preparer(rack))
        rack.requests.clear()
        tasks = [case.as_task() for case in CASES.values()]
        harness = Harness(rack, tmp_path_factory.mktemp("requests"))
        return harness.run_playbook(tasks, extra_vars={"active": active}).must()


@pytest.mark.parametrize("name", CASES)
def test_an_unchanged_task_costs_few(name: str, unchanged: Run) -> None:
    assert unchanged.of(name)["changed"] is False
    assert 0 < len(CASES[name].requests(unchanged)) <= CASES[name].most


def test_every_request_is_counted(unchanged: Run) -> None:
    assert len(unchanged.ours()) == len([case for case in CASES.values() if case.task is None])
    assert sum(len(case.requests(unchanged)) for case in CASES.values()) == len(unchanged.requests)


def test_a_loop_shares_its_connection(harness: Harness, rack: PracticeRack) -> None:
    deployed(rack)
    item = {"name": "loop", "convox.rack.convox_app": {"name": "web"}, "loop": list(range(5))}
    run = harness.run_playbook([item]).must()
    assert len(run.requests) == 5
