# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the noun of convox_instance_info, which instances a rack has."""

from __future__ import annotations

import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import instances
from ansible_collections.convox.rack.plugins.module_utils._info import (
    LIST,
    InfoNoun,
    fits,
    include_of,
    names_of,
)
from ansible_collections.convox.rack.plugins.module_utils._noun import Context


class Desired(t.NamedTuple):
    """Which instances to read; None where it makes no difference. ``status``: patterns."""

    ids: tuple[str, ...] | None
    status: tuple[str, ...] | None
    processes: bool

    def wants(self, instance: instances.Instance) -> bool:
        """Whether an instance is one of those."""
        return (self.ids is None or instance.id in self.ids) and fits(instance.status, self.status)


class Observed(t.NamedTuple):
    """The instances asked for, by their ids; of each the processes that run there, if wanted."""

    instances: tuple[instances.Instance, ...] = ()
    processes: dict[str, list[dict[str, t.Any]]] | None = None


class InstanceInfoNoun(InfoNoun[Desired, Observed]):
    """Which instances a rack has."""

    ARGUMENTS: t.ClassVar[dict[str, dict[str, t.Any]]] = {
        "id": LIST,
        "status": LIST,
        **include_of("processes"),
    }

    def desired(self, options: dict[str, t.Any]) -> Desired:
        """Raises ConvoxOptionError for an id that no instance has."""
        status = options.get("status")
        return Desired(
            ids=names_of(options, "id"),
            status=None if status is None else tuple(status),
            processes="processes" in options["include"],
        )

    def observe(self, client: Client, desired: Desired, context: Context) -> Observed:
        """One request, and one for the processes of all instances."""
        found = tuple(instance for instance in instances.list_all(client) if desired.wants(instance))
        return Observed(found, _processes(client, found) if desired.processes and found else None)

    def result(self, observed: Observed, desired: Desired) -> dict[str, t.Any]:
        """``instances``: with ``include`` the processes themselves stand where else their number does."""
        described = [instance.as_result() for instance in observed.instances]
        if observed.processes is not None:
            for each in described:
                each["processes"] = observed.processes.get(each["id"], [])
        return {"instances": described}


def _processes(client: Client, found: tuple[instances.Instance, ...]) -> dict[str, list[dict[str, t.Any]]]:
    """The processes of the rack and of all apps, by their instances."""
    # Here, because a module compiles what it imports each time it runs, and the list alone needs none of it.
    from ansible_collections.convox.rack.plugins.module_utils._api.resources import rack_details

    listed: dict[str, list[dict[str, t.Any]]] = {instance.id: [] for instance in found}
    processes = rack_details.processes(client, everything=True)
    for process in sorted(processes, key=lambda process: (process.app, process.id)):
        if process.instance in listed:
            listed[process.instance].append(process.as_result())
    return listed
