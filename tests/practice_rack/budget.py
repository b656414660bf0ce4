# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Budgets of apps."""

from __future__ import annotations

import time
from typing import Any

from tests.practice_rack.state import App
from tests.practice_rack.web import OK, Call
from tests.practice_rack.wire import RackError, quoted

TRACKING_OFF = (
    "rack parameter cost_tracking_enable is false. Budget enforcement (caps, alerts, auto-shutdown) "
    "requires cost_tracking_enable=true.\n  Set on the rack first:\n"
    "    convox rack params set cost_tracking_enable=true\n"
    "  Wait ~3 min for the apply to complete, then retry."
)
ACTIONS = ("alert-only", "block-new-deploys", "auto-shutdown")
DEFAULT_THRESHOLD = 80


def get(call: Call) -> Any:
    app = call.app()
    return {"config": app.budget, "state": _state(call, app)}


def _state(call: Call, app: App) -> dict[str, Any] | None:
    """Of an app that has spent its budget; by the server's types, for no recording has one."""
    tripped = call.settings.budget_tripped
    if not (tripped or app.budget_ack):
        return None
    now, spent = call.state.nanos(call.state.now), (app.budget or {}).get("monthly-cap-usd", 0)
    return {
        "month-start": _month(call),
        "current-month-spend-usd": spent,
        "current-month-spend-as-of": now,
        "alert-fired-at-threshold": now,
        "alert-fired-at-cap": now,
        "circuit-breaker-tripped": tripped,
        "per-service-spend-usd": {"web": spent},
    } | app.budget_ack


def _month(call: Call) -> str:
    today = time.gmtime(call.state.wall(call.state.now) // 10**9)
    return time.strftime("%Y-%m-01T00:00:00Z", today)


def _number(call: Call, name: str) -> float | None:
    text = call.form.get(name)
    if text is None:
        return None
    try:
        return float(text)
    except ValueError:
        problem = f"strconv.ParseFloat: parsing {quoted(text)}: invalid syntax"
        raise RackError(400, f"{name} must be a number: {problem}") from None


def _whole(value: float) -> float | int:
    return int(value) if value == int(value) else value


def set_budget(call: Call) -> Any:
    """Fields that are not given stay as they are; a threshold of 0 means the default."""
    app = call.app()
    budget = dict(app.budget or {})
    cap = _number(call, "monthly-cap-usd")
    threshold = _number(call, "alert-threshold-percent")
    pricing = _number(call, "pricing-adjustment")
    action = call.form.get("at-cap-action", budget.get("at-cap-action", "alert-only"))
    if (cap is not None and cap <= 0) or (cap is None and not budget):
        raise RackError(400, "monthly-cap-usd must be > 0")
    if threshold is not None and not 0 <= threshold <= 100:
        raise RackError(400, "alert-threshold-percent must be between 1 and 100")
    if action not in ACTIONS:
        raise RackError(400, 'at-cap-action must be "alert-only", "block-new-deploys", or "auto-shutdown"')
    if pricing is not None and not 0.1 <= pricing <= 1.5:
        raise RackError(400, "pricing-adjustment must be between 0.1 and 1.5")
    if not call.settings.cost_tracking:
        raise RackError(422, TRACKING_OFF)
    app.budget = {
        "monthly-cap-usd": _whole(cap if cap is not None else budget["monthly-cap-usd"]),
        "alert-threshold-percent": _threshold(threshold, budget),
        "at-cap-action": action,
        "pricing-adjustment": _whole(pricing if pricing is not None else budget.get("pricing-adjustment", 1)),
        "last-cap-mutation-by": call.who.name,
    }
    return OK


def _threshold(given: float | None, budget: dict[str, Any]) -> float | int:
    found = budget.get("alert-threshold-percent", DEFAULT_THRESHOLD) if given is None else given
    return _whole(found) or DEFAULT_THRESHOLD


def clear(call: Call) -> Any:
    call.app().budget = None
    return OK


def reset(call: Call) -> Any:
    app = call.app()
    if call.settings.budget_tripped:
        by = call.form.get("ack_by") or call.who.name
        now = call.state.nanos(call.state.now)
        app.budget_ack = {"circuit-breaker-ack-by": by, "circuit-breaker-ack-at": now}
    if "true" in map(call.form.get, ("force_clear_cooldown", "reset_period")):
        app.budget_begun.append(call.state.now)
    call.settings.budget_tripped = False
    return OK


def shutdown_state(call: Call) -> Any:
    """Null, as recorded; nobody knows more of another one than that it is there."""
    app = call.app()
    shut_down = call.settings.budget_tripped and (app.budget or {}).get("at-cap-action") == "auto-shutdown"
    return {"app": app.name} if shut_down else None


def dismiss(call: Call) -> Any:
    return {"app": call.app().name, "status": "no-banner"}


def simulate(call: Call) -> Any:
    app = call.app()
    if not app.budget:
        raise RackError(400, f"no budget configured for app {app.name}")
    names = sorted(app.deployments)
    return {
        "app": app.name,
        "at-cap-action": app.budget["at-cap-action"],
        "webhook-url": "",
        "notify-before-minutes": 30,
        "shutdown-grace-period": "5m0s",
        "shutdown-order": "largest-cost",
        "recovery-mode": "auto-on-reset",
        "eligibility": [_eligible(app, name) for name in names],
        "would-shut-down-services": names,
        "would-shut-down-count": len(names),
        "estimated-cost-saved-usd-per-hour": 0,
        "simulated-at": call.state.nanos(call.state.now),
    }


def _eligible(app: App, name: str) -> dict[str, Any]:
    replicas = app.deployments[name].count or app.deployments[name].spec.scale.low
    return {"service": name, "eligible": True, "replicas": replicas, "cost-usd-per-hour": 0}


def cost(call: Call) -> Any:
    app = call.app()
    found: dict[str, Any] = {
        "app": app.name,
        "month-start": _month(call),
        "as-of": call.state.nanos(None),
        "spend-usd": 0,
        "breakdown": [],
        "pricing-source": "on-demand-static-table",
        "pricing-table-version": "2026-04-29",
        "pricing-adjustment": (app.budget or {}).get("pricing-adjustment", 1),
    }
    return found | ({"tracking-enabled": True} if call.settings.cost_tracking else {})
