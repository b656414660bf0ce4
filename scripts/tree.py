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

IN_BUILD = Path("ansible_collections", "convox", "rack")
COLLECTION = BUILD / IN_BUILD
# Made by tools, and left where they are: in a checkout without git, and in a copy.
_MADE = (".git", ".hypothesis", ".pytest_cache", "__pycache__", "tests/output")


def files() -> set[str]:
    """Paths of the project's files, relative to its root."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        return {name for name in _walk(ROOT) if not name.startswith("build/")}
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    return {name for name in os.fsdecode(listed).split("\0") if (ROOT / name).is_file()}


def _walk(root: Path) -> set[str]:
    """Paths of the files that no tool has made."""
    found = (Path(folder, name) for folder, _folders, names in os.walk(root) for name in names)
    paths = {path.relative_to(root).as_posix() for path in found}
    return {path for path in paths if not any(f"/{made}/" in f"/{path}/" for made in _MADE)}


def _copy(target: Path) -> None:
    """Make target equal to the project's files; only what differs is written, so that caches stay good."""
    wanted = files()
    for name in wanted:
        source, copied = ROOT / name, target / name
        if not (copied.is_file() and filecmp.cmp(source, copied, shallow=True)):
            copied.parent.mkdir(parents=True, exist_ok=True)
            fresh = copied.with_name(f".{copied.name}.{os.getpid()}")
            shutil.copy2(source, fresh)
            fresh.replace(copied)
    for name in _walk(target) - wanted:
        (target / name).unlink(missing_ok=True)
        # Fails where a file is left in the folder.
        with contextlib.suppress(OSError):
            os.removedirs((target / name).parent)


def copy(target: Path = COLLECTION) -> Path:
    """Make this copy under build/ equal to the project's files; answers it."""
    with alone(f"tree{target}"):
        _copy(target)
        if shutil.which("git") is not None:
            # A repository of its own: tools walk up to the next one, which ignores build/.
            subprocess.run(["git", "init", "--quiet", target], check=True)
            subprocess.run(["git", "add", "--all"], cwd=target, check=True)
    return target


def fresh(name: str) -> Path:
    """A copy in build/NAME that no tool has been in."""
    shutil.rmtree(BUILD / name, ignore_errors=True)
    return copy(BUILD / name / IN_BUILD)
