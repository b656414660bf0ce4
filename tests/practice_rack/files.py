# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files in and out of a process, as tar."""

from __future__ import annotations

import io
import tarfile
from typing import Any

from tests.practice_rack.processes import find
from tests.practice_rack.web import OK, Answer, Call
from tests.practice_rack.wire import RackError

FLAGS = ("--no-same-owner", "--no-same-permissions", "--strip-components", "--overwrite", "--keep-old-files")


def upload(call: Call) -> Any:
    """Unpacked at ``/``; only some flags of tar are let through."""
    pod = find(call.state, call.path["app"], call.path["pid"])
    for flag in call.query.get("tar-extra", "").split():
        if flag.split("=")[0] not in FLAGS:
            raise RackError(500, f"unsupported tar flag: {flag}")
    try:
        with tarfile.open(fileobj=io.BytesIO(call.body), mode="r:") as archive:
            for member in archive:
                reader = archive.extractfile(member)
                if reader is not None:
                    pod.files["/" + member.name.lstrip("/")] = reader.read()
    except tarfile.TarError:
        raise RackError(500, "command terminated with exit code 1") from None
    return OK


def download(call: Call) -> Any:
    """An absent file is an empty tar, an absent process nothing at all, both with 200."""
    app = call.state.apps.get(call.path["app"])
    pod = app.pods.get(call.path["pid"]) if app else None
    if pod is None:
        return Answer()
    wanted = call.query.get("file", "")
    content = pod.files.get(wanted)
    packed = b"" if content is None else _member(wanted.lstrip("/"), content)
    return Answer(packed + b"\0" * 1024, "application/octet-stream")


def _member(name: str, content: bytes) -> bytes:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    member.uname, member.gname = "root", "0"  # as recorded
    header = member.tobuf(format=tarfile.GNU_FORMAT)
    return header + content + b"\0" * (-len(content) % 512)


def delete(call: Call) -> Any:
    pod = find(call.state, call.path["app"], call.path["pid"])
    for name in call.query.get("files", call.form.get("files", "")).split(","):
        pod.files.pop(name, None)
    return OK
