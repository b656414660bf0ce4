# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Apps and their configs."""

from __future__ import annotations

import base64
from typing import Any

from tests.practice_rack import events, names, rollout, wire
from tests.practice_rack import manifest as mf
from tests.practice_rack.state import App, State
from tests.practice_rack.web import OK, Call
from tests.practice_rack.wire import RackError

PARAMETERS = ("BuildCpu", "BuildLabels", "BuildMem")
LOCK_DEADLINE = 30.0


def as_json(call: Call, app: App) -> dict[str, Any]:
    """With ``late_status_seconds`` (as v2 racks do) a promote shows only after that time."""
    late = app.rollout > 0 and call.state.now - app.promote_at < call.settings.late_status_seconds
    return {
        "generation": call.settings.generation,
        "locked": app.locked,
        "name": app.name,
        "release": app.previous if late else app.release,
        "router": call.settings.kind.router,
        "status": "running" if late else app.status,
        "parameters": dict(sorted(app.parameters.items())),
    }


def list_apps(call: Call) -> Any:
    return [as_json(call, app) for _unused, app in sorted(call.state.apps.items())]


def get(call: Call) -> Any:
    return as_json(call, call.app("name"))


def create(call: Call) -> Any:
    state, name = call.state, call.form.get("name", "")
    wire.optional_int(call.form, "timeout")
    if name in state.apps:
        raise RackError(409, f"app already exists: {name}")
    names.check_app(call.settings.rack_name, name)
    app = make(state, name)
    events.tell(state, "app:create", {"name": name, "actor": events.actor(call)})
    if call.settings.create_seconds > 0:
        state.at(call.settings.create_seconds, lambda: _created(app))
    else:
        _created(app)
    return as_json(call, app)


def make(state: State, name: str) -> App:
    """A new app, ``updating``."""
    app = state.apps[name] = App(name, state.now, parameters=dict(state.settings.default_parameters))
    return app


def _created(app: App) -> None:
    if app.status == "updating" and not app.rollout:
        app.status = "running"


def update(call: Call) -> Any:
    """Lock and parameters: promotes the active release again, with no check whether the app is busy."""
    app, form = call.app("name"), call.form
    if call.settings.modified_errors:
        call.settings.modified_errors -= 1
        raise RackError(
            500,
            'Operation cannot be fulfilled on atoms.atom.convox.com "app": the object has been modified; '
            "please apply your changes to the latest version and try again",
        )
    if call.settings.lose_parameters:
        call.settings.lose_parameters -= 1
        return OK
    app.before_update = (app.locked, dict(app.parameters))
    if "lock" in form:
        app.locked = wire.is_true(form["lock"])
    if call.settings.budget_tripped:
        raise RackError(409, "budget cap exceeded")
    for name, value in wire.parse_form(form.get("parameters", "")).items():
        if value and name in PARAMETERS:
            app.parameters[name] = value
        elif name in PARAMETERS:
            app.parameters.pop(name, None)
    if app.status != "deleting":
        rollout.start(call.state, app, app.release, LOCK_DEADLINE)
    return OK


def delete(call: Call) -> Any:
    """Answers at once; the app stays readable, ``deleting``, until its namespace is gone."""
    app = call.app("name")
    if app.locked:
        raise RackError(409, f"app is locked: {app.name}")
    if app.status != "deleting":
        start_deleting(call.state, app, call.settings.delete_seconds)
        events.tell(call.state, "app:delete", {"name": app.name, "actor": events.actor(call)})
    return OK


def start_deleting(state: State, app: App, seconds: float) -> None:
    app.status = "deleting"
    state.at(seconds, lambda: state.apps.pop(app.name, None) if state.alive(app) else None)


def cancel(call: Call) -> Any:
    app = call.app("name")
    if app.status != "updating" or not app.release:
        raise RackError(403, "app is not updating")
    if call.settings.early_cancels:
        call.settings.early_cancels -= 1
        raise RackError(403, "app is not updating")
    if call.state.now - app.promote_at < call.settings.cancel_grace_seconds:
        raise RackError(500, "not currently updating")
    rollout.cancel(call.state, app)
    return OK


def balancers(call: Call) -> Any:
    """Those of the active release's manifest. Recorded is only that there are none; the rest is written from
    rack-api.md."""
    app = call.app()
    release = rollout.find_release(app, app.release)
    made = mf.of_text(release.manifest, release.env).balancers if release else {}
    return [_balancer(app, name, spec) for name, spec in sorted(made.items())]


def _balancer(app: App, name: str, spec: dict[str, Any]) -> dict[str, Any]:
    ports = []
    for source, target in spec["ports"].items():
        given = target if isinstance(target, dict) else {"port": target}
        protocol = str(given.get("protocol", "TCP"))
        ports.append({"protocol": protocol, "source": int(source), "target": int(given["port"])})
    endpoint = f"balancer-{name}.{app.name}.rack.test"
    return {"name": name, "endpoint": endpoint, "ports": ports, "service": spec["service"]}


# -- configs


def config_list(call: Call) -> Any:
    app = call.state.apps.get(call.path["app"])
    found = app.configs if app else {}
    return [{"name": n, "value": v} for n, v in sorted(found.items())]


def config_get(call: Call) -> Any:
    app = call.state.apps.get(call.path["app"])
    name = call.path["name"]
    if app is None or name not in app.configs:
        raise RackError(404, f"app config not found: {name}")
    return {"name": name, "value": app.configs[name]}


def config_set(call: Call) -> Any:
    """The value goes in as base64 and comes out as text."""
    value, name = call.form.get("value", ""), call.path["name"]
    problem = wire.base64_problem(value)
    if problem:
        raise RackError(400, f"failed to parse base 64 value: {problem}")
    names.check_config(name)
    app = call.state.apps.get(call.path["app"])
    if app is None:
        namespace = f"{call.settings.rack_name}-{call.path['app']}"
        raise RackError(500, f'failed to set config: namespaces "{namespace}" not found')
    app.configs[name] = base64.b64decode(value).decode("utf-8", "replace")
    return OK
