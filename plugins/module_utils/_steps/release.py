# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: steps that create releases and end promotes. Promoting is in ``rollout.py``."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.convox.rack.plugins.module_utils._api import env_text, models
from ansible_collections.convox.rack.plugins.module_utils._api.env_text import Change as EnvChange
from ansible_collections.convox.rack.plugins.module_utils._api.rack import Rack
from ansible_collections.convox.rack.plugins.module_utils._steps import env_log
from ansible_collections.convox.rack.plugins.module_utils._steps.cancel import cancel_promote
from ansible_collections.convox.rack.plugins.module_utils._steps.release_picture import (
    ROLLED_BACK,
    Picture,
    Wish,
)
from ansible_collections.convox.rack.plugins.module_utils._steps.rollout import How, Promote, Rollout
from ansible_collections.convox.rack.plugins.module_utils._steps.step import Change, Run, Step
from ansible_collections.convox.rack.plugins.module_utils._steps.waits import until_running


@dataclass(frozen=True, repr=False)
class Create(Step):
    """Post a release. ``build`` and ``env`` None: those of the newest release."""

    app: str
    newest: str
    build: str | None
    env: str | None
    description: str
    shown: tuple[Change, ...] = ()

    def changes(self) -> t.Sequence[Change]:
        return self.shown

    def act(self, rack: Rack, run: Run) -> None:
        run.hide(env_text.parse(self.env or "").values())
        made = rack.create_release(
            self.app,
            newer_than=self.newest,
            build=self.build,
            env=self.env,
            description=self.description,
        )
        run.memory["made"] = made
        run.say(self.app, f"release {made.id}: {self.description.split(' · ')[0]}")


@dataclass(frozen=True)
class AwaitRollout(Step):
    """Watch a promote of this release that somebody has started."""

    app: str
    release: str
    how: How = field(default_factory=How)
    quiet: t.ClassVar[bool] = True
    once: t.ClassVar[bool] = True

    def act(self, rack: Rack, run: Run) -> None:
        if run.wait:
            Rollout(rack, run, Promote(self.app, self.release, "", self.how)).finish()


@dataclass(frozen=True)
class AwaitApp(Step):
    """Wait until the app is running (``settled``: in any case)."""

    app: str
    settled: bool = False
    quiet: t.ClassVar[bool] = True
    once: t.ClassVar[bool] = True

    def act(self, rack: Rack, run: Run) -> None:
        if run.wait or self.settled:
            until_running(rack, run, self.app)


@dataclass(frozen=True)
class Cancel(Step):
    """End the promote under way, and wait until the old release runs (``settled``: in any case)."""

    app: str
    release: str
    settled: bool = False
    once: t.ClassVar[bool] = True

    def changes(self) -> t.Sequence[Change]:
        return [Change(("promoting",), self.release, None)]

    def act(self, rack: Rack, run: Run) -> bool:
        found = cancel_promote(rack, run, self.app)
        if found:
            run.memory["cancelled"] = self.release
            run.acted = True
        if run.wait or self.settled:
            until_running(rack, run, self.app)
        return found


def create(now: Picture, wish: Wish) -> Create:
    """The release that state: created asks for."""
    newest = now.newest.id if now.newest else ""
    source = now.env_source
    build = wish.build or (now.build_source.build if now.build_source else None)
    if source is not None:
        description = env_log.describe_whole(source.id, newest, wish.description)
    else:
        description = env_log.describe(EnvChange(), newest, wish.description)
    shown = []
    if build is not None:
        shown.append(Change(("newest", "build"), now.newest.build if now.newest else None, build))
    if source is not None:
        shown.append(Change(("newest", "env of"), newest or None, source.id))
    return Create(wish.app, newest, build, source.env if source else None, description, tuple(shown))


def wanted(now: Picture, wish: Wish) -> tuple[str, dict[str, str]]:
    """Build and env of the release that state: created asks for."""
    newest = now.newest
    build_from, env_from = now.build_source or newest, now.env_source or newest
    build = wish.build or (build_from.build if build_from else "")
    return build, env_from.variables if env_from else {}


def copy_forward(now: Picture, wish: Wish, old: models.Release) -> Create:
    """A copy of an old release: the rack refuses to promote one that is older than the active one."""
    newest = now.newest.id if now.newest else ""
    words = wish.description or ""
    description = env_log.describe_whole(old.id, newest, f"{ROLLED_BACK}{old.id} {words}".rstrip())
    shown = (Change(("release",), now.app.release, f"copy of {old.id}"),)
    return Create(wish.app, newest, old.build, old.env, description, shown)


def restore_env(now: Picture, wish: Wish) -> list[Step]:
    """Carry the active release forward, so that the next build does not inherit the cancelled env."""
    active, newest = now.active, now.newest
    if active is None or newest is None or newest.variables == active.variables:
        return []
    description = env_log.describe_whole(active.id, newest.id, f"cancelled {now.cancelled}".strip())
    shown = (Change(("newest", "env of"), newest.id, active.id),)
    return [Create(wish.app, newest.id, active.build, active.env, description, shown)]
