# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: steps that scale and restart a service, and the wait for its processes."""

from __future__ import annotations

import re
import typing as t
from collections import Counter
from dataclasses import dataclass, field

from ansible_collections.convox.rack.plugins.module_utils._api import models
from ansible_collections.convox.rack.plugins.module_utils._api.rack import Rack as Client
from ansible_collections.convox.rack.plugins.module_utils._api.waiting import Wait, wait_for
from ansible_collections.convox.rack.plugins.module_utils._noun import Change, Context, Step

# How many processes run. All other values stand in a process's template: to change one, each is replaced.
REPLICAS = ("count", "min", "max")
# A process of a service is called SERVICE-HASH-XXXXX; a one-off process (convox run) SERVICE-XXXXX, as the
# processes of an agent are.
KEPT = "-[0-9a-z]+-[0-9a-z]{5}"


@dataclass(frozen=True)
class Scale(Step):
    """Set the values that differ, and wait until ``count`` processes run (not ``exact``: at least)."""

    app: str
    service: str
    scale: dict[str, t.Any] = field(default_factory=dict)
    before: dict[str, t.Any] = field(default_factory=dict)
    count: int = 0
    exact: bool = True

    def changes(self) -> t.Sequence[Change]:
        return [
            Change((self.service, name), self.before.get(name), value) for name, value in self.scale.items()
        ]

    def apply(self, client: Client, context: Context) -> None:
        replaced = any(name not in REPLICAS for name in self.scale)
        old = {process.id for process in kept(client, self.app, self.service)} if replaced else set()
        client.update_service(self.app, self.service, **self.scale)
        context.acted = True
        if context.wait:
            until_scaled(client, context, self.app, self.service, self.count, old, exact=self.exact)


@dataclass(frozen=True)
class Restart(Step):
    """Replace every process of a service, and wait until the new ones run."""

    app: str
    service: str
    count: int
    exact: bool = True
    one_shot: t.ClassVar[bool] = True

    def changes(self) -> t.Sequence[Change]:
        return [Change((self.service, "restarted"), False, True)]

    def apply(self, client: Client, context: Context) -> None:
        old = {process.id for process in kept(client, self.app, self.service)}
        client.restart_service(self.app, self.service)
        context.acted = True
        if context.wait:
            until_scaled(client, context, self.app, self.service, self.count, old, exact=self.exact)


@dataclass(frozen=True)
class AwaitScaled(Step):
    """Wait for processes that a scaling before has asked for."""

    app: str
    service: str
    count: int
    exact: bool = True
    wait_only: t.ClassVar[bool] = True
    one_shot: t.ClassVar[bool] = True

    def apply(self, client: Client, context: Context) -> None:
        if context.wait:
            until_scaled(client, context, self.app, self.service, self.count, set(), exact=self.exact)


def kept(client: Client, app: str, service: str, *, none: bool = False) -> list[models.Process]:
    """A service's own processes, without the one-off ones that run under its name. Where none has the name
    of a service's process, all count that have not ended, unless ``none`` is what is waited for."""
    return own(client.processes(app, service=service), none=none)


def own(processes: t.Sequence[models.Process], *, none: bool = False) -> list[models.Process]:
    """Of some processes those that their services keep: neither one-off ones nor builds."""
    found = [process for process in processes if re.fullmatch(re.escape(process.service) + KEPT, process.id)]
    if found or none:
        return found
    return [process for process in processes if process.status not in ("complete", "failed")]


def until_scaled(
    client: Client, context: Context, app: str, service: str, count: int, old: set[str], *, exact: bool = True
) -> None:
    """Wait until ``count`` processes run and none of ``old`` is left. Raises ConvoxWaitError.

    Not ``exact``: at least ``count`` (an autoscaler may run more).
    """

    def good(processes: list[models.Process]) -> bool:
        replaced = not any(process.id in old for process in processes)
        return replaced and matches(processes, count, exact=exact)

    wait_for(
        Wait(
            what=f"{count} running processes of {service} in {app}",
            read=lambda: kept(client, app, service, none=exact and count == 0),
            good=good,
            words=words,
            advice="The rack goes on by itself. Wait longer (wait_timeout), or look at the service's log.",
            timeout=context.time_left(),
            poll_interval=context.poll_interval,
            tell=lambda processes: context.progress(app, f"{service}: {words(processes)}", service),
        ),
        context.clock,
    )


def matches(processes: t.Sequence[models.Process], count: int, *, exact: bool) -> bool:
    """Whether ``count`` processes run (not ``exact``: at least so many) and none is in another state."""
    running = sum(process.status == "running" for process in processes)
    return running == len(processes) and (running == count if exact else running >= count)


def words(processes: t.Sequence[models.Process]) -> str:
    """How many processes are in which state."""
    counts = Counter(process.status for process in processes)
    return ", ".join(f"{number} {status}" for status, number in sorted(counts.items())) or "no processes"
