# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: what convox_build is asked for, and what it observes before it builds."""

from __future__ import annotations

import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import (
    apps,
    budgets,
    builds,
    releases,
)
from ansible_collections.convox.rack.plugins.module_utils._modules.build.steps import Made
from ansible_collections.convox.rack.plugins.module_utils._api.resources.builds import COMPLETE, GOING
from ansible_collections.convox.rack.plugins.module_utils._noun import Context
from ansible_collections.convox.rack.plugins.module_utils._shared import release_list

if t.TYPE_CHECKING:
    from ansible_collections.convox.rack.plugins.module_utils._modules.build.steps import Source

# How many builds are searched for one of the same commit.
BUILDS = 100


class Desired(t.NamedTuple):
    """A build as it should be. ``git_sha`` and ``description`` "" for none; ``manifest`` None for the
    rack's default; ``reuse`` only where the task itself names the commit."""

    app: str
    source: Source | None = None
    url: str = ""
    description: str = ""
    git_sha: str = ""
    manifest: str | None = None
    build_args: tuple[str, ...] = ()
    no_cache: bool = False
    development: bool = False
    reuse: bool = False
    env_guard: str = "fail"

    def __repr__(self) -> str:
        return type(self).__name__


class Observed(t.NamedTuple):
    """The app before a build. ``made``: what this task has built already.

    ``complete`` and ``going``: builds of the desired commit, the second not at its end. ``release``: the one
    that carries the complete build and that may be promoted, "" for none. ``newest``: id of the newest
    release. ``lost``: names of variables that the active release has and the newest has not.
    """

    app: apps.App
    made: Made | None = None
    complete: builds.Build | None = None
    going: builds.Build | None = None
    release: str = ""
    newest: str = ""
    lost: tuple[str, ...] = ()
    budget_tripped: bool = False

    def __repr__(self) -> str:
        return type(self).__name__


def observe(client: Client, desired: Desired, context: Context) -> Observed:
    """The app; builds of the same commit where one may be reused; releases; the budget before a build."""
    app = apps.get(client, desired.app)
    complete, going = _same_commit(client, desired) if desired.reuse else (None, None)
    if going is not None and complete is None:
        return Observed(app, going=going)
    listed = _releases(client, desired.app)
    if listed:
        context.add_secrets(listed[0].variables)  # a build may print the env it is given
    release = _release_of(complete, app, listed) if complete else ""
    if release:
        return Observed(app, complete=complete, release=release)
    return Observed(
        app,
        complete=complete,
        newest=listed[0].id if listed else "",
        lost=_lost(client, app, listed or []) if desired.env_guard != "off" else (),
        budget_tripped=_budget_tripped(client, desired.app),
    )


def _same_commit(client: Client, desired: Desired) -> tuple[builds.Build | None, builds.Build | None]:
    """The newest complete build of the desired commit, and the newest one under way."""
    listed = builds.newest(client, desired.app, limit=BUILDS)
    same = [build for build in listed if build.git_sha == desired.git_sha]
    manifest = desired.source.manifest if desired.source else None
    complete = [build for build in same if build.status == COMPLETE and build.release]
    complete = [build for build in complete if manifest in (None, build.manifest)]
    going = [build for build in same if build.status in GOING]
    going = [build for build in going if not build.manifest or manifest in (None, build.manifest)]
    return next(iter(complete), None), next(iter(going), None)


def _releases(client: Client, app: str) -> list[releases.Release] | None:
    """The newest releases; None where this key may not read them."""
    try:
        return releases.newest(client, app, limit=release_list.FIRST_WINDOW)
    except errors.ConvoxAPIError:
        return None


def _release_of(build: builds.Build, app: apps.App, listed: t.Sequence[releases.Release] | None) -> str:
    """The newest release that carries the build, unless it is older than the active one: a rack refuses to
    promote that. Where releases cannot be read: the one the build was made with."""
    if listed is None:
        return build.release
    for release in listed:
        if release.build == build.id:
            return release.id
        if release.id == app.release:
            return ""
    return ""


def _lost(client: Client, app: apps.App, listed: t.Sequence[releases.Release]) -> tuple[str, ...]:
    """Names of variables that a build would not inherit, though the running release has them. The guard
    never stands in the way by itself: what cannot be read counts as nothing lost."""
    if not app.release or not listed:
        return ()
    active = next((release for release in listed if release.id == app.release), None)
    try:
        active = active or releases.get(client, app.name, app.release)
    except errors.ConvoxAPIError:
        return ()
    # Another writer may be about to repair the newest release: what it will bring back is not lost.
    return tuple(sorted(set(active.variables) - set(release_list.true_env(listed))))


def _budget_tripped(client: Client, app: str) -> bool:
    try:
        return budgets.get(client, app).tripped
    except errors.ConvoxAPIError:
        return False  # racks before 3.24 have none, and a plain deploy key may not ask
