# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: builds, their sources and logs."""

from __future__ import annotations

import typing as t
import urllib.parse

from ansible_collections.convox.rack.plugins.module_utils._api import models
from ansible_collections.convox.rack.plugins.module_utils._api._http.transport import route
from ansible_collections.convox.rack.plugins.module_utils._api.client import (
    PAGE,
    RackBase,
    given,
    read,
    read_list,
)

Content = t.Union[bytes, t.Callable[[], t.Iterator[bytes]]]


class BuildCalls(RackBase):
    """Requests about builds."""

    def builds(self, app: str, limit: int = PAGE) -> list[models.Build]:
        """``GET /apps/{app}/builds``, newest first."""
        answer = self._get(
            route("apps", app, "builds"), f"list the builds of {app}", query={"limit": str(limit)}
        )
        return read_list(models.Build, answer)

    def build(self, app: str, build: str) -> models.Build:
        """``GET /apps/{app}/builds/{id}``."""
        path = route("apps", app, "builds", build)
        return self._fresh(build, lambda: read(models.Build, self._get(path, f"read build {build} of {app}")))

    def create_build(self, app: str, url: str, **options: t.Any) -> models.Build:
        """``POST /apps/{app}/builds``, answers at once. Options as on the wire, with ``_``: ``description``,
        ``git_sha``, ``manifest``, ``build_args`` (list), ``no_cache``, ``development``, ``wildcard_domain``,
        ``external``. After a lost answer a build that was not there before and bears our description and
        commit is ours."""
        if options.get("build_args") is not None:
            options["build_args"] = ",".join(options["build_args"])
        form = given(url=url, **options)
        before = {build.id for build in self.builds(app)}

        def send() -> models.Build:
            path = route("apps", app, "builds")
            return read(models.Build, self.transport.send("POST", path, form=form, doing=f"build {app}"))

        def look() -> models.Build | None:
            for build in self.builds(app):
                ours = (build.description, build.git_sha) == (
                    form.get("description", ""),
                    form.get("git-sha", ""),
                )
                if build.id not in before and ours:
                    return build
            return None

        made = self._settled(send, look)
        self._made.add(made.id)
        return made

    def store_object(self, app: str, key: str, content: Content, *, timeout: float) -> str:
        """``POST /apps/{app}/objects/{key}``: the object's url. The same key again is the same object, so
        an upload may be repeated."""
        path = route("apps", app, "objects") + "/" + urllib.parse.quote(key)
        answer = self.transport.send(
            "POST",
            path,
            content=content,
            headers={"Content-Type": "application/octet-stream"},
            doing=f"upload to {app}",
            repeatable=True,
            timeout=timeout,
        )
        return str(answer.json()["Url"])

    def object_text(self, app: str, key: str) -> str:
        """``GET /apps/{app}/objects/{key}`` as text."""
        path = route("apps", app, "objects") + "/" + urllib.parse.quote(key)
        return self._get(path, f"read object {key} of {app}").text

    def build_log(
        self, app: str, build: str, *, timeout: float, idle: float | None = None
    ) -> t.Iterator[str]:
        """Text of a build's log as it comes, always from its beginning (the server does not hear ``Since``
        here); ends with the build. After ``idle`` seconds of silence an empty text is given."""
        path = route("apps", app, "builds", build, "logs")
        return self.transport.stream_text(path, doing=f"follow build {build}", timeout=timeout, idle=idle)
