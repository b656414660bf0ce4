# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: steps for images that are made elsewhere: the rack gets one, or is given one."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api._http.secrets import secrets_of_url
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.env_text import Change as EnvChange
from ansible_collections.convox.rack.plugins.module_utils._api.resources import builds, releases
from ansible_collections.convox.rack.plugins.module_utils._api.resources.builds import COMPLETE, Build
from ansible_collections.convox.rack.plugins.module_utils._modules.build.steps import Made
from ansible_collections.convox.rack.plugins.module_utils._noun import Change, Context, Step
from ansible_collections.convox.rack.plugins.module_utils._shared import release_list


@dataclass(frozen=True)
class FromImage(Step):
    """A build whose images the rack gets from another registry. ``begun``: one of the same commit that was
    begun and not brought to its end."""

    app: str
    image: str
    username: str | None
    password: str | None = field(repr=False)
    manifest: str = field(repr=False)
    description: str
    git_sha: str
    newest: str
    begun: Build | None = None
    one_shot: t.ClassVar[bool] = True
    way_out: t.ClassVar[str] = "Run the task again with its git_sha to carry it on."

    def changes(self) -> t.Sequence[Change]:
        return [Change(("build",), None, self.description or self.git_sha or f"image {self.image}")]

    def apply(self, client: Client, context: Context) -> Made:
        build = self.begun or _created(client, self.app, self.description, self.git_sha)
        context.add_secrets(secrets_of_url(build.repository))
        if build.status in ("", "created"):
            builds.update(client, self.app, build.id, manifest=self.manifest)
            builds.import_image(
                client, self.app, build.id, self.image, username=self.username, password=self.password
            )
            context.progress(self.app, f"build {build.id}: the rack gets {self.image}")
        if not context.wait:
            build = builds.get(client, self.app, build.id)
        elif build.status != COMPLETE:
            # Here, because a module compiles what it imports each time it runs, and most tasks build nothing.
            from ansible_collections.convox.rack.plugins.module_utils._modules.build.watch import Watch

            build = Watch(client, context, self.app, build.id).to_end()
        if build.status != COMPLETE:
            return Made(build, "")
        return self._with_release(client, context, build)

    def _with_release(self, client: Client, context: Context, build: Build) -> Made:
        """As the CLI: a rack makes no release of such a build by itself."""
        words = release_list.describe(EnvChange(), self.newest, self.description or f"build {build.id}")
        made = releases.create(client, self.app, newer_than=self.newest, build=build.id, description=words)
        build = builds.update(client, self.app, build.id, release=made.id)
        context.progress(self.app, f"build {build.id} is complete: release {made.id}")
        return Made(build, made.id)


@dataclass(frozen=True)
class External(Step):
    """A build for an image that somebody else will push."""

    app: str
    manifest: str = field(repr=False)
    description: str
    git_sha: str
    reveal: bool
    one_shot: t.ClassVar[bool] = True

    def changes(self) -> t.Sequence[Change]:
        return [Change(("build",), None, self.description or self.git_sha or "a build without a source")]

    def apply(self, client: Client, context: Context) -> Made:
        build = _created(client, self.app, self.description, self.git_sha)
        context.add_secrets(secrets_of_url(build.repository))
        if self.manifest:
            builds.update(client, self.app, build.id, manifest=self.manifest)
        if self.reveal and not build.repository:
            raise errors.ConvoxIgnoredError(
                f"build {build.id} of {self.app} was made, and the answer with its repository was lost",
                hint="The rack tells it once: run the task again, which makes another build.",
                extra={"build": build.as_result()},
            )
        return Made(build, "")


def _created(client: Client, app: str, description: str, git_sha: str) -> Build:
    """A build that waits for its image."""
    return builds.create(
        client,
        app,
        None,
        external=True,
        description=description or None,
        git_sha=git_sha or None,
    )
