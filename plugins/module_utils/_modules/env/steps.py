# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: steps that change an app's env."""

from __future__ import annotations

import random
import typing as t
from dataclasses import dataclass

from ansible_collections.convox.rack.plugins.module_utils._api import env_text
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import configs, releases
from ansible_collections.convox.rack.plugins.module_utils._modules.env.state import (
    MASK_CONFIG,
    Desired,
    Observed,
)
from ansible_collections.convox.rack.plugins.module_utils._noun import Change, Context, Step, secret_change
from ansible_collections.convox.rack.plugins.module_utils._shared import release_list

if t.TYPE_CHECKING:
    from ansible_collections.convox.rack.plugins.module_utils._shared.rollout import Promote

# Seconds that a writer waits before it repairs, so that one writer repairs for all.
PAUSE = (0.1, 0.8)


@dataclass(frozen=True, repr=False)
class MakeRelease(Step):
    """Post one release with a whole env. ``before`` is the env it is compared with in the diff;
    ``newest`` the newest release we know; ``build`` and ``parent`` as the rack's route takes them."""

    app: str
    env: dict[str, str]
    before: dict[str, str]
    description: str
    newest: str = ""
    build: str | None = None
    parent: str | None = None

    def changes(self) -> t.Sequence[Change]:
        names = sorted(env_text.difference(self.before, self.env).names)
        return [
            secret_change(("variables", name), self.before.get(name), self.env.get(name)) for name in names
        ]

    def apply(self, client: Client, context: Context) -> releases.Release:
        context.add_secrets(self.env)
        context.add_secrets(self.before)
        made = releases.create(
            client,
            self.app,
            newer_than=self.newest,
            env=env_text.render(self.env),
            build=self.build,
            parent=self.parent,
            description=self.description,
        )
        context.progress(
            self.app, f"release {made.id}: {in_words(env_text.difference(self.before, self.env))}"
        )
        return made


def in_words(change: env_text.Change) -> str:
    """A change for people: names of variables, never values."""
    parts = [
        f"{verb} {', '.join(sorted(names))}"
        for verb, names in (("adds", change.added), ("changes", change.changed), ("removes", change.removed))
        if names
    ]
    return "; ".join(parts) or "carries on the env"


@dataclass(frozen=True)
class Pause(Step):
    """Leave the repair to another writer for a moment."""

    wait_only: t.ClassVar[bool] = True

    def apply(self, client: Client, context: Context) -> None:
        context.clock.sleep(random.uniform(*PAUSE))


@dataclass(frozen=True)
class AwaitRunning(Step):
    """Wait for the promote under way; it brings our change."""

    app: str
    wait_only: t.ClassVar[bool] = True

    def apply(self, client: Client, context: Context) -> None:
        from ansible_collections.convox.rack.plugins.module_utils._shared.waits import until_running

        until_running(client, context, self.app)


@dataclass(frozen=True)
class SetMaskedKeys(Step):
    """Write the list of keys that the CLI masks. Never a promote."""

    app: str
    names: tuple[str, ...]
    before: tuple[str, ...]

    def changes(self) -> t.Sequence[Change]:
        return [Change(("masked_keys",), list(self.before), list(self.names))]

    def apply(self, client: Client, context: Context) -> None:
        configs.set_value(client, self.app, MASK_CONFIG, ",".join(self.names))


def write(observed: Observed, desired: Desired) -> list[Step]:
    """The release, or the pause, that the log of releases asks for; nothing when the newest is right."""
    answer = observed.settled()
    if isinstance(answer, release_list.Done):
        return []
    if not answer.at_once and not observed.paused:
        return [Pause()]
    newest = observed.newest
    # Beside a pending build the rack's newest release may be a fork without it, which we do not see yet.
    named = newest is not None and (observed.pending or answer.build != newest.build)
    return [
        MakeRelease(
            app=desired.app,
            env=answer.env,
            before=newest.variables if newest else {},
            description=release_list.describe(answer.change, answer.base, desired.description),
            newest=newest.id if newest else "",
            build=answer.build if named else None,
        )
    ]


def fork_active(observed: Observed, desired: Desired) -> MakeRelease:
    """A release of the active one with our change, beside someone's pending build."""
    active = observed.active
    if active is None:
        raise ValueError("there is no active release to fork")
    env = env_text.apply(active.variables, observed.change)
    return MakeRelease(
        app=desired.app,
        env=env,
        before=active.variables,
        description=release_list.describe(_meant(observed, active, env), active.id, desired.description),
        newest=observed.newest.id if observed.newest else "",
        parent=active.id,
    )


def _meant(observed: Observed, active: releases.Release, env: dict[str, str]) -> env_text.Change:
    """What the fork changes, and what of it the pending release or the true env lacks, though the active one
    holds it."""
    change = env_text.difference(active.variables, env)
    pending = observed.newest.variables if observed.newest else {}
    true = release_list.true_env(observed.releases)
    more = {
        name
        for name in observed.change.names - change.names
        if any(there.get(name) != env.get(name) for there in (pending, true))
    }
    return env_text.Change(
        added=change.added,
        changed={**change.changed, **{name: env[name] for name in more if name in env}},
        removed=change.removed | {name for name in more if name not in env},
    )


def fork(observed: Observed, desired: Desired, source: releases.Release, env: dict[str, str]) -> MakeRelease:
    """A release of the one that the task names, with our change, whatever the newest holds."""
    newest = observed.newest
    return MakeRelease(
        app=desired.app,
        env=env,
        before=newest.variables if newest else {},
        description=release_list.describe_whole(source.id, newest.id if newest else "", desired.description),
        newest=newest.id if newest else "",
        parent=source.id,
    )


def write_blind(observed: Observed, desired: Desired) -> MakeRelease:
    """The whole env, without having read the one that is there."""
    return MakeRelease(
        app=desired.app,
        env=dict(desired.values),
        before={},
        description=desired.description or "env set as a whole",
    )


def promote(observed: Observed, desired: Desired, release: releases.Release) -> Promote:
    """Promote a release that holds our change; another that becomes active meanwhile is observed anew."""
    # Here, because a module compiles what it imports each time it runs, and most tasks promote nothing.
    from ansible_collections.convox.rack.plugins.module_utils._shared.rollout import Promote

    before = observed.active.variables if observed.active else {}
    env = release.variables
    also = tuple(
        secret_change(("variables", name), before.get(name), env.get(name))
        for name in sorted(env_text.difference(before, env).names)
        if not observed.blind
    )
    return Promote(desired.app, release.id, observed.app.release, yielding=True, also=also)
