# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: a file of this machine that a task writes: whole, or not at all."""

from __future__ import annotations

import errno
import os
import signal
import stat
import tempfile
import types
import typing as t
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._shared import signals

# For files that hold what only their owner may read: a database, an image.
PRIVATE = 0o600
# What ends a process without unwinding it. Ctrl-C raises by itself.
_SIGNALS = (signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True)
class Dest:
    """The file ``path``, which ``option`` names. ``mode`` of a new one; one that is there keeps its own."""

    path: str
    option: str = "dest"
    mode: int = PRIVATE

    @property
    def real(self) -> str:
        """Where the file lies: a link stays, and what it points to is replaced."""
        return os.path.realpath(self.path)

    @property
    def is_there(self) -> bool:
        """Whether the file is there; False for a path that no file can have."""
        return os.path.isfile(self.path)

    def check(self, *, folder_may_come: bool = False) -> None:
        """Raises ConvoxOptionError for a path that cannot be written: before a request is sent for it.

        ``folder_may_come``: in check mode an earlier task of the play may have yet to make the folder.
        """
        try:
            self._check(folder_may_come)
        except ValueError:
            raise self._refused("is no name that a file can have", "write its path as plain text") from None

    def _check(self, folder_may_come: bool) -> None:
        folder = os.path.dirname(self.real) or os.sep
        if not os.path.exists(folder):
            if not folder_may_come:
                raise self._refused(
                    f"there is no folder {ascii(folder)}", "make it first, with ansible.builtin.file"
                )
            return
        if not os.path.isdir(folder):
            raise self._refused(f"{ascii(folder)} is no folder", "name a file in a folder that you may write")
        if os.path.isdir(self.real) or self.path.endswith(os.sep):
            raise self._refused(f"{ascii(self.path)} is a folder", "name a file in it")
        if os.path.exists(self.real) and not os.path.isfile(self.real):
            raise self._refused(f"{ascii(self.path)} is a pipe, a socket or a device", "name a regular file")
        if not os.access(folder, os.W_OK | os.X_OK):
            raise self._refused(
                f"nothing can be written to {ascii(folder)}", "name a file in a folder that you may write"
            )

    @contextmanager
    def trouble(self) -> t.Iterator[None]:
        """A failure of the disk in here is an error that names the file."""
        try:
            yield
        except OSError as error:
            reason = error.strerror or os.strerror(error.errno or errno.EIO)
            raise self._refused(
                f"{ascii(self.path)} cannot be written: {reason}", "make room there, or name another file"
            ) from None

    @contextmanager
    def replacing(self) -> t.Iterator[t.BinaryIO]:
        """A temporary file beside it, open for writing and reading, that takes its place at the end. If what
        is done with it fails, or is interrupted, it goes and what was there stays."""
        place = self.real
        with self.trouble():
            descriptor, temporary = tempfile.mkstemp(prefix=".convox-", dir=os.path.dirname(place) or os.sep)
        try:
            with _removed_by_signals(temporary), os.fdopen(descriptor, "w+b") as file:
                yield file
                with self.trouble():
                    file.flush()
                    self._dress(file.fileno(), place)
                    os.fsync(file.fileno())
                    os.replace(temporary, place)
                    _sync_folder(os.path.dirname(place))
        except BaseException:
            with suppress(OSError):
                os.unlink(temporary)
            raise

    def _dress(self, descriptor: int, place: str) -> None:
        """Give the new file the mode of the one that it replaces, and its owner where that is allowed."""
        try:
            old = os.stat(place)
        except OSError:
            os.fchmod(descriptor, self.mode)
            return
        with suppress(OSError):
            os.fchown(descriptor, old.st_uid, old.st_gid)
        os.fchmod(descriptor, stat.S_IMODE(old.st_mode))

    def _refused(self, problem: str, way_out: str) -> errors.ConvoxOptionError:
        return errors.ConvoxOptionError(self.option, problem, way_out)


class Sink(t.NamedTuple):
    """Where a download of ``dest`` is written to: the temporary ``file`` of ``replacing``."""

    dest: Dest
    file: t.BinaryIO

    def write(self, piece: bytes) -> None:
        """A piece more."""
        with self.dest.trouble():
            self.file.write(piece)

    def rewind(self) -> None:
        """Take back what was written: the download begins again."""
        with self.dest.trouble():
            self.file.seek(0)
            self.file.truncate()


def _sync_folder(folder: str) -> None:
    """The new name survives a crash of the machine, where its file system can promise that."""
    with suppress(OSError):
        descriptor = os.open(folder or os.sep, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextmanager
def _removed_by_signals(path: str) -> t.Iterator[None]:
    """While this lasts, a signal that ends the process takes the file with it. Then it does what it did
    before."""

    def handle(number: int, frame: types.FrameType | None, earlier: t.Any) -> None:
        with suppress(OSError):
            os.unlink(path)
        signals.pass_on(number, frame, earlier)

    with signals.handled(_SIGNALS, handle):
        yield
