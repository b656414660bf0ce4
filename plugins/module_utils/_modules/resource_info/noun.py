# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the noun of convox_resource_info, the resources of an app or of the rack."""

from __future__ import annotations

import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import resources
from ansible_collections.convox.rack.plugins.module_utils._info import (
    LIST,
    REVEAL,
    InfoNoun,
    include_of,
    names_of,
)
from ansible_collections.convox.rack.plugins.module_utils._noun import Context
from ansible_collections.convox.rack.plugins.module_utils._shared.resource_result import described


class Desired(t.NamedTuple):
    """Which resources to read: of ``app``, or None for the rack's own. ``names`` and ``types`` None for
    all."""

    app: str | None
    names: tuple[str, ...] | None
    types: tuple[str, ...] | None
    with_types: bool
    reveal: bool


class Observed(t.NamedTuple):
    """The resources by name, and what a rack can make where that was asked for."""

    found: tuple[resources.Resource, ...]
    types: tuple[resources.ResourceType, ...] = ()

    def __repr__(self) -> str:
        return type(self).__name__


class ResourceInfoNoun(InfoNoun[Desired, Observed]):
    """The resources of an app or of the rack."""

    ARGUMENTS: t.ClassVar[dict[str, dict[str, t.Any]]] = {
        "app": {"type": "str"},
        "name": LIST,
        "type": LIST,
        **include_of("types"),
        **REVEAL,
    }

    def desired(self, options: dict[str, t.Any]) -> Desired:
        """Raises ConvoxOptionError for names that no resource has."""
        return Desired(
            app=options.get("app"),
            names=names_of(options, "name"),
            types=names_of(options, "type"),
            with_types="types" in (options.get("include") or ()),
            reveal=options["reveal"],
        )

    def observe(self, client: Client, desired: Desired, context: Context) -> Observed:
        """One request, and one more for the types. Raises ConvoxNotFoundError for an app that is not
        there."""
        found = resources.of_rack(client) if desired.app is None else _of_app(client, desired.app)
        for resource in found:
            context.add_secrets(resource.secrets())
        chosen = [
            resource
            for resource in found
            if desired.names is None or resource.name in desired.names
            if desired.types is None or resource.type in desired.types
        ]
        types = resources.types(client) if desired.with_types else []
        return Observed(tuple(chosen), tuple(types))

    def assumed(self, desired: Desired) -> Observed:
        """An app that was just made has no resource."""
        return Observed(())

    def result(self, observed: Observed, desired: Desired) -> dict[str, t.Any]:
        """``resources`` with what is secret in them only where ``reveal`` asks; ``types`` where they were
        asked for."""
        found: dict[str, t.Any] = {
            "resources": [described(resource, reveal=desired.reveal) for resource in observed.found]
        }
        if desired.with_types:
            found["types"] = [each.model_dump(mode="json") for each in observed.types]
        return found


def _of_app(client: Client, app: str) -> list[resources.Resource]:
    """An app that never ran has none yet: that is no failure of a task that only reads."""
    try:
        return resources.of_app(client, app)
    except errors.ConvoxNotFoundError as error:
        if not error.is_about("release", app):
            raise
        return []
