# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""A git repository, read from its files: where it is, what HEAD points to, and the commit itself.

Private to the collection. The program git would run what a repository's settings name (filters, hooks,
monitors, transports of a partial clone), so it is not asked. Nothing is written, and only regular files of
bounded sizes are read. The formats are those of git's documentation: gitrepository-layout, gitformat-pack.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass

from ansible_collections.convox.rack.plugins.module_utils._api import local_files
from ansible_collections.convox.rack.plugins.module_utils._build_context import git_objects
from ansible_collections.convox.rack.plugins.module_utils._build_context.git_objects import UnreadableError

_TEXT_LIMIT = 1024 * 1024
_PACKED_REFS_LIMIT = 64 * 1024 * 1024
_SYMBOLIC_REFS = 5
_ALTERNATES = 20
_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_REF = re.compile(r"refs(?:/[^\x00-\x20\x7f~^:?*\[\\/.][^\x00-\x20\x7f~^:?*\[\\/]*)+")
_FILE_MODE_OFF = re.compile(r"^\s*filemode\s*=\s*(?:false|no|off|0)\s*$", re.MULTILINE | re.IGNORECASE)


@dataclass(frozen=True)
class Repository:
    """``worktree``: the folder of its files; ``private``: what belongs to this worktree alone (HEAD, index);
    ``common``: the rest, the same folder but for a linked worktree."""

    worktree: str
    private: str
    common: str

    def head(self) -> str | None:
        """The full id of the commit that HEAD points to, None where there is none yet. Raises UnreadableError
        for what this reader does not know, OSError for what cannot be read."""
        name = "HEAD"
        for _step in range(_SYMBOLIC_REFS):
            text = self._ref(name)
            if text is None or _ID.fullmatch(text):
                return text
            symbolic, _colon, name = text.partition(":")
            name = name.strip()
            if symbolic != "ref" or not _REF.fullmatch(name):
                break
        raise UnreadableError("HEAD leads nowhere that is known")

    def commit(self, id_: str) -> bytes:
        """What a commit says. Raises UnreadableError where it is not here (a partial clone) or broken."""
        for folder in self._object_folders():
            data = git_objects.read_commit(folder, id_)
            if data is not None:
                if new_hash(id_, b"commit %d\0" % len(data), data).hexdigest() != id_:
                    break
                return data
        raise UnreadableError("the commit is not here")

    def counts_modes(self) -> bool:
        """Whether the mode of a file means anything here (core.fileMode)."""
        config = _text(os.path.join(self.common, "config"))
        return config is None or _FILE_MODE_OFF.search(config) is None

    def _ref(self, name: str) -> str | None:
        for folder in dict.fromkeys((self.private, self.common)):
            text = _text(os.path.join(folder, name))
            if text is not None:
                return text.strip()
        packed = _text(os.path.join(self.common, "packed-refs"), _PACKED_REFS_LIMIT) or ""
        found = re.search(rf"^({_ID.pattern}) {re.escape(name)}$", packed, re.MULTILINE)
        return found[1] if found else None

    def _object_folders(self) -> Iterator[str]:
        """The folder of objects, and those it borrows from."""
        todo = [os.path.join(self.common, "objects")]
        known: set[str] = set()
        while todo and len(known) < _ALTERNATES:
            folder = todo.pop(0)
            if folder in known:
                continue
            known.add(folder)
            yield folder
            lines = (_text(os.path.join(folder, "info", "alternates")) or "").splitlines()
            todo += [os.path.join(folder, line) for line in lines if line and not line.startswith("#")]


def new_hash(id_: str, *parts: bytes) -> hashlib._Hash:
    """The hash that this repository's ids are made with, which follows from their length."""
    made = hashlib.new("sha1" if len(id_) == 40 else "sha256", usedforsecurity=False)
    for part in parts:
        made.update(part)
    return made


def find(folder: str) -> Repository | None:
    """The repository that a folder lies in, None for no one or one that is somebody else's. Raises
    UnreadableError and OSError as ``Repository.head``."""
    start = worktree = os.path.realpath(folder)
    state = os.stat(start)
    while True:
        entry = os.path.join(worktree, ".git")
        private = _git_folder(entry)
        if private is not None:
            # Another user could have put one above us, in /tmp for instance.
            owners = {os.lstat(entry).st_uid, os.stat(private).st_uid}
            trusted = owners <= {os.geteuid(), state.st_uid}
            return Repository(worktree, private, _common(private)) if trusted else None
        parent = os.path.dirname(worktree)
        if parent == worktree or os.stat(parent).st_dev != state.st_dev:
            return None
        worktree = parent


def at(worktree: str) -> Repository | None:
    """The repository whose files lie in ``worktree`` itself: a submodule's. None where there is none."""
    private = _git_folder(os.path.join(worktree, ".git"))
    return None if private is None else Repository(worktree, private, _common(private))


def _git_folder(entry: str) -> str | None:
    """The folder that ``.git`` is, or names where it is a file."""
    if os.path.isdir(entry):
        return entry if os.path.lexists(os.path.join(entry, "HEAD")) else None
    text = _text(entry)
    if text is None:
        return None
    word, _colon, path = text.rstrip("\r\n").partition(": ")
    folder = os.path.realpath(os.path.join(os.path.dirname(entry), path))
    if word != "gitdir" or not os.path.isdir(folder):
        raise UnreadableError(".git is no repository")
    return folder


def _common(private: str) -> str:
    text = _text(os.path.join(private, "commondir"))
    return private if text is None else os.path.realpath(os.path.join(private, text.rstrip("\r\n")))


def _text(path: str, limit: int = _TEXT_LIMIT) -> str | None:
    try:
        return local_files.read_text(path, limit, "surrogateescape")
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
