# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The noun of convox_env: what it sends in each case, and what it tells."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._modules.env.noun import EnvNoun
from ansible_collections.convox.rack.plugins.module_utils._noun import HIDDEN, HIDDEN_CHANGED
from tests.unit.env.env_cases import CASES, ONE, PENDING, SET_A, STAGED
from tests.unit.env.env_world import active, newest, passed, sent, world
from tests.unit.release.release_world import R1, R2, R3, R4, R5
from tests.unit.tasks import done, holds_every_rule, run_task


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.replace(" ", "-"))
@pytest.mark.parametrize("lag", [0.0, 0.3])
def test_case(case: str, lag: float) -> None:
    story, place, options, requests, result = CASES[case]
    task = holds_every_rule(EnvNoun, lambda: world(place, story, lag), app="web", **options)
    assert sent(task) == requests
    as_result = {"conflicts": [], **result}
    assert {name: task.result[name] for name in as_result} == as_result


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


@settings(max_examples=60)
@given(STORIES, st.integers(-1, 3), WISHES)
def test_any_env_comes_to_any_wish(story: Any, place: int, desired: dict[str, Any]) -> None:
    place = min(place, len(story) - 1)
    holds_every_rule(EnvNoun, lambda: world(place, story), app="web", **desired)
    rack = world(place, story)
    build_before, env_before = newest(rack)
    active_before = active(rack)
    done(EnvNoun, rack, app="web", **desired)
    build, env = newest(rack)
    wanted = {key: value for key, value in desired["variables"].items() if value is not None}
    kept = (
        {} if desired.get("purge") else {k: v for k, v in env_before.items() if k not in desired["variables"]}
    )
    assert env == {**kept, **wanted}, "the newest env is the one before with the change"
    assert build == build_before, "nobody's pending build is lost"
    if not desired.get("promote", True):
        assert active(rack) == active_before
        return
    runs = active(rack)
    assert runs is not None
    assert {k: v for k, v in runs[1].items() if k in wanted} == wanted
    assert not {key for key, value in desired["variables"].items() if value is None} & set(runs[1])
    assert not desired.get("purge") or runs[1] == wanted
    if active_before is not None and not desired.get("promote_pending"):
        assert runs[0] == active_before[0], "nobody's pending build is deployed"


@given(st.permutations(["A", "B", "C", "D"]))
def test_the_order_of_variables_means_nothing(order: list[str]) -> None:
    rack = world(0, ONE)
    done(EnvNoun, rack, app="web", variables={key: "9" for key in order if key != "D"}, unset=["D"])
    release = rack.release()
    assert (release.env, release.description) == (
        "A=9\nB=9\nC=9",
        f"env add:C change:A change:B · after {R1}",
    )


def test_a_description_stands_in_front() -> None:
    rack = world(0, ONE)
    done(EnvNoun, rack, app="web", description="ticket 7", **SET_A)
    assert rack.release().description == f"ticket 7 · env change:A · after {R1}"


def test_the_diff_shows_names_alone() -> None:
    options = {"variables": {"A": "canary-new", "C": "canary-c"}, "unset": ["B"]}
    task = done(EnvNoun, world(0, ONE), app="web", check_mode=True, **options)
    assert task.outcome is not None
    diff = task.outcome.answer(diff=True)["diff"]
    assert diff == {
        "before": {"variables": {"A": HIDDEN, "B": HIDDEN}},
        "after": {"variables": {"A": HIDDEN_CHANGED, "C": HIDDEN}},
    }
    assert "canary" not in repr(task.outcome)


def test_a_promote_of_somebody_that_brings_our_change_is_awaited() -> None:
    rack = world(0, STAGED)
    rack.promote(R2)
    task = done(EnvNoun, rack, app="web", variables={"B": "2"})
    assert (task.sent, task.changed) == ([], False)
    assert rack.app().status == "running"


def test_without_wait_nothing_is_awaited() -> None:
    rack = world(0, ONE)
    task = done(EnvNoun, rack, app="web", wait=False, **SET_A)
    assert sent(task) == [("make", "A=2 B=1", None), ("promote", R2)]
    assert passed(rack) == 0
    again = done(EnvNoun, rack, app="web", wait=False, **SET_A)
    assert (again.sent, again.changed, passed(rack)) == ([], False, 0)


def test_a_rollout_that_fails_is_a_failure_and_the_change_stays_staged() -> None:
    rack = world(0, ONE)
    rack.fate(R2, "fail")
    task = run_task(EnvNoun, rack, app="web", **SET_A)
    assert isinstance(task.error, errors.ConvoxRolloutError)
    assert task.error.extra["reverted_to"] == R1
    assert task.changed
    rack.fate(R2, "")
    assert sent(done(EnvNoun, rack, app="web", **SET_A)) == [("promote", R2)]


def test_a_rollout_beside_a_pending_build_that_fails_leaves_the_pending_build_with_the_change() -> None:
    rack = world(0, PENDING)
    rack.fate(R3, "fail")
    assert run_task(EnvNoun, rack, app="web", **SET_A).error is not None
    assert newest(rack) == ("B2", {"A": "2", "B": "1", "C": "1"})
    rack.fate(R3, "")
    again = done(EnvNoun, rack, app="web", **SET_A)
    assert sent(again) == [("promote", R3)]
    assert again.result["pending_release"] == R4


@pytest.mark.parametrize("option", ["release"])
def test_an_absent_fork(option: str) -> None:
    task = run_task(EnvNoun, world(0, ONE), app="web", **SET_A, **{option: R5})
    assert isinstance(task.error, errors.ConvoxNotFoundError)
    assert task.sent == []


def test_an_env_that_is_right_costs_two_requests() -> None:
    rack = world(0, ONE)
    done(EnvNoun, rack, app="web", variables={"A": "1"})
    assert rack.reads == 2
