# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to convox.rack: what several racks have on them, as hosts of an inventory.

Racks are asked at the same time, and of each rack several apps. An inventory is read before Ansible forks its
workers, so no thread and no connection outlives it; therefore a failure of one app never ends the others
early.
"""

from __future__ import annotations

import os
import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api._auth.credentials import (
    Connection,
    find_connection,
)
from ansible_collections.convox.rack.plugins.module_utils._api._http.transport import Transport
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import (
    apps,
    console,
    processes,
    services,
    system,
)
from ansible_collections.convox.rack.plugins.module_utils._info import fits
from ansible_collections.convox.rack.plugins.module_utils._noun import Context
from ansible_collections.convox.rack.plugins.module_utils._shared.parallel import in_parallel

RACKS, APPS, SERVICES, PROCESSES = "racks", "apps", "services", "processes"
#: What a rack that does not answer says: nothing more is asked of it.
_DOWN = (errors.ConvoxConnectionError, errors.ConvoxTimeoutError, errors.ConvoxGatewayError)
_MOST_RACKS = 20


class Wanted(t.NamedTuple):
    """Which hosts: their kind, and patterns of names and of statuses, None for all. ``parallel``: requests to
    one rack at a time."""

    hosts: str
    apps: tuple[str, ...] | None = None
    services: tuple[str, ...] | None = None
    status: tuple[str, ...] | None = None
    parallel: int = 16


class Host(t.NamedTuple):
    """A host: its name without the rack's, the groups it belongs to as (kind, name), its variables."""

    name: str
    groups: list[tuple[str, str]]
    variables: dict[str, t.Any]


class Read(t.NamedTuple):
    """What came of a rack: its name, its own variables, its hosts, and what went wrong, in words."""

    name: str
    variables: dict[str, t.Any]
    hosts: list[Host]
    problems: list[str]


class Rack:
    """One rack to read: ``options`` as a task's connection options, ``name`` for its hosts ("": its own)."""

    def __init__(
        self, options: t.Mapping[str, t.Any], name: str, folder: str, warn: t.Callable[[str], None]
    ) -> None:
        self.connection: Connection = find_connection(options, os.environ, working_folder=folder)
        self.name = name
        self._cli_config = options.get("cli_config")
        self.client = Client(Transport(self.connection), warn=warn)

    @property
    def words(self) -> str:
        """The rack, for a message."""
        rack = f" {self.connection.rack}" if self.connection.rack else ""
        return f"{self.connection.url}{rack}"

    def close(self) -> None:
        self.client.transport.close()

    def variables(self) -> dict[str, t.Any]:
        """How tasks reach the rack. Never a key."""
        connection = self.connection
        # As a task's option has it.
        host = connection.host if connection.scheme == "https" else connection.url
        found: dict[str, t.Any] = {"convox_host": host, "convox_rack": connection.rack}
        if connection.username != "convox":
            found["convox_username"] = connection.username
        if not connection.validate_certs:
            found["convox_validate_certs"] = False
        for option in ("ca_path", "client_cert", "client_key"):
            if getattr(connection, option):
                found[f"convox_{option}"] = getattr(connection, option)
        if self._cli_config:
            found["convox_cli_config"] = self._cli_config
        return found


def racks_of_console(rack: Rack) -> list[str]:
    """The names, org/name, of all racks that a console shows. Raises ConvoxError."""
    try:
        found = sorted({each.full_name for each in console.racks(rack.client)})
    except errors.ConvoxNotImplementedError as error:
        raise errors.ConvoxOptionError(
            "racks", f"is all, and {rack.words} is no console ({error.message})", "name the racks one by one"
        ) from None
    if not found:
        raise errors.ConvoxOptionError(
            "racks", f"is all, and {rack.words} shows no rack to this key", "name the racks, or check the key"
        )
    return found


def read(racks: t.Sequence[Rack], wanted: Wanted) -> list[Read]:
    """What each rack has, in their order. No error of a rack is raised."""
    context = Context()
    return in_parallel(
        context,
        racks,
        lambda rack: _Reader(rack, wanted, context).read(),
        _MOST_RACKS,
        lambda rack: rack.words,
    )


class _Reader:
    """Reads one rack."""

    def __init__(self, rack: Rack, wanted: Wanted, context: Context) -> None:
        self._rack = rack
        self._client = rack.client
        self._wanted = wanted
        self._context = context
        self._problems: list[str] = []
        self._down = False

    def read(self) -> Read:
        name, variables = self._rack.name, self._rack.variables()
        hosts: list[Host] = []
        try:
            found = system.get(self._client)
            name = name or self._rack_name(found)
            variables["convox_rack"] = variables["convox_rack"] or name
            hosts = self._hosts(found)
        except errors.ConvoxError as error:
            self._problems.append(errors.describe(error))
        return Read(
            name or self._rack_name(system.System.model_validate({})), variables, hosts, self._problems
        )

    def _rack_name(self, found: system.System) -> str:
        """The last part of a console's org/name; else what the rack calls itself; else its host."""
        named = (self._rack.connection.rack or "").rpartition("/")[2]
        return named or found.name or self._rack.connection.host

    def _hosts(self, found: system.System) -> list[Host]:
        wanted = self._wanted
        if wanted.hosts == RACKS:
            told = {"convox_status": found.status, "convox_version": found.version}
            told["convox_provider"] = found.provider
            here = fits(found.status, wanted.status)
            return [Host("", [("status", found.status)], told)] if here else []
        listed = [app for app in apps.list_all(self._client) if fits(app.name, wanted.apps)]
        if wanted.hosts == PROCESSES:
            return self._processes({app.name: app for app in listed})
        listed = [app for app in listed if fits(app.status, wanted.status)]
        if wanted.hosts == APPS:
            return [Host(app.name, _groups(app), _told(app)) for app in listed]
        each = in_parallel(self._context, listed, self._services, wanted.parallel, lambda app: app.name)
        return [host for hosts in each for host in hosts]

    def _services(self, app: apps.App) -> list[Host]:
        """The services of one app; where that fails, none, and a problem."""
        if self._down:
            return []
        try:
            found = services.list_all(self._client, app.name)
        except errors.ConvoxNotFoundError as error:
            if not error.is_about("app", app.name):
                self._problems.append(errors.describe(error))
            # Else it was deleted meanwhile.
            return []
        except errors.ConvoxError as error:
            # With threads, one or two more may say the same before they see it.
            if not self._down:
                self._problems.append(errors.describe(error))
            self._down = self._down or isinstance(error, _DOWN)
            return []
        return [
            Host(
                f"{app.name}.{service.name}",
                [*_groups(app), ("service", service.name)],
                {
                    **_told(app),
                    "convox_service": service.name,
                    "convox_count": service.count,
                    "convox_domain": service.domain,
                },
            )
            for service in found
            if fits(service.name, self._wanted.services)
        ]

    def _processes(self, listed: dict[str, apps.App]) -> list[Host]:
        """Those of all apps by one request."""
        found = processes.of_rack(self._client)
        return [
            Host(
                f"{process.app}.{process.id}",
                [("app", process.app), ("service", process.service), ("status", process.status)],
                {
                    "convox_app": process.app,
                    "convox_service": process.service,
                    "convox_process": process.id,
                    "convox_release": process.release,
                    "convox_status": process.status,
                    "convox_instance": process.instance,
                },
            )
            for process in sorted(found, key=lambda process: (process.app, process.id))
            if process.app in listed
            and fits(process.service, self._wanted.services)
            and fits(process.status, self._wanted.status)
        ]


def _groups(app: apps.App) -> list[tuple[str, str]]:
    return [("app", app.name), ("status", app.status)]


def _told(app: apps.App) -> dict[str, t.Any]:
    return {
        "convox_app": app.name,
        "convox_release": app.release,
        "convox_status": app.status,
        "convox_locked": app.locked,
    }
