# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the noun of convox_process_info, which processes an app has."""

from __future__ import annotations

import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client, absent_is_none
from ansible_collections.convox.rack.plugins.module_utils._api.resources import apps, processes
from ansible_collections.convox.rack.plugins.module_utils._info import LIST, InfoNoun, fits, names_of
from ansible_collections.convox.rack.plugins.module_utils._noun import Context

# How many processes are asked for at a time, where they cannot be listed.
_AT_A_TIME = 8


class Desired(t.NamedTuple):
    """Which processes to read; None where it makes no difference. ``status``: patterns."""

    app: str
    ids: tuple[str, ...] | None
    service: str | None
    release: str | None
    status: tuple[str, ...] | None

    def wants(self, process: processes.Process) -> bool:
        """Whether a process is one of those."""
        return (
            (self.ids is None or process.id in self.ids)
            and self.service in (None, process.service)
            and self.release in (None, process.release)
            and fits(process.status, self.status)
        )


class Observed(t.NamedTuple):
    """The processes asked for, by their ids."""

    processes: tuple[processes.Process, ...] = ()


class ProcessInfoNoun(InfoNoun[Desired, Observed]):
    """Which processes an app has."""

    ARGUMENTS: t.ClassVar[dict[str, dict[str, t.Any]]] = {
        "app": {"type": "str", "required": True},
        "id": LIST,
        "service": {"type": "str"},
        "release": {"type": "str"},
        "status": LIST,
    }

    def desired(self, options: dict[str, t.Any]) -> Desired:
        """Raises ConvoxOptionError for an id that no process has."""
        status = options.get("status")
        return Desired(
            app=options["app"],
            ids=names_of(options, "id"),
            service=options.get("service") or None,
            release=options.get("release") or None,
            status=None if status is None else tuple(status),
        )

    def observe(self, client: Client, desired: Desired, context: Context) -> Observed:
        """One request; one more where there is nothing, for a rack lists no processes of an app that is not
        there, too. Raises ConvoxNotFoundError for that."""
        ids = desired.ids
        if ids is not None and len(ids) == 1:
            found = _each(client, desired.app, ids, context)
        else:
            try:
                found = processes.list_all(
                    client, desired.app, service=desired.service, release=desired.release
                )
            except errors.ConvoxForbiddenError:
                # A plain deploy key may read a process and not list them.
                if not ids:
                    raise
                found = _each(client, desired.app, ids, context)
        if not found:
            apps.get(client, desired.app)
        wanted = [process for process in found if desired.wants(process)]
        return Observed(tuple(sorted(wanted, key=lambda process: process.id)))

    def assumed(self, desired: Desired) -> Observed:
        """An app that was just made has none."""
        return Observed()

    def result(self, observed: Observed, desired: Desired) -> dict[str, t.Any]:
        """``processes``."""
        return {"processes": [process.as_result() for process in observed.processes]}


def _each(client: Client, app: str, ids: tuple[str, ...], context: Context) -> list[processes.Process]:
    """Those of the processes that are there, asked for one by one."""
    # Here, because a module compiles what it imports each time it runs, and lists need none of it.
    from ansible_collections.convox.rack.plugins.module_utils._shared.parallel import in_parallel

    def read(id_: str) -> processes.Process | None:
        return absent_is_none(lambda: processes.get(client, app, id_), "process", id_)

    return [process for process in in_parallel(context, ids, read, _AT_A_TIME) if process is not None]
