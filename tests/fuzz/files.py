# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files for options that name one: a folder that every try finds as it was, and what became of it."""

from __future__ import annotations

import gzip
import io
import os
import shutil
import tarfile
from pathlib import Path

FILE_CANARY = "canary-of-a-file-a5c1"


def tar(*members: tarfile.TarInfo) -> bytes:
    """An archive that holds these, filled with x."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for member in members:
            archive.addfile(member, io.BytesIO(b"x" * member.size))
    return out.getvalue()


def member(name: str, size: int = 1, **facts: object) -> tarfile.TarInfo:
    """A member of an archive."""
    info = tarfile.TarInfo(name)
    info.size = size
    for fact, value in facts.items():
        setattr(info, fact, value)
    return info


# What lies in the folder. The last three are places that a download may replace.
GIVEN: dict[str, bytes] = {
    "source/convox.yml": b"services:\n  web:\n    build: .\n",
    "source/Dockerfile": b"FROM scratch\n",
    "source.tgz": gzip.compress(tar(member("convox.yml"), member("Dockerfile")), mtime=0),
    "values.env": f"A=1\nTOKEN={FILE_CANARY}\n".encode(),
    "text": FILE_CANARY.encode(),
    "data.sql": f"-- {FILE_CANARY}\n".encode(),
    "out/old": b"what was there before",
    "out/old.tgz": gzip.compress(tar(member("convox.yml")), mtime=0),
    "out/folder/old": b"what was there before",
}
# Names for options: these files, places where nothing is yet, and places in a process.
NAMES = (
    "source",
    *(name for name in GIVEN if "source/" not in name),
    "out",
    "out/folder",
    "out/new",
    "out/new.tgz",
    "nowhere/new",
    "missing",
    # A whole machine as a source is work for minutes: only such as are none here.
    "/app",
    "/app/file",
)
State = dict[str, tuple[int, int, int]]


def prepare(folder: Path) -> None:
    """The folder as every try finds it."""
    if state(folder) == _prepared.get(folder):
        return
    for path in folder.iterdir():
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    for name, content in GIVEN.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    _prepared[folder] = state(folder)


_prepared: dict[Path, State] = {}


def state(folder: Path) -> State:
    """Mode, size and time of each file below the folder: equal as long as nothing was written."""
    found = {}
    for place, _folders, files in os.walk(folder):
        for name in files:
            path = os.path.join(place, name)
            facts = os.lstat(path)
            found[os.path.relpath(path, folder)] = facts.st_mode, facts.st_size, facts.st_mtime_ns
    return found


def written(folder: Path, before: State, *, failed: bool, check: bool) -> bool:
    """Whether a task wrote files; none does in check mode, and none that fails leaves half a file behind."""
    after = state(folder)
    if after == before:
        return False
    changed = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
    if check:
        raise AssertionError(f"check mode wrote {changed}")
    gone = sorted(set(before) - set(after))
    if gone:
        raise AssertionError(f"removed {gone}")
    if failed:
        raise AssertionError(f"failed and left {changed}")
    return True
