# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: steps that make, change and delete an app.

Each gives back the app as it read it last (``Seen``): what it has waited for need not be read once more, and
reads that lag behind would show the past.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import apps
from ansible_collections.convox.rack.plugins.module_utils._noun import Change, Context, Step
from ansible_collections.convox.rack.plugins.module_utils._shared.waits import (
    Written,
    until_gone,
    until_running,
    until_shown,
)


class Seen(t.NamedTuple):
    """The app after a step; None where it is gone."""

    app: apps.App | None


@dataclass(frozen=True)
class Create(Step):
    """Make an app and wait until it is running; a namesake that is being deleted (``after_namesake``) goes
    first."""

    name: str
    after_namesake: bool = False

    def changes(self) -> t.Sequence[Change]:
        return [Change(("app",), None, self.name)]

    def apply(self, client: Client, context: Context) -> Seen:
        if self.after_namesake:
            until_gone(client, context, self.name, context.clock.now())
        at = context.clock.now()
        try:
            app = apps.create(client, self.name)
        except errors.ConvoxConflictError:
            # Somebody has made it since we looked; what is left to do is the same.
            app = apps.find(client, self.name) or apps.App(name=self.name)
        if context.wait:
            app = until_running(client, context, self.name, written=Written(at, made=True))
        return Seen(app)


@dataclass(frozen=True)
class Update(Step):
    """Lock or unlock an app and set its parameters, in one request. ``new``: this task has just made it.

    The rack promotes the active release again to do it, without asking whether the app is busy, and a
    promote under way would be taken for finished: so the app is running before, and again after.
    """

    name: str
    lock: bool | None
    parameters: dict[str, str] = field(default_factory=dict)
    current: dict[str, str] = field(default_factory=dict)
    new: bool = False

    def changes(self) -> t.Sequence[Change]:
        changes = [
            Change(("parameters", key), self.current.get(key) or None, value or None)
            for key, value in sorted(self.parameters.items())
        ]
        if self.lock is not None:
            changes.append(Change(("locked",), not self.lock, self.lock))
        return changes

    def shown(self, app: apps.App) -> bool:
        """Whether an app has what this step sets."""
        kept = all(app.parameters.get(key, "") == value for key, value in self.parameters.items())
        return kept and self.lock in (None, app.locked)

    def apply(self, client: Client, context: Context) -> Seen:
        made = Written(context.clock.now(), made=True) if self.new else None
        until_running(client, context, self.name, written=made)
        at = context.clock.now()
        try:
            apps.update(client, self.name, lock=self.lock, parameters=self.parameters)
        except errors.ConvoxConflictError:
            if not self._locked_all_the_same(client, context, at) or self.parameters:
                raise
        written = Written(at, made=self.new, promotes=True, shown=self.shown)
        return Seen(until_running(client, context, self.name, written=written))

    def _locked_all_the_same(self, client: Client, context: Context, at: float) -> bool:
        """A tripped budget answers 409 although the lock is already written: that is a change."""
        if self.lock is None:
            return False
        app = until_shown(
            client, context, self.name, at, lambda app: app is not None and app.locked == self.lock
        )
        if app is None or app.locked != self.lock:
            return False
        client.ledger.wrote(f"update app {self.name}")
        return True


@dataclass(frozen=True)
class Delete(Step):
    """Delete an app and wait until it is gone."""

    name: str

    def changes(self) -> t.Sequence[Change]:
        return [Change(("app",), self.name, None)]

    def apply(self, client: Client, context: Context) -> Seen:
        at = context.clock.now()
        try:
            apps.delete(client, self.name)
        except errors.ConvoxNotFoundError:
            return Seen(None)
        if context.wait:
            return Seen(until_gone(client, context, self.name, at))
        return Seen(
            until_shown(client, context, self.name, at, lambda app: app is None or app.status == "deleting")
        )


@dataclass(frozen=True)
class AwaitRunning(Step):
    """Wait until an app that is being made is running."""

    app: apps.App
    wait_only: t.ClassVar[bool] = True
    one_shot: t.ClassVar[bool] = True

    def apply(self, client: Client, context: Context) -> Seen:
        return Seen(until_running(client, context, self.app.name) if context.wait else self.app)


@dataclass(frozen=True)
class AwaitGone(Step):
    """Wait until an app that somebody deletes is gone."""

    app: apps.App
    wait_only: t.ClassVar[bool] = True
    one_shot: t.ClassVar[bool] = True

    def apply(self, client: Client, context: Context) -> Seen:
        if not context.wait:
            return Seen(self.app)
        return Seen(until_gone(client, context, self.app.name, context.clock.now()))
