# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: what convox_release sees of an app's releases, and what it tells of them."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.client import PAGE, Client, absent_is_none
from ansible_collections.convox.rack.plugins.module_utils._api.resources import apps, builds, releases
from ansible_collections.convox.rack.plugins.module_utils._api.resources.releases import Release
from ansible_collections.convox.rack.plugins.module_utils._shared import release_list
from ansible_collections.convox.rack.plugins.module_utils._shared.rollout import How

# How far back a release to return to is looked for.
HISTORY = 50
ROLLED_BACK = "rollback to "


@dataclass(frozen=True)
class Desired:
    """What is to become of the app's releases. Names as the options of convox_release."""

    app: str
    state: str = "promoted"
    release: str | None = None
    build: str | None = None
    build_from: str | None = None
    env_from: str | None = None
    description: str | None = None
    restore_env: bool = False
    how: How = field(default_factory=How)


@dataclass(repr=False)
class Memory:
    """What a task remembers from one observation of the releases to the next.

    ``previous``: the release that was active at first. ``latest``: the id that ``latest`` meant then.
    ``target``: what to return to, and why. ``made``: the release the task made. ``cancelled``: the release
    whose promote it ended; ``reverting``: the rack was seen putting the old release back.
    """

    previous: str | None = None
    latest: str = ""
    target: tuple[Release | None, str] | None = None
    made: Release | None = None
    cancelled: str = ""
    reverting: bool = False


@dataclass(frozen=True, repr=False)
class Observed:
    """The app, the releases read (newest first), and those that the wish names.

    ``target`` is the release to promote or to return to, ``reason`` why it was chosen. ``cancelled`` is the
    release whose promote this task has ended. ``assumed``: the app is yet to be made.
    """

    app: apps.App
    releases: tuple[Release, ...] = ()
    active: Release | None = None
    target_id: str = ""
    target: Release | None = None
    reason: str = ""
    build_source: Release | None = None
    env_source: Release | None = None
    cancelled: str = ""
    assumed: bool = False

    @property
    def newest(self) -> Release | None:
        return self.releases[0] if self.releases else None

    def active_equals(self, release: Release) -> bool:
        """Whether the active release runs the same build with the same env."""
        active = self.active
        return active is not None and content(active) == content(release)

    def copy_of(self, release: Release) -> Release | None:
        """A copy of a release that was made and is not promoted yet: newer than the active one."""
        for candidate in self.releases:
            if candidate.id == self.app.release:
                return None
            if content(candidate) == content(release):
                return candidate
        return None


def content(release: Release) -> tuple[str, dict[str, str]]:
    """What a release runs."""
    return release.build, release.variables


def observe(client: Client, memory: Memory, desired: Desired) -> Observed:
    """Read what the state needs and no more. Raises ConvoxNotFoundError for what is absent and
    ConvoxOptionError where the release cannot be used."""
    app = apps.get(client, desired.app)
    memory.previous = app.release if memory.previous is None else memory.previous
    observers = {
        "created": _observe_created,
        "rolled_back": _observe_rolled_back,
        "cancelled": _observe_cancelled,
    }
    return observers.get(desired.state, _observe_promoted)(client, memory, desired, app)


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
        listed, active, lambda build: absent_is_none(lambda: builds.get(client, desired.app, build))
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
    base = release_list.base_of(active.description)
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
    if not (desired.restore_env and ended and app.release):
        return Observed(app, cancelled=cancelled)
    listed = _releases(client, memory, desired)
    return Observed(app, listed, _named(client, app, listed, "release", "active"), cancelled=cancelled)


def result(observed: Observed, desired: Desired, memory: Memory) -> dict[str, t.Any]:
    """The result's keys; never a value of the env."""
    answer: dict[str, t.Any] = {
        "release": observed.app.release or None,
        "previous_release": memory.previous or None,
        "app": observed.app.model_dump(),
    }
    if desired.state == "created":
        made = observed.target or observed.newest
        answer["release"] = made.id if made else None
    if desired.state == "cancelled":
        answer["cancelled"] = observed.cancelled or None
    if desired.state == "rolled_back":
        answer["rolled_back_to"] = observed.target.id if observed.target else None
        answer["reason"] = observed.reason
    return answer
