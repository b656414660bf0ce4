# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the noun of convox_registry, a registry that a rack pulls images from."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client, absent_is_none
from ansible_collections.convox.rack.plugins.module_utils._api.resources import registries
from ansible_collections.convox.rack.plugins.module_utils._noun import (
    Change,
    Context,
    Noun,
    Step,
    secret_change,
)
from ansible_collections.convox.rack.plugins.module_utils._shared.shown import once_shown


@dataclass(frozen=True)
class Desired:
    """A registry as it should be; with ``username`` None it should not be there."""

    server: str
    username: str | None = None
    password: str = field(default="", repr=False)

    def is_met(self, registry: registries.Registry | None) -> bool:
        """Whether this is what is there."""
        if registry is None or self.username is None:
            return registry is None and self.username is None
        return (registry.username, registry.password) == (self.username, self.password)


class Observed(t.NamedTuple):
    """The registry that is there, None for none."""

    registry: registries.Registry | None


def _read_back(client: Client, context: Context, desired: Desired, at: float) -> Observed:
    server = desired.server
    found = once_shown(
        context, f"registry {server}", lambda: registries.find(client, server), desired.is_met, at
    )
    return Observed(found)


@dataclass(frozen=True)
class Add(Step):
    """Add the registry, or replace its login. Gives the registry as it was read back."""

    desired: Desired
    before: registries.Registry | None = None

    def changes(self) -> t.Sequence[Change]:
        where, before = ("registries", self.desired.server), self.before
        username, password = (before.username, before.password) if before else (None, None)
        changes = []
        if username != self.desired.username:
            changes.append(Change((*where, "username"), username, self.desired.username))
        if password != self.desired.password:
            changes.append(secret_change((*where, "password"), password, self.desired.password))
        return changes

    def apply(self, client: Client, context: Context) -> Observed:
        at = context.clock.now()
        registries.add(client, self.desired.server, self.desired.username or "", self.desired.password)
        return _read_back(client, context, self.desired, at)


@dataclass(frozen=True)
class Remove(Step):
    """Remove the registry. Gives what was read back."""

    desired: Desired
    before: registries.Registry

    def changes(self) -> t.Sequence[Change]:
        where = ("registries", self.desired.server)
        return [
            Change((*where, "username"), self.before.username, None),
            secret_change((*where, "password"), self.before.password, None),
        ]

    def apply(self, client: Client, context: Context) -> Observed:
        at, server = context.clock.now(), self.desired.server
        # Somebody else may have removed it since we looked, or a lost answer was one of ours.
        absent_is_none(lambda: registries.remove(client, server), "registry", server)
        return _read_back(client, context, self.desired, at)


class RegistryNoun(Noun[Desired, Observed]):
    """A registry that a rack pulls images from."""

    # username and password are the registry's: the rack's are api_key and CONVOX_USERNAME here.
    ARGUMENTS: t.ClassVar[dict[str, dict[str, t.Any]]] = {
        "server": {"type": "str", "required": True},
        "username": {"type": "str"},
        "password": {"type": "str", "no_log": True},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    }
    CONSTRAINTS: t.ClassVar[dict[str, t.Any]] = {
        "required_if": [("state", "present", ["username", "password"])]
    }
    SECRET_OPTIONS: t.ClassVar[tuple[str, ...]] = ("password",)

    def __init__(self) -> None:
        #: The registry as it was read back.
        self._written: Observed | None = None

    def desired(self, options: dict[str, t.Any]) -> Desired:
        """Raises ConvoxOptionError for a server that is none."""
        server = options["server"]
        if not server or not server.isprintable() or " " in server:
            raise errors.ConvoxOptionError(
                "server", "is no registry's name", "write it such as registry.example.com or ghcr.io/org"
            )
        if options["state"] == "absent":
            return Desired(server)
        return Desired(server, options["username"], options["password"])

    def observe(self, client: Client, desired: Desired, context: Context) -> Observed:
        """One request; none after a step, which has read the registry back."""
        if self._written is not None:
            return self._written
        found = registries.find(client, desired.server)
        context.add_secrets([found.password] if found else [])
        return Observed(found)

    def plan(self, observed: Observed, desired: Desired) -> list[Step]:
        """One write where something differs. Raises ConvoxOptionError for a registry that no route can
        name."""
        if desired.is_met(observed.registry):
            return []
        if desired.username is not None or observed.registry is None:
            return [Add(desired, observed.registry)]
        if not registries.can_be_removed(desired.server):
            raise errors.ConvoxOptionError(
                "server",
                "has a part that is empty, . or .., so that no route of a rack can name it",
                "replace its password by state: present, for a rack has no other way to remove it",
            )
        return [Remove(desired, observed.registry)]

    def applied(self, step: Step, made: object) -> None:
        """Each step gives the registry as it has read it back."""
        if isinstance(made, Observed):
            self._written = made

    def verify(self, observed: Observed, desired: Desired, missing: t.Sequence[Step]) -> None:
        """Raises ConvoxIgnoredError."""
        state = "is still there" if desired.username is None else "has another login, or is not there"
        raise errors.ConvoxIgnoredError(
            f"the rack answered ok, and registry {desired.server} {state}",
            hint="Somebody else may have changed it at the same moment: run the task again.",
        )

    def result(self, observed: Observed, desired: Desired) -> dict[str, t.Any]:
        """``registry``: server and username, never the password; None where it should not be there."""
        if desired.username is None:
            return {"registry": None}
        return {"registry": {"server": desired.server, "username": desired.username}}
