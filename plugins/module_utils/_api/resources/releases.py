# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: releases and their promotes."""

from __future__ import annotations

import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api import models
from ansible_collections.convox.rack.plugins.module_utils._api._http.transport import route
from ansible_collections.convox.rack.plugins.module_utils._api.client import PAGE, given, read, read_list
from ansible_collections.convox.rack.plugins.module_utils._api.resources.apps import AppCalls


class ReleaseCalls(AppCalls):
    """Requests about releases."""

    def releases(self, app: str, limit: int = PAGE) -> list[models.Release]:
        """``GET /apps/{app}/releases``, newest first; ``limit`` 1 or more."""
        path = route("apps", app, "releases")
        answer = self._get(path, f"list the releases of {app}", query={"limit": str(limit)})
        return read_list(models.Release, answer)

    def release(self, app: str, release: str) -> models.Release:
        """``GET /apps/{app}/releases/{id}``."""
        path = route("apps", app, "releases", release)
        doing = f"read release {release} of {app}"
        return self._fresh(release, lambda: read(models.Release, self._get(path, doing)))

    def create_release(
        self,
        app: str,
        *,
        newer_than: str,
        env: str | None = None,
        build: str | None = None,
        parent: str | None = None,
        description: str | None = None,
    ) -> models.Release:
        """``POST /apps/{app}/releases``: the newest release's (or ``parent``'s) build and env, replaced by
        what is given. ``newer_than`` is the newest release the caller knows ("" for none): after a lost
        answer, a release newer than it with our content is ours."""
        form = given(env=env, build=build, parent_release=parent, description=description)
        doing = f"create a release of {app}"

        def send() -> models.Release:
            return read(
                models.Release,
                self.transport.send("POST", route("apps", app, "releases"), form=form, doing=doing),
            )

        def look() -> models.Release | None:
            for release in self.releases(app):
                if release.id == newer_than:
                    return None
                same_words = description in (None, release.description)
                if same_words and env in (None, release.env) and build in (None, release.build):
                    return release
            return None

        made = self._settled(send, look)
        self._made.add(made.id)
        return made

    def promote(self, app: str, release: str, **options: t.Any) -> None:
        """``POST …/releases/{id}/promote``. Options: ``force``, ``idle``, ``development`` (bool), ``min``,
        ``max`` (percent), ``timeout`` (s). Answers at once; the rollout goes on."""
        path = route("apps", app, "releases", release, "promote")

        def send() -> bool:
            self.transport.send("POST", path, form=given(**options), doing=f"promote {release} of {app}")
            return True

        def look() -> bool | None:
            return True if self.app(app).release == release else None

        self._fresh(release, lambda: self._settled(send, look))
