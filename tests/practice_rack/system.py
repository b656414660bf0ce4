# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rack itself: what it is, its tokens."""

from __future__ import annotations

import re
from typing import Any

from tests.practice_rack import auth, itself
from tests.practice_rack.web import OK, Call
from tests.practice_rack.wire import RackError, atoi, parse_form


def check(call: Call) -> Any:
    return OK


def get(call: Call) -> Any:
    """A v3 rack shows neither its parameters nor outputs; those of a v2 rack are many."""
    found = call.state.itself
    shown = {
        "count": found.count,
        "domain": "router.rack.test",
        "name": call.settings.rack_name,
        "provider": "local",
        "rack-domain": "api.rack.test",
        "router-internal": "router.rack.internal",
        "region": "",
        "status": found.status,
        "type": found.type,
        "version": found.version or call.settings.rack_version,
    }
    if call.settings.generation == "2":
        shown |= {"outputs": dict(found.outputs), "parameters": dict(found.parameters)}
    return shown


def update(call: Call) -> Any:
    """A v2 rack does it itself; a v3 rack's console does, where it holds Terraform's state."""
    settings, form = call.settings, call.form
    by_console = settings.console and settings.console_state and "rack" in call.headers
    if settings.generation != "2" and not by_console:
        words = (
            "direct rack doesn't support update, make sure you are not using RACK_URL environment variable"
        )
        raise RackError(501, words)
    values: dict[str, Any] = {name: form[name] for name in ("type", "version") if name in form}
    if "count" in form:
        values["count"] = atoi(form["count"])
    itself.update(call.state, parameters=parse_form(form.get("parameters", "")), **values)
    return OK


def unimplemented(call: Call) -> Any:
    raise RackError(501, "unimplemented")


def history(call: Call) -> Any:
    """The versions that a v2 rack had, newest first (never recorded)."""
    if call.settings.generation == "2":
        version = call.state.itself.version or call.settings.rack_version
        created = call.state.seconds(call.state.start_mono)
        return [{"id": version, "app": call.settings.rack_name, "description": "", "created": created}]
    raise RackError(501, "release history is unavailable")


def token(call: Call) -> Any:
    """Duration first, then the role; only an admin may make an admin's token."""
    hours = call.form.get("durationInHour", "")
    if not re.fullmatch(r"[+-]?[0-9]+", hours):
        raise RackError(400, "invalid duration")
    if not 1 <= int(hours) <= 8760:
        raise RackError(400, "duration must be between 1 and 8760 hours")
    role = call.form.get("role", "")
    if role not in auth.ROLES:
        raise RackError(400, "invalid role: must be read, write, or admin")
    if role == "admin" and "a" not in call.who.role:
        raise RackError(403, "admin role required to mint admin tokens")
    call.state.tokens += 1
    return {"token": auth.make_token(call.state, role, int(hours))}


def rotate(call: Call) -> Any:
    """Every token ends, once the rack's api has restarted."""
    state = call.state
    state.tokens += 1
    new_key = state.random.randbytes(32)
    state.at(call.settings.restart_seconds, lambda: setattr(state, "token_key", new_key))
    return OK
