# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the rack itself."""

from __future__ import annotations

import urllib.parse
from collections.abc import Mapping

from ansible_collections.convox.rack.plugins.module_utils._api import model
from ansible_collections.convox.rack.plugins.module_utils._api._http.transport import route
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client, given
from ansible_collections.convox.rack.plugins.module_utils._api.third_party import pydantic


class System(model.Model):
    """``GET /system`` (recordings: rack). A v3 rack shows neither parameters nor outputs: None."""

    name: str = ""
    version: str = ""
    provider: str = ""
    status: str = ""
    region: str = ""
    domain: str = ""
    rack_domain: str = pydantic.Field("", alias="rack-domain")
    router_internal: str = pydantic.Field("", alias="router-internal")
    count: int = 0
    type: str = ""
    parameters: dict[str, str] | None = pydantic.Field(None, repr=False)
    outputs: dict[str, str] | None = pydantic.Field(None, repr=False)


def get(client: Client) -> System:
    """``GET /system``."""
    return model.read(System, client.get(route("system"), "read the rack"))


def update(
    client: Client,
    *,
    parameters: Mapping[str, str] | None = None,
    version: str | None = None,
    count: int | None = None,
    type: str | None = None,
    force: bool | None = None,
) -> None:
    """``PUT /system``: a v2 rack, or one whose console does it. Answers at once, the update goes on. Raises
    ConvoxNotImplementedError for a v3 rack of one's own."""
    form = given(version=version, count=count, type=type, force=force)
    if parameters:
        form["parameters"] = urllib.parse.urlencode(sorted(parameters.items()))
    client.send("PUT", route("system"), form=form, operation="update the rack", expect="ok")
