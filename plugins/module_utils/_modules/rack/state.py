# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: a rack as it is, read where it is known: at its console, or from the rack."""

from __future__ import annotations

import typing as t
from dataclasses import asdict, dataclass, field

from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import console, letsencrypt, system
from ansible_collections.convox.rack.plugins.module_utils._modules.rack.arguments import Desired
from ansible_collections.convox.rack.plugins.module_utils._shared.secret_names import masked

RUNNING = "running"
# Words of Convox's other states for what did not go well. A console's were never recorded.
FAILED = ("failed", "error", "errored", "deleting", "deleted")


@dataclass(frozen=True)
class Facts:
    """A rack. ``managed``: its console updates it. ``parameters`` None: nobody tells them. ``count``,
    ``type``: None where the rack itself was not asked."""

    name: str
    status: str
    version: str
    provider: str
    managed: bool
    parameters: dict[str, str] | None = field(default=None, repr=False)
    count: int | None = None
    type: str | None = None

    @property
    def running(self) -> bool:
        return self.status == RUNNING

    def words(self) -> str:
        """Its state, for messages."""
        version = f", version {self.version}" if self.version else ""
        return f"status {self.status or 'unknown'}{version}"

    def as_result(self) -> dict[str, t.Any]:
        """Parameters with the name of a secret are masked."""
        shown = {name: value for name, value in asdict(self).items() if name != "managed"}
        return {**shown, "parameters": None if self.parameters is None else masked(self.parameters)}


class Seen(t.NamedTuple):
    """The rack as a step has read it last. ``expected``: what it was told to be, where nothing was waited
    for."""

    facts: Facts
    expected: Facts | None = None


class Configured(t.NamedTuple):
    """The Let's Encrypt settings as they were read back."""

    config: letsencrypt.Config


def read(client: Client, desired: Desired) -> Facts:
    """One request, to the console where it manages the rack; a second where only the rack itself knows."""
    name = console.own_name(client)
    found = console.find(client, name) if name is not None else None
    by_console = found is not None and found.managed
    lacking = found is None or not found.managed or (found.parameters is None and desired.parameters)
    own = system.get(client) if lacking or desired.count is not None or desired.type is not None else None
    parameters = found.parameters if found is not None else None
    if parameters is None and own is not None:
        parameters = own.parameters
    status = found.status if found is not None and by_console else own.status if own is not None else ""
    return Facts(
        name=name if found is not None and name else own.name if own is not None else "",
        status=status,
        version=(found.version if found is not None else "") or (own.version if own is not None else ""),
        provider=(own.provider if own is not None else "") or (found.provider if found is not None else ""),
        managed=by_console,
        parameters=parameters,
        count=own.count if own is not None else None,
        type=own.type if own is not None else None,
    )
