# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the file that remembers what was imported, for no rack does."""

from __future__ import annotations

import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api import errors, local_files
from ansible_collections.convox.rack.plugins.module_utils._api._auth.credentials import Connection
from ansible_collections.convox.rack.plugins.module_utils._shared import transfers
from ansible_collections.convox.rack.plugins.module_utils._shared.local_dest import Dest


def words(
    connection: Connection, app: str, name: str, src: str, open_file: t.Callable[[str], t.BinaryIO]
) -> str:
    """What a receipt of this file says; ``open_file`` opens it. Raises ConvoxOptionError for a file that
    cannot be read."""
    digest = transfers.Digest()
    try:
        with open_file(src) as file:
            while block := file.read(transfers.BLOCK):
                digest.add(block)
    except OSError as error:
        raise transfers.unreadable(src, error) from None
    return sentence(connection, app, name, digest)


def sentence(connection: Connection, app: str, name: str, digest: transfers.Digest) -> str:
    """What a receipt says of an import: which data, into what."""
    rack = f" ({connection.rack})" if connection.rack else ""
    return f"sha256 {digest} imported into {name} of {app} at {connection.host}{rack}\n"


def holds(receipt: Dest, expected: str) -> bool:
    """Whether the receipt says this. Raises ConvoxOptionError for one that cannot be read."""
    if not receipt.is_there:
        return False
    try:
        return local_files.read_text(receipt.path, errors="replace") == expected
    except OSError as error:
        raise transfers.unreadable(receipt.path, error, receipt.option) from None


def write(receipt: Dest, text: str) -> None:
    """Leave the receipt. Raises ConvoxOptionError where it cannot be written."""
    try:
        with receipt.replacing() as file, receipt.trouble():
            file.write(text.encode())
    except errors.ConvoxOptionError as error:
        error.message = f"the data was imported, but its receipt was not kept. {error.message}"
        raise
