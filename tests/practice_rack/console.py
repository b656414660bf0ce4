# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The console's own routes: its racks, their workflows, cloud machines.

None of them was ever recorded: they are as the CLI's source asks for them and reads them. What the CLI does
not tell (words of errors, names of states) is made up here, and nothing may rest on it.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

from tests.practice_rack import itself
from tests.practice_rack.exchange import Asked
from tests.practice_rack.settings import Settings
from tests.practice_rack.state import State
from tests.practice_rack.web import OK, Call, Operation
from tests.practice_rack.wire import RackError

WORKFLOWS = (
    {"id": "wf-deploy", "name": "deploy", "kind": "deployment"},
    {"id": "wf-review", "name": "review", "kind": "review"},
)
RUNTIMES = [{"id": "rt-1", "title": "acme aws"}]
_MACHINE = re.compile(r"/machines/([^/]+)(/app.*)")


def is_own(path: str) -> bool:
    """Whether the console answers by itself, so that no rack need be named."""
    return re.match(r"/(racks|machines)(/|$)", path) is not None


def machine_names(state: State) -> dict[str, str]:
    """The cloud machines by their ids."""
    return {f"m-{n}": name for n, name in enumerate(filter(None, state.settings.machines.split(",")), 1)}


def machine(state: State, id_: str) -> State | None:
    """What is on a machine; None where there is no such machine."""
    if id_ not in machine_names(state):
        return None
    if id_ not in state.machines:
        state.machines[id_] = State(state.settings, clock=state.clock)
    return state.machines[id_]


def on_machine(state: State, path: str) -> tuple[State, str]:
    """Where a path leads: to the rack itself, or to a cloud machine, which has apps of its own."""
    found = _MACHINE.fullmatch(path) if state.settings.console else None
    place = machine(state, found[1]) if found else None
    return (place, found[2]) if place is not None and found else (state, path)


def forwarded(state: State, asked: Asked) -> tuple[State, Asked]:
    """The same for a whole request."""
    place, path = on_machine(state, asked.path)
    return place, asked if place is state else replace(asked, path=path)


def _name(call: Call) -> str:
    return f"{call.path['org']}/{call.path['name']}"


def _known(call: Call) -> None:
    if _name(call) not in (call.settings.console, *call.settings.racks_beside):
        raise RackError(404, f"rack not found: {_name(call)}")


def _rack(call: Call, name: str) -> dict[str, Any]:
    """As a console lists it; of the racks beside this one it knows no more than their names."""
    organization, _slash, short = name.partition("/")
    own = name == call.settings.console
    return {
        "name": short,
        "organization": {"name": organization},
        "provider": "aws",
        "status": call.state.itself.status if own else "running",
    }


def racks(call: Call) -> Any:
    return [_rack(call, name) for name in sorted([call.settings.console, *call.settings.racks_beside])]


def rack(call: Call) -> Any:
    """``state`` holds Terraform's state, in base64; null where the console does not have it."""
    _known(call)
    found, settings = call.state.itself, call.settings
    more = {
        "deletable": False,
        "parameters": dict(found.parameters) if settings.console_state else None,
        "version": found.version or settings.rack_version,
        "state": "eyJzZWNyZXQiOiAiY2FuYXJ5LW9mLXRlcnJhZm9ybSJ9" if settings.console_state else None,
    }
    return _rack(call, _name(call)) | more


def update(call: Call) -> Any:
    """``params``: a JSON object, or null; ``version``: always there."""
    _known(call)
    try:
        parameters = json.loads(call.form.get("params", "null"))
    except ValueError as error:
        raise RackError(400, str(error)) from None
    if not call.form.get("version"):
        raise RackError(400, "version is required")
    if not call.settings.console_state:
        raise RackError(400, "rack is not managed by this console")
    itself.update(call.state, parameters=parameters, version=call.form["version"])
    return OK


def sync(call: Call) -> Any:
    _known(call)
    return OK


def runtimes(call: Call) -> Any:
    _known(call)
    return RUNTIMES


def attach(call: Call) -> Any:
    _known(call)
    return OK


def host(call: Call) -> Any:
    _known(call)
    return {"host": "api.rack.test"}


def workflows(call: Call) -> Any:
    _known(call)
    return {"oid": "org-1", "workflows": list(WORKFLOWS)}


def run_workflow(call: Call) -> Any:
    _known(call)
    if call.path["id"] not in {workflow["id"] for workflow in WORKFLOWS}:
        raise RackError(404, f"workflow not found: {call.path['id']}")
    asked = {name: call.form[name] for name in ("app", "branch", "commit", "title") if name in call.form}
    if "app" not in asked or len({"branch", "commit"} & set(asked)) != 1:
        raise RackError(400, "app and one of branch and commit are required")
    job = f"job-{len(call.state.itself.runs) + 1}"
    call.state.itself.runs.append({"job": job, "workflow": call.path["id"], **asked})
    return {"jod_id": job}


def machines(call: Call) -> Any:
    return [
        {
            "id": id_,
            "name": name.partition("/")[2],
            "organization_info": {"name": name.partition("/")[0]},
            "status": "running",
        }
        for id_, name in machine_names(call.state).items()
    ]


def _there(settings: Settings) -> bool:
    return bool(settings.console)


def _own(method: str, path: str, handler: Any) -> Operation:
    return Operation(method, path, handler, deploy_key=True, enabled=_there)


OPERATIONS = [
    _own("GET", "/racks", racks),
    _own("GET", "/racks/{org}/{name}", rack),
    _own("PUT", "/racks/{org}/{name}", update),
    _own("POST", "/racks/{org}/{name}/sync", sync),
    _own("GET", "/racks/{org}/{name}/runtimes", runtimes),
    _own("PUT", "/racks/{org}/{name}/runtimes", attach),
    _own("GET", "/racks/{org}/{name}/host", host),
    _own("GET", "/racks/{org}/{name}/workflows", workflows),
    _own("POST", "/racks/{org}/{name}/workflows/{id}/run", run_workflow),
    _own("GET", "/machines", machines),
]
