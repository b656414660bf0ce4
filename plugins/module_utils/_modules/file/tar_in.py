# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: a tar that comes in pieces, taken apart as it comes. Pure; nothing of it is kept.

Not tarfile's reader: that one pulls, and keeps what an extended header claims to have.
"""

from __future__ import annotations

import re
import tarfile
import typing as t
from dataclasses import dataclass

#: Bytes of one extended header. Go's archive/tar reads no larger one.
HEADER_LIMIT = 1024 * 1024
_BLOCK = tarfile.BLOCKSIZE
_PAX = (tarfile.XHDTYPE, tarfile.SOLARIS_XHDTYPE)
_IGNORED = (tarfile.XGLTYPE, tarfile.GNUTYPE_LONGLINK)
_EXTENSIONS = (*_PAX, *_IGNORED, tarfile.GNUTYPE_LONGNAME)
_FILES = (tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.CONTTYPE)
_LINKS = (tarfile.LNKTYPE, tarfile.SYMTYPE)
_RECORD = re.compile(rb"([0-9]{1,9}) ([^=]+)=")

Write = t.Callable[[bytes], object]


class BrokenTarError(Exception):
    """What came is no whole tar: why, in words."""


@dataclass(frozen=True)
class Entry:
    """One member. ``kind``: file, folder, link or other (a device, a pipe, a sparse file)."""

    name: str
    kind: str
    size: int
    mode: int


class Feed:
    """Takes the pieces. ``begin(entry)`` gives what takes an entry's content, None where nobody wants it;
    ``end(entry)`` is called when it is whole. ``finish`` raises BrokenTarError for a tar without its end."""

    def __init__(self, begin: t.Callable[[Entry], Write | None], end: t.Callable[[Entry], object]) -> None:
        self._begin = begin
        self._end = end
        self._header = bytearray()
        self._left = 0
        self._padding = 0
        self._write: Write | None = None
        self._entry: Entry | None = None
        self._extension: tuple[bytes, bytearray] | None = None
        self._name: str | None = None
        self._size: int | None = None
        self._is_sparse = False
        self._over = False
        self.empty = True

    def feed(self, data: bytes) -> None:
        """The next piece. Raises BrokenTarError."""
        view = memoryview(data)
        while view and not self._over:
            if self._left:
                count = min(len(view), self._left)
                self._content(bytes(view[:count]))
            elif self._padding:
                count = min(len(view), self._padding)
                self._padding -= count
            else:
                count = min(len(view), _BLOCK - len(self._header))
                self._header += view[:count]
                if len(self._header) == _BLOCK:
                    block = bytes(self._header)
                    self._header.clear()
                    self._block(block)
            view = view[count:]

    def finish(self) -> None:
        """Nothing more comes. Raises BrokenTarError where more should have come."""
        if not self._over:
            raise BrokenTarError("it ends before its end")

    def _content(self, data: bytes) -> None:
        self._left -= len(data)
        if self._extension is not None:
            self._extension[1].extend(data)
        elif self._write is not None:
            self._write(data)
        if not self._left:
            self._whole()

    def _block(self, block: bytes) -> None:
        if not any(block):
            self._over = True
            return
        try:
            info = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
        except tarfile.HeaderError:
            raise BrokenTarError("it is no tar") from None
        if info.size < 0:
            raise BrokenTarError("it holds something of a negative size")
        if info.type in _EXTENSIONS:
            if info.size > HEADER_LIMIT:
                raise BrokenTarError("it holds a header that is too large")
            self._extension = (info.type, bytearray())
            self._expect(info.size)
        else:
            self._member(info)

    def _member(self, info: tarfile.TarInfo) -> None:
        self.empty = False
        kind = self._kind(info)
        size = info.size if self._size is None else self._size
        has_content = kind == "file" or info.type not in (*_LINKS, tarfile.DIRTYPE)
        name = info.name if self._name is None else self._name
        self._entry = Entry(name, kind, size if has_content else 0, info.mode & 0o7777)
        self._name, self._size, self._is_sparse = None, None, False
        self._write = self._begin(self._entry)
        self._expect(self._entry.size)

    def _kind(self, info: tarfile.TarInfo) -> str:
        if info.type in _FILES and not self._is_sparse:
            return "file"
        if info.type == tarfile.DIRTYPE:
            return "folder"
        return "link" if info.type in _LINKS else "other"

    def _expect(self, size: int) -> None:
        self._left = size
        self._padding = -size % _BLOCK
        if not size:
            self._whole()

    def _whole(self) -> None:
        extension, self._extension = self._extension, None
        if extension is not None:
            self._learn(extension[0], bytes(extension[1]))
            return
        entry, self._entry, self._write = self._entry, None, None
        if entry is not None:
            self._end(entry)

    def _learn(self, kind: bytes, data: bytes) -> None:
        if kind == tarfile.GNUTYPE_LONGNAME:
            self._name = data.partition(b"\0")[0].decode("utf-8", "surrogateescape")
        elif kind in _PAX:
            self._records(data)

    def _records(self, data: bytes) -> None:
        at = 0
        while at < len(data) and data[at]:
            found = _RECORD.match(data, at)
            length = int(found[1]) if found else 0
            if found is None or at + length > len(data) or found.end() >= at + length:
                raise BrokenTarError("it holds a broken header")
            name, value = found[2], data[found.end() : at + length - 1]
            if name == b"path":
                self._name = value.decode("utf-8", "surrogateescape")
            elif name == b"size":
                if not re.fullmatch(rb"[0-9]{1,20}", value):
                    raise BrokenTarError("it holds a broken header")
                self._size = int(value)
            elif name.startswith(b"GNU.sparse."):
                self._is_sparse = True
            at += length
