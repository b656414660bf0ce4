# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: builds of an app, and their logs."""

from __future__ import annotations

import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api import errors, model
from ansible_collections.convox.rack.plugins.module_utils._api._http.transport import route
from ansible_collections.convox.rack.plugins.module_utils._api.client import PAGE, Client, given
from ansible_collections.convox.rack.plugins.module_utils._api.third_party import pydantic

#: The manifest that a rack reads where a build names none.
MANIFEST = "convox.yml"
#: The states of a build: on its way, and good. Every other is a failure.
GOING = ("", "created", "running")
COMPLETE = "complete"


class Build(model.Model):
    """``GET /apps/{app}/builds/{id}`` (recordings: builds, build_transfer)."""

    id: str
    app: str = ""
    description: str = ""
    entrypoint: str = ""
    git_sha: str = pydantic.Field("", alias="git-sha")
    logs: str = ""
    manifest: str = pydantic.Field("", repr=False)
    process: str = ""
    release: str = ""
    reason: str = ""
    repository: str = pydantic.Field("", repr=False)
    status: str = ""
    started: str | None = None
    ended: str | None = None

    def as_result(self) -> dict[str, t.Any]:
        """The build as results have it."""
        return self.model_dump(include={"id", "status", "description", "git_sha", "started", "ended"})

    def as_info(self) -> dict[str, t.Any]:
        """All that may be told of the build: its repository holds the rack's password, and its log is
        elsewhere."""
        known = self.model_dump(exclude={"logs", "repository"})
        return {**known, "started": model.utc(self.started), "ended": model.utc(self.ended)}


def newest(client: Client, app: str, limit: int = PAGE) -> list[Build]:
    """``GET /apps/{app}/builds``, newest first; ``limit`` 1 or more."""
    path = route("apps", app, "builds")
    answer = client.get(path, f"list the builds of {app}", query={"limit": str(limit)})
    return model.read_list(Build, answer)


def get(client: Client, app: str, build: str) -> Build:
    """``GET /apps/{app}/builds/{id}``. Raises ConvoxNotFoundError where there is none."""
    path = route("apps", app, "builds", build)
    return client.fresh(build, lambda: model.read(Build, client.get(path, f"read build {build} of {app}")))


def create(client: Client, app: str, url: str | None, **options: t.Any) -> Build:
    """``POST /apps/{app}/builds``, answers at once. Options as on the wire, with ``_``: ``description``,
    ``git_sha``, ``manifest``, ``build_args`` (list), ``no_cache``, ``development``, ``wildcard_domain``,
    ``external`` (without a url; its ``repository`` is told in this answer alone). After a lost answer a build
    that was not there before and bears our description and commit is ours."""
    if options.get("build_args") is not None:
        options["build_args"] = ",".join(options["build_args"])
    form = given(url=url, **options)
    ours = (form.get("description", ""), form.get("git-sha", ""))
    before = {build.id for build in newest(client, app)}

    def send() -> Build:
        answer = client.send(
            "POST", route("apps", app, "builds"), form=form, operation=f"build {app}", expect="json"
        )
        return model.read(Build, answer)

    def find() -> Build | None:
        for build in newest(client, app):
            if build.id not in before and (build.description, build.git_sha) == ours:
                return build
        return None

    made = client.settled(send, find)
    client.made(made.id)
    return made


def log(
    client: Client,
    app: str,
    build: str,
    *,
    timeout: float,
    opening: float | None = None,
    idle: float | None = None,
) -> t.Iterator[str]:
    """Text of a build's log as it comes, always from its beginning (the server does not hear ``Since`` here);
    ends with the build. ``timeout``, and ``opening`` for the connection alone, in seconds; after ``idle``
    seconds without a text an empty one is given."""
    path = route("apps", app, "builds", build, "logs")
    operation = f"follow build {build}"
    return client.stream_text(path, operation=operation, timeout=timeout, opening=opening, idle=idle)


def update(client: Client, app: str, build: str, **fields: str) -> Build:
    """``PUT /apps/{app}/builds/{id}``: what builders note in one: ``manifest``, ``release``, ``status``,
    ``ended`` (a time as racks take it). After a lost answer, a build that bears it was updated by us."""
    path = route("apps", app, "builds", build)
    operation = f"update build {build} of {app}"

    def send() -> Build:
        answer = client.send("PUT", path, form=given(**fields), operation=operation, expect="json")
        return model.read(Build, answer)

    def find() -> Build | None:
        found = get(client, app, build)
        # A rack may write a time in another form than it took it.
        noted = all(getattr(found, name) == value for name, value in fields.items() if name != "ended")
        return found if noted else None

    return client.settled(send, find)


def export_path(app: str, build: str) -> str:
    """``GET /apps/{app}/builds/{id}.tgz``: a stream. An export that fails is 200 and broken gzip that ends
    with JSON (recordings: build_transfer_broken)."""
    return route("apps", app, "builds", f"{build}.tgz")


def import_path(app: str) -> str:
    """``POST /apps/{app}/builds/import``: takes what was exported, and answers when all of it is in, after
    half an hour at most: a complete build with a release."""
    return route("apps", app, "builds", "import")


def import_image(
    client: Client, app: str, build: str, image: str, *, username: str | None, password: str | None
) -> None:
    """``POST /apps/{app}/builds/{id}/image``: 202, and the rack goes on with it. One that is at it already
    says so with 409; 422 for a bad name or a build without a manifest."""
    path = route("apps", app, "builds", build, "image")
    form = given(image=image, src_creds_user=username, src_creds_pass=password)

    def send() -> bool:
        try:
            client.send("POST", path, form=form, operation=f"import the image of build {build}", expect="any")
        except errors.ConvoxConflictError as error:
            if "is already importing" not in error.message:
                raise
        return True

    client.settled(send, lambda: get(client, app, build).status != "created" or None)


def cancel(client: Client, app: str, build: str) -> None:
    """``POST /apps/{app}/builds/{id}/cancel``, which newer racks have: ConvoxNotImplementedError on others
    (not recorded)."""
    path = route("apps", app, "builds", build, "cancel")
    client.send("POST", path, operation=f"cancel build {build} of {app}", expect="any", repeatable=True)
