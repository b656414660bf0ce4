# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the noun of convox_process, processes that are to be stopped."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import partial

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client, absent_is_none
from ansible_collections.convox.rack.plugins.module_utils._api.resources import apps, processes
from ansible_collections.convox.rack.plugins.module_utils._modules.process import select, steps
from ansible_collections.convox.rack.plugins.module_utils._noun import WAIT_ARGUMENTS, Context, Noun, Step
from ansible_collections.convox.rack.plugins.module_utils._shared import durations, process_names

_NOT_PROMOTED = "promote a release with convox_release first"
_BY_PROPERTY = ("service", "release", "older_than", "status")


@dataclass(frozen=True)
class Desired:
    """Processes of an app that are not to run any more."""

    app: str
    selection: select.Selection


class Observed(t.NamedTuple):
    """Those of them that are there, in the order of their ids; and those that this task has stopped.

    ``assumed``: the app is not there yet, and nobody knows what will run then.
    """

    processes: tuple[processes.Process, ...]
    stopped: tuple[str, ...] = ()
    assumed: bool = False


def _now() -> datetime:
    return datetime.now(timezone.utc)


class ProcessNoun(Noun[Desired, Observed]):
    """Processes that are to be stopped."""

    ARGUMENTS: t.ClassVar[dict[str, dict[str, t.Any]]] = {
        "app": {"type": "str", "required": True},
        "id": {"type": "list", "elements": "str"},
        "service": {"type": "str"},
        "release": {"type": "str"},
        "older_than": {"type": "str"},
        "status": {"type": "list", "elements": "str"},
        "state": {"type": "str", "choices": ["absent"], "default": "absent"},
        **WAIT_ARGUMENTS,
    }
    CONSTRAINTS: t.ClassVar[dict[str, t.Any]] = {
        "required_one_of": [("id", *_BY_PROPERTY)],
        "mutually_exclusive": [("id", name) for name in _BY_PROPERTY],
    }

    def __init__(self) -> None:
        #: What this task has stopped; None before.
        self._stopped: tuple[str, ...] | None = None

    def desired(self, options: dict[str, t.Any]) -> Desired:
        """Raises ConvoxOptionError for what names no process."""
        ids = tuple(dict.fromkeys(options.get("id") or ()))
        if options.get("id") == []:
            raise errors.ConvoxOptionError("id", "is an empty list", "leave it out, or name processes")
        for each in ids:
            process_names.check("id", each, "give ids of processes, such as web-7q8bf")
        process_names.check("service", options.get("service"), "name a service, or leave it out")
        process_names.check("release", options.get("release"), "give the id of a release, or leave it out")
        if options.get("status") == []:
            raise errors.ConvoxOptionError("status", "is an empty list", "leave it out, or name states")
        if not set(options.get("status") or ()) <= set(select.STATUSES):
            raise errors.ConvoxOptionError(
                "status", "holds what is no state of a process", f"choose of {', '.join(select.STATUSES)}"
            )
        older_than = options.get("older_than")
        return Desired(
            options["app"],
            select.Selection(
                ids,
                options.get("service"),
                options.get("release"),
                None if older_than is None else durations.seconds("older_than", older_than),
                tuple(options.get("status") or ()),
            ),
        )

    def observe(self, client: Client, desired: Desired, context: Context) -> Observed:
        """A request for each id, or one for the list; one more where nothing is found, for the app (racks
        know no process of an app that is not there). None after a stop, which has waited until they were
        gone. Raises ConvoxNotFoundError for an absent app, ConvoxOptionError for an absent service."""
        if self._stopped is not None:
            return Observed((), self._stopped)
        selection = desired.selection
        if selection.ids:
            return Observed(self._named(client, desired.app, selection.ids))
        listed = processes.list_all(client, desired.app, service=selection.service, release=selection.release)
        if not listed:
            self._check_there(client, desired)
        now = _now()
        found = [process for process in listed if selection.means(process, now)]
        return Observed(tuple(sorted(found, key=lambda process: process.id)))

    def _named(self, client: Client, app: str, ids: t.Sequence[str]) -> tuple[processes.Process, ...]:
        found = [absent_is_none(partial(processes.get, client, app, each), "process", each) for each in ids]
        if None in found:
            apps.get(client, app)
        return tuple(process for process in found if process is not None)

    def _check_there(self, client: Client, desired: Desired) -> None:
        service = desired.selection.service
        if service is None or service == select.BUILD:
            apps.get(client, desired.app)
            return
        # Here, because this is the rare case.
        from ansible_collections.convox.rack.plugins.module_utils._api.resources import services

        names = [each.name for each in services.list_all(client, desired.app)]
        if service not in names:
            way_out = f"its services are: {', '.join(names)}" if names else _NOT_PROMOTED
            raise errors.ConvoxOptionError(
                "service", f"{desired.app} has no service {service}", way_out, not_yet=True
            )

    def assumed(self, desired: Desired) -> Observed:
        """What will run in an app that was just made is not known."""
        return Observed((), assumed=True)

    def plan(self, observed: Observed, desired: Desired) -> list[Step]:
        """One step for all that are there."""
        if observed.assumed:
            meant = desired.selection.ids or (desired.selection.service or "processes",)
            return [steps.Stop(desired.app, tuple(processes.Process(id=each) for each in meant))]
        return [steps.Stop(desired.app, observed.processes)] if observed.processes else []

    def applied(self, step: Step, made: object) -> None:
        """A stop has looked itself whether they are gone."""
        if isinstance(made, steps.Stopped):
            self._stopped = made.ids

    def result(self, observed: Observed, desired: Desired) -> dict[str, t.Any]:
        """``stopped``: the ids of the processes that were stopped."""
        return {"stopped": list(observed.stopped)}

    def predict(self, observed: Observed, desired: Desired) -> dict[str, t.Any]:
        """Those that would be."""
        return {"stopped": [process.id for process in observed.processes]}
