# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Resources of an app, from its active release's manifest."""

from __future__ import annotations

from typing import Any

from tests.practice_rack import env_text, rollout
from tests.practice_rack import manifest as mf
from tests.practice_rack.state import App, State
from tests.practice_rack.web import OK, Answer, Call
from tests.practice_rack.wire import RackError

PASSWORD = "6630abdb8bba553e3e48555e302e51"
PORTS = {"postgres": 5432, "mysql": 3306, "mariadb": 3306, "redis": 6379, "memcached": 11211}


def _url(state: State, app: App, name: str, kind: str) -> str:
    host = f"resource-{name}.{state.settings.rack_name}-{app.name}.svc.cluster.local:{PORTS.get(kind, 80)}"
    if kind == "postgres":
        return f"postgres://app:{PASSWORD}@{host}/app?sslmode=disable"
    if kind in ("mysql", "mariadb"):
        return f"mysql://app:{PASSWORD}@{host}/app"
    return host if kind == "memcached" else f"{kind}://{host}"


def of_app(state: State, app: App) -> list[dict[str, Any]]:
    """One whose URL is set in the env by hand is not in the list."""
    release = rollout.find_release(app, app.release)
    if release is None:
        raise RackError(500, f"no release for app: {app.name}")
    made = mf.of_text(release.manifest, release.env).made_resources(env_text.parse(release.env))
    found = []
    for name, kind in sorted(made.items()):
        found.append({"name": name, "status": "running", "type": kind, "url": _url(state, app, name, kind)})
    return found


def list_resources(call: Call) -> Any:
    return of_app(call.state, call.app())


def get(call: Call) -> Any:
    found = next((r for r in of_app(call.state, call.app()) if r["name"] == call.path["name"]), None)
    if found is None:
        raise RackError(500, f"no such resource: {call.path['name']}")
    return found


def _with_data(call: Call, doing: str) -> dict[str, Any]:
    resource: dict[str, Any] = get(call)
    if resource["type"] not in ("postgres", "mysql", "mariadb"):
        raise RackError(400, f"{doing} not available for resources of type: {resource['type']}")
    return resource


def _dump(name: str, kind: str) -> bytes:
    """What a database holds that nothing was imported into."""
    tool = "PostgreSQL database" if kind == "postgres" else "MySQL"
    return f"--\n-- {tool} dump of {name}\n--\n\n-- {tool} dump complete\n".encode()


def export_data(call: Call) -> Any:
    """There is no database behind it, as recorded: 200, and the failure stands in the data. With
    ``resource_data`` what was imported last, which is not recorded."""
    resource = _with_data(call, "export")
    if call.settings.resource_data:
        kept = call.state.data.get((call.path["app"], resource["name"]))
        content = _dump(resource["name"], resource["type"]) if kept is None else kept
        return Answer(content, "application/octet-stream")
    host = resource["url"].split("@")[1].split(":")[0]
    text = (
        f'pg_dump: error: could not translate host name "{host}" to address: Name or service not known\n'
        "ERROR: could not export: exit status 1\n"
    )
    return Answer(text.encode(), "text/plain; charset=utf-8")


def import_data(call: Call) -> Any:
    resource = _with_data(call, "import")
    if not call.settings.resource_data:
        raise RackError(500, "ERROR: import failed")
    call.state.data[call.path["app"], resource["name"]] = call.body
    return OK
