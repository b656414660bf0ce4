# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: processes of an app."""

from __future__ import annotations

import typing as t
import urllib.parse

from ansible_collections.convox.rack.plugins.module_utils._api import errors, model
from ansible_collections.convox.rack.plugins.module_utils._api._http.transport import route
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client, given
from ansible_collections.convox.rack.plugins.module_utils._api.third_party import pydantic

#: The states in which a process has ended.
ENDED = ("complete", "failed", "crashed")


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


def stop(client: Client, app: str, process: str, *, timeout: float | None = None) -> None:
    """``DELETE /apps/{app}/processes/{pid}``; one that is gone is stopped. For one of its own a service
    starts another. ``timeout`` in seconds, by default the connection's."""
    path, operation = route("apps", app, "processes", process), f"stop process {process} of {app}"
    try:
        client.send("DELETE", path, operation=operation, expect="ok", timeout=timeout)
    except errors.ConvoxNotFoundError as error:
        if not error.is_about("process", process):
            raise
        # A try before may have done it.
        client.ledger.settle(operation)


# A process in one of these states may be the one that was just started.
_NEW = ("pending", "starting", "running")


def run(client: Client, app: str, service: str, command: str, **options: t.Any) -> Process:
    """``POST /apps/{app}/services/{service}/processes``: a process with the settings of a service.

    All options are headers (a form is not heard): ``release``, ``image``, ``cpu`` and ``cpu_limit``
    (thousandths of a core), ``memory`` and ``memory_limit`` (MiB), ``gpu``, ``gpu_vendor``, ``node_labels``,
    ``environment`` and ``volumes`` (maps), ``use_service_volume``, ``privileged``, ``system_critical``.

    After a lost answer the only process with this command that was not there before is ours; where there are
    several, or the key may not list them, the error stands, for a command must not run twice.
    """
    maps = {name: urllib.parse.urlencode(value) for name, value in options.items() if isinstance(value, dict)}
    fields = given(command=command, **{**options, **maps})
    headers = {name.title(): value for name, value in fields.items()}
    path, operation = (
        route("apps", app, "services", service, "processes"),
        f"run {service} of {app}",
    )
    before = _ids(client, app, service)

    def send() -> Process:
        return model.read(
            Process, client.send("POST", path, headers=headers, operation=operation, expect="json")
        )

    def find() -> Process | None:
        if before is None:
            raise errors.ConvoxError("nobody knows which processes were there before")
        new = [
            process
            for process in list_all(client, app, service=service)
            if process.id not in before and process.status in _NEW and process.command == command
        ]
        if len(new) > 1:
            raise errors.ConvoxError("several processes may be the one")
        return new[0] if new else None

    made = client.settled(send, find)
    client.made(made.id)
    return made


def _ids(client: Client, app: str, service: str) -> set[str] | None:
    """The processes that are there; None for a key that may not list them."""
    try:
        return {process.id for process in list_all(client, app, service=service)}
    except errors.ConvoxForbiddenError:
        return None


def log(
    client: Client, app: str, process: str, *, timeout: float, idle: float | None = None
) -> t.Iterator[str]:
    """``SOCKET /apps/{app}/processes/{pid}/logs``: text of a process's log from its beginning, as it comes.

    The rack adds ``Since`` to the present, so a negative one is the past, and goes on following until the
    process ends. All in seconds; after ``idle`` without a text an empty one is given.
    """
    path, operation = route("apps", app, "processes", process, "logs"), f"read the log of {process}"
    return client.stream_text(
        path, operation=operation, headers={"Since": "-8760h"}, timeout=timeout, idle=idle
    )
