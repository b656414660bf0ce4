# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: what convox_rack_info reads beside the rack itself."""

from __future__ import annotations

import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import (
    console,
    letsencrypt,
    metrics,
    rack_details,
    system,
)
from ansible_collections.convox.rack.plugins.module_utils._modules.rack_info.state import Desired
from ansible_collections.convox.rack.plugins.module_utils._noun import Context
from ansible_collections.convox.rack.plugins.module_utils._shared.parallel import in_parallel
from ansible_collections.convox.rack.plugins.module_utils._shared.secret_names import masked, secrets_of

_AT_A_TIME = 8
_NOT_TOLD = "a v3 rack does not show them, and no console does"


class Reader:
    """Reads the parts, each by the method that has its name; None for what this rack cannot tell."""

    def __init__(
        self, client: Client, context: Context, rack: system.System | None, desired: Desired
    ) -> None:
        self._client = client
        self._context = context
        self._rack = rack
        self._desired = desired

    def read(self) -> dict[str, t.Any]:
        """Every part that is wanted; a warning for each that this rack cannot tell."""
        lacks: dict[str, str] = {}

        def one(part: str) -> t.Any:
            method: t.Callable[[], t.Any] = getattr(self, part)
            try:
                return method()
            except errors.ConvoxNotImplementedError as error:
                lacks[part] = error.message
                return None

        wanted = self._desired.include
        found = dict(zip(wanted, in_parallel(self._context, wanted, one, _AT_A_TIME), strict=True))
        for part in wanted:
            if part in lacks:
                self._context.warn(f"This rack cannot tell its {part} ({lacks[part].rstrip('.')}): null")
        return found

    def capacity(self) -> dict[str, int]:
        return rack_details.capacity(self._client).model_dump()

    def parameters(self) -> dict[str, str]:
        """The console's, else the rack's own."""
        name = console.own_name(self._client)
        found = console.find(self._client, name) if name is not None else None
        values = found.parameters if found is not None else None
        return self._values(values if values is not None or self._rack is None else self._rack.parameters)

    def outputs(self) -> dict[str, str]:
        return self._values(None if self._rack is None else self._rack.outputs)

    def _values(self, values: dict[str, str] | None) -> dict[str, str]:
        if values is None:
            raise errors.ConvoxNotImplementedError(None, _NOT_TOLD)
        if self._desired.reveal:
            return dict(sorted(values.items()))
        self._context.add_secrets(secrets_of(values))
        return masked(values)

    def processes(self) -> list[dict[str, t.Any]]:
        found = rack_details.processes(self._client, everything=self._desired.all_processes)
        return [each.as_result() for each in sorted(found, key=lambda each: (each.app, each.id))]

    def releases(self) -> list[dict[str, t.Any]]:
        return [release.as_result() for release in rack_details.releases(self._client)]

    def metrics(self) -> list[dict[str, t.Any]]:
        return [metric.as_result() for metric in metrics.of_rack(self._client, self._desired.metrics)]

    def letsencrypt(self) -> dict[str, t.Any]:
        return letsencrypt.get(self._client).as_result()

    def racks(self) -> list[dict[str, t.Any]]:
        found = sorted(console.racks(self._client), key=lambda rack: rack.full_name)
        return [{"name": rack.full_name, "provider": rack.provider, "status": rack.status} for rack in found]

    def machines(self) -> list[dict[str, t.Any]]:
        found = sorted(console.machines(self._client), key=lambda machine: machine.full_name)
        return [{"id": machine.id, "name": machine.full_name} for machine in found]
