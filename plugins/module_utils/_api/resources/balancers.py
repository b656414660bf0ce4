# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the balancers of an app, beside the rack's own router."""

from __future__ import annotations

from ansible_collections.convox.rack.plugins.module_utils._api import model
from ansible_collections.convox.rack.plugins.module_utils._api._http.transport import route
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client


class Port(model.Model):
    """One port of a balancer: ``source`` is what the world sees, ``target`` the service's."""

    protocol: str = ""
    source: int = 0
    target: int = 0


class Balancer(model.Model):
    """One of ``GET /apps/{app}/balancers`` (recorded: none)."""

    name: str
    endpoint: str = ""
    ports: list[Port] = []
    service: str = ""


def list_all(client: Client, app: str) -> list[Balancer]:
    """``GET /apps/{app}/balancers``, sorted by name."""
    answer = client.get(route("apps", app, "balancers"), f"list the balancers of {app}")
    return sorted(model.read_list(Balancer, answer), key=lambda balancer: balancer.name)
