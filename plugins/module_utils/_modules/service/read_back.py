# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: a service, read after something of it was set."""

from __future__ import annotations

import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import services
from ansible_collections.convox.rack.plugins.module_utils._api.waiting import Wait, wait_for
from ansible_collections.convox.rack.plugins.module_utils._noun import Context
from ansible_collections.convox.rack.plugins.module_utils._shared.waits import LAG


class Scaled(t.NamedTuple):
    """A service as it was read after something of it was set; None where it is not there any more."""

    service: services.Service | None


def read_back(
    client: Client,
    context: Context,
    app: str,
    name: str,
    shown: t.Callable[[services.Service], bool],
    at: float,
) -> services.Service | None:
    """The service, once it shows what was set at ``at`` (by the context's clock), or when reads lag no
    more."""

    def read() -> services.Service | None:
        return next((each for each in services.list_all(client, app) if each.name == name), None)

    def is_shown(found: services.Service | None) -> bool:
        return found is not None and shown(found)

    return wait_for(
        Wait(
            what=f"service {name} of {app} to show its new scale",
            read=read,
            good=lambda found: is_shown(found) or context.clock.now() - at >= LAG,
            words=lambda found: "no such service" if found is None else "its former scale",
            advice="Run the task again.",
            timeout=2 * LAG,
            poll_interval=context.poll_interval,
            confirm=0,
        ),
        context.clock,
    )
