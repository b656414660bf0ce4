# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: files that come from a rack and go to it, as streams.

A download goes to a temporary file beside its place and takes that place only when it came whole, its content
was checked and it lies on the disk. Whatever goes wrong before, the temporary file goes and what stood there
stays. Whatever the size, only blocks of it are in memory.
"""

from __future__ import annotations

import errno
import hashlib
import os
import typing as t
from contextlib import contextmanager

from ansible_collections.convox.rack.plugins.module_utils._api import errors, local_files
from ansible_collections.convox.rack.plugins.module_utils._api._http.responses import Response
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._noun import Context
from ansible_collections.convox.rack.plugins.module_utils._shared.local_dest import Dest, Sink

MIB = 1024 * 1024
BLOCK = 256 * 1024
# Seconds between two lines of progress.
EVERY = 1.0
T = t.TypeVar("T")


class Meter:
    """How far a transfer is, told at most once a second: in percent where its size is known, and in MiB.

    ``words`` begin the line, such as ``export build B``.
    """

    def __init__(self, context: Context, app: str, words: str) -> None:
        self._context = context
        self._app = app
        self._words = words
        self._size: int | None = None
        self._done = 0
        self._told = context.clock.now()

    def begin(self, size: int | None) -> None:
        """It begins, or begins again; ``size`` in bytes, None for one that nobody knows."""
        self._size = size
        self._done = 0

    def add(self, count: int) -> None:
        """So many bytes more."""
        self._done += count
        now = self._context.clock.now()
        if now - self._told < EVERY:
            return
        self._told = now
        # The clock of a worker also notices here that its play has ended.
        self._context.clock.sleep(0.0)
        self._context.progress(self._app, f"{self._words}: {self._far()}", self._words)

    def _far(self) -> str:
        done = f"{self._done / MIB:.1f}"
        if not self._size:
            return f"{done} MiB"
        return f"{min(100, 100 * self._done // self._size)} %, {done} of {self._size / MIB:.1f} MiB"


def save(
    client: Client,
    context: Context,
    path: str,
    dest: Dest,
    *,
    app: str,
    operation: str,
    check: t.Callable[[t.BinaryIO], T],
    timeout: float,
    query: t.Mapping[str, str] | None = None,
    headers: t.Mapping[str, str] | None = None,
    wrap: t.Callable[[t.BinaryIO], t.BinaryIO] = lambda file: file,
) -> T:
    """Get ``path`` (quoted, see ``route``) into the file ``dest``, and give what ``check`` gives.

    ``check`` reads the whole file from its beginning and raises a ConvoxError for one that is no good.
    ``timeout``: seconds for all tries of the download together. A download that breaks off is begun again as
    any GET is. Counts as one change of the task, when the file is in its place. ``wrap`` makes of the file
    what is written to and checked. Raises the errors of ``errors.py``; ConvoxOptionError for a file that
    cannot be written.
    """
    meter = Meter(context, app, operation)
    with dest.replacing() as place:
        with dest.trouble():
            file = wrap(place)
        sink = Sink(dest, file)

        def write(piece: bytes) -> None:
            sink.write(piece)
            meter.add(len(piece))

        client.download(
            path,
            write,
            operation=operation,
            rewind=sink.rewind,
            begin=meter.begin,
            timeout=timeout,
            query=query,
            headers=headers,
        )
        with dest.trouble():
            file.flush()
            file.seek(0)
        kept = check(file)
    client.ledger.changed_here()
    return kept


def upload(
    client: Client,
    context: Context,
    method: str,
    path: str,
    src: str,
    *,
    app: str,
    operation: str,
    expect: str,
    timeout: float,
    repeatable: bool,
    option: str = "src",
    headers: t.Mapping[str, str] | None = None,
    digest: Digest | None = None,
    open_file: t.Callable[[str], t.BinaryIO] | None = None,
) -> Response:
    """Send the regular file ``src`` as the body of a request, and give its answer.

    Each try reads the file anew. ``repeatable``: whether sending it twice does no harm. ``timeout``: seconds
    for all tries together. ``option`` names the file in errors, ``open_file`` opens it, ``digest`` is that of
    what was sent. Raises the errors of ``errors.py``; ConvoxOptionError for a file that changes meanwhile:
    what of it was sent may have been taken, so the operation counts as unsettled then.
    """
    body = Body(src, option, Meter(context, app, operation), open_file, digest)
    with body.counted(client, operation):
        return client.send(
            method,
            path,
            content=body,
            headers={"Content-Type": "application/octet-stream", **(headers or {})},
            operation=operation,
            expect=expect,
            timeout=timeout,
            repeatable=repeatable,
        )


class Digest:
    """The SHA-256 of what the last try has sent: a file may change between one look at it and the next."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        self._found = hashlib.sha256()

    def add(self, block: bytes) -> None:
        self._found.update(block)

    def __str__(self) -> str:
        return self._found.hexdigest()


class Body:
    """The regular file ``path`` as the body of a request: each call reads it anew, block by block, as long as
    it was when it was opened. ``option`` names it in errors; ``meter`` tells how far it is; ``open_file``
    opens it."""

    def __init__(
        self,
        path: str,
        option: str = "src",
        meter: Meter | None = None,
        open_file: t.Callable[[str], t.BinaryIO] | None = None,
        digest: Digest | None = None,
    ) -> None:
        self.path = path
        self._open = open_file or local_files.open_regular
        self._option = option
        self._meter = meter
        self._digest = digest
        self._begun = False

    def __call__(self) -> t.Iterator[bytes]:
        try:
            with self._open(self.path) as file:
                left = file.seek(0, os.SEEK_END)
                file.seek(0)
                if self._meter:
                    self._meter.begin(left)
                if self._digest:
                    self._digest.begin()
                while block := file.read(BLOCK):
                    left -= len(block)
                    if left < 0:
                        break
                    self._begun = True
                    if self._digest:
                        self._digest.add(block)
                    yield block
                    if self._meter:
                        self._meter.add(len(block))
        except OSError as error:
            raise unreadable(self.path, error, self._option) from None
        if left:
            raise errors.ConvoxOptionError(
                self._option,
                f"{ascii(self.path)} got {'longer' if left < 0 else 'shorter'} while it was sent",
                "leave it alone meanwhile",
            )

    @contextmanager
    def counted(self, client: Client, operation: str) -> t.Iterator[None]:
        """A request with this body. What was sent of a file that then fails may have been taken."""
        try:
            yield
        except errors.ConvoxOptionError:
            if self._begun:
                client.ledger.wrote(operation, unsettled=True)
            raise


def size_of(path: str, option: str = "src") -> int:
    """Bytes of the regular file ``path``. Raises ConvoxOptionError for what cannot be read."""
    try:
        with local_files.open_regular(path) as file:
            return os.fstat(file.fileno()).st_size
    except OSError as error:
        raise unreadable(path, error, option) from None


def is_missing(path: str) -> bool:
    """Whether there is nothing of that name: what an earlier task of the play may have yet to make."""
    try:
        return not os.path.lexists(path)
    except ValueError:
        return False


def unreadable(path: str, error: OSError, option: str = "src") -> errors.ConvoxOptionError:
    """The error for a file that cannot be read."""
    reason = error.strerror or os.strerror(error.errno or errno.EIO)
    return errors.ConvoxOptionError(
        option, f"{ascii(path)} cannot be read: {reason}", "name a file that you may read"
    )
