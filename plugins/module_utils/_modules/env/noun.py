# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the noun of convox_env, the env of an app.

How several writers at once lose nothing is decided in ``_shared/release_list.py``.
"""

from __future__ import annotations

import typing as t

from ansible.module_utils.common.validation import check_type_dict

from ansible_collections.convox.rack.plugins.module_utils._api import env_text, errors
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import apps, releases
from ansible_collections.convox.rack.plugins.module_utils._modules.env import result, state, steps
from ansible_collections.convox.rack.plugins.module_utils._modules.env.state import Desired, Memory, Observed
from ansible_collections.convox.rack.plugins.module_utils._noun import WAIT_ARGUMENTS, Context, Noun, Step
from ansible_collections.convox.rack.plugins.module_utils._shared.read_back import Promoted

MASKED_KEYS_LIMIT = 500


def _text_of(path: str) -> str:
    from ansible_collections.convox.rack.plugins.module_utils._api import text_files

    return text_files.read("src", path)


def read_src(arguments: dict[str, t.Any], name: str, text: str) -> None:
    """Merge a dotenv file of the controller under ``variables``; done before either way is taken."""
    # Here, because a module compiles what it imports each time it runs, and few tasks have a file.
    from ansible_collections.convox.rack.plugins.module_utils._api import dotenv

    values = env_text.check(dotenv.parse(text, name), "src")
    variables = arguments.get("variables")
    try:
        given = check_type_dict(variables) if variables is not None else {}
    except TypeError:
        raise errors.ConvoxOptionError("variables", "is no dictionary", "give names and values") from None
    arguments["variables"] = {**values, **given}
    del arguments["src"]


def _masked_keys(names: list[str] | None) -> tuple[str, ...] | None:
    if names is None:
        return None
    for name in names:
        half = any("\ud800" <= letter <= "\udfff" for letter in name)
        if not name or half or any(letter in "=," or letter.isspace() for letter in name):
            raise errors.ConvoxOptionError(
                "masked_keys", "holds a name that no variable can have", "list the names of variables"
            )
    if len(names) > MASKED_KEYS_LIMIT:
        raise errors.ConvoxOptionError(
            "masked_keys", f"has {len(names)} names", f"list {MASKED_KEYS_LIMIT} at most"
        )
    return tuple(sorted(set(names)))


def _plan_env(observed: Observed, desired: Desired) -> list[Step]:
    apart = state.apart(observed, desired)
    active_lacks = observed.active is not None and not observed.holds(observed.active)
    if apart and active_lacks:
        ready = observed.ready()
        if ready is None:
            return [steps.fork_active(observed, desired)]
        # The pending build gets the change before the promote: a promote may fail.
        return _write(observed, desired) or _promote(observed, desired, ready)
    written = _write(observed, desired)
    if written or not desired.promote or apart or observed.newest is None:
        return written or _settle(observed, desired)
    if observed.active is None or active_lacks:
        return _promote(observed, desired, observed.newest)
    return _settle(observed, desired)


def _write(observed: Observed, desired: Desired) -> list[Step]:
    """Bring the newest release to the true env with our change in it."""
    return steps.write(observed, desired)


def _promote(observed: Observed, desired: Desired, release: releases.Release) -> list[Step]:
    if release.id == observed.app.release or not release.build:
        return _settle(observed, desired)
    return [steps.promote(observed, desired, release)]


def _settle(observed: Observed, desired: Desired) -> list[Step]:
    """Wait for a promote of someone that brings our change."""
    if desired.wait and desired.promote and observed.app.release and not observed.app.running:
        return [steps.AwaitRunning(desired.app)]
    return []


def _plan_fork(observed: Observed, desired: Desired, source: releases.Release) -> list[Step]:
    target = env_text.apply(source.variables, observed.change)
    ours = [release for release in observed.releases if release.id in observed.own]
    for release in (observed.active, *ours, observed.newest):
        if release is not None and (release.build, release.variables) == (source.build, target):
            return _promote(observed, desired, release) if desired.promote else _settle(observed, desired)
    return [steps.fork(observed, desired, source, target)]


def _plan_blind(observed: Observed, desired: Desired) -> list[Step]:
    if observed.made is None:
        return [steps.write_blind(observed, desired)]
    if desired.promote and observed.made.build and observed.app.release != observed.made.id:
        return [steps.promote(observed, desired, observed.made)]
    return []


class EnvNoun(Noun[Desired, Observed]):
    """The env of an app."""

    ARGUMENTS: t.ClassVar[dict[str, dict[str, t.Any]]] = {
        "app": {"type": "str", "required": True},
        # Not no_log: Ansible would replace every equal text in the result. The values are masked by us.
        "variables": {"type": "dict", "no_log": False},
        "unset": {"type": "list", "elements": "str"},
        "purge": {"type": "bool", "default": False},
        "src": {"type": "path"},
        "promote": {"type": "bool", "default": True},
        "promote_pending": {"type": "bool", "default": False},
        "release": {"type": "str"},
        "masked_keys": {"type": "list", "elements": "str", "no_log": False},
        "description": {"type": "str"},
        **WAIT_ARGUMENTS,
    }
    CONSTRAINTS: t.ClassVar[dict[str, t.Any]] = {
        "required_one_of": [("variables", "src", "unset", "masked_keys")],
        "mutually_exclusive": [("release", "promote_pending")],
    }
    SECRET_OPTIONS: t.ClassVar[tuple[str, ...]] = ("variables",)
    # A plan is one post, pause or promote; with many writers at once a task may need several posts.
    MAX_ATTEMPTS: t.ClassVar[int] = 200
    CONTROLLER_FILES: t.ClassVar[dict[str, t.Callable[[dict[str, t.Any], str, str], None]]] = {
        "src": read_src
    }

    def __init__(self) -> None:
        self.memory = Memory()

    def desired(self, options: dict[str, t.Any]) -> Desired:
        """Raises ConvoxOptionError for what a rack cannot keep, naming variables and never their values."""
        if options.get("src"):
            options = dict(options)
            read_src(options, options["src"], _text_of(options["src"]))
        variables = options.get("variables") or {}
        values = env_text.check({name: value for name, value in variables.items() if value is not None})
        env_text.check_names(variables, "variables")
        env_text.check_names(options.get("unset") or (), "unset")
        unset = {name for name, value in variables.items() if value is None} | set(options.get("unset") or ())
        both = sorted(unset & set(values))
        if both:
            raise errors.ConvoxOptionError(
                "unset",
                f"names variables that are also set: {', '.join(both)}",
                "name each in one place only",
            )
        if options["purge"] and options.get("variables") is None:
            raise errors.ConvoxOptionError(
                "purge", "stands without variables", "give the whole env in variables ({} for an empty one)"
            )
        return Desired(
            app=options["app"],
            values=values,
            unset=frozenset(unset),
            exact=options["purge"],
            promote=options["promote"],
            promote_pending=options["promote_pending"],
            fork=options.get("release"),
            masked_keys=_masked_keys(options.get("masked_keys")),
            description=options.get("description"),
            touches=options.get("variables") is not None or bool(options.get("unset")),
            wait=options["wait"],
        )

    def observe(self, client: Client, desired: Desired, context: Context) -> Observed:
        """Two requests as a rule: the app and its newest releases."""
        return state.observe(client, context, desired, self.memory)

    def assumed(self, desired: Desired) -> Observed:
        """An app that was just made has an empty env."""
        self.memory.before = ({},)
        change = state.wanted(desired, {})
        return Observed(apps.App(name=desired.app), change=change)

    def plan(self, observed: Observed, desired: Desired) -> list[Step]:
        """The next step: one release, one promote, a pause, or nothing."""
        made: list[Step] = []
        if desired.masked_keys is not None and desired.masked_keys != observed.masked_keys:
            made.append(steps.SetMaskedKeys(desired.app, desired.masked_keys, observed.masked_keys))
        if not desired.touches:
            return made
        if observed.blind:
            return made + _plan_blind(observed, desired)
        if observed.fork is not None:
            return made + _plan_fork(observed, desired, observed.fork)
        return made + _plan_env(observed, desired)

    def applied(self, step: Step, made: object) -> None:
        """Remember what was made and promoted, and a pause."""
        if isinstance(made, releases.Release):
            self.memory.own.append(made.id)
            self.memory.made = made
        if isinstance(made, Promoted):
            self.memory.promoted = made
        if isinstance(step, steps.Pause):
            self.memory.paused = True

    def verify(self, observed: Observed, desired: Desired, missing: t.Sequence[Step]) -> None:
        """Reached only when others kept writing the env all the time."""
        others = result.by_others(observed, self.memory)
        last = f": others keep changing it, last with {others[0]}" if others else ""
        raise errors.ConvoxIgnoredError(
            f"the env of {desired.app} did not come to rest{last}",
            hint="The change itself is in the list of releases; run the task again.",
        )

    def result(self, observed: Observed, desired: Desired) -> dict[str, t.Any]:
        """``release``, ``promoted``, ``set``, ``unset``, ``unchanged``, ``pending_release``, ``conflicts``:
        names of variables, never values."""
        return result.result(observed, desired, self.memory)

    def predict(self, observed: Observed, desired: Desired) -> dict[str, t.Any]:
        """The same; ``release`` is null where one would be made."""
        return result.predict(observed, desired, self.memory, self.plan(observed, desired))
