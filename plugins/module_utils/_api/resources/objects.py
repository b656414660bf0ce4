# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the objects of an app: files that its rack keeps, as a build's source and log."""

from __future__ import annotations

from ansible_collections.convox.rack.plugins.module_utils._api import model
from ansible_collections.convox.rack.plugins.module_utils._api._http.call import Content, route
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.third_party import pydantic


class Object(model.Model):
    """``POST /apps/{app}/objects/{key}`` (recordings: objects)."""

    url: str = pydantic.Field(alias="Url", min_length=1)


def store(client: Client, app: str, key: str, content: Content, *, timeout: float) -> str:
    """``POST /apps/{app}/objects/{key}``: the object's url. ``timeout`` in seconds. The same key again is the
    same object, so an upload may be repeated; an object alone changes nothing of the app."""
    answer = client.send(
        "POST",
        route("apps", app, "objects", tail=key),
        content=content,
        headers={"Content-Type": "application/octet-stream"},
        operation=f"upload to {app}",
        repeatable=True,
        writes=False,
        expect="json",
        timeout=timeout,
    )
    return model.read(Object, answer).url


def text(client: Client, app: str, key: str) -> str:
    """``GET /apps/{app}/objects/{key}`` as text."""
    return client.get(route("apps", app, "objects", tail=key), f"read object {key} of {app}").text
