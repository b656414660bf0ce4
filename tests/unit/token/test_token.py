# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The noun of convox_token: one request each time, and the token in nothing but the result."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._modules.token.noun import (
    Desired,
    Observed,
    TokenNoun,
)
from tests.practice_rack.faults import Fault
from tests.practice_rack.memory import MemoryRack
from tests.unit.tasks import done, run_task

ROLES = st.none() | st.sampled_from(["read", "write", "admin"])


@given(ROLES, st.integers(1, 8760))
def test_a_plan_is_an_action_each_time(role: str | None, hours: int) -> None:
    noun, desired = TokenNoun(), Desired(role, hours)
    for observed in (Observed(), Observed("canary")):
        steps = noun.plan(observed, desired)
        assert [step.one_shot for step in steps] == [True]
        assert steps[0].changes()
        assert "canary" not in repr((observed, steps))


@pytest.mark.parametrize("role", ["read", "write", "admin"])
def test_a_token_works(role: str) -> None:
    rack = MemoryRack()
    task = done(TokenNoun, rack, role=role, hours=3)
    assert task.sent == [("POST", "/system/jwt/token", {"role": role, "durationInHour": "3"})]
    assert task.changed
    assert len(rack.requests) == 1
    assert task.result["token"].count(".") == 2
    again = done(TokenNoun, rack, role=role)
    assert again.changed


def test_check_mode_asks_for_nothing() -> None:
    rack = MemoryRack()
    for options in ({"role": "read"}, {"state": "rotated"}):
        task = done(TokenNoun, rack, check_mode=True, **options)
        assert (task.changed, task.result) == (True, {"token": None})
    assert rack.requests == []


def test_a_lost_token_is_issued_anew() -> None:
    rack = MemoryRack()
    rack.break_write(0, after=True)
    task = done(TokenNoun, rack, role="read")
    assert len(task.sent) == 2
    assert task.result["token"]


@pytest.mark.parametrize("body", ["{}", '{"token": ""}', '{"token": null}', "[]", '"x"', "null", "ok"])
def test_an_answer_without_a_token_is_an_error(body: str) -> None:
    rack = MemoryRack()
    rack.faults.append(Fault("status", "POST", "/token$", status=200, times=-1, body=body))
    task = run_task(TokenNoun, rack, role="read")
    assert isinstance(task.error, errors.ConvoxError)
    assert task.changed, "it may have been issued"


def test_rotation() -> None:
    rack = MemoryRack()
    before = rack.state.token_key
    task = done(TokenNoun, rack, state="rotated")
    rack.clock.sleep(5)
    rack.state.settle()
    assert task.changed
    assert task.result == {"token": None}
    assert rack.state.token_key != before
