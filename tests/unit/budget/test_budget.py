# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The noun of convox_budget: only what differs is set, and a plan that is carried out leaves nothing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.resources.budgets import (
    Budget,
    BudgetState,
    Cap,
)
from ansible_collections.convox.rack.plugins.module_utils._modules.budget import steps
from ansible_collections.convox.rack.plugins.module_utils._modules.budget.noun import (
    ACTIONS,
    BudgetNoun,
    Desired,
    Observed,
)
from tests.practice_rack.faults import Fault
from tests.practice_rack.memory import MemoryRack
from tests.unit.tasks import Task, done, holds_every_rule, run_task

THERE = {
    "monthly-cap-usd": 100,
    "alert-threshold-percent": 50,
    "at-cap-action": "alert-only",
    "pricing-adjustment": 1,
    "last-cap-mutation-by": "rack-password",
}
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "monthly_cap_usd": st.sampled_from([0.01, 100.0, 250.5]),
    "alert_threshold_percent": st.sampled_from([0, 1, 80, 100]),
    "at_cap_action": st.sampled_from(ACTIONS),
    "pricing_adjustment": st.sampled_from([0.1, 1.0, 1.5]),
}
CAPS = st.builds(Cap, **VALUES)
BUDGETS = st.builds(
    Budget,
    config=st.none() | CAPS,
    state=st.none() | st.builds(BudgetState, circuit_breaker_tripped=st.booleans()),
)
WANTED = st.fixed_dictionaries({}, optional=VALUES).map(
    lambda given: steps.Wanted(tuple(sorted(given.items())))
)


def world(budget: dict[str, Any] | None = None, **settings: Any) -> MemoryRack:
    rack = MemoryRack(**{"cost_tracking": True, **settings})
    rack.add_app("web").budget = budget and dict(budget)
    return rack


def run(rack: MemoryRack, **given: Any) -> Task:
    return run_task(BudgetNoun, rack, **{"app": "web", **given})


def carried_out(step: Any, budget: Budget) -> Budget:
    """What a rack has after a step."""
    if isinstance(step, steps.Clear):
        return budget.model_copy(update={"config": None})
    if isinstance(step, steps.SetCap):
        cap = (budget.config or Cap()).model_copy(update=step.fields.as_kept())
        return budget.model_copy(update={"config": cap})
    return budget.model_copy(update={"state": None})


@given(BUDGETS, st.sampled_from(["present", "absent", "reset"]), WANTED)
def test_a_plan_carried_out_leaves_nothing(budget: Budget, state: str, wanted: steps.Wanted) -> None:
    noun, desired = BudgetNoun(), Desired("web", state, wanted)
    if state == "present" and budget.config is None and "monthly_cap_usd" not in dict(wanted.fields):
        with pytest.raises(errors.ConvoxOptionError, match="monthly_cap_usd: is missing"):
            noun.plan(Observed(budget), desired)
        return
    planned = noun.plan(Observed(budget), desired)
    assert len(planned) <= 1
    for step in planned:
        assert step.changes()
        budget = carried_out(step, budget)
    assert noun.plan(Observed(budget), desired) == []


@pytest.mark.parametrize(
    "given",
    [
        {"monthly_cap_usd": 100.0},
        {"monthly_cap_usd": 99.5, "alert_threshold_percent": 80, "at_cap_action": "auto-shutdown"},
        {"monthly_cap_usd": 100.0, "alert_threshold_percent": 0, "pricing_adjustment": 0.5},
        {"state": "absent"},
        {"state": "reset"},
    ],
)
def test_every_rule(given: dict[str, Any]) -> None:
    for budget in (None, THERE):
        holds_every_rule(BudgetNoun, lambda budget=budget: world(budget), app="web", **given)


def test_only_what_differs_is_sent() -> None:
    task = run(world(THERE), monthly_cap_usd=100.0, alert_threshold_percent=75)
    assert task.sent == [("POST", "/apps/web/budget", {"alert-threshold-percent": "75"})]
    assert task.result["budget"]["alert_threshold_percent"] == 75
    assert task.result["budget"]["state"] is None


def test_a_threshold_of_0_is_the_default() -> None:
    task = run(world(THERE), alert_threshold_percent=0)
    assert task.sent == [("POST", "/apps/web/budget", {"alert-threshold-percent": "0"})]
    assert task.result["budget"]["alert_threshold_percent"] == 80


@pytest.mark.parametrize(
    ("options", "option"),
    [
        ({"monthly_cap_usd": 0.0}, "monthly_cap_usd"),
        ({"monthly_cap_usd": -1.0}, "monthly_cap_usd"),
        ({"monthly_cap_usd": float("inf")}, "monthly_cap_usd"),
        ({"monthly_cap_usd": float("nan")}, "monthly_cap_usd"),
        ({"alert_threshold_percent": 101}, "alert_threshold_percent"),
        ({"alert_threshold_percent": -1}, "alert_threshold_percent"),
        ({"pricing_adjustment": 1.6}, "pricing_adjustment"),
        ({"pricing_adjustment": 0.0}, "pricing_adjustment"),
        ({"state": "absent", "monthly_cap_usd": 1.0}, "monthly_cap_usd"),
        ({"state": "absent", "alert_threshold_percent": 0}, "alert_threshold_percent"),
        ({"state": "reset", "at_cap_action": "alert-only"}, "at_cap_action"),
        ({"ack_by": "me", "monthly_cap_usd": 1.0}, "ack_by"),
        ({"state": "recovered", "reset_period": True}, "reset_period"),
    ],
)
def test_what_no_rack_takes(options: dict[str, Any], option: str) -> None:
    rack = world()
    task = run(rack, **options)
    assert isinstance(task.error, errors.ConvoxOptionError)
    assert task.error.option == option
    assert rack.requests == []


def test_where_costs_are_not_tracked() -> None:
    task = run(world(cost_tracking=False), monthly_cap_usd=1.0)
    assert isinstance(task.error, errors.ConvoxValidationError)
    assert task.error.status_code == 422
    assert "cost_tracking_enable=true" in (task.error.hint or "")
    assert not task.changed


def test_a_reset() -> None:
    rack = world(THERE, budget_tripped=True)
    task = run(rack, state="reset", ack_by="me")
    assert task.sent == [("POST", "/apps/web/budget/reset", {"ack_by": "me"})]
    assert task.changed
    assert task.result["budget"]["state"]["circuit_breaker_tripped"] is False
    assert task.result["budget"]["state"]["circuit_breaker_ack_by"] == "me"
    again = run(rack, state="reset", ack_by="me")
    assert (again.changed, again.sent) == (False, [])
    forced = run(rack, state="reset", force_clear_cooldown=True, reset_period=True)
    assert forced.sent == [
        ("POST", "/apps/web/budget/reset", {"force_clear_cooldown": "true", "reset_period": "true"})
    ]
    assert forced.changed


def test_a_reset_that_does_not_help_is_an_error() -> None:
    rack = world(THERE, budget_tripped=True)
    rack.faults.append(Fault("status", "POST", "/reset$", status=200, times=-1, body="ok"))
    task = run(rack, state="reset")
    assert isinstance(task.error, errors.ConvoxIgnoredError)
    assert "still used up" in str(task.error)
    assert task.changed


def test_a_recovery_that_nobody_tells_of() -> None:
    rack = world(THERE)
    task = run(rack, state="recovered")
    assert (task.error, task.changed) == (None, False)
    assert task.kinds == ["budget.dismiss"]
    assert not run(world(THERE), state="recovered", check_mode=True).changed


def test_a_recovery() -> None:
    rack = world(THERE)
    words = '{"app": "web", "status": "dismissed"}'
    rack.faults.append(Fault("status", "POST", "/dismiss-recovery$", status=200, body=words))
    rack.faults.append(Fault("status", "GET", "/shutdown-state$", status=200, body='{"app": "web"}'))
    assert run(rack, state="recovered").changed
    assert run(rack, state="recovered", check_mode=True).changed


def test_what_the_rack_does_not_keep_is_an_error() -> None:
    task = run(world(THERE, read_lag_seconds=100.0), monthly_cap_usd=1.0)
    assert isinstance(task.error, errors.ConvoxIgnoredError)
    assert "monthly_cap_usd" in str(task.error)
    task = run(world(THERE, read_lag_seconds=100.0), state="absent")
    assert "kept the budget of web" in str(task.error)


def test_an_app_that_is_not_there_yet() -> None:
    task = done(BudgetNoun, MemoryRack(), check_mode=True, app="web", monthly_cap_usd=5.0)
    assert task.changed
    assert task.result["budget"] == {
        "monthly_cap_usd": 5.0,
        "alert_threshold_percent": None,
        "at_cap_action": None,
        "pricing_adjustment": None,
        "last_cap_mutation_by": None,
        "state": None,
    }
