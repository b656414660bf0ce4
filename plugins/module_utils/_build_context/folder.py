# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""What of a folder goes into a build, found before anything is sent.

Private to the collection. Reads names and modes, no file's content but the ignore file's.

The builder unpacks folders and regular files and drops everything else without a word. So a hard link is a
file, a symbolic link stands for what it points to, and a link that cannot stand for anything is refused.
"""

from __future__ import annotations

import os
import posixpath
import stat
import typing as t
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from ansible_collections.convox.rack.plugins.module_utils._api import errors, local_files
from ansible_collections.convox.rack.plugins.module_utils._build_context import dockerignore

#: Bytes of an ignore file: the time it takes grows with it.
IGNORE_LIMIT = 1024 * 1024
NAMES_SHOWN = 10
#: What symbolic links may add to a folder, each standing for what it points to: links to folders that hold
#: links double it with each level.
LINKED_ENTRIES = 100_000
LINKED_BYTES = 10 * 1024**3


@dataclass(frozen=True)
class Item:
    """A file or folder to pack: its ``name`` in the archive, the ``path`` to read, whether it is a folder."""

    name: str
    path: str
    is_folder: bool


@dataclass
class Found:
    """What a walk found: the items, parents first, each folder's names in order; names of what cannot be
    packed; whether the ignore file leaves anything out."""

    root: str
    items: list[Item] = field(default_factory=list)
    leaving: list[str] = field(default_factory=list)
    dangling: list[str] = field(default_factory=list)
    circles: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    special: list[str] = field(default_factory=list)
    leaves_out: bool = False
    linked: Counter[str] = field(default_factory=Counter)
    linked_entries: int = 0
    linked_bytes: int = 0
    #: Where each link that was seen leads to.
    real_paths: dict[str, str] = field(default_factory=dict)

    def add_linked(self, link: str, size: int = 0) -> None:
        """Count what is seen by way of ``link``: an entry, or the bytes of one. Raises ConvoxOptionError
        where links add too much."""
        if not size:
            self.linked[link] += 1
            self.linked_entries += 1
        self.linked_bytes += size
        if self.linked_entries > LINKED_ENTRIES or self.linked_bytes > LINKED_BYTES:
            raise _too_much(self)

    @property
    def files(self) -> list[str]:
        """Names of the files to pack."""
        return [item.name for item in self.items if not item.is_folder]


def find(folder: str, ignore_file: str = ".dockerignore") -> Found:
    """Walk the real path of ``folder``. Raises ConvoxOptionError for the option ``path`` where it is no
    folder, the ignore file is malformed, or something in it cannot be packed: all of that by name, at once.
    """
    if not os.path.isdir(folder):
        problem = "is not a folder" if os.path.lexists(folder) else "does not exist"
        raise errors.ConvoxOptionError("path", f"{shown(folder)} {problem}", "name the folder to build")
    root = os.path.realpath(folder)
    found = Found(root)
    _walk(found, _rules(root, ignore_file))
    _refuse(found, ignore_file)
    return found


def listed(names: Sequence[str], count: int | None = None) -> str:
    """Names for a message: the first ones, and how many more. ``count``: of how many these are the first."""
    count = len(names) if count is None else count
    more = f" and {count - NAMES_SHOWN} more" if count > NAMES_SHOWN else ""
    return ", ".join(shown(name) for name in names[:NAMES_SHOWN]) + more


def shown(name: str) -> str:
    """A name of a file for a message, on one line, whatever its bytes are."""
    return name if name.isprintable() else ascii(name)


def _rules(root: str, ignore_file: str) -> dockerignore.Rules:
    try:
        text = local_files.read_text(os.path.join(root, ignore_file), IGNORE_LIMIT, "surrogateescape")
        return dockerignore.read(text, shown(ignore_file))
    except FileNotFoundError:
        return dockerignore.read("")
    except OSError as error:
        problem = f"{shown(ignore_file)} cannot be read: {error.strerror}"
        raise errors.ConvoxOptionError("path", problem, "make it a file that you may read") from None


class _Here(t.NamedTuple):
    """A folder to walk: what to read, its name in the archive, the real paths of the folders we are in (to
    see a link that leads back into one of them), whether it is left out, and the link that led here, "" for
    none."""

    path: str
    name: str
    above: tuple[str, ...]
    left_out: bool
    link: str


def _walk(found: Found, rules: dockerignore.Rules) -> None:
    # A stack, not recursion: folders may be deeper than Python's limit.
    stack = [_Here(found.root, "", (found.root,), False, "")]
    packed_folders = {""}
    while stack:
        here = stack.pop()
        if here.name and not here.left_out:
            _add_folders(found, here.name, packed_folders)
        later: list[_Here] = []
        for entry in _entries(found, here.path, here.name):
            child = f"{here.name}/{entry.name}" if here.name else entry.name
            link = here.link or (child if entry.is_symlink() else "")
            left_out = rules.excludes(child)
            found.leaves_out = found.leaves_out or left_out
            if link:
                found.add_linked(link)
            if left_out and (entry.is_symlink() or not entry.is_dir() or rules.excludes_all_below(child)):
                continue
            real = _real_path(found, entry, child, here.above)
            if real is None:
                continue
            if os.path.isdir(real):
                later.append(_Here(real, child, (*here.above, real), left_out, link))
            elif _is_packable(found, real, child, link):
                _add_folders(found, here.name, packed_folders)
                found.items.append(Item(child, real, False))
        stack.extend(reversed(later))


def _entries(found: Found, path: str, name: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(path) as entries:
            return sorted(entries, key=lambda entry: os.fsencode(entry.name))
    except OSError:
        found.unreadable.append(name or ".")
        return []


def _real_path(found: Found, entry: os.DirEntry[str], name: str, above: Sequence[str]) -> str | None:
    """The path to read for an entry; None for a link that cannot be packed, which is noted."""
    if not entry.is_symlink():
        return entry.path
    real = found.real_paths.get(entry.path)
    if real is None:
        try:
            real = found.real_paths[entry.path] = os.path.realpath(entry.path)
        except OSError:
            found.unreadable.append(name)
            return None
    inside = real == found.root or real.startswith(os.path.join(found.root, ""))
    if not inside:
        found.leaving.append(name)
    elif not os.path.exists(real):
        found.dangling.append(name)
    elif real in above:
        found.circles.append(name)
    else:
        return real
    return None


def _is_packable(found: Found, path: str, name: str, link: str) -> bool:
    try:
        state = os.stat(path)
    except OSError:
        found.unreadable.append(name)
        return False
    regular = stat.S_ISREG(state.st_mode)
    if link and regular:
        found.add_linked(link, state.st_size)
    if not regular:
        found.special.append(name)
    elif not os.access(path, os.R_OK):
        found.unreadable.append(name)
    return regular


def _add_folders(found: Found, name: str, packed: set[str]) -> None:
    """Add folder ``name`` and those above it, once each. A folder that is left out is packed all the same
    if something in it is taken in again: else the builder would make it up, with a mode of its own."""
    new = []
    while name not in packed:
        packed.add(name)
        new.append(Item(name, os.path.join(found.root, name), True))
        name = posixpath.dirname(name)
    found.items.extend(reversed(new))


def _too_much(found: Found) -> errors.ConvoxOptionError:
    if found.linked_bytes > LINKED_BYTES:
        what = f"{LINKED_BYTES // 1024**3} GiB"
    else:
        what = f"{LINKED_ENTRIES} files and folders"
    names = [name for name, _count in found.linked.most_common()]
    return errors.ConvoxOptionError(
        "path",
        f"symbolic links would add more than {what} to {shown(found.root)}, for each is packed as what "
        f"it points to: {listed(names)}",
        "leave these names out in .dockerignore, or put what they point to into the folder once",
    )


def _refuse(found: Found, ignore_file: str) -> None:
    problems = [
        f"{words}: {listed(names)}"
        for words, names in (
            ("links that lead out of the folder", found.leaving),
            ("links to nothing", found.dangling),
            ("links back to a folder they are in", found.circles),
            ("not readable", found.unreadable),
        )
        if names
    ]
    if problems:
        raise errors.ConvoxOptionError(
            "path",
            f"{shown(found.root)} holds what cannot be packed; {'; '.join(problems)}",
            f"put the files themselves into the folder, or leave these names out in {shown(ignore_file)}",
        )
