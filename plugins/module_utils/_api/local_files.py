# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Files of this machine that somebody named: opened so that none of them can hold or fill us.

Private to convox.rack. A pipe without a writer holds whoever opens it, a device may never end. So only
regular files are opened, without blocking, and a file that is read whole has a bound.
"""

from __future__ import annotations

import errno
import os
import stat
from typing import BinaryIO

#: Bytes of a file that is read whole, where the caller names no other bound.
LIMIT = 16 * 1024 * 1024
_MIB = 1024 * 1024


def open_regular(path: str) -> BinaryIO:
    """The regular file ``path``, open for reading, unbuffered.

    Raises OSError whose ``strerror`` says what is wrong, for a folder (IsADirectoryError), a pipe, a socket,
    a device, and for a name that no file can have (a NUL byte, half a surrogate pair) too.
    """
    # Looked at before it is opened too: to open a device may already do something.
    _check_kind(_state(path))
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    try:
        _check_kind(os.fstat(descriptor))
        return os.fdopen(descriptor, "rb", buffering=0)
    except BaseException:
        os.close(descriptor)
        raise


def read_bytes(path: str, limit: int = LIMIT) -> bytes:
    """What the regular file ``path`` holds. Raises OSError as ``open_regular``, and for one of more than
    ``limit`` bytes."""
    with open_regular(path) as file:
        blocks: list[bytes] = []
        left = limit + 1
        while left > 0 and (block := file.read(min(left, _MIB))):
            blocks.append(block)
            left -= len(block)
    if left <= 0:
        raise OSError(errno.EFBIG, f"it is larger than {limit / _MIB:g} MiB")
    return b"".join(blocks)


def read_text(path: str, limit: int = LIMIT, errors: str = "strict") -> str:
    """The same as UTF-8 text with the line ends of Python's text files. Raises UnicodeDecodeError besides."""
    text = read_bytes(path, limit).decode("utf-8", errors)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _state(path: str) -> os.stat_result:
    try:
        return os.stat(path)
    except ValueError:
        raise OSError(errno.EINVAL, "no file can have this name") from None


def _check_kind(state: os.stat_result) -> None:
    if stat.S_ISDIR(state.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(state.st_mode):
        raise OSError(errno.EINVAL, "it is no regular file, but a pipe, a socket or a device")
