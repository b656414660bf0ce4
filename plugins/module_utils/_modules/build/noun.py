# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the noun of convox_build, a build of an app."""

from __future__ import annotations

import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import apps, builds
from ansible_collections.convox.rack.plugins.module_utils._modules.build import options as reading
from ansible_collections.convox.rack.plugins.module_utils._modules.build import state
from ansible_collections.convox.rack.plugins.module_utils._modules.build import steps
from ansible_collections.convox.rack.plugins.module_utils._modules.build.state import Desired, Observed
from ansible_collections.convox.rack.plugins.module_utils._noun import WAIT_ARGUMENTS, Context, Noun, Step


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
        "wildcard_domain": {"type": "bool", "default": False},
        "ignore_file": {"type": "str", "default": reading.IGNORE_FILE},
        "image": {"type": "str"},
        "image_username": {"type": "str"},
        "image_password": {"type": "str", "no_log": True},
        "manifest_src": {"type": "path"},
        "manifest_content": {"type": "str"},
        "external": {"type": "bool", "default": False},
        "reveal": {"type": "bool", "default": False},
        "state": {
            "type": "str",
            "choices": ["built", "exported", "imported", "cancelled"],
            "default": "built",
        },
        "id": {"type": "str"},
        "dest": {"type": "path"},
        "force": {"type": "bool", "default": False},
        **WAIT_ARGUMENTS,
        "wait_timeout": {"type": "int", "default": 3600},
    }
    CONSTRAINTS: t.ClassVar[dict[str, t.Any]] = {
        "mutually_exclusive": [reading.SOURCES, ("manifest_src", "manifest_content")],
        "required_together": [("image_username", "image_password")],
    }
    SECRET_OPTIONS: t.ClassVar[tuple[str, ...]] = ("build_args",)
    CONTROLLER_FILES: t.ClassVar[dict[str, t.Callable[[dict[str, t.Any], str, str], None]]] = {
        "manifest_src": reading.read_manifest
    }

    def __init__(self) -> None:
        #: What this task has built, and the app as it was before.
        self.made: Observed | None = None
        self._app = apps.App(name="")

    def desired(self, options: dict[str, t.Any]) -> Desired:
        """Reads the source through. Raises ConvoxOptionError for what no rack can do."""
        return reading.desired(options)

    def observe(self, client: Client, desired: Desired, context: Context) -> Observed:
        """At most five requests: the app, its builds, its releases, the active one, the budget. See
        ``exports.observe`` and ``cancels.observe`` for a build that is named."""
        if self.made is not None:
            return self.made
        if desired.state in ("exported", "cancelled"):
            self.made = _part(desired).observe(client, desired, context)
            return self.made
        if desired.state == "imported" and desired.inside is None and not context.check_mode:
            raise reading.no_archive(desired.archive)
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
        if desired.state in ("exported", "cancelled"):
            return _part(desired).plan(observed, desired)
        if observed.going and not desired.image:
            return [steps.Follow(desired.app, observed.going)]
        _refuse(observed, desired)
        if observed.complete:
            return [steps.Take(desired.app, observed.complete, observed.newest)]
        return [_begin(observed, desired)]

    def applied(self, step: Step, made: object) -> None:
        """Every step ends with a build, or with a file."""
        if isinstance(made, steps.Made):
            self.made = Observed(self._app, made=made)
        elif self.made is not None:
            self.made = self.made._replace(kept=True, size=getattr(made, "size", None))

    def assumed(self, desired: Desired) -> Observed:
        """An app that was just made has no build."""
        return Observed(apps.App(name=desired.app))

    def result(self, observed: Observed, desired: Desired) -> dict[str, t.Any]:
        """``build``: id, status, description, git_sha, started, ended; ``release``: its id. Both null in
        check mode where a build is to be made; ``release`` null while a build goes on."""
        build = observed.made.build if observed.made else observed.complete or observed.going
        release = observed.made.release if observed.made else observed.release
        answer: dict[str, t.Any] = {
            "build": build.as_result() if build else None,
            "release": release or None,
        }
        if desired.dest is not None:
            answer |= {"dest": desired.dest.path, "size": observed.size}
            answer["release"] = build.release or None if build else None
        if desired.reveal:
            answer["repository"] = build.repository or None if build else None
        return answer


class _Part(t.Protocol):
    """What is done with a build that is named."""

    def observe(self, client: Client, desired: Desired, context: Context) -> Observed:
        """What is there."""

    def plan(self, observed: Observed, desired: Desired) -> list[Step]:
        """What is to be done."""


def _part(desired: Desired) -> _Part:
    # Here, because a module compiles what it imports each time it runs, and most tasks build.
    if desired.state == "exported":
        from ansible_collections.convox.rack.plugins.module_utils._modules.build import exports

        return exports
    from ansible_collections.convox.rack.plugins.module_utils._modules.build import cancels

    return cancels


def _begin(observed: Observed, desired: Desired) -> Step:
    """The step that makes a build."""
    words = (desired.description, desired.git_sha)
    if desired.state == "imported":
        from ansible_collections.convox.rack.plugins.module_utils._modules.build import imports

        return imports.Import(desired.app, desired.archive, desired.inside)
    if desired.image or desired.external:
        from ansible_collections.convox.rack.plugins.module_utils._modules.build import images

        manifest = desired.source.manifest if desired.source else ""
        if desired.external:
            return images.External(desired.app, manifest, *words, desired.reveal)
        login = desired.login
        return images.FromImage(
            desired.app, desired.image, *login, manifest, *words, observed.newest, observed.going
        )
    return steps.Build(
        app=desired.app,
        source=None if isinstance(desired.source, state.Text) else desired.source,
        url=desired.url,
        description=desired.description,
        git_sha=desired.git_sha,
        manifest=desired.manifest,
        build_args=desired.build_args,
        no_cache=desired.no_cache,
        development=desired.development,
        wildcard_domain=desired.wildcard_domain,
    )
