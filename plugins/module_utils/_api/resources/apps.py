# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: apps of a rack."""

from __future__ import annotations

import urllib.parse

from ansible_collections.convox.rack.plugins.module_utils._api import model
from ansible_collections.convox.rack.plugins.module_utils._api._http.transport import route
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client, absent_is_none, given


class App(model.Model):
    """``GET /apps/{name}`` (recordings: apps)."""

    name: str
    status: str = "unknown"
    release: str = ""
    generation: str = ""
    locked: bool = False
    router: str = ""
    parameters: dict[str, str] = {}

    @property
    def running(self) -> bool:
        return self.status == "running"


def list_all(client: Client) -> list[App]:
    """``GET /apps``, sorted by name."""
    answer = client.get(route("apps"), "list the apps")
    return sorted(model.read_list(App, answer), key=lambda app: app.name)


def get(client: Client, name: str) -> App:
    """``GET /apps/{name}``. Raises ConvoxNotFoundError where there is none."""
    return model.read(App, client.get(route("apps", name), f"read app {name}"))


def find(client: Client, name: str) -> App | None:
    """The app, or None where there is none."""
    return absent_is_none(lambda: get(client, name), "app", name)


def create(client: Client, name: str) -> App:
    """``POST /apps``; an app that is there after a lost answer is ours."""

    def send() -> App:
        answer = client.send(
            "POST", route("apps"), form={"name": name}, operation=f"create app {name}", expect="json"
        )
        return model.read(App, answer)

    return client.settled(send, lambda: find(client, name))


def update(
    client: Client, name: str, *, lock: bool | None = None, parameters: dict[str, str] | None = None
) -> None:
    """``PUT /apps/{name}``. Parameters go as one urlencoded field: the only form the server reads."""
    form = given(lock=lock)
    if parameters:
        form["parameters"] = urllib.parse.urlencode(sorted(parameters.items()))
    client.send("PUT", route("apps", name), form=form, operation=f"update app {name}", expect="ok")


def delete(client: Client, name: str) -> None:
    """``DELETE /apps/{name}``; the app stays readable as ``deleting`` for a while."""
    client.send("DELETE", route("apps", name), operation=f"delete app {name}", expect="ok")


def cancel(client: Client, name: str) -> None:
    """``POST /apps/{name}/cancel``: end the promote that is under way."""

    def send() -> bool:
        path = route("apps", name, "cancel")
        client.send("POST", path, operation=f"cancel the promote of {name}", expect="ok")
        return True

    client.settled(send, lambda: True if get(client, name).status != "updating" else None)
