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
    from ansible_collections.convox.rack.plugins.module_utils._shared.local_dest import Dest

# How many builds are searched for one of the same commit.
BUILDS = 100


class Text(t.NamedTuple):
    """The text of a convox.yml, where a build has no source but that."""

    manifest: str
    warnings: tuple[str, ...] = ()


class Desired(t.NamedTuple):
    """A build as it should be. ``git_sha`` and ``description`` "" for none; ``manifest`` None for the
    rack's default; ``reuse`` only where the task itself names the commit. ``image``, with a ``login`` (user
    and password, or None), and ``external`` are instead of a source.

    For ``state`` exported and cancelled, ``id`` is a build's, latest or active, ``dest`` the file. For
    imported, ``archive`` is the file, and ``inside`` what it holds: None where it is not there yet;
    ``same_log`` is where the rack keeps that build's log, which its copies keep, too.
    """

    app: str
    source: Source | Text | None = None
    url: str = ""
    description: str = ""
    git_sha: str = ""
    manifest: str | None = None
    build_args: tuple[str, ...] = ()
    no_cache: bool = False
    development: bool = False
    reuse: bool = False
    env_guard: str = "fail"
    wildcard_domain: bool = False
    image: str = ""
    login: tuple[str | None, str | None] = (None, None)
    external: bool = False
    reveal: bool = False
    state: str = "built"
    id: str = ""
    dest: Dest | None = None
    force: bool = False
    archive: str = ""
    inside: builds.Build | None = None
    same_log: str = ""

    def __repr__(self) -> str:
        return type(self).__name__


class Observed(t.NamedTuple):
    """The app before a build. ``made``: what this task has built already.

    ``complete`` and ``going``: builds of the desired commit, the second not at its end. ``release``: the one
    that carries the complete build and that may be promoted, "" for none. ``newest``: id of the newest
    release. ``lost``: names of variables that the active release has and the newest has not. ``kept``: the
    export that is asked for is there already; ``size``: its bytes, where this task has written it.
    """

    app: apps.App
    made: Made | None = None
    complete: builds.Build | None = None
    going: builds.Build | None = None
    release: str = ""
    newest: str = ""
    lost: tuple[str, ...] = ()
    budget_tripped: bool = False
    kept: bool = False
    size: int | None = None

    def __repr__(self) -> str:
        return type(self).__name__


def observe(client: Client, desired: Desired, context: Context) -> Observed:
    """The app; builds of the same commit where one may be reused; releases; the budget before a build."""
    app = apps.get(client, desired.app)
    complete, going = _same_commit(client, desired) if desired.reuse else (None, None)
    if going is not None and complete is None and not desired.image:
        return Observed(app, going=going)
    if going is not None and complete is None and not context.wait and _at_work(going):
        return Observed(app, made=Made(going, ""))
    listed = _releases(client, desired.app)
    if listed:
        context.add_secrets(listed[0].variables)  # a build may print the env it is given
    release = _release_of(complete, app, listed) if complete else ""
    if release:
        return Observed(app, complete=complete, release=release)
    return Observed(
        app,
        complete=complete,
        going=going if complete is None else None,
        newest=listed[0].id if listed else "",
        lost=_lost(client, app, listed or []) if desired.env_guard != "off" else (),
        budget_tripped=_budget_tripped(client, desired.app),
    )


def _same_commit(client: Client, desired: Desired) -> tuple[builds.Build | None, builds.Build | None]:
    """The newest complete build of the desired commit, and the newest one under way."""
    listed = builds.newest(client, desired.app, limit=BUILDS)
    same = [build for build in listed if _is_same(build, desired)]
    manifest = desired.source.manifest if desired.source else None
    complete = [build for build in same if build.status == COMPLETE and build.release]
    complete = [build for build in complete if manifest in (None, build.manifest)]
    going = [build for build in same if _goes_on(build, desired)]
    going = [build for build in going if not build.manifest or manifest in (None, build.manifest)]
    return next(iter(complete), None), next(iter(going), None)


def _is_same(build: builds.Build, desired: Desired) -> bool:
    if build.git_sha != desired.git_sha:
        return False
    return bool(desired.git_sha) or build.logs == desired.same_log


def _goes_on(build: builds.Build, desired: Desired) -> bool:
    """Whether a build will come to its end: of an image with our help, else by its process."""
    if desired.image:
        return build.status in GOING or (build.status == COMPLETE and not build.release)
    waits_for_an_image = build.status == "created" and not build.process
    return build.status in GOING and not waits_for_an_image


def _at_work(build: builds.Build) -> bool:
    """Whether the rack gets a build's image: then there is nothing to do but wait."""
    return build.status not in ("", "created", COMPLETE)


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
