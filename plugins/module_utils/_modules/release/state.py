# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: what convox_release sees of an app's releases, and what it tells of them."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.convox.rack.plugins.module_utils._api import errors, models
from ansible_collections.convox.rack.plugins.module_utils._api.client import PAGE, absent_is_none
from ansible_collections.convox.rack.plugins.module_utils._api.rack import Rack as Client
from ansible_collections.convox.rack.plugins.module_utils._noun import Context
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


@dataclass(frozen=True, repr=False)
class Observed:
    """The app, the releases read (newest first), and those that the wish names.

    ``target`` is the release to promote or to return to, ``reason`` why it was chosen. ``cancelled`` is the
    release whose promote this task has ended.
    """

    app: models.App
    releases: tuple[models.Release, ...] = ()
    active: models.Release | None = None
    target_id: str = ""
    target: models.Release | None = None
    reason: str = ""
    build_source: models.Release | None = None
    env_source: models.Release | None = None
    cancelled: str = ""

    @property
    def newest(self) -> models.Release | None:
        return self.releases[0] if self.releases else None

    def active_equals(self, release: models.Release) -> bool:
        """Whether the active release runs the same build with the same env."""
        active = self.active
        return active is not None and content(active) == content(release)

    def copy_of(self, release: models.Release) -> models.Release | None:
        """A copy of a release that was made and is not promoted yet: newer than the active one."""
        for candidate in self.releases:
            if candidate.id == self.app.release:
                return None
            if content(candidate) == content(release):
                return candidate
        return None


def content(release: models.Release) -> tuple[str, dict[str, str]]:
    """What a release runs."""
    return release.build, release.variables


def observe(client: Client, context: Context, desired: Desired) -> Observed:
    """Read what the state needs and no more. Raises ConvoxNotFoundError for what is absent and
    ConvoxOptionError where the release cannot be used."""
    app = client.app(desired.app)
    context.memory.setdefault("previous", app.release)
    observers = {
        "created": _observe_created,
        "rolled_back": _observe_rolled_back,
        "cancelled": _observe_cancelled,
    }
    return observers.get(desired.state, _observe_promoted)(client, context, desired, app)


def _observe_promoted(client: Client, context: Context, desired: Desired, app: models.App) -> Observed:
    if desired.release != "latest" or "latest" in context.memory:
        target_id = context.memory.get("latest") or desired.release or ""
        if not target_id or target_id == app.release:
            return Observed(app, target_id=target_id)
        target = _readable(client, desired.app, target_id)
    else:
        newest = client.releases(desired.app, limit=1)
        if not newest:
            raise errors.ConvoxOptionError(
                "release",
                f"is latest, but {desired.app} has no release",
                "build the app first (convox_build)",
            )
        # Somebody may make a newer one during our rollout; that one is not ours to promote.
        target, target_id = newest[0], context.memory.setdefault("latest", newest[0].id)
    if target is not None and not target.build:
        raise no_build(target)
    return Observed(app, target_id=target_id, target=target)


def _readable(client: Client, app: str, release: str) -> models.Release | None:
    """The release; None for a plain deploy key, which may promote a release and not read it."""
    try:
        return client.release(app, release)
    except errors.ConvoxForbiddenError:
        return None


def no_build(release: models.Release) -> errors.ConvoxOptionError:
    """The error for a release that cannot run."""
    return errors.ConvoxOptionError(
        "release",
        f"{release.id} has no build, so there is nothing to run",
        "build the app (convox_build) and promote the release of that build",
    )


def _releases(
    client: Client, context: Context, desired: Desired, limit: int = PAGE
) -> tuple[models.Release, ...]:
    """The newest releases. Lists lag: one that we just made may be missing."""
    releases = tuple(client.releases(desired.app, limit=limit))
    made = context.memory.get("made")
    if made is None or any(release.id == made.id for release in releases):
        return releases
    return (made, *releases)


def _observe_created(client: Client, context: Context, desired: Desired, app: models.App) -> Observed:
    if "made" in context.memory:
        return Observed(app, target=context.memory["made"])
    releases = _releases(client, context, desired)
    build_source = _named(client, app, releases, "build_from", desired.build_from)
    env_source = _named(client, app, releases, "env_from", desired.env_from)
    if not releases and desired.build is None:
        raise errors.ConvoxOptionError(
            "app", f"{desired.app} has no release to start from", "name a build, or build the app first"
        )
    return Observed(app, releases, build_source=build_source, env_source=env_source)


def _named(
    client: Client, app: models.App, releases: tuple[models.Release, ...], option: str, name: str | None
) -> models.Release | None:
    if name is None:
        return None
    wanted = app.release if name == "active" else name
    if not wanted:
        raise errors.ConvoxOptionError(
            option, f"is active, but {app.name} has no active release", "name a release by its id"
        )
    found = [release for release in releases if release.id == wanted]
    return found[0] if found else client.release(app.name, wanted)


def _observe_rolled_back(client: Client, context: Context, desired: Desired, app: models.App) -> Observed:
    if not app.release:
        raise errors.ConvoxOptionError(
            "app", f"{desired.app} runs no release yet", "promote one first (state: promoted)"
        )
    releases = _releases(client, context, desired, HISTORY)
    active = _named(client, app, releases, "release", "active")
    if active is None:
        raise errors.ConvoxServerError(200, f"the rack does not show the active release {app.release}")
    target, reason = context.memory.get("target") or _target(client, desired, releases, active)
    context.memory["target"] = (target, reason)
    return Observed(app, releases, active, target=target, reason=reason)


def _target(
    client: Client, desired: Desired, releases: tuple[models.Release, ...], active: models.Release
) -> tuple[models.Release | None, str]:
    if desired.release != "previous":
        named = [release for release in releases if release.id == desired.release]
        target = named[0] if named else client.release(desired.app, desired.release or "")
        if not target.build:
            raise no_build(target)
        if content(target) != content(active):
            client.build(desired.app, target.build)
        return target, "named by the task"
    if active.description.startswith(ROLLED_BACK):
        return None, f"{active.id} is itself a {active.description.split(' · ')[0]}; name a release to go on"
    return previous(releases, active, lambda build: absent_is_none(lambda: client.build(desired.app, build)))


def previous(
    releases: t.Sequence[models.Release],
    active: models.Release,
    find_build: t.Callable[[str], models.Build | None],
) -> tuple[models.Release, str]:
    """The release that was active before the active one, and why it is taken for that.

    The rack keeps no record of what was active. What we create names the release it was computed from; else
    it is the newest older release with another build or env. Its build must still be there.
    """
    older: list[models.Release] = []
    for place, release in enumerate(releases):
        if release.id == active.id:
            older = list(releases[place + 1 :])
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


def _observe_cancelled(client: Client, context: Context, desired: Desired, app: models.App) -> Observed:
    if app.status == "rollback":
        # Cancelled before, by a task that did not live to restore the env, or by somebody.
        context.memory.setdefault("undone", True)
    cancelled, undone = context.memory.get("cancelled", ""), "undone" in context.memory
    ended = (cancelled or undone) and app.running
    if not (desired.restore_env and ended and app.release):
        return Observed(app, cancelled=cancelled)
    releases = _releases(client, context, desired)
    return Observed(app, releases, _named(client, app, releases, "release", "active"), cancelled=cancelled)


def result(observed: Observed, desired: Desired, context: Context) -> dict[str, t.Any]:
    """The result's keys; never a value of the env."""
    answer: dict[str, t.Any] = {
        "release": observed.app.release or None,
        "previous_release": context.memory.get("previous") or None,
        "app": observed.app.model_dump(),
    }
    if desired.state == "promoted" and context.check_mode:
        answer["release"] = observed.target_id or None
    if desired.state == "created":
        made = observed.target or observed.newest
        answer["release"] = made.id if made else None
    if desired.state == "cancelled":
        answer["cancelled"] = observed.cancelled or None
    if desired.state == "rolled_back":
        answer["rolled_back_to"] = observed.target.id if observed.target else None
        answer["reason"] = observed.reason
    return answer
