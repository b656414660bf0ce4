# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the resources of an app, without their urls, which hold passwords."""

from __future__ import annotations

from ansible_collections.convox.rack.plugins.module_utils._api import model
from ansible_collections.convox.rack.plugins.module_utils._api._http.transport import route
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client


class AppResource(model.Model):
    """One of ``GET /apps/{app}/resources`` (recordings: resources, services)."""

    name: str
    type: str = ""
    status: str = ""


def list_all(client: Client, app: str) -> list[AppResource]:
    """``GET /apps/{app}/resources``, sorted by name. An app without an active release has none, which a rack
    calls an error (500)."""
    answer = client.get(route("apps", app, "resources"), f"list the resources of {app}")
    return sorted(model.read_list(AppResource, answer), key=lambda resource: resource.name)
