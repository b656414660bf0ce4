# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: services of an app, their scale and logs."""

from __future__ import annotations

import json
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
    """What scales a service by itself, and when. ``None``: not by this."""

    enabled: bool = False
    cpu_threshold: int | None = pydantic.Field(None, alias="cpu-threshold")
    mem_threshold: int | None = pydantic.Field(None, alias="mem-threshold")
    gpu_threshold: int | None = pydantic.Field(None, alias="gpu-threshold")
    queue_threshold: int | None = pydantic.Field(None, alias="queue-threshold")
    metric_name: str | None = pydantic.Field(None, alias="metric-name")
    custom_triggers: int | None = pydantic.Field(None, alias="custom-triggers")


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
    scale_override_active: bool = pydantic.Field(False, alias="scale-override-active")
    triggers_override_active: bool = pydantic.Field(False, alias="triggers-override-active")

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


# Our names of what triggers watch -> the wire's.
TRIGGERS = {"cpu": "cpu", "memory": "memory", "gpu": "gpuUtilization", "queue": "queueDepth"}


def enable_triggers(
    client: Client, app: str, service: str, thresholds: t.Mapping[str, int], *, least: int, most: int
) -> None:
    """``POST …/services/{service}/triggers/enable`` (since 3.24.6; not recorded): what scales the service
    instead of its manifest, between ``least`` and ``most`` processes. ``thresholds`` by our names; cpu,
    memory and gpu in percent, queue in messages. Enabling twice is the same as once."""
    triggers = [{"type": TRIGGERS[name], "threshold": value} for name, value in sorted(thresholds.items())]
    opts = json.dumps({"min": least, "max": most, "triggers": triggers}, separators=(",", ":"))
    _override(client, app, service, ("triggers", "enable"), {"opts": opts}, "set the triggers")


def disable_triggers(client: Client, app: str, service: str) -> None:
    """``POST …/services/{service}/triggers/disable`` (since 3.24.6; not recorded): the manifest counts again.
    Idempotent."""
    _override(client, app, service, ("triggers", "disable"), {}, "end the triggers")


def set_threshold(client: Client, app: str, service: str, name: str, value: int) -> None:
    """``POST …/services/{service}/triggers/threshold`` (since 3.24.6; not recorded), of an override that is
    on."""
    form = {"type": TRIGGERS[name], "threshold": str(value)}
    _override(client, app, service, ("triggers", "threshold"), form, "set a threshold")


def set_scale_override(client: Client, app: str, service: str, *, active: bool) -> None:
    """``POST …/services/{service}/scale-override`` (since 3.24.6; not recorded): whether a promote leaves a
    count of zero as it is."""
    _override(client, app, service, ("scale-override",), given(active=active), "set the scale override")


def _override(
    client: Client, app: str, service: str, tail: tuple[str, ...], form: dict[str, str], words: str
) -> None:
    """All of them say what shall be, so one may be sent again; the rack notes who did it."""
    actor = client.transport.connection.actor
    client.send(
        "POST",
        route("apps", app, "services", service, *tail),
        form={**form, **({"ack_by": actor} if actor else {})},
        operation=f"{words} of {service} of {app}",
        repeatable=True,
        expect="ok",
    )
