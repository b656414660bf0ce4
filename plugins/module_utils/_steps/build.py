# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: steps that build an app, wait for a build, and take one that is there."""

from __future__ import annotations

import secrets
import typing as t
from dataclasses import dataclass

from ansible_collections.convox.rack.plugins.module_utils._api import errors, models
from ansible_collections.convox.rack.plugins.module_utils._api.env_text import Change as EnvChange
from ansible_collections.convox.rack.plugins.module_utils._api.rack import Rack
from ansible_collections.convox.rack.plugins.module_utils._steps import env_log
from ansible_collections.convox.rack.plugins.module_utils._steps.archive import Archive, Packed
from ansible_collections.convox.rack.plugins.module_utils._steps.build_watch import Watch, told
from ansible_collections.convox.rack.plugins.module_utils._steps.step import Change, Run, Step

Source = t.Union[Packed, Archive]


@dataclass(frozen=True)
class Made:
    """The build a task ends with, and the release that carries it ("" while the build goes on)."""

    build: models.Build
    release: str


def remember(run: Run, build: models.Build, release: str) -> None:
    """Keep the build of this task for the next look."""
    run.memory["made"] = Made(build, release)


@dataclass(frozen=True, repr=False)
class Build(Step):
    """Upload the source where it is ours, start the build, and wait for its end.

    ``build_args`` are ``KEY=VALUE``; their values are taken out of the log. None leaves an option out.
    """

    app: str
    source: Source | None
    url: str
    description: str
    git_sha: str
    manifest: str | None = None
    build_args: tuple[str, ...] = ()
    no_cache: bool = False
    development: bool = False
    once: t.ClassVar[bool] = True

    def changes(self) -> t.Sequence[Change]:
        return [Change(("build",), None, self.description or self.git_sha or "a new build")]

    def act(self, rack: Rack, run: Run) -> None:
        run.hide(pair.partition("=")[2] for pair in self.build_args)
        url = self._upload(rack, run, self.source) if self.source else self.url
        build = rack.create_build(
            self.app,
            url,
            description=self.description or None,
            git_sha=self.git_sha or None,
            manifest=self.manifest,
            build_args=list(self.build_args) or None,
            # A v3 rack takes a false no-cache for a true one: say it only where it is meant.
            no_cache=True if self.no_cache else None,
            development=True if self.development else None,
        )
        run.acted = True
        run.say(self.app, f"build {build.id} started")
        _see_through(rack, run, self.app, build)

    def _upload(self, rack: Rack, run: Run, source: Source) -> str:
        files = "1 file" if source.files == 1 else f"{source.files} files"
        run.say(self.app, f"uploading {files}")
        key = f"tmp/{secrets.token_hex(15)}.tgz"
        return rack.store_object(self.app, key, source.chunks, timeout=run.time_left())


@dataclass(frozen=True)
class Follow(Step):
    """Wait for a build of the same commit that somebody has started (or a task of ours that gave up)."""

    app: str
    build: models.Build
    quiet: t.ClassVar[bool] = True
    once: t.ClassVar[bool] = True

    def act(self, rack: Rack, run: Run) -> None:
        run.say(self.app, f"build {self.build.id} of the same commit is under way")
        _see_through(rack, run, self.app, self.build)


@dataclass(frozen=True)
class Take(Step):
    """Carry a build that is there into a new release, with the env of the newest one."""

    app: str
    build: models.Build
    newest: str

    def changes(self) -> t.Sequence[Change]:
        return [Change(("release",), self.newest or None, f"build {self.build.id} again")]

    def act(self, rack: Rack, run: Run) -> None:
        words = env_log.describe(EnvChange(), self.newest, f"build {self.build.id} again")
        made = rack.create_release(self.app, newer_than=self.newest, build=self.build.id, description=words)
        remember(run, self.build, made.id)


def _see_through(rack: Rack, run: Run, app: str, build: models.Build) -> None:
    remember(run, build, build.release)
    if not run.wait:
        return
    done = Watch(rack, run, app, build.id).to_end()
    if not done.release:
        raise errors.ConvoxIgnoredError(
            f"build {done.id} of {app} is complete, but the rack made no release of it",
            hint="Create one with convox_release, state: created and this build.",
            extra={"build": told(done)},
        )
    remember(run, done, done.release)
    run.say(app, f"build {done.id} is complete: release {done.release}")
