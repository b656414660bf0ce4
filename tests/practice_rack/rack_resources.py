# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rack's own resources. On a v3 rack they are webhooks, as recorded. A v2 rack (``generation`` 2) has
other kinds, takes changes and links: none of that is recorded, it follows what is known of the routes."""

from __future__ import annotations

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from tests.practice_rack.web import OK, Call
from tests.practice_rack.wire import RackError, parse_form

_URL = {"default": "", "description": "url to which to post rack events", "name": "Url"}
_STORAGE = {"default": "10", "description": "Disk space in GiB", "name": "Storage"}
_KINDS: dict[str, list[dict[str, str]]] = {"webhook": [_URL]}
_V2_KINDS = {"postgres": [_STORAGE], **_KINDS}


def _is_v2(call: Call) -> bool:
    return call.settings.generation == "2"


def _kinds(call: Call) -> dict[str, list[dict[str, str]]]:
    return _V2_KINDS if _is_v2(call) else _KINDS


def _find(call: Call) -> dict[str, Any]:
    found = call.state.rack_resources.get(call.path["name"])
    if found is None:
        raise RackError(404, f"no such resource: {call.path['name']}")
    return found


def kinds(call: Call) -> Any:
    return [{"name": name, "parameters": parameters} for name, parameters in _kinds(call).items()]


def list_resources(call: Call) -> Any:
    return [resource for _name, resource in sorted(call.state.rack_resources.items())]


def get(call: Call) -> Any:
    return _find(call)


def create(call: Call) -> Any:
    kind, name = call.form.get("kind", ""), call.form.get("name", "")
    if kind not in _kinds(call):
        raise RackError(400, f"rack resource type unknown: {kind}")
    parameters = parse_form(call.form.get("parameters", ""))
    _check(kind, parameters)
    name = name or f"{kind}-{call.state.random.randbytes(3).hex()}"
    if name in call.state.rack_resources:
        raise RackError(409, f"{kind} already exists: {name}")
    made = {"name": name, "parameters": parameters, "status": "running", "type": kind, "url": ""}
    if _is_v2(call):
        # Nobody's webhook has one.
        secret = f"{kind}://app:{call.state.random.randbytes(8).hex()}@{name}.rack.test/app"
        made |= {"url": "" if kind == "webhook" else secret, "apps": []}
    call.state.rack_resources[name] = made
    return made


def _check(kind: str, parameters: dict[str, str]) -> None:
    if kind != "webhook":
        return
    if "Url" not in parameters:
        raise RackError(400, "parameter required: Url")
    url = parameters["Url"]
    if not url:
        raise RackError(400, "url required")
    found = urlsplit(url)
    if found.scheme not in ("http", "https"):
        raise RackError(400, "url: URL must use http or https scheme")
    try:
        address = ipaddress.ip_address(found.hostname or "")
    except ValueError:
        return
    inside = address in ipaddress.ip_network("10.0.0.0/8") or address in ipaddress.ip_network(
        "192.168.0.0/16"
    )
    if inside or address.is_loopback or address.is_link_local:
        raise RackError(
            400,
            "url: URL resolves to a non-routable address; if you intended an in-cluster Prometheus, "
            "use a *.svc.cluster.local hostname",
        )


def delete(call: Call) -> Any:
    del call.state.rack_resources[_find(call)["name"]]
    return OK


def update(call: Call) -> Any:
    found = _changeable(call)
    given = parse_form(call.form.get("parameters", ""))
    _check(found["type"], {**found["parameters"], **given})
    found["parameters"] = {**found["parameters"], **given}
    return found


def link(call: Call) -> Any:
    found = _changeable(call)
    name = call.form.get("app", "")
    if name not in call.state.apps:
        raise RackError(404, f"app not found: {name}")
    found["apps"] = sorted([*_others(found, name), {"name": name}], key=lambda app: app["name"])
    return found


def unlink(call: Call) -> Any:
    found = _changeable(call)
    found["apps"] = _others(found, call.path["app"])
    return found


def _changeable(call: Call) -> dict[str, Any]:
    if not _is_v2(call):
        raise RackError(400, "unavailable on v3 racks")
    return _find(call)


def _others(resource: dict[str, Any], app: str) -> list[dict[str, str]]:
    return [each for each in resource["apps"] if each["name"] != app]
