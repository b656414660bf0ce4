# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: steps that build an app, wait for a build, and take one that is there."""

from __future__ import annotations

import secrets
import typing as t
from dataclasses import dataclass

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import builds, objects, releases
from ansible_collections.convox.rack.plugins.module_utils._noun import Change, Context, Step
from ansible_collections.convox.rack.plugins.module_utils._shared import release_words

if t.TYPE_CHECKING:
    from ansible_collections.convox.rack.plugins.module_utils._build_context.archive import Archive, Packed

    Source = t.Union[Packed, Archive]


class Made(t.NamedTuple):
    """The build a task ends with, and the release that carries it ("" while the build goes on)."""

    build: builds.Build
    release: str


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
    wildcard_domain: bool = False
    one_shot: t.ClassVar[bool] = True
    way_out: t.ClassVar[str] = (
        "Stop its process to end it (with the CLI: convox ps stop), or run the task again with its git_sha "
        "to wait for it."
    )

    def changes(self) -> t.Sequence[Change]:
        return [Change(("build",), None, self.description or self.git_sha or "a new build")]

    def apply(self, client: Client, context: Context) -> Made:
        context.add_secrets(dict(pair.split("=", 1) for pair in self.build_args))
        url = self._upload(client, context, self.source) if self.source else self.url
        build = builds.create(
            client,
            self.app,
            url,
            description=self.description or None,
            git_sha=self.git_sha or None,
            manifest=self.manifest,
            build_args=list(self.build_args) or None,
            # A v3 rack takes a false no-cache for a true one: say it only where it is meant.
            no_cache=True if self.no_cache else None,
            development=True if self.development else None,
            wildcard_domain=True if self.wildcard_domain else None,
        )
        context.progress(self.app, f"build {build.id} started")
        return _see_through(client, context, self.app, build)

    def _upload(self, client: Client, context: Context, source: Source) -> str:
        files = "1 file" if source.files == 1 else f"{source.files} files"
        context.progress(self.app, f"uploading {files}")
        key = f"tmp/{secrets.token_hex(15)}.tgz"
        return objects.store(client, self.app, key, source.chunks, timeout=context.time_left())


@dataclass(frozen=True)
class Follow(Step):
    """Wait for a build of the same commit that somebody has started (or a task of ours that gave up)."""

    app: str
    build: builds.Build
    wait_only: t.ClassVar[bool] = True
    one_shot: t.ClassVar[bool] = True

    def apply(self, client: Client, context: Context) -> Made:
        context.progress(self.app, f"build {self.build.id} of the same commit is under way")
        return _see_through(client, context, self.app, self.build)


@dataclass(frozen=True)
class Take(Step):
    """Carry a build that is there into a new release, with the env of the newest one."""

    app: str
    build: builds.Build
    newest: str

    def changes(self) -> t.Sequence[Change]:
        return [Change(("release",), self.newest or None, f"build {self.build.id} again")]

    def apply(self, client: Client, context: Context) -> Made:
        words = release_words.describe_carried(self.newest, f"build {self.build.id} again")
        made = releases.create(
            client, self.app, newer_than=self.newest, build=self.build.id, description=words
        )
        return Made(self.build, made.id)


def _see_through(client: Client, context: Context, app: str, build: builds.Build) -> Made:
    if not context.wait:
        return Made(build, build.release)
    # Here, because a module compiles what it imports each time it runs, and most tasks build nothing.
    from ansible_collections.convox.rack.plugins.module_utils._modules.build.watch import Watch

    done = Watch(client, context, app, build.id).to_end()
    if not done.release:
        raise errors.ConvoxIgnoredError(
            f"build {done.id} of {app} is complete, but the rack made no release of it",
            hint="Create one with convox_release, state: created and this build.",
            extra={"build": done.as_result()},
        )
    context.progress(app, f"build {done.id} is complete: release {done.release}")
    return Made(done, done.release)
