# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The folder of a backup: ``room DEST``, ``finish FOLDER DEST``, ``check SRC``.

The manifest is written last, and the folder gets its name after that: what has the name is whole. Ends
with status 1 and one line on standard error where something is wrong; ``check`` prints the names of the apps
as JSON.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import shutil
import stat
import sys
from typing import Any

MANIFEST = "manifest.json"
FORMAT = 1
BLOCK = 1024 * 1024
MOST = 64 * BLOCK


class Wrong(Exception):
    """What is wrong, in words for the user."""


def room(dest: str) -> None:
    """Whether a backup may have this name: nothing is there, an empty folder, or an older backup."""
    parent = os.path.dirname(os.path.abspath(dest))
    if not os.path.isdir(parent):
        raise Wrong(f"there is no folder {parent}: make it first")
    if not os.access(parent, os.W_OK | os.X_OK):
        raise Wrong(f"nothing can be written to {parent}: name a place that you may write to")
    if not os.path.lexists(dest):
        return
    if os.path.islink(dest) or not os.path.isdir(dest):
        raise Wrong(f"{dest} is no folder: name one that is not there yet")
    if os.listdir(dest) and not os.path.isfile(os.path.join(dest, MANIFEST)):
        raise Wrong(f"{dest} holds other files than a backup: name a folder that is not there yet")


def finish(folder: str, dest: str) -> None:
    """Write the manifest of the files in ``folder``, and give it the name ``dest``."""
    room(dest)
    found = {}
    for name in sorted(_files(folder)):
        path = os.path.join(folder, name)
        found[name] = {"size": os.path.getsize(path), "sha256": _digest(path)}
        _sync(path)
    apps = sorted({name.split("/")[0] for name in found})
    made = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    path = os.path.join(folder, MANIFEST)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump({"format": FORMAT, "made": made, "apps": apps, "files": found}, file, indent=2)
        file.write("\n")
    _sync(path)
    _name(folder, dest)


def _name(folder: str, dest: str) -> None:
    """An older backup goes when the new one has its name."""
    if not os.path.isdir(dest) or not os.listdir(dest):
        os.rename(folder, dest)
    else:
        old = f"{folder}.old"
        os.rename(dest, old)
        try:
            os.rename(folder, dest)
        except OSError:
            os.rename(old, dest)
            raise
        shutil.rmtree(old)
    _sync(os.path.dirname(os.path.abspath(dest)))


def check(src: str) -> list[str]:
    """The apps of a backup in which every file is as it was written."""
    told = _manifest(src)
    for name, expected in sorted(told["files"].items()):
        if name.startswith("/") or ".." in name.split("/"):
            raise Wrong(f"{src}: the manifest names {name!r}, which is not in the backup")
        path = os.path.join(src, name)
        try:
            regular = stat.S_ISREG(os.lstat(path).st_mode)
        except OSError:
            raise Wrong(f"{src}: {name} is missing") from None
        if not regular:
            raise Wrong(f"{src}: {name} is no regular file")
        if os.path.getsize(path) != expected["size"] or _digest(path) != expected["sha256"]:
            raise Wrong(f"{src}: {name} is damaged, it is not what was written")
    apps: list[str] = told["apps"]
    for app in apps:
        if f"{app}/app.yml" not in told["files"]:
            raise Wrong(f"{src}: the manifest names the app {app!r} and no file of it")
    return apps


def _manifest(src: str) -> dict[str, Any]:
    path = os.path.join(src, MANIFEST)
    if not os.path.isfile(path):
        raise Wrong(f"{src} is no backup: it has no {MANIFEST}")
    try:
        with open(path, encoding="utf-8") as file:
            told: dict[str, Any] = json.loads(file.read(MOST))
        sane = isinstance(told["apps"], list) and isinstance(told["files"], dict)
        sane = sane and all(isinstance(each["sha256"], str) for each in told["files"].values())
    except (ValueError, KeyError, TypeError):
        sane = False
    if not sane:
        raise Wrong(f"{src}: {MANIFEST} is damaged")
    if told.get("format") != FORMAT:
        raise Wrong(f"{src} was written by a newer version of convox.rack: update the collection")
    return told


def _files(folder: str) -> list[str]:
    """The names of all files below a folder."""
    found = []
    for place, _folders, names in os.walk(folder):
        found += [os.path.relpath(os.path.join(place, name), folder) for name in names]
    return found


def _digest(path: str) -> str:
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _sync(path: str) -> None:
    """It survives a crash of the machine."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError:
        # Some file systems cannot promise that of a folder.
        pass
    finally:
        os.close(descriptor)


def main(command: str, *paths: str) -> None:
    """One command. What it finds is printed as JSON."""
    found = {"room": room, "finish": finish, "check": check}[command](*paths)
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except Wrong as wrong:
        sys.exit(str(wrong))
    except OSError as error:
        sys.exit(f"{error.filename or ''}: {error.strerror or error}")
