# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: instances of a rack, the machines on which its processes run."""

from __future__ import annotations

import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api import model
from ansible_collections.convox.rack.plugins.module_utils._api._http.transport import route
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.third_party import pydantic


class Instance(model.Model):
    """One of ``GET /instances`` (recordings: instances, rack). CPU in cores, memory in MiB."""

    id: str
    status: str = "unknown"
    agent: bool = False
    processes: int = 0
    cpu: float = 0.0
    cpu_capacity: float = pydantic.Field(0.0, alias="cpu-capacity")
    cpu_allocatable: float = pydantic.Field(0.0, alias="cpu-allocatable")
    gpu_capacity: int = pydantic.Field(0, alias="gpu-capacity")
    gpu_allocatable: int = pydantic.Field(0, alias="gpu-allocatable")
    memory: float = 0.0
    memory_capacity: float = pydantic.Field(0.0, alias="memory-capacity")
    memory_allocatable: float = pydantic.Field(0.0, alias="memory-allocatable")
    private_ip: str = pydantic.Field("", alias="private-ip")
    public_ip: str = pydantic.Field("", alias="public-ip")
    started: str | None = None

    def as_result(self) -> dict[str, t.Any]:
        """The instance, its time in UTC."""
        return {**self.model_dump(), "started": model.utc(self.started)}


class KeyPair(model.Model):
    """What ``POST /instances/keyroll`` makes."""

    name: str = ""
    private_key: str = pydantic.Field("", alias="private-key", repr=False)


def list_all(client: Client) -> list[Instance]:
    """``GET /instances``, sorted by id."""
    answer = client.get(route("instances"), "list the rack's instances")
    return sorted(model.read_list(Instance, answer), key=lambda instance: instance.id)


def terminate(client: Client, instance: str, *, timeout: float) -> None:
    """``DELETE /instances/{id}``: cordons it, drains it, removes it, and answers when that is done
    (``timeout``, seconds). Raises ConvoxNotFoundError where there is none."""
    path, operation = route("instances", instance), f"terminate instance {instance}"
    client.send("DELETE", path, operation=operation, expect="ok", timeout=timeout)


def keyroll(client: Client) -> KeyPair:
    """``POST /instances/keyroll``: a new key for all instances. Nobody can ask for it again, so it is never
    sent twice. Raises ConvoxNotImplementedError on a v3 rack."""
    path, operation = route("instances", "keyroll"), "roll the key of the instances"
    return model.read(KeyPair, client.send("POST", path, operation=operation, expect="json", once=True))
