# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""The body of an answer: read whole up to a bound, or piece by piece. Private to convox.rack; may change at
any time.

An answer that is read whole has 64 MiB of decoded bytes at most, and one content encoding at most, gzip,
which is what we ask for. Decoding goes in steps, so that neither memory nor the deadline is at the mercy of
what a few bytes decode to. A stream is asked for as it is (``Accept-Encoding: identity``) and refused when it
comes otherwise: what is written to a file shall be what the rack sent.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping

from ansible_collections.convox.rack.plugins.module_utils._api._http.deadline import Deadline
from ansible_collections.convox.rack.plugins.module_utils._api.third_party import httpx

MOST_BYTES = 64 * 1024 * 1024
_STEP = 1024 * 1024
# zlib's flag for a gzip header before the compressed bytes.
_GZIP = 16 + zlib.MAX_WBITS


class UnreadableError(Exception):
    """A body that is not read, and would not be another time: why, in words."""


def whole(headers: Mapping[str, str], pieces: Iterable[bytes], deadline: Deadline) -> bytes:
    """The body, decoded. headers: of the answer, names in lower case.

    Raises UnreadableError for one that is too large or encoded otherwise, httpx.DecodingError for broken
    gzip, httpx.ReadTimeout at the deadline.
    """
    encoding = headers.get("content-encoding", "").strip().lower()
    if encoding in ("gzip", "x-gzip"):
        pieces = _decoded(pieces, deadline)
    elif encoding not in ("", "identity"):
        raise UnreadableError("the answer is encoded in a way that was not asked for")
    elif _size(headers) > MOST_BYTES:
        raise _too_large()
    return _joined(pieces)


class Sink:
    """Where a streamed body goes: ``write`` takes each piece, ``rewind`` takes back all that was written,
    None where nobody can; ``begin`` gets the number of bytes that will come, None where nobody knows."""

    def __init__(
        self,
        write: Callable[[bytes], object],
        rewind: Callable[[], object] | None = None,
        begin: Callable[[int | None], object] | None = None,
    ) -> None:
        self._write = write
        self._rewind = rewind
        self._begin = begin
        self._written = False

    @property
    def may_begin_again(self) -> bool:
        """Whether the body can be taken once more from its beginning."""
        return not self._written or self._rewind is not None

    def take(self, headers: Mapping[str, str], pieces: Iterable[bytes]) -> bytes:
        """Hand on a body, and give what is left of it: nothing. Raises UnreadableError, with nothing written,
        for one that is encoded, and for one whose end could not be told from a cut (neither a length nor
        chunks)."""
        if headers.get("content-encoding", "").strip().lower() not in ("", "identity"):
            raise UnreadableError("the answer is encoded, though it was asked for as it is")
        if "content-length" not in headers and "chunked" not in headers.get("transfer-encoding", "").lower():
            raise UnreadableError("the answer says neither how long it is nor where it ends")
        if self._written and self._rewind is not None:
            self._rewind()
            self._written = False
        if self._begin is not None:
            self._begin(_size(headers) or None)
        for piece in pieces:
            self._written = True
            self._write(piece)
        return b""


def _size(headers: Mapping[str, str]) -> int:
    length = headers.get("content-length", "")
    return int(length) if length.isdecimal() and length.isascii() else 0


def _joined(pieces: Iterable[bytes]) -> bytes:
    size = 0
    parts = []
    for piece in pieces:
        size += len(piece)
        if size > MOST_BYTES:
            raise _too_large()
        parts.append(piece)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _too_large() -> UnreadableError:
    return UnreadableError(f"the answer is larger than {MOST_BYTES // 1024 // 1024} MiB")


def _decoded(pieces: Iterable[bytes], deadline: Deadline) -> Iterator[bytes]:
    """The bytes of one gzip stream, in steps of a bounded size."""
    decoder = zlib.decompressobj(_GZIP)
    empty = True
    for piece in pieces:
        empty = empty and not piece
        left, more = piece, False
        while left or more:
            if deadline.left() <= 0:
                raise httpx.ReadTimeout("the deadline has passed")
            try:
                step = decoder.decompress(left, _STEP)
            except zlib.error:
                raise httpx.DecodingError("the answer's gzip is broken") from None
            yield step
            # A full step may leave output behind, though all input was taken.
            left, more = decoder.unconsumed_tail, len(step) == _STEP and not decoder.eof
            if decoder.eof and decoder.unused_data:
                raise httpx.DecodingError("something follows the answer's gzip")
    if not empty and not decoder.eof:
        raise httpx.DecodingError("the answer's gzip is cut")
