# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: steps that make, change and delete an app."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import apps
from ansible_collections.convox.rack.plugins.module_utils._noun import Change, Context, Step
from ansible_collections.convox.rack.plugins.module_utils._shared.waits import until_gone, until_running


@dataclass(frozen=True)
class Create(Step):
    """Make an app and wait until it is running; a namesake that is being deleted goes first."""

    name: str

    def changes(self) -> t.Sequence[Change]:
        return [Change(("app",), None, self.name)]

    def apply(self, client: Client, context: Context) -> None:
        there = apps.find(client, self.name)
        if there is not None and there.status == "deleting":
            until_gone(client, context, self.name)
        apps.create(client, self.name)
        if context.wait:
            until_running(client, context, self.name)


@dataclass(frozen=True)
class Update(Step):
    """Lock or unlock an app and set its parameters, in one request.

    The rack promotes the active release again to do it, without asking whether the app is busy, and a
    promote under way would be taken for finished: so the app is running before, and again after.
    """

    name: str
    lock: bool | None
    parameters: dict[str, str] = field(default_factory=dict)
    current: dict[str, str] = field(default_factory=dict)

    def changes(self) -> t.Sequence[Change]:
        changes = [
            Change(("parameters", key), self.current.get(key) or None, value or None)
            for key, value in sorted(self.parameters.items())
        ]
        if self.lock is not None:
            changes.append(Change(("locked",), not self.lock, self.lock))
        return changes

    def apply(self, client: Client, context: Context) -> None:
        until_running(client, context, self.name)
        try:
            apps.update(client, self.name, lock=self.lock, parameters=self.parameters)
        except errors.ConvoxConflictError:
            # A tripped budget answers 409 although the lock was already written.
            app = apps.get(client, self.name)
            if self.parameters or app.locked != self.lock:
                raise
        until_running(client, context, self.name)


@dataclass(frozen=True)
class Delete(Step):
    """Delete an app and wait until it is gone."""

    name: str

    def changes(self) -> t.Sequence[Change]:
        return [Change(("app",), self.name, None)]

    def apply(self, client: Client, context: Context) -> None:
        try:
            apps.delete(client, self.name)
        except errors.ConvoxNotFoundError:
            return
        if context.wait:
            until_gone(client, context, self.name)


@dataclass(frozen=True)
class Ready(Step):
    """Wait until an app that is being made is running."""

    name: str
    wait_only: t.ClassVar[bool] = True
    one_shot: t.ClassVar[bool] = True

    def apply(self, client: Client, context: Context) -> None:
        if context.wait:
            until_running(client, context, self.name)


@dataclass(frozen=True)
class Gone(Step):
    """Wait until an app that someone deletes is gone."""

    name: str
    wait_only: t.ClassVar[bool] = True
    one_shot: t.ClassVar[bool] = True

    def apply(self, client: Client, context: Context) -> None:
        if context.wait:
            until_gone(client, context, self.name)
