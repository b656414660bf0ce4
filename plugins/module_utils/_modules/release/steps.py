# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: steps that create releases and end promotes. Promoting is in ``rollout.py``."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.convox.rack.plugins.module_utils._api import env_text
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import releases
from ansible_collections.convox.rack.plugins.module_utils._modules.release.state import (
    ROLLED_BACK,
    Desired,
    Observed,
)
from ansible_collections.convox.rack.plugins.module_utils._noun import Change, Context, Step
from ansible_collections.convox.rack.plugins.module_utils._shared import release_list
from ansible_collections.convox.rack.plugins.module_utils._shared.rollout import How, finish
from ansible_collections.convox.rack.plugins.module_utils._shared.rollout_goal import Rollout


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

    def apply(self, client: Client, context: Context) -> releases.Release:
        context.add_secrets(env_text.parse(self.env or ""))
        made = releases.create(
            client,
            self.app,
            newer_than=self.newest,
            build=self.build,
            env=self.env,
            description=self.description,
        )
        context.progress(self.app, f"release {made.id}: {self.description.split(' · ')[0]}")
        return made


@dataclass(frozen=True)
class AwaitRollout(Step):
    """Watch a promote of this release that somebody has started."""

    app: str
    release: str
    how: How = field(default_factory=How)
    wait_only: t.ClassVar[bool] = True
    one_shot: t.ClassVar[bool] = True

    def apply(self, client: Client, context: Context) -> None:
        if context.wait:
            how = self.how
            rollout = Rollout(self.app, self.release, "", how.fail_fast_after)
            finish(client, context, rollout, shown=True, restore=how.restore)


@dataclass(frozen=True)
class AwaitApp(Step):
    """Wait until the app is running (``settled``: in any case)."""

    app: str
    settled: bool = False
    wait_only: t.ClassVar[bool] = True
    one_shot: t.ClassVar[bool] = True

    def apply(self, client: Client, context: Context) -> None:
        if context.wait or self.settled:
            from ansible_collections.convox.rack.plugins.module_utils._shared.waits import until_running

            until_running(client, context, self.app)


@dataclass(frozen=True)
class Cancel(Step):
    """End the promote under way, and wait until the old release runs (``settled``: in any case)."""

    app: str
    release: str
    settled: bool = False
    one_shot: t.ClassVar[bool] = True

    def changes(self) -> t.Sequence[Change]:
        return [Change(("promoting",), self.release, None)]

    def apply(self, client: Client, context: Context) -> bool:
        from ansible_collections.convox.rack.plugins.module_utils._shared.cancel import cancel_promote

        found = cancel_promote(client, context, self.app)
        if context.wait or self.settled:
            from ansible_collections.convox.rack.plugins.module_utils._shared.waits import until_running

            until_running(client, context, self.app)
        return found


def create(observed: Observed, desired: Desired) -> Create:
    """The release that state: created asks for."""
    newest = observed.newest.id if observed.newest else ""
    source = observed.env_source
    build = desired.build or (observed.build_source.build if observed.build_source else None)
    if source is not None:
        description = release_list.describe_whole(source.id, newest, desired.description)
    else:
        description = release_list.describe_carried(newest, desired.description)
    shown = []
    if build is not None:
        shown.append(Change(("newest", "build"), observed.newest.build if observed.newest else None, build))
    if source is not None:
        shown.append(Change(("newest", "env of"), newest or None, source.id))
    if not shown:
        shown.append(Change(("newest",), newest or None, "a new release"))
    return Create(desired.app, newest, build, source.env if source else None, description, tuple(shown))


def wanted(observed: Observed, desired: Desired) -> tuple[str, dict[str, str]]:
    """Build and env of the release that state: created asks for."""
    newest = observed.newest
    build_from, env_from = observed.build_source or newest, observed.env_source or newest
    build = desired.build or (build_from.build if build_from else "")
    return build, env_from.variables if env_from else {}


def copy_forward(observed: Observed, desired: Desired, old: releases.Release) -> Create:
    """A copy of an old release: the rack refuses to promote one that is older than the active one."""
    newest = observed.newest.id if observed.newest else ""
    words = desired.description or ""
    description = release_list.describe_whole(old.id, newest, f"{ROLLED_BACK}{old.id} {words}".rstrip())
    shown = (Change(("release",), observed.app.release, f"copy of {old.id}"),)
    return Create(desired.app, newest, old.build, old.env, description, shown)


def restore_env(observed: Observed, desired: Desired) -> list[Step]:
    """Carry the active release forward, so that the next build does not inherit the cancelled env."""
    active, newest = observed.active, observed.newest
    if active is None or newest is None or newest.variables == active.variables:
        return []
    description = release_list.describe_whole(active.id, newest.id, f"cancelled {observed.cancelled}".strip())
    shown = (Change(("newest", "env of"), newest.id, active.id),)
    return [Create(desired.app, newest.id, active.build, active.env, description, shown)]
