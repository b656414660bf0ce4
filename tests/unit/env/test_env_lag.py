# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The noun of convox_env on a rack whose reads lag behind what it has answered ok to."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._modules.env.noun import EnvNoun
from ansible_collections.convox.rack.plugins.module_utils._shared.read_back import SHOWN_WITHIN
from tests.unit.env.env_cases import ONE, PENDING, SET_A, STAGED
from tests.unit.env.env_world import active, newest, passed, sent, world
from tests.unit.release.release_world import R1, R2, R3, R4
from tests.unit.tasks import done, run_task

CASES: list[tuple[Any, dict[str, Any], list[Any], dict[str, Any]]] = [
    (ONE, SET_A, [("make", "A=2 B=1", None), ("promote", R2)], {"release": R2, "promoted": True}),
    (STAGED, {"variables": {"B": "2"}}, [("promote", R2)], {"release": R2, "promoted": True}),
    (
        PENDING,
        SET_A,
        [("make", "A=2 B=1", R1), ("make", "A=2 B=1 C=1", "B2"), ("promote", R3)],
        {"release": R3, "promoted": True, "pending_release": R4},
    ),
    (
        PENDING,
        {"variables": {"A": "2"}, "release": R2},
        [("make", "A=2 B=1 C=1", R2), ("promote", R3)],
        {"release": R3, "promoted": True},
    ),
]


@pytest.mark.parametrize(("story", "wanted", "requests", "result"), CASES)
@pytest.mark.parametrize("late", [0.5, 3.0, 8.0])
@pytest.mark.parametrize("wait", [True, False])
def test_each_write_is_done_once(
    wait: bool, late: float, story: Any, wanted: dict[str, Any], requests: list[Any], result: dict[str, Any]
) -> None:
    rack = world(0, story, lag=late, late_status_seconds=late)
    task = done(EnvNoun, rack, app="web", wait=wait, **wanted)
    assert sent(task) == requests
    assert {name: task.result[name] for name in result} == result
    assert active(rack) is not None and active(rack)[1]["A"] == newest(rack)[1]["A"]  # type: ignore[index]


@pytest.mark.parametrize("wait", [True, False])
@given(
    case=st.sampled_from(CASES),
    seed=st.integers(0, 10**6),
    lag=st.floats(0.1, 4.0),
    jitter=st.booleans(),
)
def test_old_reads_lead_to_nothing_twice(wait: bool, case: Any, seed: int, lag: float, jitter: bool) -> None:
    story, wanted, requests, result = case
    rack = world(0, story, seed=seed, read_lag_seconds=lag, lag_jitter=jitter)
    task = done(EnvNoun, rack, app="web", wait=wait, **wanted)
    assert sent(task) == requests
    assert {name: task.result[name] for name in result} == result


@pytest.mark.parametrize("wait", [True, False])
def test_a_whole_env_set_blind_is_promoted_once(wait: bool) -> None:
    rack = world(0, ONE, late_status_seconds=3.0)
    task = done(EnvNoun, rack, key=rack.deploy_key(), app="web", purge=True, wait=wait, **SET_A)
    assert sent(task) == [("make", "A=2", None), ("promote", R2)]
    assert (task.result["release"], task.result["promoted"]) == (R2, True)


@pytest.mark.parametrize("wait", [True, False])
def test_a_promote_that_never_shows_blames_nobody(wait: bool) -> None:
    rack = world(0, ONE, late_status_seconds=500.0)
    task = run_task(EnvNoun, rack, app="web", wait=wait, **SET_A)
    assert isinstance(task.error, errors.ConvoxIgnoredError)
    said = errors.describe(task.error)
    assert f"web runs {R1}" in said
    assert "other" not in said and "one else" not in said
    assert (sent(task), task.changed) == ([("make", "A=2 B=1", None), ("promote", R2)], True)
    assert SHOWN_WITHIN <= passed(rack) <= SHOWN_WITHIN + 3


def test_others_that_never_stop_are_named_by_their_release() -> None:
    rack = world(0, ONE)

    def theirs() -> None:
        rack.add_release(f"A=1 N={len(rack.writes)}", "B1", "env set by the CLI")

    rack.meanwhile(theirs, "POST", "/releases$", times=-1)
    task = run_task(EnvNoun, rack, app="web", **SET_A)
    assert isinstance(task.error, errors.ConvoxIgnoredError)
    assert (
        f"did not come to rest: others keep changing it, last with {rack.release().id}" in task.error.message
    )
