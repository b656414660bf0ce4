# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: ending a build that goes on: which one, and the step."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass
from datetime import datetime, timezone

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import apps, builds, processes
from ansible_collections.convox.rack.plugins.module_utils._api.resources.builds import GOING, Build
from ansible_collections.convox.rack.plugins.module_utils._api.waiting import Wait, wait_for
from ansible_collections.convox.rack.plugins.module_utils._modules.build.state import BUILDS, Desired, Observed
from ansible_collections.convox.rack.plugins.module_utils._modules.build.steps import Made
from ansible_collections.convox.rack.plugins.module_utils._noun import Change, Context, Step
from ansible_collections.convox.rack.plugins.module_utils._shared.waits import LAG

# A rack writes times so.
_TIME = "%Y%m%d.%H%M%S.%f000"
ENDED_AS = "failed"


@dataclass(frozen=True)
class Cancel(Step):
    """End it. Racks without a route for that lose the build's process, and are told how it ended."""

    app: str
    build: Build
    one_shot: t.ClassVar[bool] = True

    def changes(self) -> t.Sequence[Change]:
        return [Change(("build", "status"), self.build.status or "created", "cancelled")]

    def apply(self, client: Client, context: Context) -> Made:
        try:
            builds.cancel(client, self.app, self.build.id)
        except errors.ConvoxNotImplementedError:
            if self.build.process:
                processes.stop(client, self.app, self.build.process)
        else:
            return Made(self._cancelled(client, context), "")
        try:
            return Made(self._ended(client, context, LAG), "")
        except errors.ConvoxWaitError:
            # With its process the build lost whoever would have noted its end.
            ended = datetime.now(timezone.utc).strftime(_TIME)
            builds.update(client, self.app, self.build.id, status=ENDED_AS, ended=ended)
        return Made(self._ended(client, context, LAG), "")

    def _cancelled(self, client: Client, context: Context) -> Build:
        """The build when it has ended; where nobody waits, as it is a moment after it was told to end."""
        if context.wait:
            return self._ended(client, context, context.time_left())
        try:
            return self._ended(client, context, LAG)
        except errors.ConvoxWaitError:
            return builds.get(client, self.app, self.build.id)

    def _ended(self, client: Client, context: Context, seconds: float) -> Build:
        return wait_for(
            Wait(
                what=f"build {self.build.id} of {self.app} to end",
                read=lambda: builds.get(client, self.app, self.build.id),
                good=lambda build: build.status not in GOING,
                words=lambda build: f"status {build.status}",
                advice="It goes on by itself. Run the task again.",
                timeout=seconds,
                poll_interval=context.poll_interval,
                confirm=0.0,
            ),
            context.clock,
        )


def observe(client: Client, desired: Desired, context: Context) -> Observed:
    """One request: the build that goes on, or that has ended."""
    app = apps.App(name=desired.app)
    if desired.id != "latest":
        build = builds.get(client, desired.app, desired.id)
        return Observed(app, going=build) if build.status in GOING else Observed(app, complete=build)
    listed = builds.newest(client, desired.app, limit=BUILDS)
    return Observed(app, going=next((build for build in listed if build.status in GOING), None))


def plan(observed: Observed, desired: Desired) -> list[Step]:
    """Pure: cancel it if it goes on."""
    return [Cancel(desired.app, observed.going)] if observed.going else []
