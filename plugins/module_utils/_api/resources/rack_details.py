# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: what a rack tells of itself beside ``system.py``, which other nouns read, too."""

from __future__ import annotations

import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api import model
from ansible_collections.convox.rack.plugins.module_utils._api._http.transport import route
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources.processes import Process
from ansible_collections.convox.rack.plugins.module_utils._api.third_party import pydantic


class Capacity(model.Model):
    """``GET /system/capacity`` (recordings: rack). CPU in thousandths of a core, memory in millions of
    bytes."""

    cluster_cpu: int = pydantic.Field(0, alias="cluster-cpu")
    cluster_gpu: int = pydantic.Field(0, alias="cluster-gpu")
    cluster_memory: int = pydantic.Field(0, alias="cluster-memory")
    process_count: int = pydantic.Field(0, alias="process-count")
    process_cpu: int = pydantic.Field(0, alias="process-cpu")
    process_gpu: int = pydantic.Field(0, alias="process-gpu")
    process_memory: int = pydantic.Field(0, alias="process-memory")


class RackRelease(model.Model):
    """One of ``GET /system/releases``: a version that the rack had (never recorded: v3 racks answer 501)."""

    id: str
    description: str = ""
    created: str | None = None

    def as_result(self) -> dict[str, t.Any]:
        """The release, its time in UTC."""
        return {**self.model_dump(), "created": model.utc(self.created)}


def capacity(client: Client) -> Capacity:
    """``GET /system/capacity``."""
    return model.read(Capacity, client.get(route("system", "capacity"), "read the rack's capacity"))


def processes(client: Client, *, everything: bool = False) -> list[Process]:
    """``GET /system/processes``: the rack's own, with ``everything`` those of all apps, too."""
    query = {"all": "true"} if everything else None
    answer = client.get(route("system", "processes"), "list the rack's processes", query)
    return model.read_list(Process, answer)


def releases(client: Client) -> list[RackRelease]:
    """``GET /system/releases``, newest first. Raises ConvoxNotImplementedError on a v3 rack."""
    answer = client.get(route("system", "releases"), "list the rack's releases")
    return model.read_list(RackRelease, answer)
