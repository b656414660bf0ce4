# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: releases of an app, and their promotes."""

from __future__ import annotations

import functools
import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api import env_text, model
from ansible_collections.convox.rack.plugins.module_utils._api._http.transport import route
from ansible_collections.convox.rack.plugins.module_utils._api.client import PAGE, Client, given
from ansible_collections.convox.rack.plugins.module_utils._api.resources import apps
from ansible_collections.convox.rack.plugins.module_utils._api.third_party import pydantic


class Release(model.Model):
    """``GET /apps/{app}/releases/{id}`` (recordings: releases, env)."""

    id: str
    app: str = ""
    build: str = ""
    env: str = pydantic.Field("", repr=False)
    manifest: str = pydantic.Field("", repr=False)
    description: str = ""
    created: str | None = None

    @functools.cached_property
    def variables(self) -> dict[str, str]:
        """The env as the rack reads it."""
        return env_text.parse(self.env)


def newest(client: Client, app: str, limit: int = PAGE) -> list[Release]:
    """``GET /apps/{app}/releases``, newest first; ``limit`` 1 or more."""
    path = route("apps", app, "releases")
    answer = client.get(path, f"list the releases of {app}", query={"limit": str(limit)})
    return model.read_list(Release, answer)


def get(client: Client, app: str, release: str, *, timeout: float | None = None) -> Release:
    """``GET /apps/{app}/releases/{id}``. ``timeout`` in seconds, by default the connection's. Raises
    ConvoxNotFoundError where there is none."""
    path = route("apps", app, "releases", release)
    operation = f"read release {release} of {app}"

    def read() -> Release:
        return model.read(Release, client.send("GET", path, operation=operation, timeout=timeout))

    return client.fresh(release, read)


def create(
    client: Client,
    app: str,
    *,
    newer_than: str,
    env: str | None = None,
    build: str | None = None,
    parent: str | None = None,
    description: str | None = None,
) -> Release:
    """``POST /apps/{app}/releases``: the newest release's (or ``parent``'s) build and env, replaced by
    what is given. ``newer_than`` is the newest release the caller knows ("" for none): after a lost
    answer, a release newer than it with our content is ours."""
    form = given(env=env, build=build, parent_release=parent, description=description)
    operation = f"create a release of {app}"

    def send() -> Release:
        answer = client.send(
            "POST", route("apps", app, "releases"), form=form, operation=operation, expect="json"
        )
        return model.read(Release, answer)

    def find() -> Release | None:
        for release in newest(client, app):
            if release.id == newer_than:
                return None
            same_words = description in (None, release.description)
            if same_words and env in (None, release.env) and build in (None, release.build):
                return release
        return None

    made = client.settled(send, find)
    client.made(made.id)
    return made


def promote(client: Client, app: str, release: str, **options: t.Any) -> None:
    """``POST …/releases/{id}/promote``. Options: ``force``, ``idle``, ``development`` (bool), ``min``,
    ``max`` (percent), ``timeout`` (s). Answers at once; the rollout goes on."""
    path = route("apps", app, "releases", release, "promote")

    def send() -> bool:
        operation = f"promote {release} of {app}"
        client.send("POST", path, form=given(**options), operation=operation, expect="ok")
        return True

    def find() -> bool | None:
        return True if apps.get(client, app).release == release else None

    client.fresh(release, lambda: client.settled(send, find))
