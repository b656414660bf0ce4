# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check mode against a rack that refuses every write: nothing is written, and it says what would change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration import cases
from tests.integration.harness import QUICK, WAYS, Harness, Run, Task, Way
from tests.integration.prepare import CRASH, Preparer
from tests.practice_rack.server import PracticeRack

CASES = cases.check_mode()


def task(title: str, module: str, /, **options: Any) -> Task:
    return {"name": title, f"convox.rack.convox_{module}": options}


@pytest.fixture(scope="module", params=WAYS)
def way(request: pytest.FixtureRequest) -> Way:
    """Each way of running; one run serves all cases."""
    chosen: Way = request.param
    return chosen


@pytest.fixture(scope="module")
def refusing(way: Way, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[PracticeRack, Run]]:
    """A rack that refuses writes, and the run of all cases against it."""
    with PracticeRack(**QUICK, **cases.CONSOLE) as rack:
        ids = cases.furnish(rack)
        rack.settings.refuse_writes = True
        tasks = [case.as_task() for case in CASES.values()]
        harness = Harness(rack, tmp_path_factory.mktemp(way))
        run = harness.run_playbook(tasks, way=way, check=True, diff=True, extra_vars=ids)
        yield rack, run.must()


def test_nothing_is_written(refusing: tuple[PracticeRack, Run]) -> None:
    rack, run = refusing
    assert run.writes == []
    assert rack.state.refused_writes == 0
    assert run.requests
    assert run.warnings() == []
    assert "canary" not in run.output


@pytest.mark.parametrize("name", CASES)
def test_it_says_what_would_change(name: str, refusing: tuple[PracticeRack, Run]) -> None:
    result = refusing[1].of(name)
    assert result["changed"] is CASES[name].changed
    if CASES[name].changed:
        assert result["diff"]["before"] != result["diff"]["after"]
    else:
        assert result.get("diff", {}).get("after", {}) == {}


def test_a_promote_under_way_would_be_cancelled(make_rack: Any, tmp_path: Path, way: Way) -> None:
    rack = make_rack()
    preparer = Preparer(rack)
    preparer.deployed()
    preparer.promote(preparer.build(url=CRASH)["release"], wait=False)
    rack.settings.refuse_writes = True
    rack.requests.clear()
    cancel = task("cancel", "release", app="web", state="cancelled", restore_env=True)
    run = Harness(rack, tmp_path).run_playbook([cancel], way=way, check=True).must()
    assert run.of("cancel")["changed"] is True
    assert run.writes == []


def test_the_practice_rack_would_have_noticed(harness: Harness, rack: PracticeRack) -> None:
    """The proof above is worth something: for real, a refused write fails the task."""
    cases.furnish(rack)
    rack.settings.refuse_writes = True
    run = harness.run_playbook([task("lock", "app", name="web", locked=True)])
    assert run.of("lock")["failed"] is True
    assert "refuses writes" in run.of("lock")["msg"]
    assert [(record.method, record.path) for record in run.writes] == [("PUT", "/apps/web")]
    assert rack.state.refused_writes == 1
