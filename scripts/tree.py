# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Copies of the checkout where Ansible wants them: .../ansible_collections/convox/rack.

Git's own list decides what belongs to the project: what is tracked, and what is new and not ignored. Without
git, or in an unpacked archive, it is every file that no tool of ours has made. ansible-test refuses symbolic
links, therefore a copy.
"""

from __future__ import annotations

import contextlib
import filecmp
import os
import shutil
import subprocess
from pathlib import Path

from scripts.environments import BUILD, ROOT, alone

COLLECTION = BUILD / "ansible_collections" / "convox" / "rack"
# Written by tools into the copy, and left there.
_KEPT = (".git", "tests/output", "__pycache__")
# What an unpacked archive may hold of ours beside the project's files.
_MADE = frozenset({".git", ".hypothesis", ".pytest_cache", "__pycache__"})
_MADE_AT_THE_ROOT = _MADE | {"build", "cache"}


def files() -> list[str]:
    """Paths of the project's files, relative to its root."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        return _walked()
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    names = sorted(set(os.fsdecode(listed).split("\0")) - {""})
    return [name for name in names if (ROOT / name).is_file()]


def _walked() -> list[str]:
    names: list[str] = []
    for folder, folders, found in os.walk(ROOT):
        made = _MADE_AT_THE_ROOT if Path(folder) == ROOT else _MADE
        folders[:] = [name for name in folders if name not in made]
        names += [(Path(folder) / name).relative_to(ROOT).as_posix() for name in found]
    return sorted(names)


def _kept(name: str) -> bool:
    return any(f"/{kept}/" in f"/{name}/" for kept in _KEPT)


def copy_files(target: Path) -> None:
    """Make target equal to the project's files; only what differs is written, so that caches stay good."""
    wanted = files()
    for name in wanted:
        source, copied = ROOT / name, target / name
        if copied.is_file() and filecmp.cmp(source, copied, shallow=True):
            continue
        copied.parent.mkdir(parents=True, exist_ok=True)
        fresh = copied.with_name(f".{copied.name}.{os.getpid()}")
        shutil.copy2(source, fresh)
        fresh.replace(copied)
    known = set(wanted)
    for folder, _folders, names in os.walk(target, topdown=False):
        if _kept(Path(folder).relative_to(target).as_posix()):
            continue
        for name in names:
            path = Path(folder) / name
            relative = path.relative_to(target).as_posix()
            if relative not in known and not _kept(relative):
                path.unlink(missing_ok=True)
        # A folder that no file is left in; of any other it says so.
        with contextlib.suppress(OSError):
            os.rmdir(folder)


def copy(target: Path = COLLECTION) -> None:
    """Make this copy under build/ equal to the project's files."""
    with alone(f"tree{target}"):
        copy_files(target)
        if shutil.which("git") is None:
            return
        # A repository of its own: ansible-test and reuse walk up to the next one, which ignores build/.
        subprocess.run(["git", "init", "--quiet", target], check=True)
        subprocess.run(["git", "add", "--all"], cwd=target, check=True)
