# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: logs of apps, services, processes, builds and of the rack itself (recordings:
websockets). All are websocket routes, whose options are headers."""

from __future__ import annotations

import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api._http.transport import route
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client


class Part(t.NamedTuple):
    """Which part of a log: of the last ``since`` seconds, ``tail`` lines of each process at most;
    ``previous``: of what ran before a crash."""

    since: float
    tail: int
    previous: bool = False

    def headers(self) -> dict[str, str]:
        """Booleans and numbers as racks read them."""
        return {
            "Follow": "false",
            "Prefix": "true",
            "Previous": str(self.previous).lower(),
            "Since": _duration(self.since),
            "Tail": str(self.tail),
        }


def _duration(seconds: float) -> str:
    """Seconds as Go reads them, to the millisecond."""
    return f"{seconds:.3f}".rstrip("0").rstrip(".") + "s"


def of_app(client: Client, app: str, part: Part, *, idle: float) -> t.Iterator[str]:
    """``SOCKET /apps/{app}/logs``: lines ``[pod/PROCESS/APP] TIME text`` of all services, in pieces. Only
    racks of cloud providers since 3.24.6 have it, and v2 racks. Raises ConvoxNotFoundError (a process) for an
    app without processes and for an absent one. An empty piece stands for ``idle`` seconds of silence."""
    path, operation = route("apps", app, "logs"), f"read the log of {app}"
    return client.stream_text(path, headers=part.headers(), operation=operation, idle=idle)


def of_service(client: Client, app: str, service: str, part: Part, *, idle: float) -> t.Iterator[str]:
    """``SOCKET /apps/{app}/services/{service}/logs``, as ``of_app``."""
    path, operation = route("apps", app, "services", service, "logs"), f"read the log of {service} of {app}"
    return client.stream_text(path, headers=part.headers(), operation=operation, idle=idle)


def of_process(client: Client, app: str, process: str, part: Part, *, idle: float) -> t.Iterator[str]:
    """``SOCKET /apps/{app}/processes/{pid}/logs``: lines ``TIME service/NAME/PROCESS text``, as they come,
    until the process ends: it does not hear ``Follow``, and adds ``Since`` to now. Raises
    ConvoxNotFoundError (a process)."""
    path, operation = route("apps", app, "processes", process, "logs"), f"read the log of {process} of {app}"
    headers = {**part.headers(), "Since": f"-{_duration(part.since)}"}
    return client.stream_text(path, headers=headers, operation=operation, idle=idle)


def of_build(client: Client, app: str, build: str, *, idle: float) -> t.Iterator[str]:
    """``SOCKET /apps/{app}/builds/{id}/logs``: text from the beginning, whose lines have no time, until the
    build ends. Raises ConvoxNotFoundError (a build)."""
    path, operation = route("apps", app, "builds", build, "logs"), f"read the log of build {build} of {app}"
    return client.stream_text(path, operation=operation, idle=idle)


def of_rack(client: Client, part: Part, *, idle: float) -> t.Iterator[str]:
    """``SOCKET /system/logs``. Raises ConvoxNotImplementedError where the rack has none."""
    return client.stream_text(
        route("system", "logs"), headers=part.headers(), operation="read the log of the rack", idle=idle
    )
