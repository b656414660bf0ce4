# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: what convox_build wishes for, and what it sees before it builds."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.convox.rack.plugins.module_utils._api import errors, models
from ansible_collections.convox.rack.plugins.module_utils._api.rack import Rack
from ansible_collections.convox.rack.plugins.module_utils._steps import env_log
from ansible_collections.convox.rack.plugins.module_utils._steps.build import Made, Source
from ansible_collections.convox.rack.plugins.module_utils._steps.build_watch import COMPLETE, GOING
from ansible_collections.convox.rack.plugins.module_utils._steps.step import Run

# How many builds are looked through for one of the same commit.
BUILDS = 100


@dataclass(frozen=True, repr=False)
class Wish:
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


@dataclass(frozen=True, repr=False)
class Picture:
    """The app before a build. ``made``: what this task has built already.

    ``complete`` and ``going``: builds of the wished commit, the second not at its end. ``release``: the one
    that carries the complete build and that may be promoted, "" for none. ``newest``: id of the newest
    release. ``lost``: names of variables that the active release has and the newest has not.
    """

    app: models.App
    made: Made | None = None
    complete: models.Build | None = None
    going: models.Build | None = None
    release: str = ""
    newest: str = ""
    lost: tuple[str, ...] = ()
    budget_tripped: bool = False


def look(rack: Rack, wish: Wish, run: Run) -> Picture:
    """The app; builds of the same commit where one may be reused; releases; the budget before a build."""
    made = run.memory.get("made")
    if made is not None:
        return Picture(run.memory["app"], made=made)
    app = run.memory["app"] = rack.app(wish.app)
    complete, going = _same_commit(rack, wish) if wish.reuse else (None, None)
    if going is not None and complete is None:
        return Picture(app, going=going)
    releases = _releases(rack, wish.app)
    if releases:
        run.hide(releases[0].variables.values())  # a build may print the env it is given
    release = _release_of(complete, app, releases) if complete else ""
    if release:
        return Picture(app, complete=complete, release=release)
    return Picture(
        app,
        complete=complete,
        newest=releases[0].id if releases else "",
        lost=_lost(rack, app, releases or []) if wish.env_guard != "off" else (),
        budget_tripped=_budget_tripped(rack, wish.app),
    )


def _same_commit(rack: Rack, wish: Wish) -> tuple[models.Build | None, models.Build | None]:
    """The newest complete build of the wished commit, and the newest one under way."""
    same = [build for build in rack.builds(wish.app, limit=BUILDS) if build.git_sha == wish.git_sha]
    manifest = wish.source.manifest if wish.source else None
    complete = [build for build in same if build.status == COMPLETE and build.release]
    complete = [build for build in complete if manifest in (None, build.manifest)]
    going = [build for build in same if build.status in GOING]
    going = [build for build in going if not build.manifest or manifest in (None, build.manifest)]
    return next(iter(complete), None), next(iter(going), None)


def _releases(rack: Rack, app: str) -> list[models.Release] | None:
    """The newest releases; None where this key may not read them."""
    try:
        return rack.releases(app, limit=env_log.FIRST_WINDOW)
    except errors.ConvoxAPIError:
        return None


def _release_of(build: models.Build, app: models.App, releases: t.Sequence[models.Release] | None) -> str:
    """The newest release that carries the build, unless it is older than the active one: a rack refuses to
    promote that. Where releases cannot be read: the one the build was made with."""
    if releases is None:
        return build.release
    for release in releases:
        if release.build == build.id:
            return release.id
        if release.id == app.release:
            return ""
    return ""


def _lost(rack: Rack, app: models.App, releases: t.Sequence[models.Release]) -> tuple[str, ...]:
    """Names of variables that a build would not inherit, though the running release has them. The guard
    never stands in the way by itself: what cannot be read counts as nothing lost."""
    if not app.release or not releases:
        return ()
    active = next((release for release in releases if release.id == app.release), None)
    try:
        active = active or rack.release(app.name, app.release)
    except errors.ConvoxAPIError:
        return ()
    # Another writer may be about to repair the newest release: what it will bring back is not lost.
    return tuple(sorted(set(active.variables) - set(env_log.true_env(releases))))


def _budget_tripped(rack: Rack, app: str) -> bool:
    try:
        return rack.budget(app).tripped
    except errors.ConvoxAPIError:
        return False  # racks before 3.24 have none, and a plain deploy key may not ask
