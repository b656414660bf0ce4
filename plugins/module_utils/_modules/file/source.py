# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: what is sent into a process: a file or folder of this machine, or a text."""

from __future__ import annotations

import errno
import io
import os
import stat
import tarfile
import typing as t
from dataclasses import dataclass

from ansible_collections.convox.rack.plugins.module_utils._api import errors, local_files

_PIECE = 256 * 1024
# More than this is no folder that somebody wants to have compared file by file.
_MOST = 100_000
# The mode of what has none: a text.
_MODE = 0o644


@dataclass(frozen=True)
class Item:
    """One thing to send. ``name``: below the destination, "" for itself. ``path``: where it lies here, None
    for ``text``."""

    name: str
    path: str | None
    size: int
    mode: int
    is_folder: bool = False
    text: bytes = b""

    def __repr__(self) -> str:
        return f"Item({self.name!r})"

    def open(self) -> t.BinaryIO:
        """Its content. Raises OSError as ``local_files.open_regular``."""
        return io.BytesIO(self.text) if self.path is None else local_files.open_regular(self.path)


def of_text(text: str, mode: int | None) -> tuple[Item, ...]:
    """A text as a file."""
    data = text.encode("utf-8", "surrogateescape")
    return (Item("", None, len(data), _MODE if mode is None else mode, text=data),)


def of_path(path: str, mode: int | None) -> tuple[Item, ...]:
    """A file, or a folder with all that is in it, in order. ``mode``: of the files, by default their own.

    Raises ConvoxOptionError for what cannot be read, and for what is neither.
    """
    try:
        if not os.path.isdir(path):
            return (_file("", path, mode),)
        items = [_folder("", path)]
        for item in _walk(path, mode):
            items.append(item)
            if len(items) > _MOST:
                raise errors.ConvoxOptionError(
                    "src",
                    f"holds more than {_MOST} files and folders",
                    "send an archive of it, and unpack that",
                )
    except OSError as error:
        raise unreadable(path, error) from None
    except ValueError:
        raise errors.ConvoxOptionError("src", "is no name that a file can have", "name a file") from None
    return tuple(items)


def _walk(root: str, mode: int | None) -> t.Iterator[Item]:
    def fail(error: OSError) -> t.NoReturn:
        raise error

    for folder, folders, files in os.walk(root, onerror=fail):
        folders.sort()
        for name in sorted([*folders, *files]):
            path = os.path.join(folder, name)
            below = os.path.relpath(path, root).replace(os.sep, "/")
            if name in folders and os.path.islink(path):
                raise errors.ConvoxOptionError(
                    "src",
                    f"{ascii(below)} in it is a link to a folder",
                    "send what it points to in a task of its own, and leave the link out",
                )
            yield _folder(below, path) if name in folders else _file(below, path, mode)


def _folder(name: str, path: str) -> Item:
    return Item(name, path, 0, stat.S_IMODE(os.stat(path).st_mode), is_folder=True)


def _file(name: str, path: str, mode: int | None) -> Item:
    with local_files.open_regular(path) as file:
        state = os.fstat(file.fileno())
    return Item(name, path, state.st_size, stat.S_IMODE(state.st_mode) if mode is None else mode)


def unreadable(path: str, error: OSError) -> errors.ConvoxOptionError:
    """The error for what cannot be read here."""
    reason = error.strerror or os.strerror(error.errno or errno.EIO)
    name = error.filename if isinstance(error.filename, str) else path
    return errors.ConvoxOptionError(
        "src", f"{ascii(name)} cannot be read: {reason}", "name a file or folder that you may read"
    )


def tar(items: t.Iterable[Item], root: str, tell: t.Callable[[int], object]) -> t.Iterator[bytes]:
    """The items below ``root`` as a tar, block by block. Raises ConvoxOptionError for a file that changes
    meanwhile. ``tell`` gets the number of bytes of each block."""
    for item in items:
        name = "/".join(part for part in (root.strip("/"), item.name) if part)
        yield _header(name, item)
        if item.is_folder:
            continue
        try:
            with item.open() as file:
                yield from _content(item, file, tell)
        except OSError as error:
            raise unreadable(item.path or "", error) from None
        yield bytes(-item.size % tarfile.BLOCKSIZE)
    yield bytes(2 * tarfile.BLOCKSIZE)


def _header(name: str, item: Item) -> bytes:
    info = tarfile.TarInfo(name)
    info.type = tarfile.DIRTYPE if item.is_folder else tarfile.REGTYPE
    info.mode = item.mode
    info.size = item.size
    # Every tar reads this form, busybox's, too.
    return info.tobuf(tarfile.GNU_FORMAT, "utf-8", "surrogateescape")


def _content(item: Item, file: t.BinaryIO, tell: t.Callable[[int], object]) -> t.Iterator[bytes]:
    left = item.size
    while left:
        block = file.read(min(left, _PIECE))
        if not block:
            break
        left -= len(block)
        yield block
        tell(len(block))
    if left or file.read(1):
        raise errors.ConvoxOptionError(
            "src",
            f"{ascii(item.path)} got {'shorter' if left else 'longer'} while it was sent",
            "leave it alone meanwhile",
        )
