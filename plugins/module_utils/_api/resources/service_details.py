# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: all that a rack tells of a service. Beside ``services.py``, because a module
compiles what it imports each time it runs, and what changes a service needs less."""

from __future__ import annotations

import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api import model
from ansible_collections.convox.rack.plugins.module_utils._api._http.transport import route
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources.processes import gpu_measures
from ansible_collections.convox.rack.plugins.module_utils._api.resources.services import Service
from ansible_collections.convox.rack.plugins.module_utils._api.third_party import pydantic


class NlbPort(model.Model):
    """A port of a service behind a network load balancer."""

    container_port: int = pydantic.Field(0, alias="container-port")
    port: int = 0
    protocol: str = ""
    scheme: str = ""
    certificate: str = ""
    cross_zone: bool | None = pydantic.Field(None, alias="cross-zone")
    allow_cidr: list[str] = pydantic.Field([], alias="allow-cidr")
    preserve_client_ip: bool | None = pydantic.Field(None, alias="preserve-client-ip")


class Detail(model.Model):
    """What ``GET /apps/{app}/services`` tells beside the fields of ``Service``."""

    nlb: list[NlbPort] = []
    cold_start: bool = pydantic.Field(False, alias="cold-start")


class DetailedService(t.NamedTuple):
    """A service with all that is told of it."""

    service: Service
    detail: Detail

    def as_result(self) -> dict[str, t.Any]:
        """All fields, as a result has them."""
        return {**self.service.as_result(), **self.detail.model_dump(), **gpu_measures(self.service)}


def list_all(client: Client, app: str) -> list[DetailedService]:
    """``GET /apps/{app}/services``, sorted by name (the rack gives no order)."""
    answer = client.get(route("apps", app, "services"), f"list the services of {app}")
    found = map(DetailedService, model.read_list(Service, answer), model.read_list(Detail, answer))
    return sorted(found, key=lambda each: each.service.name)
