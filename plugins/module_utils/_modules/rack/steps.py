# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: steps that change the rack itself.

A console was never recorded: how soon it shows an update is not known. So a rack counts as updated when it
is running after it was seen at work, or when it has shown what was asked for, and nothing else, for some
seconds.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field, replace

from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import console, letsencrypt, system
from ansible_collections.convox.rack.plugins.module_utils._modules.rack import solvers
from ansible_collections.convox.rack.plugins.module_utils._modules.rack.arguments import Desired
from ansible_collections.convox.rack.plugins.module_utils._modules.rack.state import (
    Configured,
    Facts,
    Seen,
    read,
)
from ansible_collections.convox.rack.plugins.module_utils._modules.rack.waits import (
    until_running,
    until_updated,
)
from ansible_collections.convox.rack.plugins.module_utils._noun import (
    HIDDEN,
    Change,
    Context,
    Step,
    secret_change,
)
from ansible_collections.convox.rack.plugins.module_utils._shared.secret_names import is_secret, shown
from ansible_collections.convox.rack.plugins.module_utils._shared.shown import once_shown


@dataclass(frozen=True)
class Update(Step):
    """One request that changes what is given. ``by_console``: by the console's own route.

    ``before``: the rack as it was. ``first``: nothing of this task goes on yet.
    """

    desired: Desired
    before: Facts
    parameters: dict[str, str] = field(default_factory=dict, repr=False)
    version: str | None = None
    count: int | None = None
    type: str | None = None
    by_console: bool = False
    first: bool = True
    way_out: t.ClassVar[str] = "See what becomes of it with convox rack."

    def changes(self) -> t.Sequence[Change]:
        current = self.before.parameters or {}
        changes = [
            _parameter_change(name, current.get(name) or None, value or None)
            for name, value in sorted(self.parameters.items())
        ]
        for name in ("version", "count", "type"):
            value = getattr(self, name)
            if value is not None:
                changes.append(Change((name,), getattr(self.before, name), value))
        return changes

    def shown(self, facts: Facts) -> bool:
        """Whether a rack has what this step sets."""
        there = facts.parameters or {}
        return all(there.get(name, "") == value for name, value in self.parameters.items()) and all(
            getattr(self, name) in (None, getattr(facts, name)) for name in ("version", "count", "type")
        )

    def apply(self, client: Client, context: Context) -> Seen:
        """Gives the rack once it is updated, or as it is where it has ignored it."""
        before = self.before
        if not (before.running and self.first):
            before = until_running(client, context, self.desired, before)
        at = context.clock.now()
        self._send(client, before)
        if context.wait:
            return Seen(until_updated(client, context, self.desired, before, self.shown, at))
        values = {name: getattr(self, name) for name in ("version", "count", "type")}
        expected = replace(
            before,
            parameters=_with(before.parameters, self.parameters),
            **{name: value for name, value in values.items() if value is not None},
        )
        return Seen(read(client, self.desired), expected)

    def _send(self, client: Client, before: Facts) -> None:
        force = True if self.desired.force else None
        if self.by_console:
            version = self.version or before.version
            console.update(client, before.name, version=version, parameters=self.parameters, force=force)
            return
        system.update(
            client,
            parameters=self.parameters,
            version=self.version,
            count=self.count,
            type=self.type,
            force=force,
        )


def _with(there: dict[str, str] | None, more: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in {**(there or {}), **more}.items() if value}


def _parameter_change(name: str, before: str | None, after: str | None) -> Change:
    where = ("parameters", name)
    if is_secret(name):
        return secret_change(where, before, after)
    return Change(where, *(None if value is None else shown(name, value) for value in (before, after)))


@dataclass(frozen=True)
class AwaitUpdated(Step):
    """Wait for an update that goes on: a task before gave up waiting, or somebody else has started it."""

    desired: Desired
    before: Facts
    wait_only: t.ClassVar[bool] = True
    one_shot: t.ClassVar[bool] = True

    def apply(self, client: Client, context: Context) -> Seen:
        if not context.wait:
            return Seen(self.before)
        return Seen(until_running(client, context, self.desired, self.before))


@dataclass(frozen=True)
class Configure(Step):
    """Replace the Let's Encrypt settings."""

    before: letsencrypt.Config = field(repr=False)
    role: str
    solvers: tuple[letsencrypt.Solver, ...] = field(repr=False)

    def changes(self) -> t.Sequence[Change]:
        changes = []
        if self.role != self.before.role:
            changes.append(Change(("letsencrypt", "role"), self.before.role or None, self.role or None))
        there, then = _by_zone(self.before.solvers), _by_zone(self.solvers)
        for zone in sorted({*there, *then}):
            if there.get(zone) != then.get(zone):
                changes.append(
                    Change(
                        ("letsencrypt", "solvers", zone), _masked(there.get(zone)), _masked(then.get(zone))
                    )
                )
        return changes

    def apply(self, client: Client, context: Context) -> Configured:
        at = context.clock.now()
        letsencrypt.apply(client, self.role, self.solvers)
        found = once_shown(
            context, "the Let's Encrypt settings", lambda: letsencrypt.get(client), self._shown, at
        )
        return Configured(found)

    def _shown(self, found: letsencrypt.Config) -> bool:
        return _bare(found.solvers) == _bare(self.solvers) and found.role == self.role


def _by_zone(found: t.Iterable[letsencrypt.Solver]) -> dict[str, letsencrypt.Solver]:
    return {zone: solver for solver in found for zone in solvers.zones_of(solver)}


def _masked(solver: letsencrypt.Solver | None) -> dict[str, t.Any] | None:
    """A solver for the diff: what it is for is where it stands, and credentials are hidden."""
    if solver is None:
        return None
    found: dict[str, t.Any] = {"id": solver.get("id")}
    for provider in ("route53", "cloudflare"):
        settings = solver.get(provider)
        if isinstance(settings, dict):
            found[provider] = {
                name.replace("-", "_"): HIDDEN if name in letsencrypt.CREDENTIALS else value
                for name, value in settings.items()
            }
    return found


def _bare(found: t.Iterable[letsencrypt.Solver]) -> list[t.Any]:
    """Solvers as they can be compared with what a rack shows: without credentials, and without what is
    empty."""
    return [_without_empty(solver) for solver in solvers.in_order(found)]


def _without_empty(value: t.Any) -> t.Any:
    if not isinstance(value, dict):
        return value
    inner = {
        name: _without_empty(each) for name, each in value.items() if name not in letsencrypt.CREDENTIALS
    }
    return {name: each for name, each in inner.items() if each not in (None, "", {}, [])}
