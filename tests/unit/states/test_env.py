# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The noun of convox_env: what it sends in each case, and what it tells."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._states import env as noun
from ansible_collections.convox.rack.plugins.module_utils._steps.step import HIDDEN, HIDDEN_CHANGED
from tests.unit.states.env_world import active, newest, sent, world
from tests.unit.states.release_world import R1, R2, R3, R4, R5
from tests.unit.tasks import done, holds_every_rule, run_task

ONE = [("A=1 B=1", "B1")]
STAGED = [("A=1 B=1", "B1"), ("A=1 B=2", "B1")]
PENDING = [("A=1 B=1", "B1"), ("A=1 B=1 C=1", "B2")]
SET_A = {"variables": {"A": "2"}}

CASES: dict[str, tuple[Any, int, dict[str, Any], list[Any], dict[str, Any]]] = {
    # story, active, options, requests, result
    "nothing differs": (ONE, 0, {"variables": {"A": "1"}}, [], {"release": R1, "promoted": True}),
    "newest is active": (
        ONE,
        0,
        SET_A,
        [("make", "A=2 B=1", None), ("promote", R2)],
        {"release": R2, "promoted": True, "set": ["A"], "unset": [], "unchanged": []},
    ),
    "some differ": (
        ONE,
        0,
        {"variables": {"A": "1", "B": 2, "C": True}, "unset": ["D"]},
        [("make", "A=1 B=2 C=true", None), ("promote", R2)],
        {"set": ["B", "C"], "unset": [], "unchanged": ["A", "D"]},
    ),
    "null unsets": (
        ONE,
        0,
        {"variables": {"A": None}, "unset": ["B"]},
        [("make", "", None), ("promote", R2)],
        {"set": [], "unset": ["A", "B"]},
    ),
    "staged env, both lack it": (
        STAGED,
        0,
        SET_A,
        [("make", "A=2 B=2", None), ("promote", R3)],
        {"release": R3, "promoted": True},
    ),
    "staged env holds it": (
        STAGED,
        0,
        {"variables": {"B": "2"}},
        [("promote", R2)],
        {"release": R2, "promoted": True, "set": ["B"]},
    ),
    "staged env lacks it, the active one holds it": (
        STAGED,
        0,
        {"variables": {"B": "1"}},
        [("make", "A=1 B=1", None)],
        {"release": R1, "promoted": True, "set": ["B"]},
    ),
    "pending build, both lack it": (
        PENDING,
        0,
        SET_A,
        [("make", "A=2 B=1", R1), ("make", "A=2 B=1 C=1", "B2"), ("promote", R3)],
        {"release": R3, "promoted": True, "pending_release": R4},
    ),
    "pending build holds it": (
        PENDING,
        0,
        {"variables": {"C": "1"}},
        [("make", "A=1 B=1 C=1", R1), ("make", "A=1 B=1 C=1", "B2"), ("promote", R3)],
        {"release": R3, "promoted": True, "pending_release": R4},
    ),
    "pending build lacks it, the active one holds it": (
        [("A=2 B=1", "B1"), ("A=1 B=1", "B2")],
        0,
        SET_A,
        [("make", "A=2 B=1", None)],
        {"release": R1, "promoted": True, "pending_release": R3},
    ),
    "pending build, both hold it": (
        PENDING,
        0,
        {"variables": {"A": "1"}},
        [],
        {"release": R1, "promoted": True, "pending_release": R2},
    ),
    "promote_pending": (
        PENDING,
        0,
        {**SET_A, "promote_pending": True},
        [("make", "A=2 B=1 C=1", None), ("promote", R3)],
        {"release": R3, "promoted": True, "pending_release": None},
    ),
    "promote_pending, it holds it": (
        PENDING,
        0,
        {"variables": {"C": "1"}, "promote_pending": True},
        [("promote", R2)],
        {"release": R2, "promoted": True},
    ),
    "pending build, not to be promoted": (
        PENDING,
        0,
        {**SET_A, "promote": False},
        [("make", "A=2 B=1 C=1", None)],
        {"release": R3, "promoted": False, "pending_release": None},
    ),
    "never promoted": (
        ONE,
        -1,
        SET_A,
        [("make", "A=2 B=1", None), ("promote", R2)],
        {"release": R2, "promoted": True},
    ),
    "no build yet": (
        [("A=1", "")],
        -1,
        SET_A,
        [("make", "A=2", None)],
        {"release": R2, "promoted": False},
    ),
    "no releases": ([], -1, SET_A, [("make", "A=2", None)], {"release": R1, "promoted": False}),
    "no releases, nothing to unset": ([], -1, {"unset": ["A"]}, [], {"release": None, "promoted": False}),
    "staged only": (
        ONE,
        0,
        {**SET_A, "promote": False},
        [("make", "A=2 B=1", None)],
        {"release": R2, "promoted": False},
    ),
    "staged only, already active": (
        ONE,
        0,
        {"variables": {"A": "1"}, "promote": False},
        [],
        {"release": R1, "promoted": True},
    ),
    "purge": (
        STAGED,
        0,
        {"variables": {"A": "1", "X": ""}, "purge": True},
        [("make", "A=1 X=", None), ("promote", R3)],
        {"set": ["X"], "unset": ["B"], "unchanged": ["A"]},
    ),
    "purge of everything": (
        ONE,
        0,
        {"variables": {}, "purge": True},
        [("make", "", None), ("promote", R2)],
        {"set": [], "unset": ["A", "B"]},
    ),
    "purge beside a pending build that lacks what the active one has": (
        [("A=1 B=1", "B1"), ("B=1", "B2")],
        0,
        {"variables": {}, "purge": True},
        [("make", "", R1), ("make", "", "B2"), ("promote", R3)],
        {"set": [], "unset": ["A", "B"]},
    ),
    "purge, nothing differs": (ONE, 0, {"variables": {"A": "1", "B": "1"}, "purge": True}, [], {}),
    "fork": (
        PENDING,
        1,
        {"variables": {"A": "2"}, "release": R1},
        [("make", "A=2 B=1", R1), ("promote", R3)],
        {"release": R3, "promoted": True, "pending_release": None},
    ),
    "fork of the active one, nothing differs": (
        PENDING,
        0,
        {"variables": {"A": "1"}, "release": R1},
        [],
        {"release": R1, "promoted": True},
    ),
    "fork, staged only": (
        PENDING,
        0,
        {"variables": {"A": "2"}, "release": R1, "promote": False},
        [("make", "A=2 B=1", R1)],
        {"release": R3, "promoted": False},
    ),
    "fork of the active one, staged only, nothing differs": (
        PENDING,
        0,
        {"variables": {"A": "1"}, "release": R1, "promote": False},
        [],
        {"release": R1, "promoted": True},
    ),
    "fork with purge": (
        PENDING,
        0,
        {"variables": {"X": "1"}, "release": R2, "purge": True},
        [("make", "X=1", R2), ("promote", R3)],
        {"set": ["X"], "unset": ["A", "B", "C"]},
    ),
    "masked keys alone": (ONE, 0, {"masked_keys": ["B", "A", "B"]}, [("mask", "A,B")], {"set": []}),
    "masked keys, none": (ONE, 0, {"masked_keys": []}, [], {}),
    "masked keys and a change": (
        ONE,
        0,
        {**SET_A, "masked_keys": ["A"]},
        [("mask", "A"), ("make", "A=2 B=1", None), ("promote", R2)],
        {"release": R2},
    ),
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.replace(" ", "-"))
@pytest.mark.parametrize("lag", [0.0, 0.3])
def test_case(case: str, lag: float) -> None:
    story, place, options, requests, result = CASES[case]
    task = holds_every_rule(noun, lambda: world(place, story, lag), app="web", **options)
    assert sent(task) == requests
    told = {"conflicts": [], **result}
    assert {name: task.result[name] for name in told} == told


KEYS = st.sampled_from("ABC")
ENVS = st.dictionaries(KEYS, st.sampled_from("12"), max_size=3).map(
    lambda env: " ".join(f"{key}={value}" for key, value in sorted(env.items()))
)
STORIES = st.lists(st.tuples(ENVS, st.sampled_from(["B1", "B2"])), min_size=1, max_size=4)
WISHES = st.fixed_dictionaries(
    {"variables": st.dictionaries(KEYS, st.none() | st.sampled_from("123"), max_size=3)},
    optional={
        "purge": st.booleans(),
        "promote": st.booleans(),
        "promote_pending": st.booleans(),
        "wait": st.just(True),
    },
)


@settings(max_examples=60, deadline=None)
@given(STORIES, st.integers(-1, 3), WISHES)
def test_any_env_comes_to_any_wish(story: Any, place: int, wish: dict[str, Any]) -> None:
    place = min(place, len(story) - 1)
    holds_every_rule(noun, lambda: world(place, story), app="web", **wish)
    rack = world(place, story)
    build_before, env_before = newest(rack)
    active_before = active(rack)
    done(noun, rack, app="web", **wish)
    build, env = newest(rack)
    wanted = {key: value for key, value in wish["variables"].items() if value is not None}
    kept = {} if wish.get("purge") else {k: v for k, v in env_before.items() if k not in wish["variables"]}
    assert env == {**kept, **wanted}, "the newest env is the one before with the change"
    assert build == build_before, "nobody's pending build is lost"
    if not wish.get("promote", True):
        assert active(rack) == active_before
        return
    runs = active(rack)
    assert runs is not None
    assert {k: v for k, v in runs[1].items() if k in wanted} == wanted
    assert not {key for key, value in wish["variables"].items() if value is None} & set(runs[1])
    assert not wish.get("purge") or runs[1] == wanted
    if active_before is not None and not wish.get("promote_pending"):
        assert runs[0] == active_before[0], "nobody's pending build is deployed"


@given(st.permutations(["A", "B", "C", "D"]))
def test_the_order_of_variables_means_nothing(order: list[str]) -> None:
    rack = world(0, ONE)
    done(noun, rack, app="web", variables={key: "9" for key in order if key != "D"}, unset=["D"])
    release = rack.apps["web"].releases[-1]
    assert (release.env, release.description) == (
        "A=9\nB=9\nC=9",
        f"env add:C change:A change:B · after {R1}",
    )


def test_a_description_stands_in_front() -> None:
    rack = world(0, ONE)
    done(noun, rack, app="web", description="ticket 7", **SET_A)
    assert rack.apps["web"].releases[-1].description == f"ticket 7 · env change:A · after {R1}"


def test_the_diff_shows_names_alone() -> None:
    options = {"variables": {"A": "canary-new", "C": "canary-c"}, "unset": ["B"]}
    task = done(noun, world(0, ONE), app="web", check_mode=True, **options)
    assert task.outcome is not None
    diff = task.outcome.answer(diff=True)["diff"]
    assert diff == {
        "before": {"variables": {"A": HIDDEN, "B": HIDDEN}},
        "after": {"variables": {"A": HIDDEN_CHANGED, "C": HIDDEN}},
    }
    assert "canary" not in repr(task.outcome)


def test_a_promote_of_somebody_that_brings_our_change_is_awaited() -> None:
    rack = world(0, STAGED)
    rack.promote("web", R2)
    rack.writes.clear()
    task = done(noun, rack, app="web", variables={"B": "2"})
    assert (task.sent, task.changed) == ([], False)
    assert rack.apps["web"].status == "running"


def test_without_wait_nothing_is_awaited() -> None:
    rack = world(0, ONE)
    task = done(noun, rack, app="web", wait=False, **SET_A)
    assert sent(task) == [("make", "A=2 B=1", None), ("promote", R2)]
    assert rack.clock.now() == 0
    again = done(noun, rack, app="web", wait=False, **SET_A)
    assert (again.sent, again.changed, rack.clock.now()) == ([], False, 0)


def test_a_rollout_that_fails_is_a_failure_and_the_change_stays_staged() -> None:
    rack = world(0, ONE)
    rack.fates[R2] = "fail"
    task = run_task(noun, rack, app="web", **SET_A)
    assert isinstance(task.error, errors.ConvoxRolloutError)
    assert task.error.extra["reverted_to"] == R1
    assert task.run.acted
    rack.fates.clear()
    assert sent(done(noun, rack, app="web", **SET_A)) == [("promote", R2)]


def test_a_rollout_beside_a_pending_build_that_fails_leaves_the_pending_build_with_the_change() -> None:
    rack = world(0, PENDING)
    rack.fates[R3] = "fail"
    assert run_task(noun, rack, app="web", **SET_A).error is not None
    assert newest(rack) == ("B2", {"A": "2", "B": "1", "C": "1"})
    rack.fates.clear()
    again = done(noun, rack, app="web", **SET_A)
    assert sent(again) == [("promote", R3)]
    assert again.result["pending_release"] == R4


@pytest.mark.parametrize("option", ["release"])
def test_an_absent_fork(option: str) -> None:
    task = run_task(noun, world(0, ONE), app="web", **SET_A, **{option: R5})
    assert isinstance(task.error, errors.ConvoxNotFoundError)
    assert task.sent == []


def test_an_env_that_is_right_costs_two_requests() -> None:
    rack = world(0, ONE)
    done(noun, rack, app="web", variables={"A": "1"})
    assert rack.reads == 2
