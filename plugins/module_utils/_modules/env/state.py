# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: what convox_env observes of an app's env, and its result."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.convox.rack.plugins.module_utils._api import env_text, errors
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import apps, configs, releases
from ansible_collections.convox.rack.plugins.module_utils._api.resources.releases import Release
from ansible_collections.convox.rack.plugins.module_utils._noun import Context
from ansible_collections.convox.rack.plugins.module_utils._shared import release_list
from ansible_collections.convox.rack.plugins.module_utils._shared.read_back import (
    SHOWN_WITHIN,
    Promoted,
    app_after,
)

MASK_CONFIG = "cli-env-mask"
# Lists lag: seconds between two reads of one that does not show a release of ours yet.
LAG_PAUSE = 0.1


@dataclass(frozen=True, repr=False)
class Desired:
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


@dataclass(repr=False)
class Memory:
    """What a task remembers from one observation of the env to the next.

    ``own``: ids of the releases it made, ``made`` the last of them; ``promoted``: the last promote that the
    rack answered ``ok``. ``paused``: it has just left a repair to another writer for a moment. At the first
    observation: ``change``, what it wants; ``before``, the envs that it compares with; ``seen``, the ids of
    the releases that were there.
    """

    own: list[str] = field(default_factory=list)
    made: Release | None = None
    promoted: Promoted | None = None
    paused: bool = False
    change: env_text.Change | None = None
    before: tuple[dict[str, str], ...] = ()
    seen: frozenset[str] = frozenset()


class Observed(t.NamedTuple):
    """The app, its active and its newest releases (newest first), and the change that the task wants.

    ``own`` are the ids of releases this task made, ``seen`` of those there at its first look; ``whole`` says
    that there are no older releases. ``blind``: this key may not read releases; ``made`` is then the one we
    made. ``paused``: a pause for another writer's repair has just passed.
    """

    app: apps.App
    releases: tuple[Release, ...] = ()
    active: Release | None = None
    change: env_text.Change = env_text.Change()
    own: tuple[str, ...] = ()
    seen: frozenset[str] = frozenset()
    whole: bool = True
    fork: Release | None = None
    masked_keys: tuple[str, ...] = ()
    blind: bool = False
    made: Release | None = None
    paused: bool = False

    @property
    def newest(self) -> Release | None:
        return self.releases[0] if self.releases else None

    @property
    def pending(self) -> bool:
        """Someone's pending deploy: the newest release has, or should have, another build than the active."""
        if not self.releases or self.active is None:
            return False
        build = release_list.fold(self.releases)[-1].build
        return bool(build) and build != self.active.build

    def holds(self, release: Release) -> bool:
        """Whether our change makes no difference to a release."""
        return env_text.apply(release.variables, self.change) == release.variables

    def ready(self) -> Release | None:
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

    def settled(self) -> release_list.Done | release_list.Repair:
        """What the log of releases says is to be done."""
        answer = release_list.settle(self.releases, self.change, self.own, seen=self.seen, whole=self.whole)
        if isinstance(answer, release_list.NeedMore):
            raise errors.ConvoxServerError(200, "the rack's list of releases does not show one that we made")
        return answer

    def __repr__(self) -> str:
        return type(self).__name__


def observe(client: Client, context: Context, desired: Desired, memory: Memory) -> Observed:
    """Read the app, its newest releases, the active one, and the masked keys where the task names some.

    Raises ConvoxForbiddenError for a key that may not read releases, except for an exact env.
    """
    app = (
        apps.get(client, desired.app)
        if memory.promoted is None
        else app_after(client, context, memory.promoted)
    )
    masked = _masked_keys(client, desired) if desired.masked_keys is not None else ()
    if not desired.touches:
        return Observed(app, masked_keys=masked)
    own = tuple(memory.own)
    try:
        window, whole = _window(client, context, desired.app, own)
    except errors.ConvoxForbiddenError as error:
        return _blind(app, masked, context, desired, memory, error)
    active = _active(client, app, window)
    fork = releases.get(client, desired.app, desired.fork) if desired.fork else None
    if memory.change is None:
        memory.change = wanted(desired, fork.variables if fork else _there(desired, window, active))
        memory.before = _before(window, active, desired, fork)
        memory.seen = frozenset(release.id for release in window)
    # In check mode nobody else repairs in the pause, so what comes after it is what is told.
    paused, memory.paused = memory.paused or context.check_mode, False
    return Observed(
        app,
        tuple(window),
        active,
        change=memory.change,
        own=own,
        seen=memory.seen,
        whole=whole,
        fork=fork,
        masked_keys=masked,
        paused=paused,
    )


def _there(desired: Desired, window: list[Release], active: Release | None) -> dict[str, str]:
    """Every variable that an exact env may have to remove: the active release keeps some that a pending
    one has not."""
    here = active.variables if active is not None and desired.promote else {}
    return {**here, **release_list.true_env(window)}


def wanted(desired: Desired, env: t.Mapping[str, str]) -> env_text.Change:
    """The change that the task wants. For an exact env it is computed once, against the first
    observation."""
    unset = frozenset(env) - frozenset(desired.values) if desired.exact else desired.unset
    return env_text.Change(changed=desired.values, removed=unset)


def _masked_keys(client: Client, desired: Desired) -> tuple[str, ...]:
    config = configs.find(client, desired.app, MASK_CONFIG)
    text = config.value if config else ""
    return tuple(sorted({name.strip() for name in text.split(",") if name.strip()}))


def _window(client: Client, context: Context, app: str, own: tuple[str, ...]) -> tuple[list[Release], bool]:
    limit, left = release_list.FIRST_WINDOW, SHOWN_WITHIN
    while True:
        window = releases.newest(client, app, limit=limit)
        whole = len(window) < limit
        if release_list.window_is_enough(window, own):
            return window, whole
        shown = {release.id for release in window}
        if whole and shown.issuperset(own):
            return window, whole
        if not whole:
            limit *= 2
        elif left <= 0:
            return window, whole
        else:
            context.clock.sleep(LAG_PAUSE)
            left -= LAG_PAUSE


def _active(client: Client, app: apps.App, window: list[Release]) -> Release | None:
    if not app.release:
        return None
    for release in window:
        if release.id == app.release:
            return release
    return releases.get(client, app.name, app.release)


def _blind(
    app: apps.App,
    masked: tuple[str, ...],
    context: Context,
    desired: Desired,
    memory: Memory,
    error: errors.ConvoxForbiddenError,
) -> Observed:
    if not desired.exact or desired.fork:
        error.hint = (
            f"{error.hint or ''} This key may not read releases, so the env cannot be merged: give it a role "
            "with Read on the rack and Write on the app, or set the whole env with purge: true."
        ).strip()
        raise error
    if memory.made is None:
        context.warn(
            "This key may not read releases: the env is written without comparing it, and the task says "
            "changed. A key with a role that may read the rack and write the app compares first."
        )
    change = env_text.Change(changed=desired.values)
    return Observed(app, change=change, masked_keys=masked, blind=True, made=memory.made)


def _before(
    window: list[Release],
    active: Release | None,
    desired: Desired,
    fork: Release | None,
) -> tuple[dict[str, str], ...]:
    """The envs that the task compares with, as they were at the first observation."""
    compared = [release.variables for release in window[:1]]
    if desired.promote and active is not None:
        compared.append(active.variables)
    return tuple(compared + [fork.variables] if fork else compared) or ({},)


def apart(observed: Observed, desired: Desired) -> bool:
    """Whether the change is to reach the active release past someone's pending build."""
    return observed.pending and desired.promote and not desired.promote_pending and desired.fork is None
