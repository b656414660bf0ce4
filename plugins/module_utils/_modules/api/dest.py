# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: a file that an answer is written to: whole, or not at all."""

from __future__ import annotations

import os
import stat
import tempfile

from ansible_collections.convox.rack.plugins.module_utils._api import errors


def check(path: str) -> None:
    """Raises ConvoxOptionError where no file can be written, before anything is asked for."""
    try:
        state = os.stat(path)
    except FileNotFoundError:
        if not os.path.isdir(os.path.dirname(path) or os.curdir):
            raise errors.ConvoxOptionError(
                "dest", "lies in no folder that is there", "make its folder first"
            ) from None
    except (OSError, ValueError):
        raise errors.ConvoxOptionError("dest", "is no name of a file", "name a file") from None
    else:
        if stat.S_ISDIR(state.st_mode):
            raise errors.ConvoxOptionError("dest", "is a folder", "name a file in it")
        if not stat.S_ISREG(state.st_mode):
            raise errors.ConvoxOptionError("dest", "is no regular file", "name a file")


class Dest:
    """A file beside the one that is to be: it takes its place when it is whole. A file that was not there
    before is for its owner alone; one that was keeps its mode. Raises OSError."""

    def __init__(self, path: str) -> None:
        # What a link leads to is replaced, not the link.
        self._path = os.path.realpath(path)
        folder, name = os.path.split(self._path)
        descriptor, self._temporary = tempfile.mkstemp(prefix=f".{name[:50]}.", dir=folder)
        self._file = os.fdopen(descriptor, "wb")

    def write(self, data: bytes) -> None:
        """Take in a piece."""
        self._file.write(data)

    def rewind(self) -> None:
        """Take back all pieces."""
        self._file.seek(0)
        self._file.truncate()

    def keep(self) -> None:
        """Put it where it belongs."""
        self._file.close()
        if os.path.exists(self._path):
            os.chmod(self._temporary, stat.S_IMODE(os.stat(self._path).st_mode))
        os.replace(self._temporary, self._path)

    def drop(self) -> None:
        """Take it away, if it was not kept."""
        self._file.close()
        if os.path.exists(self._temporary):
            os.unlink(self._temporary)
