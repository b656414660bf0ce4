# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: what a dump of a database says, whatever its size: a digest, and whether there is
anything in it.

Two dumps of the same data differ in their comments (when they were made, by which version), and pg_dump
writes a random word behind ``\\restrict``. So a digest leaves these lines out.
"""

from __future__ import annotations

import hashlib

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import resources
from ansible_collections.convox.rack.plugins.module_utils._modules.resource import sealed
from ansible_collections.convox.rack.plugins.module_utils._noun import Context
from ansible_collections.convox.rack.plugins.module_utils._shared import data_files, transfers

# Enough of a line to tell what it is.
_HEAD = 64
# Bytes at the end of an export in which a failure stands, see data_files.
_TAIL = 4096
_SILENT = (b"--", b"\\restrict", b"\\unrestrict")
# What tools write for a database without any table.
_SETTINGS = (b"SET ", b"SELECT pg_catalog.", b"/*!", b"/*M!")


class Dump:
    """A dump that comes in pieces. Only the beginning of a line, and the end of all, is kept."""

    def __init__(self) -> None:
        self.rewind()

    def rewind(self) -> None:
        """It begins again."""
        self._digest = hashlib.sha256()
        self._line = b""
        self._judged: bool | None = None
        self._empty = True
        self.tail = b""
        self.size = 0

    def write(self, piece: bytes) -> None:
        """A piece more."""
        self.size += len(piece)
        self.tail = (self.tail + piece[-_TAIL:])[-_TAIL:]
        for part in _lines(piece):
            self._part(part)

    def _part(self, part: bytes) -> None:
        if self._judged is None:
            self._line += part
            if len(self._line) < _HEAD and not part.endswith(b"\n"):
                return
            self._judge()
        elif self._judged:
            self._digest.update(part)
        if part.endswith(b"\n"):
            self._line, self._judged = b"", None

    def _judge(self) -> None:
        line = self._line
        self._judged = bool(line.strip()) and not line.startswith(_SILENT)
        if self._judged:
            self._digest.update(line)
            self._empty = self._empty and line.startswith(_SETTINGS)

    def end(self) -> tuple[str, bool]:
        """The digest, and whether there is nothing but comments and settings in it."""
        if self._line and self._judged is None:
            self._judge()
        return self._digest.hexdigest(), self._empty


def _lines(piece: bytes) -> list[bytes]:
    """Split at line feeds alone: a row may hold a carriage return."""
    parts = piece.split(b"\n")
    return [part + b"\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])


def same(client: Client, context: Context, app: str, name: str, src: str, *, key: str, force: bool) -> bool:
    """Whether the resource holds what the file holds, encrypted with ``key`` if any. One export, of
    which nothing is kept. Raises
    ConvoxOptionError where it holds something else, unless ``force``; ConvoxError for a failed export."""
    there = Dump()
    operation = f"compare {name} of {app}"
    meter = transfers.Meter(context, app, operation)

    def write(piece: bytes) -> None:
        there.write(piece)
        meter.add(len(piece))

    client.download(
        resources.data_path(app, name),
        write,
        operation=operation,
        rewind=there.rewind,
        begin=meter.begin,
        timeout=context.time_left(),
    )
    said = data_files.failure_words(there.tail)
    if said or not there.size:
        raise errors.ConvoxError(
            f"the rack answered 200, and the export failed: {context.redact(said)}"
            if said
            else "the rack answered 200, and nothing came",
            operation=operation,
            hint="Nothing was imported. See whether the resource runs.",
        )
    digest, empty = there.end()
    if digest == _of_file(src, key):
        return True
    if empty or force:
        return False
    raise errors.ConvoxOptionError(
        "src",
        f"{ascii(src)} holds other data than {name} of {app} does",
        "empty the database first, or set force: true",
    )


def _of_file(src: str, key: str) -> str:
    dump = Dump()
    try:
        with sealed.opener(key)(src) as file:
            while block := file.read(transfers.BLOCK):
                dump.write(block)
    except OSError as error:
        raise transfers.unreadable(src, error) from None
    return dump.end()[0]
