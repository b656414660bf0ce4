# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the budget of an app."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api import model
from ansible_collections.convox.rack.plugins.module_utils._api._http.responses import Response
from ansible_collections.convox.rack.plugins.module_utils._api._http.transport import route
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.third_party import pydantic

# Deeper than any answer about budgets is nested.
DEEPEST = 20
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")


class Cap(model.Model):
    """What an app may cost a month (USD), and what happens at the cap. ``pricing_adjustment`` is a factor."""

    monthly_cap_usd: float = pydantic.Field(0.0, alias="monthly-cap-usd")
    alert_threshold_percent: float | None = pydantic.Field(None, alias="alert-threshold-percent")
    at_cap_action: str = pydantic.Field("", alias="at-cap-action")
    pricing_adjustment: float | None = pydantic.Field(None, alias="pricing-adjustment")
    last_cap_mutation_by: str = pydantic.Field("", alias="last-cap-mutation-by")


class BudgetState(model.Model):
    """The money an app spent this month (USD), and what came of it."""

    month_start: str | None = pydantic.Field(None, alias="month-start")
    current_month_spend_usd: float = pydantic.Field(0.0, alias="current-month-spend-usd")
    current_month_spend_as_of: str | None = pydantic.Field(None, alias="current-month-spend-as-of")
    alert_fired_at_threshold: str | None = pydantic.Field(None, alias="alert-fired-at-threshold")
    alert_fired_at_cap: str | None = pydantic.Field(None, alias="alert-fired-at-cap")
    circuit_breaker_tripped: bool = pydantic.Field(False, alias="circuit-breaker-tripped")
    circuit_breaker_ack_by: str | None = pydantic.Field(None, alias="circuit-breaker-ack-by")
    circuit_breaker_ack_at: str | None = pydantic.Field(None, alias="circuit-breaker-ack-at")
    warning_count: int = pydantic.Field(0, alias="warning-count")
    per_service_spend_usd: dict[str, float] = pydantic.Field({}, alias="per-service-spend-usd")

    def as_result(self) -> dict[str, t.Any]:
        """The state, times in UTC."""
        times = (
            "month_start",
            "current_month_spend_as_of",
            "alert_fired_at_threshold",
            "alert_fired_at_cap",
            "circuit_breaker_ack_at",
        )
        return {**self.model_dump(), **{name: model.utc(getattr(self, name)) for name in times}}


class Budget(model.Model):
    """``GET /apps/{app}/budget`` (recordings: budget, budget_on). Both are None where there is no budget."""

    config: Cap | None = None
    state: BudgetState | None = None

    @property
    def tripped(self) -> bool:
        return self.state is not None and self.state.circuit_breaker_tripped

    def as_result(self) -> dict[str, t.Any] | None:
        """The cap and its ``state``, None where there is no budget."""
        if self.config is None:
            return None
        return {**self.config.model_dump(), "state": self.state.as_result() if self.state else None}


def get(client: Client, app: str) -> Budget:
    """``GET /apps/{app}/budget`` (since 3.24.0)."""
    return model.read(Budget, client.get(route("apps", app, "budget"), f"read the budget of {app}"))


def set_cap(client: Client, app: str, fields: t.Mapping[str, t.Any]) -> None:
    """``POST /apps/{app}/budget``, by the names of ``Cap``; what is not given stays as it is. Needs an admin.
    Raises ConvoxValidationError (422) where the rack does not track costs."""
    client.send(
        "POST",
        route("apps", app, "budget"),
        form={name.replace("_", "-"): _text(value) for name, value in sorted(fields.items())},
        operation=f"set the budget of {app}",
        repeatable=True,
        expect="ok",
    )


def _text(value: t.Any) -> str:
    """A number as people write it: 100, not 100.0."""
    whole = isinstance(value, float) and value.is_integer() and abs(value) < 1e15
    return str(int(value)) if whole else str(value)


def clear(client: Client, app: str) -> None:
    """``DELETE /apps/{app}/budget``. Needs an admin."""
    client.send("DELETE", route("apps", app, "budget"), operation=f"remove the budget of {app}", expect="ok")


def reset(
    client: Client, app: str, *, ack_by: str | None, force_clear_cooldown: bool, reset_period: bool
) -> None:
    """``POST /apps/{app}/budget/reset``: deploys are possible again, until the cap is reached once more. Its
    fields are spelt with ``_``. Needs an admin."""
    form = {"ack_by": ack_by} if ack_by else {}
    form |= {"force_clear_cooldown": "true"} if force_clear_cooldown else {}
    form |= {"reset_period": "true"} if reset_period else {}
    client.send(
        "POST",
        route("apps", app, "budget", "reset"),
        form=form,
        operation=f"reset the budget of {app}",
        repeatable=True,
        expect="ok",
    )


class Dismissed(model.Model):
    """``POST /apps/{app}/budget/dismiss-recovery``."""

    status: str = ""


def dismiss_recovery(client: Client, app: str) -> bool:
    """``POST /apps/{app}/budget/dismiss-recovery``: the note that an app came back after its budget had shut
    it down is put away. Whether there was one."""
    operation = f"dismiss the recovery of {app}"
    answer = client.send(
        "POST",
        route("apps", app, "budget", "dismiss-recovery"),
        operation=operation,
        repeatable=True,
        expect="json",
    )
    dismissed = model.read(Dismissed, answer).status != "no-banner"
    if not dismissed:
        client.ledger.nothing_done()
    return dismissed


def shutdown_state(client: Client, app: str) -> dict[str, t.Any] | None:
    """``GET /apps/{app}/budget/shutdown-state``: of an app that its budget has shut down, or None. Keys as
    results have them; no real rack's was seen but null."""
    path = route("apps", app, "budget", "shutdown-state")
    return _facts(client.get(path, f"read the shutdown state of {app}"))


def cost(client: Client, app: str) -> dict[str, t.Any] | None:
    """``GET /apps/{app}/cost``: what the app cost this month (USD), by service."""
    return _facts(client.get(route("apps", app, "cost"), f"read the cost of {app}"))


def simulate(client: Client, app: str) -> dict[str, t.Any] | None:
    """``POST /apps/{app}/budget/simulate-shutdown``, which changes nothing: what would be shut down at the
    cap. Raises ConvoxValidationError without a budget."""
    path = route("apps", app, "budget", "simulate-shutdown")
    answer = client.send(
        "POST",
        path,
        operation=f"simulate the shutdown of {app}",
        repeatable=True,
        writes=False,
        expect="json",
    )
    return _facts(answer)


def _facts(answer: Response) -> dict[str, t.Any] | None:
    """An answer that is an object or null, whatever a newer rack adds to it."""
    facts = answer.json()
    if facts is None:
        return None
    if not isinstance(facts, dict):
        raise answer.unreadable("the rack's answer is not an object")
    try:
        return {name.replace("-", "_"): _as_result(each, DEEPEST) for name, each in facts.items()}
    except ValueError:
        raise answer.unreadable("the rack's answer is nested too deep") from None


def _as_result(value: t.Any, deepest: int) -> t.Any:
    """A value with times in UTC, and in lists of objects the names of fields with ``_`` for ``-``: what
    stands elsewhere are maps, as from services to what they cost. Raises ValueError for what is nested too
    deep."""
    if deepest < 0:
        raise ValueError
    if isinstance(value, list):
        return [
            {name.replace("-", "_"): _as_result(inner, deepest - 1) for name, inner in each.items()}
            if isinstance(each, dict)
            else _as_result(each, deepest - 1)
            for each in value
        ]
    if isinstance(value, dict):
        return {name: _as_result(each, deepest - 1) for name, each in value.items()}
    return model.utc(value) if isinstance(value, str) and _TIME.match(value) else value
