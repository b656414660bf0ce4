# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: processes of an app."""

from __future__ import annotations

import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api import errors, model
from ansible_collections.convox.rack.plugins.module_utils._api._http.transport import route
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client, given
from ansible_collections.convox.rack.plugins.module_utils._api.third_party import pydantic


class Process(model.Model):
    """One of ``GET /apps/{app}/processes`` (recordings: processes, services). ``cpu`` in cores and ``memory``
    in MiB are what it uses; a rack that measures GPUs adds fields that begin with ``gpu-``."""

    model_config = pydantic.ConfigDict(extra="allow")

    id: str
    app: str = ""
    command: str = ""
    cpu: float = 0.0
    gpu: int = 0
    host: str = ""
    image: str = ""
    instance: str = ""
    memory: float = 0.0
    name: str = ""
    ports: list[str] = []
    release: str = ""
    service: str = ""
    status: str = "unknown"
    started: str | None = None

    def as_result(self) -> dict[str, t.Any]:
        """The known fields, and what the rack measures of GPUs."""
        known = self.model_dump(include=set(type(self).model_fields))
        return {**known, "started": model.utc(self.started), **gpu_measures(self)}


def gpu_measures(measured: model.Model) -> dict[str, t.Any]:
    """What a rack measures of the GPUs of a process or a service, as a result has it."""
    fields = measured.model_extra or {}
    return {name.replace("-", "_"): value for name, value in fields.items() if name.startswith("gpu-")}


def list_all(
    client: Client,
    app: str,
    *,
    service: str | None = None,
    release: str | None = None,
    timeout: float | None = None,
) -> list[Process]:
    """``GET /apps/{app}/processes``. The list of an absent app is empty, no error. ``timeout`` in seconds, by
    default the connection's."""
    path, operation = route("apps", app, "processes"), f"list the processes of {app}"
    query = given(service=service, release=release) or None
    answer = client.send("GET", path, operation=operation, query=query, timeout=timeout)
    return model.read_list(Process, answer)


def of_rack(client: Client) -> list[Process]:
    """``GET /system/processes?all=true``: those of all apps, and the rack's own."""
    answer = client.get(route("system", "processes"), "list the processes of all apps", {"all": "true"})
    return model.read_list(Process, answer)


def get(client: Client, app: str, process: str) -> Process:
    """``GET /apps/{app}/processes/{pid}``. Raises ConvoxNotFoundError where there is none, in an app that is
    not there, too."""
    path, operation = route("apps", app, "processes", process), f"read process {process} of {app}"
    return client.fresh(process, lambda: model.read(Process, client.get(path, operation)))


def stop(client: Client, app: str, process: str) -> None:
    """``DELETE /apps/{app}/processes/{pid}``; one that is gone is stopped. For one of its own a service
    starts another."""
    path, operation = route("apps", app, "processes", process), f"stop process {process} of {app}"
    try:
        client.send("DELETE", path, operation=operation, expect="ok")
    except errors.ConvoxNotFoundError as error:
        if not error.is_about("process", process):
            raise
        # A try before may have done it.
        client.ledger.settle(operation)
