# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: steps that change an app's env."""

from __future__ import annotations

import random
import typing as t
from dataclasses import dataclass

from ansible_collections.convox.rack.plugins.module_utils._api import env_text, models
from ansible_collections.convox.rack.plugins.module_utils._api.rack import Rack
from ansible_collections.convox.rack.plugins.module_utils._steps import env_log
from ansible_collections.convox.rack.plugins.module_utils._steps.env_picture import MASK_CONFIG, Picture, Wish
from ansible_collections.convox.rack.plugins.module_utils._steps.rollout import Promote
from ansible_collections.convox.rack.plugins.module_utils._steps.step import Change, Run, Step, secret_change
from ansible_collections.convox.rack.plugins.module_utils._steps.waits import until_running

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

    def act(self, rack: Rack, run: Run) -> None:
        run.hide([*self.env.values(), *self.before.values()])
        made = rack.create_release(
            self.app,
            newer_than=self.newest,
            env=env_text.render(self.env),
            build=self.build,
            parent=self.parent,
            description=self.description,
        )
        run.memory.setdefault("own", []).append(made.id)
        run.memory["made"] = made
        run.say(self.app, f"release {made.id}: {in_words(env_text.difference(self.before, self.env))}")


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

    quiet: t.ClassVar[bool] = True

    def act(self, rack: Rack, run: Run) -> None:
        run.clock.sleep(random.uniform(*PAUSE))
        run.memory["paused"] = True


@dataclass(frozen=True)
class AwaitRunning(Step):
    """Wait for the promote under way; it brings our change."""

    app: str
    quiet: t.ClassVar[bool] = True

    def act(self, rack: Rack, run: Run) -> None:
        until_running(rack, run, self.app)


@dataclass(frozen=True)
class SetMaskedKeys(Step):
    """Write the list of keys that the CLI masks. Never a promote."""

    app: str
    names: tuple[str, ...]
    before: tuple[str, ...]

    def changes(self) -> t.Sequence[Change]:
        return [Change(("masked_keys",), list(self.before), list(self.names))]

    def act(self, rack: Rack, run: Run) -> None:
        rack.set_config(self.app, MASK_CONFIG, ",".join(self.names))


def write(now: Picture, wish: Wish) -> list[Step]:
    """The release, or the pause, that the log of releases asks for; nothing when the newest is right."""
    answer = now.settled()
    if isinstance(answer, env_log.Done):
        return []
    if not answer.at_once and not now.paused:
        return [Pause()]
    newest = now.newest
    # Beside a pending build the rack's newest release may be a fork without it, which we do not see yet.
    named = newest is not None and (now.pending or answer.build != newest.build)
    return [
        MakeRelease(
            app=wish.app,
            env=answer.env,
            before=newest.variables if newest else {},
            description=env_log.describe(answer.change, answer.base, wish.description),
            newest=newest.id if newest else "",
            build=answer.build if named else None,
        )
    ]


def fork_active(now: Picture, wish: Wish) -> MakeRelease:
    """A release of the active one with our change, beside someone's pending build."""
    active = now.active
    if active is None:
        raise ValueError("there is no active release to fork")
    env = env_text.apply(active.variables, now.change)
    return MakeRelease(
        app=wish.app,
        env=env,
        before=active.variables,
        description=env_log.describe(_meant(now, active, env), active.id, wish.description),
        newest=now.newest.id if now.newest else "",
        parent=active.id,
    )


def _meant(now: Picture, active: models.Release, env: dict[str, str]) -> env_text.Change:
    """What the fork changes, and what of it the pending release lacks, though the active one holds it."""
    change = env_text.difference(active.variables, env)
    pending = now.newest.variables if now.newest else {}
    more = {name for name in now.change.names - change.names if pending.get(name) != env.get(name)}
    return env_text.Change(
        added=change.added,
        changed={**change.changed, **{name: env[name] for name in more if name in env}},
        removed=change.removed | {name for name in more if name not in env},
    )


def fork(now: Picture, wish: Wish, source: models.Release, env: dict[str, str]) -> MakeRelease:
    """A release of the one that the task names, with our change, whatever the newest holds."""
    newest = now.newest
    return MakeRelease(
        app=wish.app,
        env=env,
        before=newest.variables if newest else {},
        description=env_log.describe_whole(source.id, newest.id if newest else "", wish.description),
        newest=newest.id if newest else "",
        parent=source.id,
    )


def write_blind(now: Picture, wish: Wish) -> MakeRelease:
    """The whole env, without having read the one that is there."""
    return MakeRelease(
        app=wish.app,
        env=dict(wish.values),
        before={},
        description=wish.description or "env set as a whole",
    )


def promote(now: Picture, wish: Wish, release: models.Release) -> Promote:
    """Promote a release that holds our change; another that becomes active meanwhile is looked at anew."""
    before = now.active.variables if now.active else {}
    env = release.variables
    also = tuple(
        secret_change(("variables", name), before.get(name), env.get(name))
        for name in sorted(env_text.difference(before, env).names)
        if not now.blind
    )
    return Promote(wish.app, release.id, now.app.release, yielding=True, also=also)
