# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the noun of convox_release: promote, create, roll back, cancel."""

from __future__ import annotations

import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.rack import Rack
from ansible_collections.convox.rack.plugins.module_utils._steps import release as steps
from ansible_collections.convox.rack.plugins.module_utils._steps import release_picture
from ansible_collections.convox.rack.plugins.module_utils._steps.release_picture import Picture, Wish
from ansible_collections.convox.rack.plugins.module_utils._steps.rollout import How, Promote
from ansible_collections.convox.rack.plugins.module_utils._steps.step import Run, Step
from ansible_collections.convox.rack.plugins.module_utils._steps.waits import WAIT_ARGUMENTS

ARGUMENTS: dict[str, dict[str, t.Any]] = {
    "app": {"type": "str", "required": True},
    "state": {
        "type": "str",
        "choices": ["promoted", "created", "rolled_back", "cancelled"],
        "default": "promoted",
    },
    "release": {"type": "str"},
    "build": {"type": "str"},
    "build_from": {"type": "str"},
    "env_from": {"type": "str"},
    "description": {"type": "str"},
    "restore_env": {"type": "bool", "default": False},
    "force": {"type": "bool", "default": False},
    "idle": {"type": "bool"},
    "min": {"type": "int"},
    "max": {"type": "int"},
    "promote_timeout": {"type": "int"},
    "fail_fast_after": {"type": "float", "default": 60.0},
    "on_failure": {"type": "str", "choices": ["fail", "rollback"], "default": "fail"},
    **WAIT_ARGUMENTS,
}
CONSTRAINTS: dict[str, t.Any] = {
    "mutually_exclusive": [("build", "build_from")],
}
MASKED: tuple[str, ...] = ()
ROUNDS = 4

# Which options mean something in which state; the rest is refused rather than ignored.
MEANINGFUL = {
    "release": ("promoted", "rolled_back"),
    "build": ("created",),
    "build_from": ("created",),
    "env_from": ("created",),
    "description": ("created", "rolled_back"),
    "restore_env": ("cancelled",),
    "force": ("promoted", "rolled_back"),
    "idle": ("promoted", "rolled_back"),
    "min": ("promoted", "rolled_back"),
    "max": ("promoted", "rolled_back"),
    "promote_timeout": ("promoted", "rolled_back"),
}


LATEST = {"promoted": "latest", "rolled_back": "previous"}


def wish(options: dict[str, t.Any]) -> Wish:
    """Raises ConvoxOptionError for options that mean nothing in the state, and for bounds."""
    state = options["state"]
    for name, states in MEANINGFUL.items():
        if options.get(name) != ARGUMENTS[name].get("default") and state not in states:
            raise errors.ConvoxOptionError(
                name, f"means nothing with state: {state}", f"it belongs to state: {' or '.join(states)}"
            )
    for name in ("min", "max", "promote_timeout", "fail_fast_after"):
        if options.get(name) is not None and options[name] < 0:
            raise errors.ConvoxOptionError(name, "is below 0", "give 0 or more")
    return Wish(
        app=options["app"],
        state=state,
        release=options.get("release"),
        build=options.get("build"),
        build_from=options.get("build_from"),
        env_from=options.get("env_from"),
        description=options.get("description"),
        restore_env=options["restore_env"],
        how=How(
            force=options["force"],
            idle=options.get("idle"),
            min=options.get("min"),
            max=options.get("max"),
            promote_timeout=options.get("promote_timeout"),
            fail_fast_after=options["fail_fast_after"],
            restore=options["on_failure"] == "rollback",
        ),
    )


def look(rack: Rack, wish: Wish, run: Run) -> Picture:
    """One request where the release is already active, two as a rule.

    An empty release is refused, but not in check mode: there a build before this task made none.
    """
    word = LATEST.get(wish.state)
    if word and not wish.release and not (run.check_mode and wish.state == "promoted"):
        raise errors.ConvoxOptionError("release", "is missing or empty", f"give an id, or {word}")
    return release_picture.look(rack, run, wish)


def plan(now: Picture, wish: Wish) -> list[Step]:
    """The steps of the state; each may be repeated after a failure half-way."""
    if wish.state == "created":
        return _plan_created(now, wish)
    if wish.state == "cancelled":
        return _plan_cancelled(now, wish)
    if wish.state == "rolled_back":
        return _plan_rolled_back(now, wish)
    return _plan_promoted(now, wish, now.target_id)


def _plan_promoted(now: Picture, wish: Wish, release: str) -> list[Step]:
    if not release:
        return [Promote(wish.app, "a new release", now.app.release, wish.how)]
    if now.app.release == release:
        return [] if now.app.running else [steps.AwaitRollout(wish.app, release, wish.how)]
    return [Promote(wish.app, release, now.app.release, wish.how)]


def _plan_created(now: Picture, wish: Wish) -> list[Step]:
    newest = now.newest
    if now.target is not None:
        return []
    if newest is not None and release_picture.content(newest) == steps.wanted(now, wish):
        return []
    return [steps.create(now, wish)]


def _plan_rolled_back(now: Picture, wish: Wish) -> list[Step]:
    target = now.target
    if target is None or now.active_equals(target):
        return [] if now.app.running or not now.app.release else [steps.AwaitApp(wish.app)]
    copy = now.copy_of(target)
    if copy is None:
        return [steps.copy_forward(now, wish, target)]
    return [Promote(wish.app, copy.id, now.app.release, wish.how)]


def _plan_cancelled(now: Picture, wish: Wish) -> list[Step]:
    made: list[Step] = []
    if now.app.status == "updating":
        made.append(steps.Cancel(wish.app, now.app.release, settled=wish.restore_env))
    elif now.app.status == "rollback":
        made.append(steps.AwaitApp(wish.app, settled=wish.restore_env))
    if wish.restore_env:
        made.extend(steps.restore_env(now, wish))
    return made


def verify(now: Picture, wish: Wish, missing: t.Sequence[Step]) -> None:
    """Reached when somebody else works on the same app all the time."""
    raise errors.ConvoxIgnoredError(
        f"{wish.app} runs {now.app.release} (status {now.app.status}) and not what this task asked for",
        hint="Someone else promotes or creates releases at the same time; run the task again.",
    )


def report(now: Picture, wish: Wish, run: Run) -> dict[str, t.Any]:
    """``release``, ``previous_release``, ``app``; for a rollback ``rolled_back_to`` and ``reason``."""
    return release_picture.report(now, wish, run)
