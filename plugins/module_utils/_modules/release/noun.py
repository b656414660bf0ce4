# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the noun of convox_release: promote, create, roll back, cancel."""

from __future__ import annotations

import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import apps, releases
from ansible_collections.convox.rack.plugins.module_utils._modules.release import observe, result, steps
from ansible_collections.convox.rack.plugins.module_utils._modules.release.state import (
    Desired,
    Memory,
    Observed,
    content,
)
from ansible_collections.convox.rack.plugins.module_utils._noun import WAIT_ARGUMENTS, Context, Noun, Step
from ansible_collections.convox.rack.plugins.module_utils._shared.read_back import Promoted
from ansible_collections.convox.rack.plugins.module_utils._shared.rollout import How, Promote

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


def _plan_promoted(observed: Observed, desired: Desired, release: str) -> list[Step]:
    if not release:
        return [Promote(desired.app, "a new release", observed.app.release, desired.how)]
    if observed.app.release == release:
        return [] if observed.app.running else [steps.AwaitRollout(desired.app, release, desired.how)]
    return [Promote(desired.app, release, observed.app.release, desired.how)]


def _plan_created(observed: Observed, desired: Desired) -> list[Step]:
    newest = observed.newest
    if observed.target is not None:
        return []
    if newest is not None and content(newest) == steps.wanted(observed, desired):
        return []
    return [steps.create(observed, desired)]


def _plan_rolled_back(observed: Observed, desired: Desired) -> list[Step]:
    target = observed.target
    if target is None or observed.active_equals(target):
        return [] if observed.app.running or not observed.app.release else [steps.AwaitApp(desired.app)]
    copy = observed.copy_of(target, said=desired.release == "previous")
    if copy is None:
        return [steps.copy_forward(observed, desired, target)]
    return [Promote(desired.app, copy.id, observed.app.release, desired.how)]


def _plan_cancelled(observed: Observed, desired: Desired) -> list[Step]:
    made: list[Step] = []
    if observed.app.status == "updating":
        made.append(steps.Cancel(desired.app, observed.app.release, settled=desired.restore_env))
    elif observed.app.status == "rollback":
        made.append(steps.AwaitApp(desired.app, settled=desired.restore_env))
    if desired.restore_env:
        made.extend(steps.restore_env(observed, desired))
    return made


class ReleaseNoun(Noun[Desired, Observed]):
    """The releases of an app: promoted, created, rolled back, cancelled."""

    ARGUMENTS: t.ClassVar[dict[str, dict[str, t.Any]]] = {
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
    CONSTRAINTS: t.ClassVar[dict[str, t.Any]] = {
        "mutually_exclusive": [("build", "build_from")],
    }
    MAX_ATTEMPTS: t.ClassVar[int] = 4

    def __init__(self) -> None:
        self.memory = Memory()

    def desired(self, options: dict[str, t.Any]) -> Desired:
        """Raises ConvoxOptionError for options that mean nothing in the state, and for bounds."""
        state = options["state"]
        for name, states in MEANINGFUL.items():
            if options.get(name) != self.ARGUMENTS[name].get("default") and state not in states:
                raise errors.ConvoxOptionError(
                    name, f"means nothing with state: {state}", f"it belongs to state: {' or '.join(states)}"
                )
        for name in ("min", "max", "promote_timeout", "fail_fast_after"):
            if options.get(name) is not None and options[name] < 0:
                raise errors.ConvoxOptionError(name, "is below 0", "give 0 or more")
        return Desired(
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

    def observe(self, client: Client, desired: Desired, context: Context) -> Observed:
        """One request where the release is already active, two as a rule.

        An empty release is refused, but not in check mode: there a build before this task made none.
        """
        word = LATEST.get(desired.state)
        if word and not desired.release and not (context.check_mode and desired.state == "promoted"):
            raise errors.ConvoxOptionError("release", "is missing or empty", f"give an id, or {word}")
        return observe.observe(client, context, self.memory, desired)

    def assumed(self, desired: Desired) -> Observed:
        """An app that was just made runs nothing."""
        named = desired.release if desired.release not in LATEST.values() else ""
        return Observed(apps.App(name=desired.app), target_id=named or "", assumed=True)

    def plan(self, observed: Observed, desired: Desired) -> list[Step]:
        """The steps of the state; each may be repeated after a failure half-way."""
        if desired.state == "created":
            return _plan_created(observed, desired)
        if desired.state == "cancelled":
            return _plan_cancelled(observed, desired)
        if desired.state == "rolled_back" and not observed.assumed:
            return _plan_rolled_back(observed, desired)
        return _plan_promoted(observed, desired, observed.target_id)

    def applied(self, step: Step, made: object) -> None:
        """Remember what was made, promoted and cancelled."""
        if isinstance(made, releases.Release):
            self.memory.made = made
        if isinstance(made, Promoted):
            self.memory.promoted = made
        if isinstance(step, steps.Cancel) and made:
            self.memory.cancelled = step.release

    def verify(self, observed: Observed, desired: Desired, missing: t.Sequence[Step]) -> None:
        """What the rack shows in the end is not what it answered ``ok`` to."""
        app = observed.app
        raise errors.ConvoxIgnoredError(
            f"{desired.app} runs {app.release or 'no release'} (status {app.status}), and not what this task "
            "asked for",
            hint="Run the task again; if it fails again, look at the releases with convox_release_info.",
        )

    def result(self, observed: Observed, desired: Desired) -> dict[str, t.Any]:
        """``release``, ``previous_release``, ``app``; for a rollback ``rolled_back_to`` and ``reason``."""
        return result.result(observed, desired, self.memory)

    def predict(self, observed: Observed, desired: Desired) -> dict[str, t.Any]:
        """The same; ``release`` is the one that would run or be made, null where nobody knows its id yet."""
        return result.predict(observed, desired, self.memory, self.plan(observed, desired))
