# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The noun of convox_app."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._modules.app.noun import AppNoun, Observed
from tests.practice_rack.memory import MemoryRack
from tests.unit.tasks import done, holds_every_rule, options, refusal, run_task

VALUES = st.sampled_from(["", "1", "2"])
PARAMETERS = st.dictionaries(st.sampled_from(["BuildCpu", "BuildMem"]), VALUES, max_size=2)
STATUSES = st.sampled_from(["running", "updating", "deleting"])

CREATED = ("POST", "/apps", {"name": "web"})


def updated(**fields: Any) -> tuple[str, str, dict[str, Any]]:
    return ("PUT", "/apps/web", fields)


def world(
    there: bool = True,
    status: str = "running",
    locked: bool = False,
    parameters: dict[str, str] | None = None,
    **settings: Any,
) -> MemoryRack:
    """A rack with the app web, or without; a busy one is running, or gone, after four seconds."""
    rack = MemoryRack(**settings)
    if there:
        kept = {key: value for key, value in (parameters or {}).items() if value}
        rack.add_app("web", status=status, seconds=4.0, locked=locked, parameters=kept)
    return rack


@given(st.booleans(), STATUSES, st.booleans(), PARAMETERS, st.none() | st.booleans(), st.none() | PARAMETERS)
def test_any_app_comes_to_any_desired_one(
    there: bool, status: str, locked: bool, before: dict[str, str], lock: bool | None, parameters: Any
) -> None:
    desired = {"name": "web", "locked": lock, "parameters": parameters}
    task = holds_every_rule(AppNoun, lambda: world(there, status, locked, before), **desired)
    was_there = there and status != "deleting"
    old = {key: value for key, value in before.items() if value} if was_there else {}
    new = {**old, **(parameters or {})}
    kept_lock = lock if lock is not None else (locked and was_there)
    app = task.result["app"]
    assert app["parameters"] == {key: value for key, value in new.items() if value}
    assert (app["locked"], app["status"]) == (kept_lock, "running")
    # What differs and nothing else, in one request.
    fields: dict[str, Any] = {}
    if lock is not None and lock != (locked and was_there):
        fields["lock"] = "true" if lock else "false"
    differs = {key: value for key, value in (parameters or {}).items() if old.get(key, "") != value}
    if differs:
        fields["parameters"] = differs
    updates = [sent for sent in task.sent if sent[0] == "PUT"]
    assert updates == ([updated(**fields)] if fields else [])
    assert CREATED in task.sent or was_there


@given(st.booleans(), STATUSES)
def test_absent_waits_until_it_is_gone(there: bool, status: str) -> None:
    task = holds_every_rule(AppNoun, lambda: world(there, status), name="web", state="absent")
    assert task.result == {"app": None}
    assert task.kinds == (["apps.delete"] if there and status != "deleting" else [])


def test_a_locked_app_is_not_deleted() -> None:
    rack = world(locked=True)
    task = run_task(AppNoun, rack, name="web", state="absent")
    assert isinstance(task.error, errors.ConvoxOptionError)
    assert "locked: false" in task.error.message
    assert task.sent == []
    checked = run_task(AppNoun, rack, name="web", state="absent", check_mode=True)
    assert checked.error is not None


def test_absent_and_unlocked_unlocks_and_deletes() -> None:
    task = holds_every_rule(AppNoun, lambda: world(locked=True), name="web", state="absent", locked=False)
    assert task.kinds == ["apps.update", "apps.delete"]


def test_a_namesake_that_is_being_deleted_goes_first() -> None:
    rack = world(status="deleting", locked=True, parameters={"BuildCpu": "9"})
    task = done(AppNoun, rack, name="web", parameters={"BuildCpu": "9"})
    assert task.sent == [CREATED, updated(parameters={"BuildCpu": "9"})]
    assert rack.app("web").locked is False


def test_a_busy_app_is_waited_for_before_and_after() -> None:
    rack = world(status="updating")
    task = done(AppNoun, rack, name="web", locked=True)
    assert rack.clock.now() >= 4.0 + rack.settings.settle_seconds
    assert task.result["app"]["status"] == "running"


def test_a_tripped_budget_answers_409_although_the_lock_is_written() -> None:
    rack = world(budget_tripped=True)
    task = done(AppNoun, rack, name="web", locked=True)
    assert task.result["app"]["locked"] is True
    assert task.changed
    task = run_task(AppNoun, rack, name="web", locked=False, parameters={"BuildCpu": "1"})
    assert isinstance(task.error, errors.ConvoxConflictError)
    assert task.changed, "the lock was written"
    task = run_task(AppNoun, rack, name="web", parameters={"BuildCpu": "1"})
    assert isinstance(task.error, errors.ConvoxConflictError)
    assert not task.changed


def test_without_wait_nothing_is_waited_for_that_need_not() -> None:
    rack = MemoryRack()
    task = done(AppNoun, rack, name="web", wait=False)
    assert rack.clock.now() == 0
    assert task.result["app"]["status"] == "updating"
    rack = world()
    task = done(AppNoun, rack, name="web", state="absent", wait=False)
    assert rack.clock.now() == 0
    assert task.result["app"]["status"] == "deleting"
    again = done(AppNoun, rack, name="web", state="absent", wait=False)
    assert (again.sent, again.changed, again.result["app"]["status"]) == ([], False, "deleting")


def test_an_app_that_never_runs_ends_at_the_deadline() -> None:
    task = run_task(AppNoun, MemoryRack(create_seconds=math.inf), name="web", wait_timeout=30)
    assert isinstance(task.error, errors.ConvoxWaitError)
    assert "waited 30 s for app web to be running; last seen: status updating" in task.error.message
    assert task.changed, "the app was made"


@given(st.permutations(["BuildCpu", "BuildMem", "BuildLabels"]))
def test_the_order_of_parameters_means_nothing(order: list[str]) -> None:
    noun = AppNoun()
    desired = noun.desired(options(AppNoun, name="web", parameters=dict.fromkeys(order, "1")))
    steps = noun.plan(Observed(None, "r"), desired)
    want = noun.desired(options(AppNoun, name="web", parameters=dict.fromkeys(sorted(order), "1")))
    assert steps == noun.plan(Observed(None, "r"), want)
    assert [s.changes() for s in steps] == [s.changes() for s in noun.plan(Observed(None, "r"), want)]


@pytest.mark.parametrize(
    ("value", "text"),
    [(1, "1"), (True, "true"), (False, "false"), (None, ""), (1.5, "1.5"), ("x", "x"), (0, "0")],
)
def test_values_of_parameters(value: Any, text: str) -> None:
    assert AppNoun().desired(options(AppNoun, name="web", parameters={"A": value})).parameters == {"A": text}


@pytest.mark.parametrize("name", ["a", "web", "web-2", "a1", "a--b", "x" * 61])
def test_good_names(name: str) -> None:
    assert AppNoun().desired(options(AppNoun, name=name)).name == name


@pytest.mark.parametrize(
    "name",
    ["", "-", "-x", "x-", "1web", "Web", "a.b", "a_b", "a b", "web\n", "wéb", "rack", "system", "x" * 62],
)
def test_bad_names(name: str) -> None:
    error = refusal(AppNoun, name=name)
    assert error.option == "name"
    assert "lower case letters" in error.message
    assert refusal(AppNoun, name=name, state="absent").option == "name"


def test_the_racks_name_counts() -> None:
    fits, long = "x" * (63 - len("rack1-")), "x" * (64 - len("rack1-"))
    assert done(AppNoun, MemoryRack(), name=fits).changed
    task = run_task(AppNoun, MemoryRack(), name=long)
    assert isinstance(task.error, errors.ConvoxOptionError)
    assert "has 58 characters, and this rack has room for 57" in task.error.message
    assert task.sent == []


@pytest.mark.parametrize(
    "parameters", [{"": "x"}, {"A": ["x"]}, {"A": {"b": 1}}, {1: "x"}, {True: "x", "B": "y"}, {None: "x"}]
)
def test_bad_parameters(parameters: dict[Any, Any]) -> None:
    assert refusal(AppNoun, name="web", parameters=parameters).option == "parameters"
