# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""convox_app in check mode: what would be, and nothing sent."""

from __future__ import annotations

from ansible_collections.convox.rack.plugins.module_utils._modules.app.noun import AppNoun
from tests.practice_rack.memory import MemoryRack
from tests.unit.tasks import Task, done


def checked(rack: MemoryRack, **given: object) -> Task:
    task = done(AppNoun, rack, check_mode=True, name="web", **given)
    assert task.sent == []
    return task


def test_what_would_be() -> None:
    rack = MemoryRack()
    rack.add_app("web", parameters={"BuildCpu": "1", "BuildMem": "2"})
    task = checked(rack, locked=True, parameters={"BuildCpu": "", "X": 3})
    assert task.changed
    assert task.result["app"]["parameters"] == {"BuildMem": "2", "X": "3"}
    assert task.result["app"]["locked"] is True
    assert task.outcome is not None
    assert task.outcome.answer(diff=True)["diff"] == {
        "before": {"locked": False, "parameters": {"BuildCpu": "1"}},
        "after": {"locked": True, "parameters": {"X": "3"}},
    }


def test_an_app_that_is_not_there_yet() -> None:
    task = checked(MemoryRack(), parameters={"A": True})
    app = task.result["app"]
    assert task.changed
    assert (app["name"], app["status"], app["parameters"]) == ("web", "absent", {"A": "true"})
    assert app["locked"] is False
    assert not checked(MemoryRack(), state="absent").changed


def test_a_namesake_that_is_being_deleted_leaves_nothing_behind() -> None:
    rack = MemoryRack()
    rack.add_app("web", status="deleting", locked=True, parameters={"BuildCpu": "9"})
    task = checked(rack, parameters={"BuildMem": "5"})
    app = task.result["app"]
    assert task.changed
    assert (app["status"], app["locked"], app["parameters"]) == ("absent", False, {"BuildMem": "5"})
    gone = checked(rack, state="absent")
    assert (gone.changed, gone.result) == (False, {"app": None})


def test_after_each_task_of_a_deploy() -> None:
    """The first task of the README's playbook, on a rack on which some of it is done."""
    rack = MemoryRack()
    done(AppNoun, rack, name="web")
    assert not checked(rack).changed
    rack.add_release("LOG_LEVEL=info", build="")
    assert not checked(rack).changed
    built = rack.add_release("LOG_LEVEL=info")
    assert not checked(rack).changed
    rack.activate(built.id)
    task = checked(rack)
    assert (task.changed, task.result["app"]["release"]) == (False, built.id)
    assert task.result["app"]["status"] == "running"
    assert checked(rack, state="absent").changed
