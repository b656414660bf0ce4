# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""The commits of a git repository, read from its folder of objects: loose ones, and packs (index version 2).

Private to the collection. Formats: git's documentation, gitformat-pack. Nothing of a pack is trusted: every
size has a bound, and what does not fit is UnreadableError.
"""

from __future__ import annotations

import os
import struct
import zlib

from ansible_collections.convox.rack.plugins.module_utils._api import local_files

#: Bytes of a commit; and of all that is unpacked to get at one.
LIMIT = 1024 * 1024
_TOTAL_LIMIT = 64 * LIMIT
_PIECE = 16 * 1024
# git makes no longer chain of deltas; a broken one may be a circle.
_CHAIN = 4095
_INDEX_HEAD = b"\xfftOc\0\0\0\2"
_FANOUT = len(_INDEX_HEAD)
_NAMES = _FANOUT + 256 * 4
_FAR = 1 << 31
_COMMIT, _OFFSET_DELTA, _ID_DELTA = 1, 6, 7


class UnreadableError(Exception):
    """Not there, broken, or of a form that this reader does not know."""


def read_commit(folder: str, id_: str) -> bytes | None:
    """What the commit ``id_`` says; None where the folder of objects does not hold it. Raises OSError and
    UnreadableError."""
    try:
        data = local_files.read_bytes(os.path.join(folder, id_[:2], id_[2:]), LIMIT)
    except FileNotFoundError:
        return _packed_commit(os.path.join(folder, "pack"), bytes.fromhex(id_))
    try:
        text = zlib.decompressobj().decompress(data, LIMIT)
    except zlib.error:
        raise UnreadableError("a broken object") from None
    head, _end, content = text.partition(b"\0")
    if head != b"commit %d" % len(content):
        raise UnreadableError("no commit, or a broken one")
    return content


def _packed_commit(folder: str, id_: bytes) -> bytes | None:
    try:
        names = sorted(os.listdir(folder))
    except FileNotFoundError:
        return None
    for name in names:
        if name.endswith(".idx"):
            with local_files.open_regular(os.path.join(folder, name)) as index:
                offset = _offset(index.fileno(), id_)
                if offset is None:
                    continue
                with local_files.open_regular(os.path.join(folder, f"{name[:-4]}.pack")) as pack:
                    return _Pack(pack.fileno(), index.fileno(), len(id_)).commit(offset)
    return None


def _read(file: int, size: int, place: int) -> bytes:
    data = os.pread(file, size, place)
    if len(data) < size:
        raise UnreadableError("a pack is cut off")
    return data


def _offset(index: int, id_: bytes) -> int | None:
    """Where in its pack an object begins; None where the pack does not hold it."""
    if _read(index, len(_INDEX_HEAD), 0) != _INDEX_HEAD:
        return None
    fanout = struct.unpack(">256I", _read(index, 1024, _FANOUT))
    low, high, count = (fanout[id_[0] - 1] if id_[0] else 0), fanout[id_[0]], fanout[255]
    width = len(id_)
    while low < high:
        middle = (low + high) // 2
        found = _read(index, width, _NAMES + middle * width)
        if found == id_:
            offsets = _NAMES + count * (width + 4)
            (offset,) = struct.unpack(">I", _read(index, 4, offsets + middle * 4))
            if offset >= _FAR:
                far = offsets + count * 4 + (offset - _FAR) * 8
                (offset,) = struct.unpack(">Q", _read(index, 8, far))
            return int(offset)
        low, high = (middle + 1, high) if found < id_ else (low, middle)
    return None


class _Pack:
    """One open pack with its open index; ``width``: bytes of an id."""

    def __init__(self, pack: int, index: int, width: int) -> None:
        self._pack = pack
        self._index = index
        self._width = width
        self._left = _TOTAL_LIMIT

    def commit(self, offset: int) -> bytes:
        deltas: list[bytes] = []
        while True:
            kind, size, place = self._head(offset)
            if kind == _OFFSET_DELTA:
                back, place = self._distance(place)
                base = offset - back
            elif kind == _ID_DELTA:
                found = _offset(self._index, _read(self._pack, self._width, place))
                base, place = -1 if found is None else found, place + self._width
            else:
                break
            if base < 0 or len(deltas) >= _CHAIN:
                raise UnreadableError("a delta without its base")
            deltas.append(self._inflated(place, size))
            offset = base
        if kind != _COMMIT:
            raise UnreadableError("no commit")
        data = self._inflated(place, size)
        for delta in reversed(deltas):
            data = self._patched(data, delta)
        return data

    def _head(self, place: int) -> tuple[int, int, int]:
        """The kind and the size of an object, and where what follows begins."""
        byte = _read(self._pack, 1, place)[0]
        kind, size, shift = byte >> 4 & 7, byte & 15, 4
        while byte & 128:
            place += 1
            byte = _read(self._pack, 1, place)[0]
            size |= (byte & 127) << shift
            shift += 7
            if shift > 64:
                raise UnreadableError("a broken object")
        return kind, size, place + 1

    def _distance(self, place: int) -> tuple[int, int]:
        byte = _read(self._pack, 1, place)[0]
        distance = byte & 127
        while byte & 128:
            place += 1
            byte = _read(self._pack, 1, place)[0]
            distance = distance + 1 << 7 | byte & 127
            if distance > 1 << 62:
                raise UnreadableError("a delta too far from its base")
        return distance, place + 1

    def _spend(self, size: int) -> None:
        self._left -= size
        if size > LIMIT or self._left < 0:
            raise UnreadableError("an object is too large")

    def _inflated(self, place: int, size: int) -> bytes:
        self._spend(size)
        unzip, data = zlib.decompressobj(), b""
        try:
            while len(data) < size and not unzip.eof:
                block = os.pread(self._pack, _PIECE, place)
                if not block:
                    break
                place += len(block)
                data += unzip.decompress(block, size + 1 - len(data))
        except zlib.error:
            raise UnreadableError("a broken object") from None
        if len(data) != size:
            raise UnreadableError("a broken object")
        return data

    def _patched(self, base: bytes, delta: bytes) -> bytes:
        """What a delta makes of its base."""
        try:
            before, place = _size(delta, 0)
            after, place = _size(delta, place)
            self._spend(after)
            parts: list[bytes] = []
            made = 0
            while place < len(delta):
                part, place = _instruction(base, delta, place)
                parts.append(part)
                made += len(part)
                if not part or made > after:
                    break
        except IndexError:
            raise UnreadableError("a broken delta") from None
        if before != len(base) or made != after:
            raise UnreadableError("a broken delta")
        return b"".join(parts)


def _size(delta: bytes, place: int) -> tuple[int, int]:
    size = 0
    for shift in range(0, 64, 7):
        byte = delta[place]
        place += 1
        size |= (byte & 127) << shift
        if not byte & 128:
            return size, place
    raise UnreadableError("a broken delta")


def _instruction(base: bytes, delta: bytes, place: int) -> tuple[bytes, int]:
    """What one instruction adds: a piece of the base, or of the delta itself; and where the next one
    begins."""
    byte = delta[place]
    place += 1
    if not byte & 128:
        return delta[place : place + byte], place + byte
    numbers = [0] * 7
    for bit in range(7):
        if byte >> bit & 1:
            numbers[bit] = delta[place]
            place += 1
    start = int.from_bytes(bytes(numbers[:4]), "little")
    size = int.from_bytes(bytes(numbers[4:]), "little") or 0x10000
    return base[start : start + size], place
