# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: metrics of an app or a service, where a rack keeps any."""

from __future__ import annotations

import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api import model
from ansible_collections.convox.rack.plugins.module_utils._api._http.transport import route
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client


class Value(model.Model):
    """One period of a metric."""

    time: str | None = None
    avg: float | None = None
    count: float | None = None
    max: float | None = None
    min: float | None = None
    sum: float | None = None


class Metric(model.Model):
    """One of ``GET /apps/{name}/metrics`` (never recorded: the recorded racks keep none)."""

    name: str
    values: list[Value] = []

    def as_result(self) -> dict[str, t.Any]:
        """The metric, times in UTC."""
        values = [{**value.model_dump(), "time": model.utc(value.time)} for value in self.values]
        return {"name": self.name, "values": values}


def of_app(client: Client, app: str, query: t.Mapping[str, str]) -> list[Metric]:
    """``GET /apps/{name}/metrics``. ``query``: ``metrics`` (names, comma separated), ``start``, ``end``
    (times as racks read them), ``period`` (s). Raises ConvoxNotImplementedError on a rack that keeps none."""
    answer = client.get(route("apps", app, "metrics"), f"read the metrics of {app}", query)
    return model.read_list(Metric, answer)


def of_service(client: Client, app: str, service: str, query: t.Mapping[str, str]) -> list[Metric]:
    """``GET /apps/{app}/services/{service}/metrics``; as ``of_app``."""
    path = route("apps", app, "services", service, "metrics")
    return model.read_list(Metric, client.get(path, f"read the metrics of {service} of {app}", query))


def of_rack(client: Client, query: t.Mapping[str, str]) -> list[Metric]:
    """``GET /system/metrics``; as ``of_app``."""
    answer = client.get(route("system", "metrics"), "read the rack's metrics", query)
    return model.read_list(Metric, answer)
