# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Registries and the rack's own resources, which are webhooks."""

from __future__ import annotations

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from tests.practice_rack.web import OK, Call
from tests.practice_rack.wire import RackError, parse_form


def list_registries(call: Call) -> Any:
    """With their passwords in clear."""
    return [registry for _unused, registry in sorted(call.state.registries.items())]


def add(call: Call) -> Any:
    """The same server again replaces it."""
    registry = {name: call.form.get(name, "") for name in ("server", "username", "password")}
    call.state.registries[registry["server"]] = registry
    return registry


def remove(call: Call) -> Any:
    server = call.path["server"]
    if call.state.registries.pop(server, None) is None:
        raise RackError(404, f"no such registry: {server}")
    return OK


# -- webhooks


def _webhook(name: str, url: str) -> dict[str, Any]:
    return {"name": name, "parameters": {"Url": url}, "status": "running", "type": "webhook", "url": ""}


def _find(call: Call) -> str:
    name = call.path["name"]
    if name not in call.state.webhooks:
        raise RackError(404, f"no such resource: {name}")
    return name


def kinds(call: Call) -> Any:
    parameter = {"default": "", "description": "url to which to post rack events", "name": "Url"}
    return [{"name": "webhook", "parameters": [parameter]}]


def list_webhooks(call: Call) -> Any:
    return [_webhook(name, url) for name, url in sorted(call.state.webhooks.items())]


def get(call: Call) -> Any:
    name = _find(call)
    return _webhook(name, call.state.webhooks[name])


def create(call: Call) -> Any:
    kind, name = call.form.get("kind", ""), call.form.get("name", "")
    if kind != "webhook":
        raise RackError(400, f"rack resource type unknown: {kind}")
    parameters = parse_form(call.form.get("parameters", ""))
    if "Url" not in parameters:
        raise RackError(400, "parameter required: Url")
    _check(parameters["Url"])
    name = name or f"webhook-{call.state.random.randbytes(3).hex()}"
    if name in call.state.webhooks:
        raise RackError(409, f"webhook already exists: {name}")
    call.state.webhooks[name] = parameters["Url"]
    return _webhook(name, parameters["Url"])


def _check(url: str) -> None:
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
    del call.state.webhooks[_find(call)]
    return OK


def unavailable(call: Call) -> Any:
    raise RackError(400, "unavailable on v3 racks")
