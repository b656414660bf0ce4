# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the registries that a rack pulls images from, with their logins."""

from __future__ import annotations

from ansible_collections.convox.rack.plugins.module_utils._api import model
from ansible_collections.convox.rack.plugins.module_utils._api._http.transport import route
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.third_party import pydantic


class Registry(model.Model):
    """``GET /registries`` (recordings: rack). A rack shows passwords in clear."""

    server: str
    username: str = ""
    password: str = pydantic.Field("", repr=False)


def list_all(client: Client) -> list[Registry]:
    """``GET /registries``, sorted by server."""
    found = model.read_list(Registry, client.get(route("registries"), "list the registries"))
    return sorted(found, key=lambda registry: registry.server)


def find(client: Client, server: str) -> Registry | None:
    """The registry of this server, or None; a rack has no route for one alone."""
    return next((registry for registry in list_all(client) if registry.server == server), None)


def add(client: Client, server: str, username: str, password: str) -> None:
    """``POST /registries``. The same server again replaces it, so it may be repeated."""
    client.send(
        "POST",
        route("registries"),
        form={"server": server, "username": username, "password": password},
        operation=f"add registry {server}",
        repeatable=True,
        expect="json",
    )


def can_be_removed(server: str) -> bool:
    """Whether a route can name the server: a server such as ``https://host/`` is cut short on its way."""
    return {"", ".", ".."}.isdisjoint(server.removesuffix("/").split("/"))


def remove(client: Client, server: str) -> None:
    """``DELETE /registries/{server}``; slashes of the server separate. Raises ConvoxNotFoundError where there
    is none."""
    path = route("registries", tail=server.removesuffix("/")) + "/" * server.endswith("/")
    client.send("DELETE", path, operation=f"remove registry {server}", expect="ok")
