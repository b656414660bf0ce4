# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the rack itself."""

from __future__ import annotations

from ansible_collections.convox.rack.plugins.module_utils._api import model
from ansible_collections.convox.rack.plugins.module_utils._api._http.transport import route
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client


class System(model.Model):
    """``GET /system`` (recordings: rack)."""

    name: str = ""
    version: str = ""
    provider: str = ""
    status: str = ""


def get(client: Client) -> System:
    """``GET /system``."""
    return model.read(System, client.get(route("system"), "read the rack"))
