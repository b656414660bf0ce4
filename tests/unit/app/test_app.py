# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The noun of convox_app."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._modules.app import noun as noun
from tests.unit.fake_rack import FakeRack
from tests.unit.tasks import done, holds_every_rule, options, refusal, run_task

VALUES = st.sampled_from(["", "1", "2"])
PARAMETERS = st.dictionaries(st.sampled_from(["BuildCpu", "BuildMem"]), VALUES, max_size=2)


def world(there: bool, status: str, locked: bool, parameters: dict[str, str]) -> FakeRack:
    rack = FakeRack()
    if there:
        kept = {key: value for key, value in parameters.items() if value}
        found = rack.add_app("web", status=status, locked=locked, parameters=kept)
        if status == "updating":
            rack._at(found, 4.0, "running")
        if status == "deleting":
            found.later.append((4.0, lambda: rack.apps.pop("web") and None))
    return rack


@given(
    st.booleans(),
    st.sampled_from(["running", "updating", "deleting"]),
    st.booleans(),
    PARAMETERS,
    st.none() | st.booleans(),
    st.none() | PARAMETERS,
)
def test_any_app_comes_to_any_wish(
    there: bool, status: str, locked: bool, before: dict[str, str], lock: bool | None, wished: Any
) -> None:
    desired = {"name": "web", "locked": lock, "parameters": wished}
    task = holds_every_rule(noun, lambda: world(there, status, locked, before), **desired)
    was_there = there and status != "deleting"
    old = {key: value for key, value in before.items() if value} if was_there else {}
    new = {**old, **(wished or {})}
    kept_lock = lock if lock is not None else (locked and was_there)
    as_result = task.result["app"]
    assert as_result["parameters"] == {key: value for key, value in new.items() if value}
    assert (as_result["locked"], as_result["status"]) == (kept_lock, "running")
    # What differs and nothing else, in one request.
    differs = {key: value for key, value in (wished or {}).items() if old.get(key, "") != value}
    lock_differs = lock is not None and lock != (locked and was_there)
    updates = [call for call in task.sent if call[0] == "update_app"]
    if differs or lock_differs:
        assert updates == [("update_app", "web", lock if lock_differs else None, differs)]
    else:
        assert updates == []
    assert ("create_app", "web") in task.sent or was_there


@given(st.booleans(), st.sampled_from(["running", "updating", "deleting"]))
def test_absent_waits_until_it_is_gone(there: bool, status: str) -> None:
    task = holds_every_rule(noun, lambda: world(there, status, False, {}), name="web", state="absent")
    assert task.result == {"app": None}
    assert task.kinds == (["delete_app"] if there and status != "deleting" else [])


def test_a_locked_app_is_not_deleted() -> None:
    rack = world(True, "running", True, {})
    task = run_task(noun, rack, name="web", state="absent")
    assert isinstance(task.error, errors.ConvoxOptionError)
    assert "locked: false" in task.error.message
    assert task.sent == []
    checked = run_task(noun, rack, name="web", state="absent", check_mode=True)
    assert checked.error is not None


def test_absent_and_unlocked_unlocks_and_deletes() -> None:
    task = holds_every_rule(
        noun, lambda: world(True, "running", True, {}), name="web", state="absent", locked=False
    )
    assert task.kinds == ["update_app", "delete_app"]


def test_a_namesake_that_is_being_deleted_goes_first() -> None:
    rack = world(True, "deleting", True, {"BuildCpu": "9"})
    task = done(noun, rack, name="web", parameters={"BuildCpu": "9"})
    assert task.sent == [("create_app", "web"), ("update_app", "web", None, {"BuildCpu": "9"})]
    assert rack.apps["web"].locked is False


def test_a_busy_app_is_waited_for_before_and_after() -> None:
    rack = world(True, "updating", False, {})
    task = done(noun, rack, name="web", locked=True)
    assert rack.clock.now() >= 4.0 + rack.update_seconds
    assert task.result["app"]["status"] == "running"


def test_what_the_rack_lost_is_sent_once_more() -> None:
    rack = world(True, "running", False, {})
    rack.lose = 1
    task = done(noun, rack, name="web", parameters={"BuildCpu": 512})
    assert task.kinds == ["update_app"] * 2
    assert task.result["app"]["parameters"] == {"BuildCpu": "512"}


def test_what_the_rack_ignores_is_named() -> None:
    rack = world(True, "running", False, {})
    task = run_task(noun, rack, name="web", parameters={"BuildCpu": 1, "Nonsense": "x", "Other": "y"})
    assert isinstance(task.error, errors.ConvoxIgnoredError)
    assert "ignored for app web: Nonsense, Other" in task.error.message
    assert task.kinds == ["update_app"] * 2
    assert task.sent[1] == ("update_app", "web", None, {"Nonsense": "x", "Other": "y"})
    assert task.run.acted


def test_a_lock_that_is_lost_is_named() -> None:
    rack = world(True, "running", False, {})
    rack.lose = 9
    task = run_task(noun, rack, name="web", locked=True)
    assert task.error is not None
    assert "locked" in task.error.message


class Tripped(FakeRack):
    """The budget is used up: 409, and the lock is already written."""

    def update_app(self, name: str, *, lock: Any = None, parameters: Any = None) -> None:
        super().update_app(name, lock=lock, parameters={})
        raise errors.error_for(409, "budget cap exceeded")


def test_a_tripped_budget_answers_409_although_the_lock_is_written() -> None:
    rack = Tripped()
    rack.add_app("web")
    assert done(noun, rack, name="web", locked=True).result["app"]["locked"] is True
    task = run_task(noun, rack, name="web", locked=False, parameters={"BuildCpu": "1"})
    assert isinstance(task.error, errors.ConvoxConflictError)


def test_without_wait_nothing_is_waited_for_that_need_not() -> None:
    rack = FakeRack()
    task = done(noun, rack, name="web", wait=False)
    assert rack.clock.now() == 0
    assert task.result["app"]["status"] == "updating"
    rack = world(True, "running", False, {})
    task = done(noun, rack, name="web", state="absent", wait=False)
    assert rack.clock.now() == 0
    again = done(noun, rack, name="web", state="absent", wait=False)
    assert (again.sent, again.changed, again.result["app"]["status"]) == ([], False, "deleting")


def test_an_app_that_never_runs_ends_at_the_deadline() -> None:
    rack = FakeRack()
    rack._at = lambda *_unused: None  # type: ignore[method-assign]  # nothing ever happens
    task = run_task(noun, rack, name="web", wait_timeout=30)
    assert isinstance(task.error, errors.ConvoxWaitError)
    assert "waited 30 s for app web to be running; last seen: status updating" in task.error.message
    assert task.run.acted, "the app was made"


def test_check_mode_shows_what_would_be() -> None:
    rack = world(True, "running", False, {"BuildCpu": "1", "BuildMem": "2"})
    task = done(noun, rack, name="web", locked=True, parameters={"BuildCpu": "", "X": 3}, check_mode=True)
    assert task.result["app"]["parameters"] == {"BuildMem": "2", "X": "3"}
    assert task.result["app"]["locked"] is True
    assert task.outcome is not None
    assert task.outcome.answer(diff=True)["diff"] == {
        "before": {"locked": False, "parameters": {"BuildCpu": "1"}},
        "after": {"locked": True, "parameters": {"X": "3"}},
    }
    new = done(noun, FakeRack(), name="web", parameters={"A": True}, check_mode=True).result["app"]
    assert (new["name"], new["status"], new["parameters"]) == ("web", "absent", {"A": "true"})


@given(st.permutations(["BuildCpu", "BuildMem", "BuildLabels"]))
def test_the_order_of_parameters_means_nothing(order: list[str]) -> None:
    desired = noun.desired(options(noun, name="web", parameters=dict.fromkeys(order, "1")))
    steps = noun.plan(noun.Observed(None, "r"), desired)
    want = noun.desired(options(noun, name="web", parameters=dict.fromkeys(sorted(order), "1")))
    assert steps == noun.plan(noun.Observed(None, "r"), want)
    assert [s.changes() for s in steps] == [s.changes() for s in noun.plan(noun.Observed(None, "r"), want)]


@pytest.mark.parametrize(
    ("value", "text"),
    [(1, "1"), (True, "true"), (False, "false"), (None, ""), (1.5, "1.5"), ("x", "x"), (0, "0")],
)
def test_values_of_parameters(value: Any, text: str) -> None:
    assert noun.desired(options(noun, name="web", parameters={"A": value})).parameters == {"A": text}


@pytest.mark.parametrize("name", ["a", "web", "web-2", "a1", "a--b", "x" * 61])
def test_good_names(name: str) -> None:
    assert noun.desired(options(noun, name=name)).name == name


@pytest.mark.parametrize(
    "name",
    ["", "-", "-x", "x-", "1web", "Web", "a.b", "a_b", "a b", "web\n", "wéb", "rack", "system", "x" * 62],
)
def test_bad_names(name: str) -> None:
    error = refusal(noun, name=name)
    assert error.option == "name"
    assert "lower case letters" in error.message
    assert refusal(noun, name=name, state="absent").option == "name"


def test_the_racks_name_counts() -> None:
    fits, long = "x" * (63 - len("rack1-")), "x" * (64 - len("rack1-"))
    assert done(noun, FakeRack(), name=fits).changed
    rack = FakeRack()
    task = run_task(noun, rack, name=long)
    assert isinstance(task.error, errors.ConvoxOptionError)
    assert "has 58 characters, and this rack has room for 57" in task.error.message
    assert task.sent == []


@pytest.mark.parametrize("parameters", [{"": "x"}, {"A": ["x"]}, {"A": {"b": 1}}])
def test_bad_parameters(parameters: dict[str, Any]) -> None:
    assert refusal(noun, name="web", parameters=parameters).option == "parameters"
