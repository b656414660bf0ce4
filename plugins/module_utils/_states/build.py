# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the noun of convox_build, a build of an app."""

from __future__ import annotations

import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.rack import Rack
from ansible_collections.convox.rack.plugins.module_utils._steps import archive, build_picture, git
from ansible_collections.convox.rack.plugins.module_utils._steps import build as steps
from ansible_collections.convox.rack.plugins.module_utils._steps.build_args import pairs
from ansible_collections.convox.rack.plugins.module_utils._steps.build_picture import Picture, Wish
from ansible_collections.convox.rack.plugins.module_utils._steps.build_watch import told
from ansible_collections.convox.rack.plugins.module_utils._steps.step import Run, Step
from ansible_collections.convox.rack.plugins.module_utils._steps.waits import WAIT_ARGUMENTS

SOURCES = ("path", "archive", "url")
ARGUMENTS: dict[str, dict[str, t.Any]] = {
    "app": {"type": "str", "required": True},
    "path": {"type": "path"},
    "archive": {"type": "path"},
    "url": {"type": "str"},
    "manifest": {"type": "str", "default": archive.MANIFEST},
    # A dict, or a list of KEY=VALUE. Not no_log, for it damages results; the values are masked by us.
    "build_args": {"type": "raw", "no_log": False},
    "no_cache": {"type": "bool", "default": False},
    "development": {"type": "bool", "default": False},
    "description": {"type": "str"},
    "git_sha": {"type": "str"},
    "reuse": {"type": "bool", "default": True},
    "env_guard": {"type": "str", "choices": ["fail", "warn", "off"], "default": "fail"},
    **WAIT_ARGUMENTS,
    "wait_timeout": {"type": "int", "default": 3600},
}
CONSTRAINTS: dict[str, t.Any] = {
    "required_one_of": [SOURCES],
    "mutually_exclusive": [SOURCES],
}
MASKED: tuple[str, ...] = ("build_args",)
ROUNDS = 1


def wish(options: dict[str, t.Any]) -> Wish:
    """Looks through the source. Raises ConvoxOptionError for one that no rack can build from."""
    manifest = options["manifest"]
    source = _source(options, manifest)
    commit = git.commit_of(options["path"]) if options.get("path") else git.Commit()
    return Wish(
        app=options["app"],
        source=source,
        url=options.get("url") or "",
        description=options["description"] if options.get("description") is not None else commit.description,
        git_sha=options.get("git_sha") or commit.sha,
        manifest=manifest if manifest != archive.MANIFEST else None,
        build_args=pairs(options.get("build_args")),
        no_cache=options["no_cache"],
        development=options["development"],
        # A commit that we found ourselves says nothing of files that git does not know.
        reuse=options["reuse"] and bool(options.get("git_sha")),
        env_guard=options["env_guard"],
    )


def _source(options: dict[str, t.Any], manifest: str) -> steps.Source | None:
    if options.get("path"):
        return archive.pack(options["path"], manifest)
    if options.get("archive"):
        return archive.check_archive(options["archive"], manifest)
    if "://" not in (options.get("url") or ""):
        raise errors.ConvoxOptionError("url", "is no url", "give the address of a .tgz, such as https://…")
    return None


def look(rack: Rack, wish: Wish, run: Run) -> Picture:
    """At most five requests: the app, its builds, its releases, the active one, the budget."""
    now = build_picture.look(rack, wish, run)
    if now.lost and wish.env_guard == "warn":
        run.warn(f"{_lost_words(now, wish)} The build inherits that")
    if wish.source and not (now.made or now.complete or now.going):
        for warning in wish.source.warnings:
            run.warn(warning)
    return now


def plan(now: Picture, wish: Wish) -> list[Step]:
    """One step: build, wait for a build of the same commit, or take one. Raises ConvoxError for an app that
    is being deleted, whose budget is used up, or that would lose variables."""
    if now.made or now.release:
        return []
    if now.going:
        return [steps.Follow(wish.app, now.going)]
    _refuse(now, wish)
    if now.complete:
        return [steps.Take(wish.app, now.complete, now.newest)]
    return [
        steps.Build(
            app=wish.app,
            source=wish.source,
            url=wish.url,
            description=wish.description,
            git_sha=wish.git_sha,
            manifest=wish.manifest,
            build_args=wish.build_args,
            no_cache=wish.no_cache,
            development=wish.development,
        )
    ]


def _refuse(now: Picture, wish: Wish) -> None:
    doing = f"build {wish.app}"
    if now.app.status == "deleting":
        raise errors.ConvoxError(
            f"the app {wish.app} is being deleted", hint="Make it again with convox_app first.", doing=doing
        )
    if now.budget_tripped:
        raise errors.ConvoxError(
            f"the budget of {wish.app} is used up: the rack would refuse to promote the build",
            hint="Raise or reset the budget, or wait for the next month.",
            doing=doing,
        )
    if now.lost and wish.env_guard == "fail":
        raise errors.ConvoxError(
            _lost_words(now, wish),
            hint="A build inherits the env of the newest release. Set the variables with convox_env, or "
            "build all the same with env_guard: warn.",
            doing=doing,
            extra={"lost_variables": list(now.lost)},
        )


def _lost_words(now: Picture, wish: Wish) -> str:
    return (
        f"the newest release of {wish.app} lacks variables that the running one has: {', '.join(now.lost)}."
    )


def verify(now: Picture, wish: Wish, missing: t.Sequence[Step]) -> None:
    """Nothing can be left of a plan: a build is made, or its step fails."""


def report(now: Picture, wish: Wish, run: Run) -> dict[str, t.Any]:
    """``build``: id, status, description, git_sha, started, ended; ``release``: its id. Both None in check
    mode where a build is to be made; ``release`` None while a build goes on."""
    if now.made:
        return {"build": told(now.made.build), "release": now.made.release or None}
    build = now.complete or now.going
    return {"build": told(build) if build else None, "release": now.release or None}
