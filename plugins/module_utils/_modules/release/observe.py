# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: what convox_release reads, state by state."""

from __future__ import annotations

import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.client import PAGE, Client, absent_is_none
from ansible_collections.convox.rack.plugins.module_utils._api.resources import apps, builds, releases
from ansible_collections.convox.rack.plugins.module_utils._api.resources.releases import Release
from ansible_collections.convox.rack.plugins.module_utils._modules.release.state import (
    ROLLED_BACK,
    Desired,
    Memory,
    Observed,
    content,
)
from ansible_collections.convox.rack.plugins.module_utils._noun import Context
from ansible_collections.convox.rack.plugins.module_utils._shared import release_words
from ansible_collections.convox.rack.plugins.module_utils._shared.read_back import (
    Promoted,
    app_after,
    is_newer,
)

# How far back a release to return to is looked for.
HISTORY = 50


def observe(client: Client, context: Context, memory: Memory, desired: Desired) -> Observed:
    """Read what the state needs and no more. Raises ConvoxNotFoundError for what is absent,
    ConvoxOptionError where the release cannot be used, and ConvoxRolloutError where somebody else's is
    active after the task has promoted one."""
    app = (
        apps.get(client, desired.app) if memory.promoted is None else _after(client, context, memory.promoted)
    )
    memory.previous = app.release if memory.previous is None else memory.previous
    observers = {
        "created": _observe_created,
        "rolled_back": _observe_rolled_back,
        "cancelled": _observe_cancelled,
    }
    return observers.get(desired.state, _observe_promoted)(client, memory, desired, app)


def _after(client: Client, context: Context, promoted: Promoted) -> apps.App:
    """The app after our promote, which is done once."""
    app = app_after(client, context, promoted)
    if app.release != promoted.release:
        newer = is_newer(client, app.name, app.release, promoted.release)
        blame = ": someone promoted it meanwhile" if newer else ""
        raise errors.ConvoxRolloutError(
            f"{app.release} runs instead{blame}",
            operation=f"promote {promoted.release} of {app.name}",
            extra={"release": promoted.release, "reverted_to": app.release, "failure": {"services": []}},
        )
    return app


def _observe_promoted(client: Client, memory: Memory, desired: Desired, app: apps.App) -> Observed:
    if desired.release != "latest" or memory.latest:
        target_id = memory.latest or desired.release or ""
        if not target_id or target_id == app.release:
            return Observed(app, target_id=target_id)
        target = _readable(client, desired.app, target_id)
    else:
        newest = releases.newest(client, desired.app, limit=1)
        if not newest:
            raise errors.ConvoxOptionError(
                "release",
                f"is latest, but {desired.app} has no release",
                "build the app first (convox_build)",
                not_yet=True,
            )
        # Somebody may make a newer one during our rollout; that one is not ours to promote.
        target = newest[0]
        target_id = memory.latest = target.id
    if target is not None and not target.build:
        raise no_build(target)
    return Observed(app, target_id=target_id, target=target)


def _readable(client: Client, app: str, release: str) -> Release | None:
    """The release; None for a plain deploy key, which may promote a release and not read it."""
    try:
        return releases.get(client, app, release)
    except errors.ConvoxForbiddenError:
        return None


def no_build(release: Release) -> errors.ConvoxOptionError:
    """The error for a release that cannot run."""
    return errors.ConvoxOptionError(
        "release",
        f"{release.id} has no build, so there is nothing to run",
        "build the app (convox_build) and promote the release of that build",
    )


def _releases(client: Client, memory: Memory, desired: Desired, limit: int = PAGE) -> tuple[Release, ...]:
    """The newest releases. Lists lag: one that we just made may be missing."""
    listed = tuple(releases.newest(client, desired.app, limit=limit))
    made = memory.made
    if made is None or any(release.id == made.id for release in listed):
        return listed
    return (made, *listed)


def _observe_created(client: Client, memory: Memory, desired: Desired, app: apps.App) -> Observed:
    if memory.made is not None:
        return Observed(app, target=memory.made)
    for option in ("build", "build_from", "env_from"):
        if getattr(desired, option) == "":
            # In check mode a task before this one has made none yet.
            raise errors.ConvoxOptionError(option, "is empty", "give an id, or leave it out", not_yet=True)
    listed = _releases(client, memory, desired)
    build_source = _named(client, app, listed, "build_from", desired.build_from)
    env_source = _named(client, app, listed, "env_from", desired.env_from)
    if not listed and desired.build is None:
        raise errors.ConvoxOptionError(
            "app",
            f"{desired.app} has no release to start from",
            "name a build, or build the app first",
            not_yet=True,
        )
    return Observed(app, listed, build_source=build_source, env_source=env_source)


def _named(
    client: Client, app: apps.App, listed: tuple[Release, ...], option: str, name: str | None
) -> Release | None:
    if name is None:
        return None
    wanted = app.release if name == "active" else name
    if not wanted:
        raise errors.ConvoxOptionError(
            option,
            f"is active, but {app.name} has no active release",
            "name a release by its id",
            not_yet=True,
        )
    found = [release for release in listed if release.id == wanted]
    return found[0] if found else releases.get(client, app.name, wanted)


def _observe_rolled_back(client: Client, memory: Memory, desired: Desired, app: apps.App) -> Observed:
    if not app.release:
        raise errors.ConvoxOptionError(
            "app", f"{desired.app} runs no release yet", "promote one first (state: promoted)", not_yet=True
        )
    listed = _releases(client, memory, desired, HISTORY)
    active = _named(client, app, listed, "release", "active")
    if active is None:
        raise errors.ConvoxServerError(200, f"the rack does not show the active release {app.release}")
    target, reason = memory.target = memory.target or _target(client, desired, listed, active)
    return Observed(app, listed, active, target=target, reason=reason)


def _target(
    client: Client, desired: Desired, listed: tuple[Release, ...], active: Release
) -> tuple[Release | None, str]:
    if desired.release != "previous":
        named = [release for release in listed if release.id == desired.release]
        target = named[0] if named else releases.get(client, desired.app, desired.release or "")
        if not target.build:
            raise no_build(target)
        if content(target) != content(active):
            builds.get(client, desired.app, target.build)
        return target, "named by the task"
    if active.description.startswith(ROLLED_BACK):
        return None, f"{active.id} is itself a {active.description.split(' · ')[0]}; name a release to go on"
    return previous(
        listed,
        active,
        lambda build: absent_is_none(lambda: builds.get(client, desired.app, build), "build", build),
    )


def previous(
    listed: t.Sequence[Release],
    active: Release,
    find_build: t.Callable[[str], builds.Build | None],
) -> tuple[Release, str]:
    """The release that was active before the active one, and why it is taken for that.

    The rack keeps no record of what was active. What we create names the release it was computed from; else
    it is the newest older release with another build or env. Its build must still be there.
    """
    older: list[Release] = []
    for place, release in enumerate(listed):
        if release.id == active.id:
            older = list(listed[place + 1 :])
    words = release_words.said(active.description)
    base = words.after or words.seen
    ranked = [
        (release, f"{active.id} names it as what it came from") for release in older if release.id == base
    ]
    ranked += [(release, "the newest older release with another build or env") for release in older]
    there: dict[str, bool] = {}
    for release, reason in ranked:
        if not release.build or content(release) == content(active):
            continue
        if release.build not in there:
            there[release.build] = find_build(release.build) is not None
        if there[release.build]:
            return release, reason
    raise errors.ConvoxOptionError(
        "release",
        "is previous, but the rack keeps no older release with another build or env and its build",
        "name a release by its id (convox_release_info lists them)",
    )


def _observe_cancelled(client: Client, memory: Memory, desired: Desired, app: apps.App) -> Observed:
    if app.status == "rollback":
        # Cancelled before, by a task that did not live to restore the env, or by somebody.
        memory.reverting = True
    cancelled = memory.cancelled
    ended = (cancelled or memory.reverting) and app.running
    # The env is restored once, whatever somebody makes after it.
    if not (desired.restore_env and ended and app.release) or memory.made is not None:
        return Observed(app, cancelled=cancelled)
    listed = _releases(client, memory, desired)
    return Observed(app, listed, _named(client, app, listed, "release", "active"), cancelled=cancelled)
