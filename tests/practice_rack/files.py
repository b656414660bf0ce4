# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files in and out of a process, as tar."""

from __future__ import annotations

import io
import shlex
import tarfile
from pathlib import PurePosixPath
from typing import Any

from tests.practice_rack import real
from tests.practice_rack.processes import find
from tests.practice_rack.state import Pod
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
        if call.state.settings.real_root:
            real.upload(call.state, call.body)
            return OK
        with tarfile.open(fileobj=io.BytesIO(call.body), mode="r:") as archive:
            for member in archive:
                name = "/" + member.name.strip("/")
                reader = archive.extractfile(member)
                if reader is not None:
                    pod.files[name] = reader.read()
                    pod.modes[name] = member.mode
                elif member.isdir():
                    pod.modes[name] = member.mode
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
    if call.state.settings.real_root:
        return Answer(real.download(call.state, wanted), "application/octet-stream")
    packed = b"".join(_member(name, pod) for name in below(pod, wanted))
    return Answer(packed + b"\0" * 1024, "application/octet-stream")


def below(pod: Pod, path: str) -> list[str]:
    """A path and what is below it, folders before what is in them."""
    known = {*pod.files, *pod.modes}
    known |= {str(parent) for name in known for parent in PurePosixPath(name).parents} - {"/"}
    wanted = path.rstrip("/")
    return sorted(name for name in known if wanted and (name == wanted or name.startswith(f"{wanted}/")))


def _member(path: str, pod: Pod) -> bytes:
    member = tarfile.TarInfo(path.lstrip("/"))
    content = pod.files.get(path)
    if content is None:
        member.type, member.mode = tarfile.DIRTYPE, pod.modes.get(path, 0o755)
        return member.tobuf(format=tarfile.GNU_FORMAT)
    member.size = len(content)
    member.mode = pod.modes.get(path, 0o644)
    member.uname, member.gname = "root", "0"  # as recorded
    header = member.tobuf(format=tarfile.GNU_FORMAT)
    return header + content + b"\0" * (-len(content) % 512)


def moved(pod: Pod, command: str) -> int | None:
    """The exit code of ``mv -f FROM TO``, and of the line that puts a folder's content into another one; None
    for any other command."""
    words = shlex.split(command)
    is_folder = words[:2] == ["sh", "-c"] and len(words) == 6 and "cp -Rp" in words[2]
    if words[:2] != ["mv", "-f"] and not is_folder:
        return None
    old, new = words[-2:]
    names = below(pod, old)
    if not names or (not is_folder and new in {str(PurePosixPath(name).parent) for name in pod.files}):
        return 1
    for name in names:
        place = new + name.removeprefix(old)
        for kept in (pod.files, pod.modes):
            if name in kept:
                kept[place] = kept.pop(name)  # type: ignore[index, arg-type]
    return 0


def delete(call: Call) -> Any:
    pod = find(call.state, call.path["app"], call.path["pid"])
    for path in call.query.get("files", call.form.get("files", "")).split(","):
        if call.state.settings.real_root:
            real.delete(call.state, path)
        for name in below(pod, path):
            pod.files.pop(name, None)
            pod.modes.pop(name, None)
    return OK
