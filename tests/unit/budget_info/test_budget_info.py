# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The noun of convox_budget_info: caps, states and costs of many apps."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._modules.budget_info.noun import BudgetInfoNoun
from tests.practice_rack.faults import Fault
from tests.practice_rack.memory import MemoryRack
from tests.unit.tasks import Task, done, run_task

ALL = ["cost", "shutdown_state", "simulation"]


def world(**settings: Any) -> MemoryRack:
    rack = MemoryRack(cost_tracking=True, **settings)
    rack.add_app("web").budget = {
        "monthly-cap-usd": 100,
        "alert-threshold-percent": 80,
        "at-cap-action": "auto-shutdown",
        "pricing-adjustment": 1,
        "last-cap-mutation-by": "me",
    }
    rack.add_app("bare")
    return rack


def read(rack: MemoryRack, **given: Any) -> Task:
    return done(BudgetInfoNoun, rack, **{"parallel": 8, "include": [], **given})


def test_all_apps_by_name() -> None:
    rack = world()
    task = read(rack)
    assert [(each["app"], each["monthly_cap_usd"]) for each in task.result["budgets"]] == [
        ("bare", None),
        ("web", 100),
    ]
    assert (task.changed, task.sent, len(rack.requests)) == (False, [], 3)


def test_one_that_has_spent_it() -> None:
    (found,) = read(world(budget_tripped=True), app=["web"]).result["budgets"]
    assert found["spend_usd"] == 100
    assert found["state"]["circuit_breaker_tripped"] is True
    assert found["state"]["per_service_spend_usd"] == {"web": 100}
    assert found["state"]["month_start"].endswith("-01T00:00:00Z")


def test_what_is_included() -> None:
    bare, web = read(world(), include=ALL).result["budgets"]
    assert (web["cost"]["spend_usd"], web["cost"]["as_of"], web["spend_usd"]) == (0, None, 0)
    assert web["simulation"]["would_shut_down_services"] == []
    assert bare["simulation"] is bare["shutdown_state"] is None


def test_names_of_services_stay_as_they_are() -> None:
    rack = world()
    facts = {
        "as-of": "0001-01-01T00:00:00Z",
        "breakdown": [{"spend-usd": 1, "by-service": {"my-web": {"a-b": 1}}}],
        "per-service": {"my-web": 1},
    }
    rack.faults.append(Fault("status", "GET", "/cost$", status=200, body=json.dumps(facts)))
    (found,) = read(rack, app=["web"], include=["cost"]).result["budgets"]
    assert found["cost"] == {
        "as_of": None,
        "breakdown": [{"spend_usd": 1, "by_service": {"my-web": {"a-b": 1}}}],
        "per_service": {"my-web": 1},
    }


@pytest.mark.parametrize("body", ["[]", "1", '{"a":' + "[" * 50 + "]" * 50 + "}"])
def test_an_answer_that_nobody_can_read(body: str) -> None:
    rack = world()
    rack.faults.append(Fault("status", "GET", "/cost$", status=200, body=body))
    task = run_task(BudgetInfoNoun, rack, app=["web"], include=["cost"], parallel=8)
    assert isinstance(task.error, errors.ConvoxServerError)


def test_an_app_that_is_not_there() -> None:
    task = run_task(BudgetInfoNoun, world(), app=["web", "nobody"], include=[], parallel=8)
    assert isinstance(task.error, errors.ConvoxNotFoundError)
    assert task.error.is_about("app", "nobody")
    coming = read(MemoryRack(), app=["coming"], include=ALL, check_mode=True).result["budgets"]
    assert [(each["app"], each["monthly_cap_usd"], each["cost"]) for each in coming] == [
        ("coming", None, None)
    ]
