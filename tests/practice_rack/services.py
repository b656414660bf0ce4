# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Services: shown, scaled, restarted."""

from __future__ import annotations

from typing import Any

from tests.practice_rack import manifest as mf
from tests.practice_rack import names, overrides, pods, rollout, wire
from tests.practice_rack.state import App, Deployment, State
from tests.practice_rack.web import OK, Call
from tests.practice_rack.wire import RackError

NUMBERS = ("count", "cpu", "memory", "gpu", "min", "max")
NEEDS_KEDA = (
    "range scaling (min/max) requires KEDA on this rack; run `convox rack params set keda_enable=true` and "
    "re-deploy, click Enable triggers in the Console to configure one through the UI (CPU/Memory work "
    "without KEDA), or use --count for a fixed replica count"
)


def as_json(call: Call, app: App, d: Deployment) -> dict[str, Any]:
    low, high = d.bounds or d.spec.bounds
    rack = call.settings.rack_name
    answer: dict[str, Any] = {
        "count": d.shown("count"),
        "cpu": d.shown("cpu"),
        "domain": f"{d.name}.{app.name}.{f'{rack}.local' if d.spec.internal else 'rack.test'}",
        "gpu": d.shown("gpu"),
        "gpu-vendor": d.gpu_vendor,
        "memory": d.shown("memory"),
        "name": d.name,
        "nlb": None,
        "ports": _ports(d),
        "min": low,
        "max": high,
    }
    if low == 0 and d.shown("count") == 0:
        answer["cold-start"] = True
    if d.bounds or d.spec.scale.autoscale:
        answer["autoscale"] = {"enabled": True} | {
            overrides.SHOWN[name]: value for name, value in (d.triggers or {}).items()
        }
    if d.spec.agent:
        answer["agent"] = True
    return answer | {
        "scale-override-active": call.settings.scale_override or d.scale_override,
        "triggers-override-active": d.triggers is not None,
    }


def _ports(d: Deployment) -> list[dict[str, Any]]:
    """Only the main port of a service that is not internal is behind the balancer."""
    found = [(443 if not d.spec.internal else 0, d.spec.port)] if d.spec.port else []
    found += [(0, port) for port in d.spec.ports]
    return [
        {"balancer": outer, "certificate": d.certificates.get(outer, ""), "container": inner}
        for outer, inner in found
    ]


def list_services(call: Call) -> Any:
    """In no fixed order, as a rack gives them."""
    app = call.app()
    found = [as_json(call, app, d) for d in app.deployments.values()]
    call.state.random.shuffle(found)
    return found


def manifest_service(call: Call) -> Any:
    """What the active release's manifest says of a service, whether it runs or not."""
    app, name = call.app(), call.path["service"]
    release = rollout.find_release(app, app.release)
    spec = mf.of_text(release.manifest, release.env).services.get(name) if release else None
    if spec is None:
        raise RackError(500, f"no such service: {name}")
    low, high = spec.bounds
    return {"name": name, "environment": list(spec.environment) or None, "scale": {"min": low, "max": high}}


def update(call: Call) -> Any:
    """A value that is refused stays in the cache: lists show it, and the next good request applies it."""
    app, name = call.app(), call.path["name"]
    numbers = {n: wire.atoi(call.form[n]) for n in NUMBERS if n in call.form}
    if call.settings.budget_tripped:
        raise RackError(409, "budget cap exceeded")
    d = app.deployments.get(name)
    if d is None or d.spec.agent:
        raise RackError(500, f'deployments.apps "{name}" not found')
    low, high = numbers.pop("min", None), numbers.pop("max", None)
    if call.settings.at_least(3, 24, 6):
        _range(call, d, numbers, low, high)
    d.asked |= numbers
    _check(d)
    for field in d.asked:
        setattr(d, field, d.asked[field])
    d.asked = {}
    if "gpu" in call.form:  # a rack takes a vendor only beside a number
        d.gpu_vendor = call.form.get("gpu-vendor", d.gpu_vendor)
    d.hash = rollout.template(call.state, app, d)
    pods.reconcile(call.state, app, d)
    return OK


def _range(call: Call, d: Deployment, numbers: dict[str, int], low: int | None, high: int | None) -> None:
    """``max`` needs KEDA; ``min`` without an autoscaler is the count; with one, ``count`` pins both."""
    if high is not None and not call.settings.keda:
        raise RackError(500, NEEDS_KEDA)
    if high is not None or (low is not None and d.bounds):
        old_low, old_high = d.bounds or d.spec.bounds
        d.bounds = (old_low if low is None else low, old_high if high is None else high)
        numbers.setdefault("count", min(max(d.count, d.bounds[0]), d.bounds[1]))
    elif low is not None:
        numbers.setdefault("count", low)
    elif "count" in numbers and d.bounds:
        d.bounds = (numbers["count"], numbers["count"])


def _check(d: Deployment) -> None:
    problems = []
    if d.shown("count") < 0:
        problems.append(
            f"spec.replicas: Invalid value: {d.shown('count')}: must be greater than or equal to 0"
        )
    for field, unit in (("cpu", "m"), ("memory", "Mi")):
        if d.shown(field) < 0:
            problems.append(
                f"spec.template.spec.containers[0].resources.requests[{field}]: Invalid value: "
                f'"{d.shown(field)}{unit}": must be greater than or equal to 0'
            )
    if problems:
        raise names.invalid("Deployment.apps", d.name, problems)


def restart(call: Call) -> Any:
    """Replaces the processes; the app's status does not show it."""
    app, name = call.app(), call.path["name"]
    d = app.deployments.get(name)
    if d is None:
        raise RackError(500, f"no such service: {name}")
    d.restarts += 1
    d.hash = rollout.template(call.state, app, d)
    pods.reconcile(call.state, app, d)
    return OK


def refresh_caches(state: State) -> None:
    """What a rack's cache does by itself after a while: refused values are forgotten."""
    for app in state.apps.values():
        for d in app.deployments.values():
            d.asked = {}


def place(state: State, app: App, name: str, facts: dict[str, Any]) -> Deployment:
    """A service of the app with these facts, and all its processes running."""
    facts = dict(facts)
    release = rollout.find_release(app, app.release)
    d = Deployment(
        name,
        mf.service(name, facts.pop("spec", {})),
        app.release,
        release.build if release else "",
        1,
        250,
        512,
    )
    for fact, value in facts.items():
        if not hasattr(d, fact):
            raise TypeError(f"a service has no {fact}")
        setattr(d, fact, value)
    app.deployments[name] = d
    d.hash = rollout.template(state, app, d)
    pods.reconcile(state, app, d)
    pods.start_all(state, app)
    return d
