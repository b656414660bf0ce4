# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: a file that is encrypted while it is written and decrypted while it is read.

16 random bytes, then the content in AES-256-CTR that begins with them: what
``openssl enc -d -aes-256-ctr -K KEY -iv FIRST_16_BYTES`` reads. Any place in it can be read by itself, and
whatever its size, only blocks of it are in memory.
"""

from __future__ import annotations

import os
import re
import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api import errors, local_files
from ansible_collections.convox.rack.plugins.module_utils._api.third_party import cipher_library

_BLOCK = 16
_KEY = re.compile(r"[0-9a-fA-F]{64}")


def check_key(key: str) -> None:
    """Raises ConvoxOptionError for what is no key, without showing it."""
    if not _KEY.fullmatch(key):
        raise errors.ConvoxOptionError(
            "encryption_key", "is no key", "give 64 hexadecimal digits, as `openssl rand -hex 32` makes them"
        )


def opener(key: str) -> t.Callable[[str], t.BinaryIO]:
    """What opens a regular file for reading: as it is without a key, decrypted with one. Raises OSError."""
    if not key:
        return local_files.open_regular
    return lambda path: t.cast(t.BinaryIO, Sealed(local_files.open_regular(path), key))


def wrapper(key: str) -> t.Callable[[t.BinaryIO], t.BinaryIO]:
    """What makes an empty file that is open for writing one that encrypts, with a key."""
    if not key:
        return lambda file: file
    return lambda file: t.cast(t.BinaryIO, Sealed(file, key, os.urandom(_BLOCK)))


class Sealed:
    """The content of ``file``, which is encrypted there. ``start``: of a new one, its first bytes."""

    def __init__(self, file: t.BinaryIO, key: str, start: bytes = b"") -> None:
        self._file = file
        self._key = bytes.fromhex(key)
        if start:
            file.write(start)
        else:
            start = file.read(_BLOCK)
        if len(start) < _BLOCK:
            file.close()
            raise OSError(0, "it is too short for an encrypted file")
        self._start = int.from_bytes(start, "big")
        self._cipher = self._at(0)

    def _at(self, place: int) -> t.Any:
        """A cipher that goes on at this place. Both ways are the same in this mode."""
        number, rest = divmod(place, _BLOCK)
        counter = (self._start + number) % (1 << 8 * _BLOCK)
        library = cipher_library()
        mode = library.modes.CTR(counter.to_bytes(_BLOCK, "big"))
        cipher = library.Cipher(library.algorithms.AES(self._key), mode).encryptor()
        cipher.update(bytes(rest))
        return cipher

    def write(self, piece: bytes) -> int:
        """Encrypt a piece more."""
        self._file.write(self._cipher.update(piece))
        return len(piece)

    def read(self, size: int = -1) -> bytes:
        """Decrypt a piece more."""
        found: bytes = self._cipher.update(self._file.read(size))
        return found

    def seek(self, place: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place of the content."""
        real = self._file.seek(place + (_BLOCK if whence == os.SEEK_SET else 0), whence)
        self._cipher = self._at(real - _BLOCK)
        return real - _BLOCK

    def truncate(self) -> int:
        """End the file here."""
        return self._file.truncate() - _BLOCK

    def flush(self) -> None:
        self._file.flush()

    def __enter__(self) -> Sealed:
        return self

    def __exit__(self, *_error: object) -> None:
        self._file.close()
