# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: why processes of an app are not well."""

from __future__ import annotations

import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api import model
from ansible_collections.convox.rack.plugins.module_utils._api._http.transport import route
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.third_party import pydantic


class Pod(model.Model):
    """One pod of a diagnosis. A pod's name is the id of its process."""

    name: str
    service: str = ""
    phase: str = ""
    ready: str = ""
    restarts: int = 0
    classification: str = ""
    state: str = pydantic.Field("", alias="stateDetail")
    hint: str = ""
    logs: str = pydantic.Field("", repr=False)
    previous_logs: str = pydantic.Field("", alias="previousLogs", repr=False)


class Diagnosis(model.Model):
    """``GET /apps/{app}/diagnose`` (recordings: diagnose)."""

    pods: list[Pod] = []


def get(client: Client, app: str, *, lines: int = 50, timeout: float | None = None) -> Diagnosis:
    """``GET /apps/{app}/diagnose`` (since 3.24.0); ``lines`` of log a pod. Costly for the rack.

    ``timeout`` in seconds, by default the connection's.
    """
    path, query = route("apps", app, "diagnose"), {"lines": str(lines)}
    answer = client.send("GET", path, operation=f"diagnose {app}", query=query, timeout=timeout)
    return model.read(Diagnosis, answer)


def report(client: Client, app: str, query: t.Mapping[str, str]) -> dict[str, t.Any]:
    """``GET /apps/{app}/diagnose`` whole, as the rack writes it: what it holds depends on ``checks``. Others
    of ``query``: ``services`` (names, comma separated), ``lines``."""
    answer = client.get(route("apps", app, "diagnose"), f"diagnose {app}", query)
    found = answer.json()
    if not isinstance(found, dict):
        raise answer.unreadable("the rack's diagnosis is not as expected")
    return found
