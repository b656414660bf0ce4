# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the noun of convox_config_info, which configs an app has."""

from __future__ import annotations

import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import apps, configs
from ansible_collections.convox.rack.plugins.module_utils._info import InfoNoun
from ansible_collections.convox.rack.plugins.module_utils._noun import Context


class Desired(t.NamedTuple):
    """Which configs to read: one, or with ``name`` None all."""

    app: str
    name: str | None
    reveal: bool


class Observed(t.NamedTuple):
    """The configs, by name."""

    configs: tuple[configs.Config, ...] = ()

    def __repr__(self) -> str:
        return type(self).__name__


class ConfigInfoNoun(InfoNoun[Desired, Observed]):
    """Which configs an app has."""

    ARGUMENTS: t.ClassVar[dict[str, dict[str, t.Any]]] = {
        "app": {"type": "str", "required": True},
        "name": {"type": "str"},
        "reveal": {"type": "bool", "default": False},
    }

    def desired(self, options: dict[str, t.Any]) -> Desired:
        """An empty ``name`` counts as none."""
        return Desired(options["app"], options.get("name") or None, options["reveal"])

    def observe(self, client: Client, desired: Desired, context: Context) -> Observed:
        """One request; a second where nothing is found, because a rack lists none for an app that is not
        there, too. Raises ConvoxNotFoundError for that."""
        if desired.name is None:
            found = configs.list_all(client, desired.app)
        else:
            one = configs.find(client, desired.app, desired.name)
            found = [one] if one else []
        if not found:
            apps.get(client, desired.app)
        context.add_secrets([config.value for config in found])
        return Observed(tuple(found))

    def assumed(self, desired: Desired) -> Observed:
        """An app that was just made has none."""
        return Observed()

    def result(self, observed: Observed, desired: Desired) -> dict[str, t.Any]:
        """``configs`` with their names, with values only where ``reveal`` asks."""
        hidden = set() if desired.reveal else {"value"}
        return {
            "configs": [
                {"app": desired.app, **config.model_dump(exclude=hidden)} for config in observed.configs
            ]
        }
