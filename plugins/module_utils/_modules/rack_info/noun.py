# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the noun of convox_rack_info, what a rack is."""

from __future__ import annotations

import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import system
from ansible_collections.convox.rack.plugins.module_utils._info import REVEAL, InfoNoun, include_of, includes
from ansible_collections.convox.rack.plugins.module_utils._modules.rack_info.state import Desired
from ansible_collections.convox.rack.plugins.module_utils._noun import Context
from ansible_collections.convox.rack.plugins.module_utils._shared import metrics

# What the console knows by itself: no rack need be named for it.
OF_CONSOLE = ("racks", "machines")
INCLUDE = (
    "capacity",
    "parameters",
    "outputs",
    "processes",
    "releases",
    metrics.INCLUDE,
    "letsencrypt",
    *OF_CONSOLE,
)


class Observed(t.NamedTuple):
    """The rack, None for a console of which no rack is named; and what was included."""

    system: system.System | None
    included: dict[str, t.Any]

    def __repr__(self) -> str:
        return type(self).__name__


class RackInfoNoun(InfoNoun[Desired, Observed]):
    """What a rack is."""

    ARGUMENTS: t.ClassVar[dict[str, dict[str, t.Any]]] = {
        **include_of(*INCLUDE),
        "all_processes": {"type": "bool", "default": False},
        **metrics.METRICS_ARGUMENTS,
        **REVEAL,
    }

    def desired(self, options: dict[str, t.Any]) -> Desired:
        """Raises ConvoxOptionError for what no rack knows, and for options of what is not included."""
        with_metrics = includes(options, metrics.INCLUDE, *metrics.METRICS_ARGUMENTS)
        if options["all_processes"] and "processes" not in options["include"]:
            raise errors.ConvoxOptionError(
                "all_processes", "means nothing without processes", "give include: [processes], too"
            )
        return Desired(
            include=tuple(part for part in INCLUDE if part in options["include"]),
            all_processes=options["all_processes"],
            metrics=metrics.query_of(options) if with_metrics else {},
            reveal=options["reveal"],
        )

    def observe(self, client: Client, desired: Desired, context: Context) -> Observed:
        """One request, and one for each part that is included."""
        found = self._system(client, desired)
        if not desired.include:
            return Observed(found, {})
        # Here, because a module compiles what it imports each time it runs, and few tasks need any of it.
        from ansible_collections.convox.rack.plugins.module_utils._modules.rack_info import parts

        return Observed(found, parts.Reader(client, context, found, desired).read())

    @staticmethod
    def _system(client: Client, desired: Desired) -> system.System | None:
        try:
            return system.get(client)
        except errors.ConvoxGatewayError:
            # A console shows a web page where no rack is named, and can list its racks all the same.
            if client.transport.connection.rack or not desired.include:
                raise
            if not set(desired.include) <= set(OF_CONSOLE):
                raise
            return None

    def result(self, observed: Observed, desired: Desired) -> dict[str, t.Any]:
        """``rack``, with a key for each part that is included."""
        found = observed.system
        fields = set(system.System.model_fields) - {"parameters", "outputs"}
        own = dict.fromkeys(sorted(fields)) if found is None else found.model_dump(include=fields)
        return {"rack": {**own, **observed.included}}
