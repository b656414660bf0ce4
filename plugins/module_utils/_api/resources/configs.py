# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: configs of an app. A rack has no way to delete one."""

from __future__ import annotations

import base64

from ansible_collections.convox.rack.plugins.module_utils._api import model
from ansible_collections.convox.rack.plugins.module_utils._api._http.transport import route
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client, absent_is_none
from ansible_collections.convox.rack.plugins.module_utils._api.third_party import pydantic


class Config(model.Model):
    """``GET /apps/{app}/configs/{name}`` (recordings: configs)."""

    name: str
    value: str = pydantic.Field("", repr=False)


def list_all(client: Client, app: str) -> list[Config]:
    """``GET /apps/{app}/configs``, sorted by name. That of an app that is not there is empty."""
    answer = client.get(route("apps", app, "configs"), f"list the configs of {app}")
    return sorted(model.read_list(Config, answer), key=lambda config: config.name)


def find(client: Client, app: str, name: str) -> Config | None:
    """``GET /apps/{app}/configs/{name}``, or None where there is none, which is also said of an app that is
    not there."""
    path = route("apps", app, "configs", name)
    operation = f"read config {name} of {app}"
    return absent_is_none(lambda: model.read(Config, client.get(path, operation)), "config", name)


def set_value(client: Client, app: str, name: str, value: str) -> None:
    """``PUT /apps/{app}/configs/{name}``; the value goes in as base64 and comes out as text. Raises
    ConvoxNotFoundError for an app that is not there."""
    encoded = base64.b64encode(value.encode()).decode()
    path = route("apps", app, "configs", name)
    form = {"value": encoded}
    client.send("PUT", path, form=form, operation=f"set config {name} of {app}", expect="ok")
