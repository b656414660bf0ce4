# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the budget of an app."""

from __future__ import annotations

import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api import model
from ansible_collections.convox.rack.plugins.module_utils._api._http.transport import route
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.third_party import pydantic


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
