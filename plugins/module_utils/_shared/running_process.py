# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the running process that a task means by an id or by the name of a service."""

from __future__ import annotations

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import processes

_NAMES_SHOWN = 10


def find(client: Client, app: str, name: str) -> str:
    """The id of the process called ``name``, or of the newest running one of the service of that name.

    One request, one more where the app has no process. Raises ConvoxNotFoundError for an absent app,
    ConvoxOptionError where nothing of that name runs.
    """
    listed = processes.list_all(client, app)
    running = [process for process in listed if process.status == "running"]
    if any(process.id == name for process in running):
        return name
    of_service = [process for process in running if process.service == name]
    if of_service:
        return max(of_service, key=lambda process: (process.started or "", process.id)).id
    if not listed:
        # Here, because this is the rare case.
        from ansible_collections.convox.rack.plugins.module_utils._api.resources import apps

        apps.get(client, app)
    raise _nothing(app, name, listed, running)


def _nothing(
    app: str, name: str, listed: list[processes.Process], running: list[processes.Process]
) -> errors.ConvoxOptionError:
    there = next((process for process in listed if process.id == name), None)
    problem = f"{app} has no running process of this name" if there is None else f"{name} is {there.status}"
    shown = ", ".join(sorted(process.id for process in running)[:_NAMES_SHOWN])
    return errors.ConvoxOptionError(
        "process",
        problem,
        f"its running processes are: {shown}" if shown else "promote a release with convox_release first",
        not_yet=True,
    )
