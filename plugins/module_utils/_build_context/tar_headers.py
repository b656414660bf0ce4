# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""A tar as it comes: what kind of thing each member is, and its name.

Private to the collection. Not tarfile's own reader: that one reads an extended header whole, whatever size it
claims, keeps the map of a sparse file, and fails in ways of its own on broken ones. Here nothing is kept, and
the only errors are tarfile.TarError and those of the stream.
"""

from __future__ import annotations

import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

#: Bytes of one extended header. Go's archive/tar, with which a rack unpacks, reads no larger one.
HEADER_LIMIT = 1024 * 1024

_BLOCK = tarfile.BLOCKSIZE
_PIECE = 256 * 1024
_PAX = (tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE)
_EXTENSIONS = (*_PAX, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK)
_LINKS = (tarfile.LNKTYPE, tarfile.SYMTYPE)
# Links, devices, folders and pipes: whatever size they claim, no content follows.
_HEADER_ONLY = (*_LINKS, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE)
_USED = ("path", "size", "GNU.sparse.name", "GNU.sparse.major", "GNU.sparse.minor")
_RECORD = re.compile(rb"([0-9]{1,9}) ([^=]+)=")
_NUMBER = re.compile(rb"[0-9]{1,20}")
_NUMBERS = re.compile(rb"(?:[0-9]{1,20}(?:,[0-9]{1,20})*)?")
_LINE = re.compile(rb"([0-9]{1,20})\n")
# Where an old sparse header, and each block that goes on with it, says whether another one follows; the
# numbers in such a block, octal or binary.
_MORE_IN_HEADER, _MORE_IN_BLOCK = 482, 504
_MAP_IN_BLOCK = re.compile(rb"(?: *[0-7]*[ \0]*|[\x80\xff].*)", re.DOTALL)
_FIELD = 12


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes:
        """So many bytes, or fewer."""


class HeaderTooLargeError(tarfile.TarError):
    """An extended header has more than HEADER_LIMIT bytes."""


@dataclass(frozen=True)
class Member:
    """One member: its name, and whether it is a regular file or a link (neither: a folder, a device …)."""

    name: str
    is_file: bool
    is_link: bool


class Members:
    """The members of the tar in ``stream``, one after the other, to its end mark."""

    def __init__(self, stream: _Readable) -> None:
        self._stream = stream
        self._left = 0
        self._padding = 0

    def __iter__(self) -> Iterator[Member]:
        """Raises TarError for what is no tar, is broken or cut off."""
        extended: dict[str, bytes] = {}
        at_start = True
        while (info := self._header(at_start, bool(extended))) is not None:
            at_start = False
            if info.type in _EXTENSIONS:
                extended |= self._extension(info)
                continue
            member = self._member(info, extended)
            if member.is_file and extended.get("GNU.sparse.major") == b"1":
                self._sparse_map()
            yield member
            self._skip()
            extended = {}

    def content(self, limit: int) -> bytes:
        """Of the member that came last, at most so many bytes."""
        data = self._exactly(min(self._left, limit))
        self._left -= len(data)
        return data

    def _header(self, at_start: bool, pending: bool) -> tarfile.TarInfo | None:
        """The next header; None at the end, which may lack its mark but not what a header has announced."""
        block = self._stream.read(_BLOCK)
        if not at_start and not pending and (not block or not block.strip(b"\0")):
            return None
        try:
            info = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
        # In tarfile since Python 3.2; its annotations leave it out.
        except tarfile.EOFHeaderError:  # type: ignore[attr-defined]
            if pending:
                raise tarfile.ReadError("a header stands alone") from None
            return None
        if info.size < 0:
            raise tarfile.ReadError("a size is negative")
        if info.type == tarfile.GNUTYPE_SPARSE:
            more = block[_MORE_IN_HEADER]
            while more:
                block = self._exactly(_BLOCK)
                more = block[_MORE_IN_BLOCK]
                fields = range(0, _MORE_IN_BLOCK, _FIELD)
                if not all(_MAP_IN_BLOCK.fullmatch(block, place, place + _FIELD) for place in fields):
                    raise tarfile.ReadError("the map of a sparse file is malformed")
        return info

    def _extension(self, info: tarfile.TarInfo) -> dict[str, bytes]:
        """What an extended header says of the member that follows."""
        if info.size > HEADER_LIMIT:
            raise HeaderTooLargeError(f"an extended header of {info.size} bytes")
        data = self._exactly(info.size)
        self._padding = -info.size % _BLOCK
        self._skip()
        if info.type == tarfile.GNUTYPE_LONGNAME:
            return {"path": data.partition(b"\0")[0]}
        if info.type == tarfile.GNUTYPE_LONGLINK:
            return {"linkpath": b""}
        records = _records(data)
        # What a global header says holds for all, so it cannot be a name or a size.
        names = () if info.type == tarfile.XGLTYPE else _USED
        return {name: records[name] for name in names if name in records}

    def _member(self, info: tarfile.TarInfo, extended: dict[str, bytes]) -> Member:
        size = int(extended.get("size", info.size))
        self._left = 0 if info.type in _HEADER_ONLY else size
        self._padding = -self._left % _BLOCK
        path = extended.get("GNU.sparse.name") or extended.get("path")
        name = info.name if path is None else path.decode("utf-8", "surrogateescape")
        return Member(name, info.isreg(), info.type in _LINKS)

    def _sparse_map(self) -> None:
        """Look at the map that stands before the content of a sparse file: a count, then pairs of numbers."""
        data = self.content(HEADER_LIMIT)
        count = _LINE.match(data)
        if count is None or 2 * int(count[1]) > len(data):
            raise tarfile.ReadError("the map of a sparse file is malformed")
        place = count.end()
        for _number in range(2 * int(count[1])):
            line = _LINE.match(data, place)
            if line is None:
                raise tarfile.ReadError("the map of a sparse file is malformed")
            place = line.end()

    def _skip(self) -> None:
        left = self._left + self._padding
        while left:
            left -= len(self._exactly(min(left, _PIECE)))
        self._left = self._padding = 0

    def _exactly(self, size: int) -> bytes:
        data = self._stream.read(size) if size else b""
        if len(data) < size:
            raise tarfile.ReadError("unexpected end of data")
        return data


def _records(data: bytes) -> dict[str, bytes]:
    """The records of a pax header: each ``LENGTH NAME=VALUE`` and a line end, LENGTH counting all of it."""
    records: dict[str, bytes] = {}
    place = 0
    while place < len(data):
        found = _RECORD.match(data, place)
        end = place + int(found[1]) if found else 0
        if found is None or not found.end() < end <= len(data) or data[end - 1 : end] != b"\n":
            raise tarfile.ReadError("a pax header is malformed")
        name, value = found[2].decode("utf-8", "surrogateescape"), data[found.end() : end - 1]
        if not _fits(name, value):
            raise tarfile.ReadError("a pax header holds no number where one belongs")
        records[name] = value
        place = end
    return records


def _fits(name: str, value: bytes) -> bool:
    """Whether a record's value can be what it stands for: a size, or numbers of a sparse file."""
    if name == "GNU.sparse.map":
        return _NUMBERS.fullmatch(value) is not None
    number = name == "size" or (name.startswith("GNU.sparse.") and name != "GNU.sparse.name")
    return not number or _NUMBER.fullmatch(value) is not None
