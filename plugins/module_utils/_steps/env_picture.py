# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: what convox_env sees of an app's env, and what it tells of it."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.convox.rack.plugins.module_utils._api import env_text, errors, models
from ansible_collections.convox.rack.plugins.module_utils._api.rack import Rack
from ansible_collections.convox.rack.plugins.module_utils._steps import env_log
from ansible_collections.convox.rack.plugins.module_utils._steps.step import Run

MASK_CONFIG = "cli-env-mask"
# Lists lag: how long a release of ours may be missing from them, in seconds.
LAG = 10.0
LAG_PAUSE = 0.1


@dataclass(frozen=True, repr=False)
class Wish:
    """The env as it should be. ``exact``: nothing but ``values``. ``fork``: the release to start from.
    ``touches``: the task is about the env, not only about the masked keys. ``wait``: for others' promotes."""

    app: str
    values: dict[str, str] = field(default_factory=dict)
    unset: frozenset[str] = frozenset()
    exact: bool = False
    promote: bool = True
    promote_pending: bool = False
    fork: str | None = None
    masked_keys: tuple[str, ...] | None = None
    description: str | None = None
    touches: bool = True
    wait: bool = True


@dataclass(frozen=True, repr=False)
class Picture:
    """The app, its active and its newest releases (newest first), and the change that the task wants.

    ``own`` are the ids of releases this task made, ``whole`` says that there are no older releases.
    ``blind``: this key may not read releases; ``made`` is then the one we made. ``paused``: a pause for
    another writer's repair has just passed.
    """

    app: models.App
    releases: tuple[models.Release, ...] = ()
    active: models.Release | None = None
    change: env_text.Change = field(default_factory=env_text.Change)
    own: tuple[str, ...] = ()
    whole: bool = True
    fork: models.Release | None = None
    masked_keys: tuple[str, ...] = ()
    blind: bool = False
    made: models.Release | None = None
    paused: bool = False

    @property
    def newest(self) -> models.Release | None:
        return self.releases[0] if self.releases else None

    @property
    def pending(self) -> bool:
        """Someone's pending deploy: the newest release has, or should have, another build than the active."""
        if not self.releases or self.active is None:
            return False
        build = env_log.fold(self.releases)[-1].build
        return bool(build) and build != self.active.build

    def holds(self, release: models.Release) -> bool:
        """Whether our change makes no difference to a release."""
        return env_text.apply(release.variables, self.change) == release.variables

    def ready(self) -> models.Release | None:
        """A release that is the active one with our change in it, made and not promoted yet."""
        active = self.active
        if active is None:
            return None
        target = env_text.apply(active.variables, self.change)
        for release in self.releases:
            if release.id == active.id:
                return None
            if release.build == active.build and release.variables == target:
                return release
        return None

    def settled(self) -> env_log.Done | env_log.Repair:
        """What the log of releases says is to be done."""
        answer = env_log.settle(self.releases, self.change, self.own, whole=self.whole)
        if isinstance(answer, env_log.NeedMore):
            raise errors.ConvoxServerError(200, "the rack's list of releases does not show one that we made")
        return answer


def look(rack: Rack, run: Run, wish: Wish) -> Picture:
    """Read the app, its newest releases, the active one, and the masked keys where they are wished.

    Raises ConvoxForbiddenError for a key that may not read releases, except for an exact env.
    """
    app = rack.app(wish.app)
    masked = _masked_keys(rack, wish) if wish.masked_keys is not None else ()
    if not wish.touches:
        return Picture(app, masked_keys=masked)
    own: tuple[str, ...] = tuple(run.memory.get("own", ()))
    try:
        releases, whole = _window(rack, run, wish.app, own)
    except errors.ConvoxForbiddenError as error:
        return _blind(app, masked, run, wish, error)
    active = _active(rack, app, releases)
    fork = rack.release(wish.app, wish.fork) if wish.fork else None
    change = run.memory.get("change")
    if change is None:
        change = wanted(wish, fork.variables if fork else _there(wish, releases, active))
        run.memory["change"] = change
        run.memory["before"] = _before(releases, active, wish, fork)
        run.memory["seen"] = [release.id for release in releases]
    paused = bool(run.memory.pop("paused", False))
    return Picture(app, tuple(releases), active, change, own, whole, fork, masked, paused=paused)


def _there(wish: Wish, releases: list[models.Release], active: models.Release | None) -> dict[str, str]:
    """Every variable that an exact env may have to remove: the active release keeps some that a pending
    one has not."""
    here = active.variables if active is not None and wish.promote else {}
    return {**here, **env_log.true_env(releases)}


def wanted(wish: Wish, env: t.Mapping[str, str]) -> env_text.Change:
    """The change that the task wants. For an exact env it is computed once, against the first look."""
    unset = frozenset(env) - frozenset(wish.values) if wish.exact else wish.unset
    return env_text.Change(changed=wish.values, removed=unset)


def _masked_keys(rack: Rack, wish: Wish) -> tuple[str, ...]:
    text = rack.find_config(wish.app, MASK_CONFIG) or ""
    return tuple(sorted({name.strip() for name in text.split(",") if name.strip()}))


def _window(rack: Rack, run: Run, app: str, own: tuple[str, ...]) -> tuple[list[models.Release], bool]:
    limit, left = env_log.FIRST_WINDOW, LAG
    while True:
        releases = rack.releases(app, limit=limit)
        whole = len(releases) < limit
        if env_log.window_is_enough(releases, own):
            return releases, whole
        shown = {release.id for release in releases}
        if whole and shown.issuperset(own):
            return releases, whole
        if not whole:
            limit *= 2
        elif left <= 0:
            return releases, whole
        else:
            run.clock.sleep(LAG_PAUSE)
            left -= LAG_PAUSE


def _active(rack: Rack, app: models.App, releases: list[models.Release]) -> models.Release | None:
    if not app.release:
        return None
    for release in releases:
        if release.id == app.release:
            return release
    return rack.release(app.name, app.release)


def _blind(
    app: models.App, masked: tuple[str, ...], run: Run, wish: Wish, error: errors.ConvoxForbiddenError
) -> Picture:
    if not wish.exact or wish.fork:
        error.hint = (
            f"{error.hint or ''} This key may not read releases, so the env cannot be merged: give it a role "
            "with Read on the rack and Write on the app, or set the whole env with purge: true."
        ).strip()
        raise error
    if "made" not in run.memory:
        run.warn(
            "This key may not read releases: the env is written without comparing it, and the task says "
            "changed. A key with a role that may read the rack and write the app compares first."
        )
    run.memory.setdefault("before", ())
    change = env_text.Change(changed=wish.values)
    return Picture(app, change=change, masked_keys=masked, blind=True, made=run.memory.get("made"))


def _before(
    releases: list[models.Release], active: models.Release | None, wish: Wish, fork: models.Release | None
) -> tuple[dict[str, str], ...]:
    """The envs that the task compares with, as they were at the first look."""
    compared = [release.variables for release in releases[:1]]
    if wish.promote and active is not None:
        compared.append(active.variables)
    return tuple(compared + [fork.variables] if fork else compared) or ({},)


def report(now: Picture, wish: Wish, run: Run) -> dict[str, t.Any]:
    """The result's keys; names only, never values."""
    before = run.memory.get("before", ())
    change = now.change

    def differs(name: str) -> bool:
        return not before or any(env.get(name) != change.values.get(name) for env in before)

    changed = sorted(name for name in change.values if differs(name))
    removed = sorted(name for name in change.removed if differs(name))
    release, promoted = _place(now, wish)
    if run.check_mode and (changed or removed):
        release, promoted = None, wish.promote and now.newest is not None and bool(now.newest.build)
    return {
        "release": release,
        "promoted": promoted,
        "set": changed,
        "unset": removed,
        "unchanged": sorted((set(change.values) | set(change.removed)) - {*changed, *removed}),
        "pending_release": now.newest.id if now.newest and apart(now, wish) else None,
        "conflicts": _conflicts(now, run),
    }


def apart(now: Picture, wish: Wish) -> bool:
    """Whether the change is to reach the active release past someone's pending build."""
    return now.pending and wish.promote and not wish.promote_pending and wish.fork is None


def _conflicts(now: Picture, run: Run) -> list[str]:
    """Names that somebody else changed, too, after we looked first."""
    if not now.own:
        return []
    known = {*now.own, *run.memory.get("seen", ())}
    others = [entry for entry in env_log.fold(now.releases) if entry.release.id not in known]
    changed = {name for entry in others for name in entry.change.names}
    return [name for name in now.settled().conflicts if name in changed]


def _place(now: Picture, wish: Wish) -> tuple[str | None, bool]:
    """The release that holds the change, and whether it is the active one."""
    if now.blind:
        return (now.made.id if now.made else None), bool(now.made and now.app.release == now.made.id)
    active, newest = now.active, now.newest
    if active is not None and now.fork is not None:
        target = now.fork.build, env_text.apply(now.fork.variables, now.change)
        holds = (active.build, active.variables) == target
    else:
        holds = active is not None and now.holds(active) and (wish.promote or newest is active)
    if holds and active is not None:
        return active.id, True
    return (newest.id if newest else None), False
