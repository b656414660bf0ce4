# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the noun of convox_registry_info, which registries a rack pulls images from."""

from __future__ import annotations

import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import registries
from ansible_collections.convox.rack.plugins.module_utils._info import InfoNoun
from ansible_collections.convox.rack.plugins.module_utils._noun import Context


class Desired(t.NamedTuple):
    """Which registries to read: one, or with ``server`` None all."""

    server: str | None
    reveal: bool


class Observed(t.NamedTuple):
    """The registries, by server."""

    registries: tuple[registries.Registry, ...]


class RegistryInfoNoun(InfoNoun[Desired, Observed]):
    """Which registries a rack pulls images from."""

    ARGUMENTS: t.ClassVar[dict[str, dict[str, t.Any]]] = {
        "server": {"type": "str"},
        "reveal": {"type": "bool", "default": False},
    }

    def desired(self, options: dict[str, t.Any]) -> Desired:
        """An empty ``server`` counts as none."""
        return Desired(options.get("server") or None, options["reveal"])

    def observe(self, client: Client, desired: Desired, context: Context) -> Observed:
        """One request: a rack lists all of them, with their passwords."""
        found = registries.list_all(client)
        context.add_secrets([registry.password for registry in found])
        return Observed(tuple(each for each in found if desired.server in (None, each.server)))

    def result(self, observed: Observed, desired: Desired) -> dict[str, t.Any]:
        """``registries`` with server and username, with passwords only where ``reveal`` asks."""
        hidden = set() if desired.reveal else {"password"}
        return {"registries": [registry.model_dump(exclude=hidden) for registry in observed.registries]}
