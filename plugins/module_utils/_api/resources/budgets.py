# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the budget of an app."""

from __future__ import annotations

from ansible_collections.convox.rack.plugins.module_utils._api import model
from ansible_collections.convox.rack.plugins.module_utils._api._http.transport import route
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.third_party import pydantic


class BudgetState(model.Model):
    """The money an app spent this month, as far as a deploy must know it."""

    circuit_breaker_tripped: bool = pydantic.Field(False, alias="circuit-breaker-tripped")


class Budget(model.Model):
    """``GET /apps/{app}/budget`` (recordings: budget, budget_on)."""

    state: BudgetState | None = None

    @property
    def tripped(self) -> bool:
        return self.state is not None and self.state.circuit_breaker_tripped


def get(client: Client, app: str) -> Budget:
    """``GET /apps/{app}/budget`` (since 3.24.0)."""
    return model.read(Budget, client.get(route("apps", app, "budget"), f"read the budget of {app}"))
