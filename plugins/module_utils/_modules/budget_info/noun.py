# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the noun of convox_budget_info, what apps may cost a month, and what they cost."""

from __future__ import annotations

import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import apps, budgets
from ansible_collections.convox.rack.plugins.module_utils._info import (
    LIST,
    PARALLEL,
    InfoNoun,
    check_count,
    include_of,
    names_of,
)
from ansible_collections.convox.rack.plugins.module_utils._noun import Context
from ansible_collections.convox.rack.plugins.module_utils._shared.parallel import in_parallel

COST, SHUTDOWN_STATE, SIMULATION = "cost", "shutdown_state", "simulation"


class Desired(t.NamedTuple):
    """Whose budgets to read, None for those of all apps, and what besides."""

    apps: tuple[str, ...] | None
    include: tuple[str, ...]
    parallel: int


class Observed(t.NamedTuple):
    """What is known of each app, by their names."""

    budgets: tuple[dict[str, t.Any], ...] = ()


class BudgetInfoNoun(InfoNoun[Desired, Observed]):
    """What apps may cost a month, and what they cost."""

    ARGUMENTS: t.ClassVar[dict[str, dict[str, t.Any]]] = {
        "app": LIST,
        **include_of(COST, SHUTDOWN_STATE, SIMULATION),
        **PARALLEL,
    }

    def desired(self, options: dict[str, t.Any]) -> Desired:
        """Raises ConvoxOptionError for what no app can be called."""
        parallel = check_count(options, "parallel", "how many apps to ask for at a time")
        return Desired(names_of(options, "app"), tuple(options["include"]), parallel)

    def observe(self, client: Client, desired: Desired, context: Context) -> Observed:
        """One request an app, one more for each part that is included, and one for the names of all apps.
        Raises ConvoxNotFoundError for an app that is asked for and not there."""
        names = desired.apps
        if names is None:
            names = tuple(app.name for app in apps.list_all(client))
        found = in_parallel(
            context, names, lambda name: _described(client, name, desired.include), desired.parallel
        )
        return Observed(tuple(found))

    def assumed(self, desired: Desired) -> Observed:
        """An app that was just made has no budget."""
        nothing: dict[str, t.Any] = dict.fromkeys(desired.include)
        names = desired.apps or ()
        return Observed(tuple({**_entry(name, budgets.Budget()), **nothing} for name in names))

    def result(self, observed: Observed, desired: Desired) -> dict[str, t.Any]:
        """``budgets``: of each app its cap and state, null where it has none, and what is included."""
        return {"budgets": list(observed.budgets)}


def _entry(app: str, budget: budgets.Budget) -> dict[str, t.Any]:
    cap = budget.config.model_dump() if budget.config else dict.fromkeys(budgets.Cap.model_fields)
    state = budget.state.as_result() if budget.state else None
    return {"app": app, **cap, "state": state, "spend_usd": state and state["current_month_spend_usd"]}


def _described(client: Client, app: str, include: t.Collection[str]) -> dict[str, t.Any]:
    budget = budgets.get(client, app)
    entry = _entry(app, budget)
    if COST in include:
        entry[COST] = cost = budgets.cost(client, app)
        if entry["spend_usd"] is None and cost is not None:
            entry["spend_usd"] = cost.get("spend_usd")
    if SHUTDOWN_STATE in include:
        entry[SHUTDOWN_STATE] = budgets.shutdown_state(client, app)
    if SIMULATION in include:
        # Without a budget a rack has nothing to simulate.
        entry[SIMULATION] = budgets.simulate(client, app) if budget.config else None
    return entry
