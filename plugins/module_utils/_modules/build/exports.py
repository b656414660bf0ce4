# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: a build into a file: which one, whether the file holds it, and the step."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import apps, builds, releases
from ansible_collections.convox.rack.plugins.module_utils._modules.build import build_file
from ansible_collections.convox.rack.plugins.module_utils._modules.build.state import BUILDS, Desired, Observed
from ansible_collections.convox.rack.plugins.module_utils._noun import Change, Context, Step
from ansible_collections.convox.rack.plugins.module_utils._shared import transfers
from ansible_collections.convox.rack.plugins.module_utils._shared.local_dest import Dest


class Exported(t.NamedTuple):
    """How many bytes came."""

    size: int


@dataclass(frozen=True)
class Export(Step):
    """Write a build into a file."""

    app: str
    build: str
    dest: Dest
    one_shot: t.ClassVar[bool] = True

    def changes(self) -> t.Sequence[Change]:
        return [Change(("dest",), None, f"build {self.build or 'to come'} of {self.app}")]

    def apply(self, client: Client, context: Context) -> Exported:
        operation = f"export build {self.build} of {self.app}"
        size = transfers.save(
            client,
            context,
            builds.export_path(self.app, self.build),
            self.dest,
            app=self.app,
            operation=operation,
            check=build_file.check(self.app, self.build, operation, context.redact),
            timeout=context.time_left(),
        )
        return Exported(size)


def observe(client: Client, desired: Desired, context: Context) -> Observed:
    """The build, and whether ``dest`` holds it: one to three requests. Raises ConvoxOptionError for a file
    that cannot be written and for a build that cannot be exported."""
    dest = _dest(desired)
    dest.check(folder_may_come=context.check_mode)
    build = _wanted(client, desired)
    if build.status != builds.COMPLETE:
        raise errors.ConvoxOptionError(
            "id", f"is a build whose status is {build.status or 'unknown'}", "name one that is complete"
        )
    kept = not desired.force and dest.is_there and build_file.holds(dest.path, desired.app, build.id)
    return Observed(apps.App(name=desired.app), complete=build, kept=kept)


def plan(observed: Observed, desired: Desired) -> list[Step]:
    """Pure: export it, unless the file holds it."""
    if observed.kept:
        return []
    return [Export(desired.app, observed.complete.id if observed.complete else "", _dest(desired))]


def _dest(desired: Desired) -> Dest:
    if desired.dest is None:
        raise errors.ConvoxOptionError("dest", "is missing", "name a file")
    return desired.dest


def _wanted(client: Client, desired: Desired) -> builds.Build:
    if desired.id == "latest":
        listed = builds.newest(client, desired.app, limit=BUILDS)
        complete = next((build for build in listed if build.status == builds.COMPLETE), None)
        if complete is None:
            raise _none(f"is latest, but {desired.app} has no complete build")
        return complete
    if desired.id != "active":
        return builds.get(client, desired.app, desired.id)
    app = apps.get(client, desired.app)
    if not app.release:
        raise _none(f"is active, but {desired.app} has no active release")
    build = releases.get(client, desired.app, app.release).build
    if not build:
        raise _none(f"is active, but the active release of {desired.app} has no build")
    return builds.get(client, desired.app, build)


def _none(problem: str) -> errors.ConvoxOptionError:
    return errors.ConvoxOptionError("id", problem, "build the app first, or name a build", not_yet=True)
