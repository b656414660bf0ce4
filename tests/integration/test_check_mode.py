# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check mode against a rack that refuses every write: nothing is written, and all of it is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.integration.harness import Harness, Task, Way
from tests.integration.prepare import CRASH, GOOD, Preparer
from tests.practice_rack.server import PracticeRack


def task(title: str, module: str, /, **options: Any) -> Task:
    return {"name": title, f"convox.rack.convox_{module}": options}


def changing(old: str, staged: str) -> list[Task]:
    """One task of each kind that would change a rack with a running app."""
    return [
        task("create an app", "app", name="new", locked=True, parameters={"BuildCpu": 1}),
        task("change an app", "app", name="web", locked=True, parameters={"BuildCpu": 1}),
        task("delete an app", "app", name="web", state="absent"),
        task("set variables", "env", app="web", variables={"A": "canary", "NEW": "canary"}),
        task("the whole env", "env", app="web", variables={}, purge=True),
        task("stage variables", "env", app="web", unset=["A"], promote=False),
        task("mask keys", "env", app="web", masked_keys=["A"]),
        task("fork a release", "env", app="web", variables={"A": "3"}, release=old),
        task("scale", "service", app="web", name="web", count=4, cpu=100),
        task("restart", "service", app="web", state="restarted"),
        task("build", "build", app="web", url=GOOD),
        task("promote", "release", app="web", release=staged),
        task("promote the latest", "release", app="web", release="latest"),
        task("make a release", "release", app="web", state="created", env_from=old),
        task("roll back", "release", app="web", state="rolled_back", release=old),
    ]


def unchanging(active: str) -> list[Task]:
    """Tasks that find everything as they want it."""
    return [
        task("an app that is there", "app", name="web", locked=False),
        task("an app that is gone", "app", name="nobody", state="absent"),
        task("the active release", "release", app="web", release=active),
        task("scaled already", "service", app="web", name="web", count=1, cpu=250),
        task("nothing to cancel", "release", app="web", state="cancelled"),
        task("information", "release_info", app="web"),
    ]


def prepared(rack: PracticeRack) -> tuple[str, str, str]:
    """An app with an old, an active and a staged release; then the rack refuses writes."""
    preparer = Preparer(rack)
    old = preparer.deployed()
    active = preparer.release(env="A=2")
    preparer.promote(active)
    staged = preparer.release(env="A=4")
    rack.requests.clear()
    rack.settings.refuse_writes = True
    return old, active, staged


def test_nothing_is_written_and_all_is_told(harness: Harness, rack: PracticeRack, way: Way) -> None:
    old, active, staged = prepared(rack)
    changes, same = changing(old, staged), unchanging(active)
    run = harness.run_playbook([*changes, *same], way=way, check=True, diff=True).must()
    assert run.writes == []
    assert rack.state.refused_writes == 0
    assert run.requests
    assert run.warnings() == []
    assert {each["name"]: run.of(each["name"])["changed"] for each in changes} == {
        each["name"]: True for each in changes
    }
    assert {each["name"]: run.of(each["name"])["changed"] for each in same} == {
        each["name"]: False for each in same
    }
    for each in changes:
        diff = run.of(each["name"])["diff"]
        assert diff["before"] != diff["after"], each["name"]
    for each in same:
        assert run.of(each["name"]).get("diff", {}).get("after", {}) == {}
    assert "canary" not in run.output


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
    prepared(rack)
    run = harness.run_playbook([task("lock", "app", name="web", locked=True)])
    assert run.of("lock")["failed"] is True
    assert "refuses writes" in run.of("lock")["msg"]
    assert [(record.method, record.path) for record in run.writes] == [("PUT", "/apps/web")]
    assert rack.state.refused_writes == 1
