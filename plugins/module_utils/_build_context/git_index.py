# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""The index of a git repository (versions 2 to 4): what is tracked, which tree that makes, and whether the
files are still what it says.

Private to the collection. Format: git's documentation, gitformat-index. A file whose time, size or owner is
another one is compared by its content as it lies there. Where git would convert that first (a filter, line
ends), it counts as changed: no program is run to find out.
"""

from __future__ import annotations

import os
import stat
import struct
import time
import typing as t
from collections.abc import Callable, Iterator

from ansible_collections.convox.rack.plugins.module_utils._api import local_files
from ansible_collections.convox.rack.plugins.module_utils._build_context.git_objects import UnreadableError
from ansible_collections.convox.rack.plugins.module_utils._build_context.git_repository import (
    Repository,
    new_hash,
)

_LIMIT = 128 * 1024 * 1024
_PATH_LIMIT = 4096
_PIECE = 1024 * 1024
_STATE = struct.Struct(">10I")
_TREE, _LINK, _SUBMODULE = 0o040000, 0o120000, 0o160000
_ASSUME_UNCHANGED, _EXTENDED, _STAGE, _LENGTH = 0x8000, 0x4000, 0x3000, 0x0FFF
_SKIP_WORKTREE, _INTENT_TO_ADD = 0x4000, 0x2000
_SPARSE = b"sdir"
_NANO = 1_000_000_000


class Entry(t.NamedTuple):
    """A tracked path. ``state``: what lstat said when it was last the same as ``id``: times of change and of
    modification (ns), inode, owner, group, size. ``ignored``: git was asked not to look at the file."""

    name: bytes
    mode: int
    id: bytes
    state: tuple[int, ...]
    ignored: bool


class Index:
    """The index of ``repository``, whose ids are as long as ``id_``. Raises OSError and UnreadableError, the
    latter for one with conflicts or files that are only announced too."""

    def __init__(self, repository: Repository, id_: str) -> None:
        path = os.path.join(repository.private, "index")
        self._repository = repository
        self._id = id_
        self._written = os.stat(path).st_mtime_ns
        try:
            self.entries = list(_entries(local_files.read_bytes(path, _LIMIT), len(id_) // 2))
        except (struct.error, IndexError, ValueError):
            raise UnreadableError("a broken index") from None

    def tree(self) -> str:
        """The id of the tree that a commit of the index would have."""
        open_folders: list[tuple[bytes, list[bytes]]] = [(b"", [])]

        def close() -> None:
            folder, parts = open_folders.pop()
            name = folder[:-1].rpartition(b"/")[2]
            open_folders[-1][1].append(b"40000 %s\0%s" % (name, self._tree_id(parts)))

        for entry in self.entries:
            while not entry.name.startswith(open_folders[-1][0]):
                close()
            above = open_folders[-1][0]
            *folders, name = entry.name[len(above) :].split(b"/")
            for folder in folders:
                above += folder + b"/"
                open_folders.append((above, []))
            open_folders[-1][1].append(b"%o %s\0%s" % (entry.mode, name, entry.id))
        while len(open_folders) > 1:
            close()
        return self._tree_id(open_folders[0][1]).hex()

    def _tree_id(self, parts: list[bytes]) -> bytes:
        data = b"".join(parts)
        return new_hash(self._id, b"tree %d\0" % len(data), data).digest()

    def is_unchanged(self, until: float, submodule: Callable[[str, str], bool]) -> bool:
        """Whether every tracked file is as the index has it. ``until``: on the monotonic clock, after which
        UnreadableError is raised. ``submodule`` gets a submodule's folder and the commit it should be at."""
        modes = self._repository.counts_modes()
        folders = {b""}
        for entry in self.entries:
            _check_time(until)
            if entry.ignored or entry.mode == _TREE:
                continue
            folder, _slash, _name = entry.name.rpartition(b"/")
            if not self._is_folder(folder, folders):
                return False
            path = os.path.join(self._repository.worktree, os.fsdecode(entry.name))
            try:
                if entry.mode == _SUBMODULE:
                    same = stat.S_ISDIR(os.lstat(path).st_mode) and submodule(path, entry.id.hex())
                else:
                    same = self._is_same(path, entry, modes, until)
            except OSError:
                return False
            if not same:
                return False
        return True

    def _is_folder(self, folder: bytes, known: set[bytes]) -> bool:
        """Whether a folder is one, and no link to one, it and those above it."""
        missing = []
        while folder not in known:
            missing.append(folder)
            folder = folder.rpartition(b"/")[0]
        for name in reversed(missing):
            try:
                state = os.lstat(os.path.join(self._repository.worktree, os.fsdecode(name)))
            except OSError:
                return False
            if not stat.S_ISDIR(state.st_mode):
                return False
            known.add(name)
        return True

    def _is_same(self, path: str, entry: Entry, modes: bool, until: float) -> bool:
        state = os.lstat(path)
        if entry.mode == _LINK:
            if not stat.S_ISLNK(state.st_mode):
                return False
        elif not stat.S_ISREG(state.st_mode) or (modes and (entry.mode ^ state.st_mode) & stat.S_IXUSR):
            return False
        # One that was modified when the index was written, or later, may have been modified again since.
        if entry.state == _state(state) and state.st_mtime_ns < self._written:
            return True
        if entry.mode == _LINK:
            content = os.fsencode(os.readlink(path))
            return new_hash(self._id, b"blob %d\0" % len(content), content).digest() == entry.id
        return self._blob(path, until) == entry.id

    def _blob(self, path: str, until: float) -> bytes:
        with local_files.open_regular(path) as file:
            made = new_hash(self._id, b"blob %d\0" % os.fstat(file.fileno()).st_size)
            while block := file.read(_PIECE):
                _check_time(until)
                made.update(block)
        return made.digest()


def _check_time(until: float) -> None:
    if time.monotonic() > until:
        raise UnreadableError("it takes too long")


def _state(state: os.stat_result) -> tuple[int, ...]:
    numbers = (state.st_ino, state.st_uid, state.st_gid, state.st_size)
    return (state.st_ctime_ns, state.st_mtime_ns, *(number & 0xFFFFFFFF for number in numbers))


def _entries(data: bytes, width: int) -> Iterator[Entry]:
    """The entries of an index whose ids have ``width`` bytes, in its order, which is that of their names."""
    magic, version, count = struct.unpack_from(">4s2I", data)
    if magic != b"DIRC" or version not in (2, 3, 4):
        raise UnreadableError("an index of an unknown kind")
    place, before = 12, b""
    for _number in range(count):
        start = place
        numbers = _STATE.unpack_from(data, place)
        place += _STATE.size
        id_ = data[place : place + width]
        (flags,) = struct.unpack_from(">H", data, place + width)
        place += width + 2
        more = 0
        if flags & _EXTENDED:
            (more,) = struct.unpack_from(">H", data, place)
            place += 2
        shared = 0
        if version == 4:
            cut, place = _number_at(data, place)
            shared = len(before) - cut
        end = data.index(b"\0", place)
        name = before[: max(shared, 0)] + data[place:end]
        place = end + 1 if version == 4 else start + (end - start + 8 & ~7)
        if flags & _STAGE or more & _INTENT_TO_ADD or shared < 0 or not _is_path(name, numbers[6], before):
            raise UnreadableError("an index with conflicts, or of an unknown form")
        before = name
        times = (numbers[0] * _NANO + numbers[1], numbers[2] * _NANO + numbers[3])
        ignored = bool(flags & _ASSUME_UNCHANGED or more & _SKIP_WORKTREE)
        yield Entry(name.rstrip(b"/"), numbers[6], id_, (*times, numbers[5], *numbers[7:]), ignored)
    _check_extensions(data, place, len(data) - width)


def _is_path(name: bytes, mode: int, before: bytes) -> bool:
    """Whether a name is one that git would write, below the folder and after the one ``before`` it."""
    parts = (name[:-1] if mode == _TREE and name.endswith(b"/") else name).split(b"/")
    wrong = any(part in (b"", b".", b"..") or part.lower() == b".git" for part in parts)
    return not wrong and len(name) <= _PATH_LIMIT and name > before


def _number_at(data: bytes, place: int) -> tuple[int, int]:
    """A number as an index of version 4 has it, and where the next thing begins."""
    byte = data[place]
    number = byte & 127
    while byte & 128:
        place += 1
        byte = data[place]
        number = number + 1 << 7 | byte & 127
        if number > _PATH_LIMIT:
            raise UnreadableError("an index of an unknown form")
    return number, place + 1


def _check_extensions(data: bytes, place: int, end: int) -> None:
    """Raise UnreadableError for an extension that has to be understood and is not: those in small letters, as
    that of an index that is split over two files."""
    while place < end:
        kind, size = struct.unpack_from(">4sI", data, place)
        if not b"A" <= kind[:1] <= b"Z" and kind != _SPARSE:
            raise UnreadableError("an index of an unknown form")
        place += 8 + size
