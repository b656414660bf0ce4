# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""What git knows of a folder: the description and the commit of a build, as the CLI takes them.

Private to the collection. Read from the repository's files, for the program git would run programs that those
files name. No repository, one of somebody else, one of an unknown form, one that takes too long: all of that
is no answer, never an error.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass

from ansible_collections.convox.rack.plugins.module_utils._build_context import git_repository
from ansible_collections.convox.rack.plugins.module_utils._build_context.git_index import Index
from ansible_collections.convox.rack.plugins.module_utils._build_context.git_objects import UnreadableError
from ansible_collections.convox.rack.plugins.module_utils._build_context.git_repository import Repository

# A folder whose files were all copied is read whole, to see whether they are the same.
_SECONDS = 10.0
_SHORT = 10
_SUBMODULE_LEVELS = 10
_TREE = re.compile(rb"tree ([0-9a-f]+)\n")
_ENCODING = re.compile(rb"^encoding ([!-~]+)$", re.MULTILINE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


@dataclass(frozen=True)
class Commit:
    """``description`` (`build SHORTSHA SUBJECT`) only where no tracked file is changed; ``sha`` the full
    commit. Each "" where that cannot be known."""

    description: str = ""
    sha: str = ""


def commit_of(folder: str) -> Commit:
    """The commit of the repository that ``folder`` lies in."""
    until = time.monotonic() + _SECONDS
    try:
        repository = git_repository.find(folder)
        sha = repository.head() if repository else None
    except (UnreadableError, OSError, ValueError):
        return Commit()
    if repository is None or sha is None:
        return Commit()
    try:
        clean = _is_clean(repository, sha, until, 0)
        description = f"build {sha[:_SHORT]} {_subject(repository.commit(sha))}".rstrip() if clean else ""
    except (UnreadableError, OSError, ValueError):
        description = ""
    return Commit(description, sha)


def _is_clean(repository: Repository, sha: str, until: float, level: int) -> bool:
    """Whether index and tracked files are those of the commit, down into submodules."""
    index = Index(repository, sha)
    tree = _TREE.match(repository.commit(sha))
    if tree is None or tree[1].decode("ascii") != index.tree():
        return False

    def submodule(folder: str, wanted: str) -> bool:
        inner = git_repository.at(folder)
        if inner is None:
            return True  # not checked out
        if level >= _SUBMODULE_LEVELS:
            raise UnreadableError("submodules too deep")
        return inner.head() == wanted and _is_clean(inner, wanted, until, level + 1)

    return index.is_unchanged(until, submodule)


def _subject(commit: bytes) -> str:
    """The first paragraph of a commit's message, on one line."""
    head, _blank, message = commit.partition(b"\n\n")
    encoding = _ENCODING.search(head)
    try:
        text = message.decode(encoding[1].decode("ascii") if encoding else "utf-8", "replace")
    except LookupError:
        text = message.decode("utf-8", "replace")
    lines: list[str] = []
    for line in text.split("\n"):
        line = _CONTROL.sub("", line).rstrip()
        if line:
            lines.append(line)
        elif lines:
            break
    return " ".join(lines)
