# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the step that brings an exported build into an app."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.convox.rack.plugins.module_utils._api import errors, model
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import builds
from ansible_collections.convox.rack.plugins.module_utils._api.resources.builds import COMPLETE, Build
from ansible_collections.convox.rack.plugins.module_utils._modules.build.steps import Made
from ansible_collections.convox.rack.plugins.module_utils._noun import Change, Context, Step
from ansible_collections.convox.rack.plugins.module_utils._shared import transfers

# A rack ends an import after so many seconds.
LONGEST = 1800.0


@dataclass(frozen=True)
class Import(Step):
    """Send the file. The rack answers when all of it is in."""

    app: str
    path: str
    #: What the file holds; None in check mode, where an earlier task has yet to write it.
    inside: Build | None
    one_shot: t.ClassVar[bool] = True

    def changes(self) -> t.Sequence[Change]:
        return [Change(("build",), None, f"what {ascii(self.path)} holds")]

    def apply(self, client: Client, context: Context) -> Made:
        before = {build.id for build in builds.newest(client, self.app)}
        operation = f"import a build into {self.app}"

        def send() -> Build:
            answer = transfers.upload(
                client,
                context,
                "POST",
                builds.import_path(self.app),
                self.path,
                app=self.app,
                operation=operation,
                expect="json",
                timeout=min(LONGEST, context.time_left()),
                repeatable=False,
                option="archive",
                headers={"Content-Type": "application/gzip"},
            )
            return model.read(Build, answer)

        def find() -> Build | None:
            for build in builds.newest(client, self.app):
                if build.id not in before and build.status == COMPLETE and self._is_ours(build):
                    return build
            return None

        build = client.settled(send, find)
        client.made(build.id)
        if build.status != COMPLETE or not build.release:
            raise errors.ConvoxIgnoredError(
                f"the rack has imported build {build.id} of {self.app}, and made no release of it",
                hint="Create one with convox_release, state: created and this build.",
                extra={"build": build.as_result()},
            )
        context.progress(self.app, f"build {build.id} is there: release {build.release}")
        return Made(build, build.release)

    def _is_ours(self, build: Build) -> bool:
        told = self.inside
        return told is not None and (build.description, build.git_sha, build.logs, build.manifest) == (
            told.description,
            told.git_sha,
            told.logs,
            told.manifest,
        )
