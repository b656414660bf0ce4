# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds: made from a url or an uploaded object, finished after a while, read, changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.practice_rack import env_text, events, wire
from tests.practice_rack import manifest as mf
from tests.practice_rack.archive import Files, unpack
from tests.practice_rack.rollout import add_release
from tests.practice_rack.state import App, Build, Pod, State
from tests.practice_rack.web import OK, Call
from tests.practice_rack.wire import RackError

LIMIT = 10
COMPLETING = 0.01  # seconds in which ``ended`` is set while the status still says ``running``


@dataclass
class Source:
    """What a build will come to: its manifest, its log, whether it fails (or another status)."""

    manifest: str
    lines: list[str]
    failed: bool
    files: Files
    status: str = ""

    @property
    def ends_as(self) -> str:
        return self.status or ("failed" if self.failed else "complete")


def as_json(state: State, build: Build) -> dict[str, Any]:
    return {
        "id": build.id,
        "app": build.app,
        "description": build.description,
        "entrypoint": build.entrypoint,
        "git-sha": build.git_sha,
        "logs": build.logs,
        "manifest": build.manifest,
        "process": build.process,
        "release": build.release,
        "reason": build.reason,
        "repository": "",
        "status": build.status,
        "started": state.nanos(build.started),
        "ended": state.nanos(build.ended),
    }


def find(app: App, id_: str) -> Build:
    found = next((b for b in app.builds if b.id == id_), None)
    if found is None:
        raise RackError(500, f'builds.convox.com "{id_.lower()}" not found')
    return found


def list_builds(call: Call) -> Any:
    app, limit = call.app(), call.limit(LIMIT)
    lag = call.state.lag(call.settings.lag_seconds)
    seen = [b for b in reversed(app.builds) if call.state.now - b.at >= lag]
    return [as_json(call.state, b) for b in seen[: max(limit, 0)]]


def get(call: Call) -> Any:
    build = find(call.app(), call.path["id"])
    if call.state.now - build.at < call.state.lag(call.settings.find_lag_seconds):
        raise RackError(500, f'builds.convox.com "{build.id.lower()}" not found')
    return as_json(call.state, build)


def create(call: Call) -> Any:
    """Answers at once; the build ends by itself after ``build_seconds``."""
    app, form, state = call.app(), call.form, call.state
    if app.status == "deleting":
        raise RackError(404, f"app not found: {app.name}")
    build = Build(state.new_id("B"), app.name, state.now, started=state.now, options=dict(form))
    build.description, build.git_sha = form.get("description", ""), form.get("git-sha", "")
    app.builds.append(build)
    if wire.is_true(form.get("external", "")):
        build.status = "created"
        repository = f"https://convox:{call.settings.password}@api.rack.test/{app.name}"
        return as_json(state, build) | {"repository": repository}  # told this once
    _start(state, app, build, _source(state, app, build), call.settings.build_seconds)
    return as_json(state, build)


# -- what a build is made from


def _source(state: State, app: App, build: Build) -> Source:
    url = build.options.get("url", "")
    owner, _unused, key = url.removeprefix("object://").partition("/")
    content = state.objects.get((owner, key)) if url.startswith("object://") else None
    if content is not None:
        return _from_archive(state, app, build, content)
    text = state.settings.kind.manifest
    if "fail" in url:
        text += "# fail\n"
    elif "crash" in url:
        text = text.replace("command: sleep 1000", "command: crash")
    return _outcome(state, app, build, text, {})


def _from_archive(state: State, app: App, build: Build, content: bytes) -> Source:
    name = build.options.get("manifest") or "convox.yml"
    try:
        files = unpack(content)
    except ValueError as error:
        return Source("", [f"ERROR: could not unpack source: {error}"], True, {})
    found = files.get(name)
    if found is None or found[1] is None:
        return Source("", [f"ERROR: open {name}: no such file or directory"], True, files)
    return _outcome(state, app, build, found[1].decode("utf-8", "replace"), files)


def _outcome(state: State, app: App, build: Build, text: str, files: Files) -> Source:
    """``# fail`` in the manifest fails the build, so does one that the server cannot use.

    It is read with the newest release's env and the build's own arguments.
    """
    arguments = [a.partition("=") for a in build.options.get("build-args", "").split(",") if a]
    env = env_text.parse(app.releases[-1].env if app.releases else "")
    try:
        for name, equals, value in arguments:
            if not equals:
                raise mf.ManifestError(f"invalid build args: {name}")
            env[name] = value
        manifest = mf.load(text, env)
        mf.validate(manifest)
    except mf.ManifestError as error:
        return Source(text, f"ERROR: {error}".split("\n"), True, files)
    kind = state.settings.kind
    lines: list[str] = []
    image = kind.image.format(app=app.name)
    for line in kind.build_log:
        if "{service}" not in line:
            lines.append(line)
            continue
        lines += [line.format(service=s, image=image, build=build.id) for s in manifest.services]
    if "# fail" in text:
        return Source(
            text, [*lines[:2], "ERROR: build failed: told to fail", "ERROR: exit status 1"], True, files
        )
    return Source(text, lines, False, files)


def place(
    state: State, app: App, id_: str, manifest: str, status: str, lines: Sequence[str], facts: dict[str, Any]
) -> Build:
    """A build that has ended, with its log where a rack keeps it, and without a release."""
    build = Build(
        id_, app.name, state.now, manifest=manifest, status=status, started=state.now, ended=state.now
    )
    _set(build, facts)
    build.lines = [(state.now, line) for line in lines]
    _store_log(state, build)
    app.builds.append(build)
    return build


def begin(
    state: State, app: App, seconds: float, lines: Sequence[str], status: str, facts: dict[str, Any]
) -> Build:
    """A build that runs for so many seconds, brings these lines meanwhile, and ends with this status."""
    build = Build(state.new_id("B"), app.name, state.now, started=state.now)
    _set(build, facts)
    app.builds.append(build)
    text = build.manifest or state.settings.kind.manifest
    _start(state, app, build, Source(text, list(lines), status != "complete", {}, status), seconds)
    return build


def _set(build: Build, facts: dict[str, Any]) -> None:
    for fact, value in facts.items():
        if not hasattr(build, fact):
            raise TypeError(f"a build has no {fact}")
        setattr(build, fact, value)


# -- its course


def _start(state: State, app: App, build: Build, source: Source, seconds: float) -> None:
    build.files = source.files
    step = seconds / (len(source.lines) + 1)
    build.lines = [(state.now + step * (n + 1), line) for n, line in enumerate(source.lines)]
    version = state.settings.rack_version
    pod = Pod(
        id=f"build-{state.suffix()}",
        app=app.name,
        service="build",
        kind="build",
        image=state.settings.kind.build_image.format(version=version),
        release=app.release,
        command="build -method tgz -cache true",
        at=state.now,
        status="running",
        running_at=state.now,
        host=state.host(),
    )
    pod.lines = build.lines
    app.pods[pod.id] = pod
    build.process = pod.id
    state.at(max(seconds - COMPLETING, 0), lambda: _end(state, app, build, pod, source))


def _end(state: State, app: App, build: Build, pod: Pod, source: Source) -> None:
    """A build whose process was stopped has nobody who notes its end: it stays as it is (not recorded)."""
    if not state.alive(app) or app.pods.get(pod.id) is not pod or build.status not in ("created", "running"):
        return
    build.manifest = source.manifest
    build.ended = state.now
    pod.ended_at = state.now
    _store_log(state, build)
    pod.status = "failed" if source.failed else "complete"
    state.at(COMPLETING, lambda: _complete(state, app, build, pod, source))


def _store_log(state: State, build: Build) -> None:
    key = f"build/{build.id}/logs"
    state.objects[build.app, key] = "".join(f"{line}\n" for _unused, line in build.lines).encode()
    build.logs = f"object://{build.app}/{key}"


def _complete(state: State, app: App, build: Build, pod: Pod, source: Source) -> None:
    if not state.alive(app) or app.pods.get(pod.id) is not pod:
        return
    build.status = source.ends_as
    if pod.status == "complete":
        newest = app.releases[-1] if app.releases else None
        build.release = add_release(state, app, build, newest.env if newest else "", build.description).id
    told = {"app": app.name, "id": build.id, "release_id": build.release}
    events.tell(state, "build:create", told, error="" if build.release else "build failed")
    state.at(state.settings.build_pod_seconds, lambda: app.pods.pop(pod.id, None))


def update(call: Call) -> Any:
    """What builders and the CLI note in a build."""
    build = find(call.app(), call.path["id"])
    for field in ("entrypoint", "logs", "manifest", "release", "status"):
        if field in call.form:
            setattr(build, field, call.form[field])
    if "ended" in call.form:
        build.ended = call.state.now
    return as_json(call.state, build)


def cancel(call: Call) -> Any:
    """Racks of ``cancel_builds`` have this; how they answer is not recorded."""
    app = call.app()
    build = find(app, call.path["id"])
    app.pods.pop(build.process, None)
    if build.status in ("created", "running"):
        build.status, build.ended = "failed", call.state.now
    return OK
