# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the step that stops processes, and the waits after it."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client, absent_is_none
from ansible_collections.convox.rack.plugins.module_utils._api.resources import processes
from ansible_collections.convox.rack.plugins.module_utils._api.resources.processes import Process
from ansible_collections.convox.rack.plugins.module_utils._api.waiting import Wait, wait_for
from ansible_collections.convox.rack.plugins.module_utils._noun import Change, Context, Step

_ADVICE = "The rack ends them by itself. Wait longer (wait_timeout), or look again later."


class Stopped(t.NamedTuple):
    """What a task has stopped."""

    ids: tuple[str, ...]


@dataclass(frozen=True)
class Stop(Step):
    """Stop processes, and wait until they are gone and their services run as many as they should."""

    app: str
    processes: tuple[Process, ...]
    one_shot: t.ClassVar[bool] = True
    way_out: t.ClassVar[str] = "A service starts another process for each one of its own that was stopped."

    def changes(self) -> t.Sequence[Change]:
        return [Change(("processes", each.id), each.status, None) for each in self.processes]

    def apply(self, client: Client, context: Context) -> Stopped:
        for process in self.processes:
            context.progress(self.app, f"stopping {process.id}")
            processes.stop(client, self.app, process.id)
        if context.wait:
            self._until_replaced(client, context)
        return Stopped(tuple(process.id for process in self.processes))

    def _until_replaced(self, client: Client, context: Context) -> None:
        ids = {process.id for process in self.processes}
        try:
            _until_gone(client, context, self.app, ids)
            for service in sorted({process.service or process.name for process in self.processes}):
                _until_all_run(client, context, self.app, service, ids)
        except errors.ConvoxForbiddenError:
            # A plain deploy key may stop processes and look at each, and may not list any.
            for process in self.processes:
                _until_unknown(client, context, self.app, process.id)
            context.warn(
                f"this key may not list the processes of {self.app}: nobody has looked whether others run in "
                "the place of those that were stopped"
            )


def _until_all_run(client: Client, context: Context, app: str, service: str, old: set[str]) -> None:
    """Wait until a service runs as many processes as it should. What is no service of the app (any more) has
    none: its processes were of their own, or a build's."""
    # Here, because a module compiles what it imports each time it runs, and a task that finds nothing to
    # stop needs none of it.
    from ansible_collections.convox.rack.plugins.module_utils._api.resources import services
    from ansible_collections.convox.rack.plugins.module_utils._shared import scaling

    found = next((each for each in services.list_all(client, app) if each.name == service), None)
    if found is None:
        return
    count = (found.min or 0) if found.autoscaled else found.count
    scaling.until_scaled(
        client, context, app, service, count, old, exact=not found.autoscaled, agent=found.agent
    )


def _until_gone(client: Client, context: Context, app: str, ids: set[str]) -> None:
    wait_for(
        Wait(
            what=f"the stopped processes of {app} to be gone",
            read=lambda: [each for each in processes.list_all(client, app) if each.id in ids],
            good=lambda left: not left,
            words=lambda left: ", ".join(f"{each.id} {each.status}" for each in left) or "all are gone",
            advice=_ADVICE,
            timeout=context.time_left(),
            poll_interval=context.poll_interval,
            confirm=0,
        ),
        context.clock,
    )


def _until_unknown(client: Client, context: Context, app: str, process: str) -> None:
    wait_for(
        Wait(
            what=f"process {process} of {app} to be gone",
            read=lambda: absent_is_none(lambda: processes.get(client, app, process), "process", process),
            good=lambda found: found is None,
            words=lambda found: "it is gone" if found is None else f"status {found.status}",
            advice=_ADVICE,
            timeout=context.time_left(),
            poll_interval=context.poll_interval,
            confirm=0,
        ),
        context.clock,
    )
