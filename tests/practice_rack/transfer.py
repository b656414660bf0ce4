# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds that come and go as files, and builds for images made elsewhere."""

from __future__ import annotations

import gzip
import io
import json
import re
import tarfile
import zlib
from typing import Any

from tests.practice_rack import builds, rollout
from tests.practice_rack import manifest as mf
from tests.practice_rack.state import Build, State
from tests.practice_rack.web import Answer, Call
from tests.practice_rack.wire import RackError, compact

_IMAGE = r"[A-Za-z0-9](?:[A-Za-z0-9._:/@+-]*)"
_BAD_IMAGE = (
    "invalid image ref: must start with a letter or digit, contain only A-Z a-z 0-9 . _ : / @ + -, "
    "and not include // @- :- or /-"
)


def export(call: Call) -> Any:
    """build.json, then a tar for each service's image; without the tool for images a broken file, and 200."""
    app = call.app()
    build = builds.find(app, call.path["id"])
    if not call.settings.image_tool:
        text = compact({"error": 'exec: "skopeo": executable file not found in $PATH'}) + "\n"
        return Answer(b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff" + text.encode(), "application/x-gzip")
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        _put(archive, "build.json", compact(builds.as_json(call.state, build)).encode())
        folder = tarfile.TarInfo(".")
        folder.type = tarfile.DIRTYPE
        archive.addfile(folder)
        made = rollout.find_release(app, build.release)
        for service in mf.of_text(build.manifest, made.env if made else "").services:
            _put(archive, f"{service}.{build.id}.tar", b"image\n")
    return Answer(out.getvalue(), "application/x-gzip")


def _put(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    archive.addfile(member, io.BytesIO(content))


def import_build(call: Call) -> Any:
    """Answers the finished build; without build.json it has an empty manifest, and that is no error."""
    app = call.state.apps.get(call.path["app"])
    if app is None:
        namespace = f"{call.settings.rack_name}-{call.path['app']}"
        raise RackError(500, f'namespaces "{namespace}" not found')
    told = _read(call.body)
    state = call.state
    build = Build(state.new_id("B"), app.name, state.now, status="complete", started=state.now)
    build.description, build.git_sha = told.get("description", ""), told.get("git-sha", "")
    build.logs, build.manifest = told.get("logs", ""), told.get("manifest", "")
    build.ended = state.now + 0.001
    app.builds.append(build)
    newest = app.releases[-1] if app.releases else None
    build.release = rollout.add_release(state, app, build, newest.env if newest else "", build.description).id
    return builds.as_json(state, build)


def _read(content: bytes) -> dict[str, Any]:
    """build.json out of the archive."""
    try:
        whole = gzip.decompress(content)
        with tarfile.open(fileobj=io.BytesIO(whole), mode="r:") as archive:
            found = [archive.extractfile(m) for m in archive if m.name == "build.json"]
            told: dict[str, Any] = json.loads(found[0].read()) if found and found[0] else {}
            return told
    except (OSError, EOFError, zlib.error, tarfile.TarError):
        raise RackError(500, "unexpected EOF") from None


def import_image(call: Call) -> Any:
    build = builds.find(call.app(), call.path["id"])
    if not build.manifest:
        text = f"build {build.id} has no manifest; populate via BuildUpdate before BuildImportImage"
        raise RackError(422, text)
    image = call.form.get("image", "")
    if not image:
        raise RackError(422, "image param required")
    if not re.fullmatch(_IMAGE, image) or any(bad in image for bad in ("//", "@-", ":-", "/-")):
        raise RackError(422, _BAD_IMAGE)
    if build.status == "running":
        raise RackError(409, f"build {build.id} is already importing; wait for it")
    build.started = call.state.now
    build.status = "running"
    # What fails, and that it takes a while, is not recorded.
    status = "failed" if "fail" in image else "complete"
    if call.settings.image_seconds:
        call.state.at(call.settings.image_seconds, lambda: _end_image(call.state, build, status))
    else:
        _end_image(call.state, build, status)
    return Answer(status=202)


def _end_image(state: State, build: Build, status: str) -> None:
    if build.status == "running":
        build.status, build.ended = status, state.now + 0.001
