# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the noun of convox_build, a build of an app."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import apps, builds
from ansible_collections.convox.rack.plugins.module_utils._modules.build import state
from ansible_collections.convox.rack.plugins.module_utils._modules.build import steps
from ansible_collections.convox.rack.plugins.module_utils._modules.build.arguments import pairs
from ansible_collections.convox.rack.plugins.module_utils._modules.build.state import Desired, Observed
from ansible_collections.convox.rack.plugins.module_utils._noun import WAIT_ARGUMENTS, Context, Noun, Step

SOURCES = ("path", "archive", "url")
# No file's name holds a NUL byte; and a rack gets the name as text, on one line.
_NO_NAME = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")


def _source(options: dict[str, t.Any], manifest: str) -> steps.Source | None:
    if _NO_NAME.search(manifest):
        raise errors.ConvoxOptionError(
            "manifest",
            f"{ascii(manifest)} is no name of a file in the source",
            "write its path as plain text",
        )
    # Here, because a module compiles what it imports each time it runs, and a url needs none of it.
    from ansible_collections.convox.rack.plugins.module_utils._build_context import archive

    if options.get("path"):
        return archive.pack(options["path"], manifest)
    if options.get("archive"):
        return archive.check_archive(options["archive"], manifest)
    if "://" not in (options.get("url") or ""):
        raise errors.ConvoxOptionError("url", "is no url", "give the address of a .tgz, such as https://…")
    return None


def _commit_of(folder: str | None) -> tuple[str, str]:
    """What git knows of a folder: a description and the commit's id, each "" for none."""
    if not folder:
        return "", ""
    from ansible_collections.convox.rack.plugins.module_utils._build_context import git

    commit = git.commit_of(folder)
    return commit.description, commit.sha


def _refuse(observed: Observed, desired: Desired) -> None:
    operation = f"build {desired.app}"
    if observed.app.status == "deleting":
        raise errors.ConvoxError(
            f"the app {desired.app} is being deleted",
            hint="Make it again with convox_app first.",
            operation=operation,
        )
    if observed.budget_tripped:
        raise errors.ConvoxError(
            f"the budget of {desired.app} is used up: the rack would refuse to promote the build",
            hint="Raise or reset the budget, or wait for the next month.",
            operation=operation,
        )
    if observed.lost and desired.env_guard == "fail":
        raise errors.ConvoxError(
            _lost_words(observed, desired),
            hint="A build inherits the env of the newest release. Set the variables with convox_env, or "
            "build all the same with env_guard: warn.",
            operation=operation,
            extra={"lost_variables": list(observed.lost)},
        )


def _lost_words(observed: Observed, desired: Desired) -> str:
    lost = ", ".join(observed.lost)
    return f"the newest release of {desired.app} lacks variables that the running one has: {lost}."


class BuildNoun(Noun[Desired, Observed]):
    """A build of an app."""

    ARGUMENTS: t.ClassVar[dict[str, dict[str, t.Any]]] = {
        "app": {"type": "str", "required": True},
        "path": {"type": "path"},
        "archive": {"type": "path"},
        "url": {"type": "str"},
        "manifest": {"type": "str", "default": builds.MANIFEST},
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
    CONSTRAINTS: t.ClassVar[dict[str, t.Any]] = {
        "required_one_of": [SOURCES],
        "mutually_exclusive": [SOURCES],
    }
    SECRET_OPTIONS: t.ClassVar[tuple[str, ...]] = ("build_args",)

    def __init__(self) -> None:
        #: What this task has built, and the app as it was before.
        self.made: Observed | None = None
        self._app = apps.App(name="")

    def desired(self, options: dict[str, t.Any]) -> Desired:
        """Reads the source through. Raises ConvoxOptionError for one that no rack can build from."""
        manifest = options["manifest"]
        source = _source(options, manifest)
        description, git_sha = _commit_of(options.get("path"))
        return Desired(
            app=options["app"],
            source=source,
            url=options.get("url") or "",
            description=description if options.get("description") is None else options["description"],
            git_sha=options.get("git_sha") or git_sha,
            manifest=manifest if manifest != builds.MANIFEST else None,
            build_args=pairs(options.get("build_args")),
            no_cache=options["no_cache"],
            development=options["development"],
            # A commit that we found ourselves says nothing of files that git does not know.
            reuse=options["reuse"] and bool(options.get("git_sha")),
            env_guard=options["env_guard"],
        )

    def observe(self, client: Client, desired: Desired, context: Context) -> Observed:
        """At most five requests: the app, its builds, its releases, the active one, the budget."""
        if self.made is not None:
            return self.made
        observed = state.observe(client, desired, context)
        self._app = observed.app
        if observed.lost and desired.env_guard == "warn":
            context.warn(f"{_lost_words(observed, desired)} The build inherits that")
        if desired.source and not (observed.complete or observed.going):
            for warning in desired.source.warnings:
                context.warn(warning)
        return observed

    def plan(self, observed: Observed, desired: Desired) -> list[Step]:
        """One step: build, wait for a build of the same commit, or take one. Raises ConvoxError for an app
        that is being deleted, whose budget is used up, or that would lose variables."""
        if observed.made or observed.release:
            return []
        if observed.going:
            return [steps.Follow(desired.app, observed.going)]
        _refuse(observed, desired)
        if observed.complete:
            return [steps.Take(desired.app, observed.complete, observed.newest)]
        return [
            steps.Build(
                app=desired.app,
                source=desired.source,
                url=desired.url,
                description=desired.description,
                git_sha=desired.git_sha,
                manifest=desired.manifest,
                build_args=desired.build_args,
                no_cache=desired.no_cache,
                development=desired.development,
            )
        ]

    def applied(self, step: Step, made: object) -> None:
        """Every step ends with a build."""
        if isinstance(made, steps.Made):
            self.made = Observed(self._app, made=made)

    def assumed(self, desired: Desired) -> Observed:
        """An app that was just made has no build."""
        return Observed(apps.App(name=desired.app))

    def result(self, observed: Observed, desired: Desired) -> dict[str, t.Any]:
        """``build``: id, status, description, git_sha, started, ended; ``release``: its id. Both null in
        check mode where a build is to be made; ``release`` null while a build goes on."""
        if observed.made:
            return {"build": observed.made.build.as_result(), "release": observed.made.release or None}
        build = observed.complete or observed.going
        return {"build": build.as_result() if build else None, "release": observed.release or None}
