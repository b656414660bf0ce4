# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: services of an app, their scale and logs."""

from __future__ import annotations

import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api import model
from ansible_collections.convox.rack.plugins.module_utils._api._http.transport import route
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client, given
from ansible_collections.convox.rack.plugins.module_utils._api.resources import processes
from ansible_collections.convox.rack.plugins.module_utils._api.third_party import pydantic


class Port(model.Model):
    """One port of a service."""

    balancer: int = 0
    certificate: str = ""
    container: int = 0


class Autoscale(model.Model):
    """What scales a service by itself, where something does."""

    enabled: bool = False


class Service(model.Model):
    """One of ``GET /apps/{app}/services`` (recordings: services, rejected_scale).

    Fields of newer racks are kept beside the known ones, so that an option for one needs nothing here.
    """

    model_config = pydantic.ConfigDict(extra="allow")

    name: str
    count: int = 0
    cpu: int = 0
    memory: int = 0
    gpu: int = 0
    gpu_vendor: str = pydantic.Field("", alias="gpu-vendor")
    min: int | None = None
    max: int | None = None
    domain: str = ""
    ports: list[Port] = []
    agent: bool = False
    autoscale: Autoscale | None = None

    @property
    def autoscaled(self) -> bool:
        return self.autoscale is not None and self.autoscale.enabled

    def value(self, name: str) -> t.Any:
        """A field by our name (``cpu_limit``), known here or not; None where the rack has none."""
        known = name in type(self).model_fields
        return getattr(self, name if known else name.replace("_", "-"), None)

    def as_result(self) -> dict[str, t.Any]:
        """The known fields, as a result has them."""
        return self.model_dump(include=set(type(self).model_fields))


def list_all(client: Client, app: str) -> list[Service]:
    """``GET /apps/{app}/services``, sorted by name (the rack gives no order)."""
    answer = client.get(route("apps", app, "services"), f"list the services of {app}")
    return sorted(model.read_list(Service, answer), key=lambda service: service.name)


def update(client: Client, app: str, service: str, **fields: t.Any) -> None:
    """``PUT /apps/{app}/services/{name}``: ``count``, ``cpu`` (thousandths of a core), ``memory`` (MiB),
    ``gpu``, ``gpu_vendor``, ``min``, ``max``. A refused value stays in the rack's cache: check first."""
    path = route("apps", app, "services", service)
    client.send("PUT", path, form=given(**fields), operation=f"scale {service} of {app}", expect="ok")


def restart(client: Client, app: str, service: str) -> None:
    """``POST …/services/{name}/restart``; after a lost answer, new processes tell that it was done."""

    def ids() -> set[str]:
        return {process.id for process in processes.list_all(client, app, service=service)}

    before = ids()

    def send() -> bool:
        path = route("apps", app, "services", service, "restart")
        client.send("POST", path, operation=f"restart {service} of {app}", expect="ok")
        return True

    client.settled(send, lambda: True if ids() - before else None)


def log(client: Client, app: str, service: str, *, tail: int, timeout: float = 15.0) -> t.Iterator[str]:
    """The last ``tail`` lines of each process of a service, each behind ``[pod/PROCESS/APP] TIME ``.
    ``timeout`` in seconds."""
    headers = {"Follow": "false", "Tail": str(tail), "Prefix": "true", "Since": "1h"}
    path = route("apps", app, "services", service, "logs")
    return client.stream_text(path, headers=headers, operation=f"read the log of {service}", timeout=timeout)
