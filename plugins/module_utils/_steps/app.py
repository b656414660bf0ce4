# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: steps that make, change and delete an app."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.rack import Rack
from ansible_collections.convox.rack.plugins.module_utils._steps.step import Change, Run, Step
from ansible_collections.convox.rack.plugins.module_utils._steps.waits import until_gone, until_running


@dataclass(frozen=True)
class Create(Step):
    """Make an app and wait until it is running; a namesake that is being deleted goes first."""

    name: str

    def changes(self) -> t.Sequence[Change]:
        return [Change(("app",), None, self.name)]

    def act(self, rack: Rack, run: Run) -> None:
        there = rack.find_app(self.name)
        if there is not None and there.status == "deleting":
            until_gone(rack, run, self.name)
        rack.create_app(self.name)
        run.acted = True
        if run.wait:
            until_running(rack, run, self.name)


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

    def act(self, rack: Rack, run: Run) -> None:
        until_running(rack, run, self.name)
        try:
            rack.update_app(self.name, lock=self.lock, parameters=self.parameters)
        except errors.ConvoxConflictError:
            # A tripped budget answers 409 although the lock was already written.
            app = rack.app(self.name)
            if self.parameters or app.locked != self.lock:
                raise
        run.acted = True
        until_running(rack, run, self.name)


@dataclass(frozen=True)
class Delete(Step):
    """Delete an app and wait until it is gone."""

    name: str

    def changes(self) -> t.Sequence[Change]:
        return [Change(("app",), self.name, None)]

    def act(self, rack: Rack, run: Run) -> None:
        try:
            rack.delete_app(self.name)
        except errors.ConvoxNotFoundError:
            return
        run.acted = True
        if run.wait:
            until_gone(rack, run, self.name)


@dataclass(frozen=True)
class Ready(Step):
    """Wait until an app that is being made is running."""

    name: str
    quiet: t.ClassVar[bool] = True
    once: t.ClassVar[bool] = True

    def act(self, rack: Rack, run: Run) -> None:
        if run.wait:
            until_running(rack, run, self.name)


@dataclass(frozen=True)
class Gone(Step):
    """Wait until an app that someone deletes is gone."""

    name: str
    quiet: t.ClassVar[bool] = True
    once: t.ClassVar[bool] = True

    def act(self, rack: Rack, run: Run) -> None:
        if run.wait:
            until_gone(rack, run, self.name)
