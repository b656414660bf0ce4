# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: steps that scale and restart a service."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import services
from ansible_collections.convox.rack.plugins.module_utils._modules.service.read_back import (
    Scaled,
    read_back,
)
from ansible_collections.convox.rack.plugins.module_utils._modules.service.scale import differing, expected
from ansible_collections.convox.rack.plugins.module_utils._noun import Change, Context, Step
from ansible_collections.convox.rack.plugins.module_utils._shared.scaling import own_processes, until_scaled

# How many processes run. All other values stand in a process's template: to change one, each is replaced.
REPLICAS = ("count", "min", "max")


@dataclass(frozen=True)
class Scale(Step):
    """Set the values that differ, and wait until as many processes run as the service then has."""

    app: str
    service: str
    scale: dict[str, t.Any] = field(default_factory=dict)
    before: dict[str, t.Any] = field(default_factory=dict)

    def changes(self) -> t.Sequence[Change]:
        return [
            Change((self.service, name), self.before.get(name), value) for name, value in self.scale.items()
        ]

    def apply(self, client: Client, context: Context) -> Scaled:
        """Gives the service as it was read back: once the rack shows the values, or ignores them for longer
        than its reads may lag; then nothing is waited for."""
        replaced = any(name not in REPLICAS for name in self.scale)
        old = {process.id for process in own_processes(client, self.app, self.service)} if replaced else set()
        at = context.clock.now()
        services.update(client, self.app, self.service, **self.scale)
        found = self._read_back(client, context, at)
        if context.wait and found is not None and self._shown(found):
            # Steps before this one may have changed how many.
            count, exact = expected(found, self.scale)
            until_scaled(
                client,
                context,
                self.app,
                self.service,
                count,
                old,
                exact=exact,
                # A promote of somebody puts cpu and memory back to the manifest's.
                undone=lambda: not self._shown(self._read_back(client, context, at)),
            )
            found = self._read_back(client, context, at)
        return Scaled(found)

    def _shown(self, service: services.Service | None) -> bool:
        return service is not None and not differing(service, self.scale)

    def _read_back(self, client: Client, context: Context, at: float) -> services.Service | None:
        return read_back(client, context, self.app, self.service, self._shown, at)


@dataclass(frozen=True)
class Restart(Step):
    """Replace every process of a service (or of an ``agent``), and wait until the new ones run."""

    app: str
    service: str
    count: int
    exact: bool = True
    agent: bool = False
    one_shot: t.ClassVar[bool] = True

    def changes(self) -> t.Sequence[Change]:
        return [Change((self.service, "restarted"), False, True)]

    def apply(self, client: Client, context: Context) -> None:
        running = own_processes(client, self.app, self.service, agent=self.agent)
        services.restart(client, self.app, self.service)
        if context.wait:
            until_scaled(
                client,
                context,
                self.app,
                self.service,
                self.count,
                {process.id for process in running},
                exact=self.exact,
                agent=self.agent,
            )


@dataclass(frozen=True)
class AwaitScaled(Step):
    """Wait for processes that a scaling before has asked for."""

    app: str
    service: str
    count: int
    exact: bool = True
    agent: bool = False
    wait_only: t.ClassVar[bool] = True
    one_shot: t.ClassVar[bool] = True

    def apply(self, client: Client, context: Context) -> None:
        if context.wait:
            until_scaled(
                client,
                context,
                self.app,
                self.service,
                self.count,
                set(),
                exact=self.exact,
                agent=self.agent,
            )
