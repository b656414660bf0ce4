# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the noun of convox_env, the env of an app.

How several writers at once lose nothing is decided in ``_steps/env_log.py``.
"""

from __future__ import annotations

import typing as t

from ansible.module_utils.common.validation import check_type_dict

from ansible_collections.convox.rack.plugins.module_utils._api import env_text, errors, models
from ansible_collections.convox.rack.plugins.module_utils._api.rack import Rack
from ansible_collections.convox.rack.plugins.module_utils._steps import env as steps
from ansible_collections.convox.rack.plugins.module_utils._steps import env_picture
from ansible_collections.convox.rack.plugins.module_utils._steps.env_picture import Picture, Wish
from ansible_collections.convox.rack.plugins.module_utils._steps.step import Run, Step
from ansible_collections.convox.rack.plugins.module_utils._steps.waits import WAIT_ARGUMENTS

ARGUMENTS: dict[str, dict[str, t.Any]] = {
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
CONSTRAINTS: dict[str, t.Any] = {
    "required_one_of": [("variables", "src", "unset", "masked_keys")],
    "mutually_exclusive": [("release", "promote_pending")],
}
MASKED: tuple[str, ...] = ("variables",)
# A plan is one post, pause or promote; with many writers at once a task may need several posts.
ROUNDS = 200

MASKED_KEYS_LIMIT = 500


def read_src(arguments: dict[str, t.Any], name: str, text: str) -> None:
    """Merge a dotenv file of the controller under ``variables``; done before either way is taken."""
    values = env_text.check(env_text.parse_dotenv(text, name), "src")
    variables = arguments.get("variables")
    try:
        given = check_type_dict(variables) if variables is not None else {}
    except TypeError:
        raise errors.ConvoxOptionError("variables", "is no dictionary", "give names and values") from None
    arguments["variables"] = {**values, **given}
    del arguments["src"]


CONTROLLER_FILES: dict[str, t.Callable[[dict[str, t.Any], str, str], None]] = {"src": read_src}


def wish(options: dict[str, t.Any]) -> Wish:
    """Raises ConvoxOptionError for what a rack cannot keep, naming the variables and never their values."""
    if options.get("src"):
        options = dict(options)
        read_src(options, options["src"], _text_of(options["src"]))
    variables = options.get("variables") or {}
    values = env_text.check({name: value for name, value in variables.items() if value is not None})
    unset = {name for name, value in variables.items() if value is None} | set(options.get("unset") or ())
    both = sorted(unset & set(values))
    if both:
        raise errors.ConvoxOptionError(
            "unset", f"names variables that are also set: {', '.join(both)}", "name each in one place only"
        )
    if options["purge"] and options.get("variables") is None:
        raise errors.ConvoxOptionError(
            "purge", "stands without variables", "give the whole env in variables ({} for an empty one)"
        )
    return Wish(
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


def _text_of(src: str) -> str:
    try:
        with open(src, encoding="utf-8") as file:
            return file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise errors.ConvoxOptionError(
            "src", f"{src} cannot be read: {type(error).__name__}", "name a dotenv file on the controller"
        ) from None


def _masked_keys(names: list[str] | None) -> tuple[str, ...] | None:
    if names is None:
        return None
    for name in names:
        if not name or any(letter in "=," or letter.isspace() for letter in name):
            raise errors.ConvoxOptionError(
                "masked_keys", "holds a name that no variable can have", "list the names of variables"
            )
    if len(names) > MASKED_KEYS_LIMIT:
        raise errors.ConvoxOptionError(
            "masked_keys", f"has {len(names)} names", f"list {MASKED_KEYS_LIMIT} at most"
        )
    return tuple(sorted(set(names)))


def look(rack: Rack, wish: Wish, run: Run) -> Picture:
    """Two requests as a rule: the app and its newest releases."""
    return env_picture.look(rack, run, wish)


def plan(now: Picture, wish: Wish) -> list[Step]:
    """The next step towards the wish: one release, one promote, a pause, or nothing."""
    made: list[Step] = []
    if wish.masked_keys is not None and wish.masked_keys != now.masked_keys:
        made.append(steps.SetMaskedKeys(wish.app, wish.masked_keys, now.masked_keys))
    if not wish.touches:
        return made
    if now.blind:
        return made + _plan_blind(now, wish)
    if wish.fork:
        return made + _plan_fork(now, wish)
    return made + _plan_env(now, wish)


def _plan_env(now: Picture, wish: Wish) -> list[Step]:
    apart = env_picture.apart(now, wish)
    active_lacks = now.active is not None and not now.holds(now.active)
    if apart and active_lacks:
        ready = now.ready()
        if ready is None:
            return [steps.fork_active(now, wish)]
        # The pending build gets the change before the promote: a promote may fail.
        return _write(now, wish) or _promote(now, wish, ready)
    written = _write(now, wish)
    if written or not wish.promote or apart or now.newest is None:
        return written or _settle(now, wish)
    if now.active is None or active_lacks:
        return _promote(now, wish, now.newest)
    return _settle(now, wish)


def _write(now: Picture, wish: Wish) -> list[Step]:
    """Bring the newest release to the true env with our change in it."""
    return steps.write(now, wish)


def _promote(now: Picture, wish: Wish, release: models.Release) -> list[Step]:
    if release.id == now.app.release or not release.build:
        return _settle(now, wish)
    return [steps.promote(now, wish, release)]


def _settle(now: Picture, wish: Wish) -> list[Step]:
    """Wait for a promote of someone that brings our change."""
    if wish.wait and wish.promote and now.app.release and not now.app.running:
        return [steps.AwaitRunning(wish.app)]
    return []


def _plan_fork(now: Picture, wish: Wish) -> list[Step]:
    source = now.fork
    if source is None:
        return []
    target = env_text.apply(source.variables, now.change)
    ours = [release for release in now.releases if release.id in now.own]
    for release in (now.active, *ours, now.newest):
        if release is not None and (release.build, release.variables) == (source.build, target):
            return _promote(now, wish, release) if wish.promote else _settle(now, wish)
    return [steps.fork(now, wish, source, target)]


def _plan_blind(now: Picture, wish: Wish) -> list[Step]:
    if now.made is None:
        return [steps.write_blind(now, wish)]
    if wish.promote and now.made.build and now.app.release != now.made.id:
        return [steps.promote(now, wish, now.made)]
    return []


def verify(now: Picture, wish: Wish, missing: t.Sequence[Step]) -> None:
    """Reached only when others kept writing the env all the time."""
    raise errors.ConvoxIgnoredError(
        f"the env of {wish.app} did not come to rest: others keep changing it",
        hint="The change itself is in the list of releases; run the task again.",
    )


def report(now: Picture, wish: Wish, run: Run) -> dict[str, t.Any]:
    """The result's keys; names of variables, never values."""
    return env_picture.report(now, wish, run)
