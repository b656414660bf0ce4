# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: commands in a running process, over a websocket.

The stream holds the output, then ``F1E49A85-0AD7-4AEF-A618-C249C6E6568D:CODE``, then its end (recordings:
websockets). It may be cut anywhere: inside the exit line, behind a piece of output, inside a letter. What
looks like an exit line and is not at the end is output. An error of the rack stands at the end, as a message
of its own or behind an exit line with the code 0 (racks before 3.25.5): the error is what counts.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api._http.classify import error_for
from ansible_collections.convox.rack.plugins.module_utils._api._http.redaction import safe
from ansible_collections.convox.rack.plugins.module_utils._api._http.transport import route
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client

if t.TYPE_CHECKING:
    from ansible_collections.convox.rack.plugins.module_utils._api._http.websocket import Input, Socket

_MARK = b"F1E49A85-0AD7-4AEF-A618-C249C6E6568D:"
_ERROR = b"ERROR: "
# An error of a rack is not longer; what is, is output.
_LONGEST_ERROR = 64 * 1024
# The end of a stream: an exit line, and perhaps an error.
_END = re.compile(re.escape(_MARK) + rb"(-?\d{0,10})(\r?\n?)(?:ERROR: (.*))?", re.DOTALL)


class End(t.NamedTuple):
    """How a stream ended. ``code``: None without an exit line; ``error``: the rack's words, "" for none."""

    code: int | None
    error: str


class Splitter:
    """Tells the output of a stream from its end. Pure."""

    def __init__(self) -> None:
        self._held = b""
        self._error = b""

    def feed(self, message: bytes) -> bytes:
        """What is output for certain, now that this message came."""
        data = self._held + self._error + message
        self._held, self._error = b"", b""
        cut = _doubtful_from(data)
        if cut == len(data) and message.startswith(_ERROR) and len(message) <= _LONGEST_ERROR:
            # Nothing behind it: the rack's word. Else a line of the program.
            cut = len(data) - len(message)
            self._error = message
        else:
            self._held = data[cut:]
        return data[:cut]

    def end(self) -> tuple[bytes, End]:
        """The stream is over: the last output, and how it ended."""
        found = _END.fullmatch(self._held)
        if found is None or found[1] in (b"", b"-"):
            return self._held, End(None, _words(self._error))
        return b"", End(int(found[1]), _words(found[3] or b""))


def _words(error: bytes) -> str:
    return error.removeprefix(_ERROR).decode("utf-8", "replace").strip()


def _doubtful_from(data: bytes) -> int:
    """Where that begins which may be the end of the stream, if nothing else comes."""
    at = data.rfind(_MARK)
    if at >= 0 and _may_end(data[at + len(_MARK) :]):
        return at
    for length in range(min(len(_MARK) - 1, len(data)), 0, -1):
        if data.endswith(_MARK[:length]):
            return len(data) - length
    return len(data)


def _may_end(rest: bytes) -> bool:
    """Whether what stands behind a mark can be the rest of an exit line and an error, or begin so."""
    found = re.match(rb"-?\d{0,10}\r?\n?", rest)
    error = rest[found.end() :] if found else rest
    if len(error) > _LONGEST_ERROR:
        return False
    return _ERROR.startswith(error) or error.startswith(_ERROR)


class Exec:
    """A command that runs in a process. Iterate over it for its output, in pieces that may be cut inside a
    letter; an empty piece for each ``idle`` seconds of silence. Afterwards ``code`` holds its exit code.

    Reading raises the error for the rack's words, ConvoxServerError where no exit code came,
    ConvoxConnectionError where the stream was cut, ConvoxTimeoutError at the deadline.
    """

    def __init__(self, client: Client, socket: Socket, operation: str) -> None:
        self._client = client
        self._socket = socket
        self._operation = operation
        self._counted = False
        self.code: int | None = None

    def __enter__(self) -> Exec:
        return self

    def __exit__(self, *_unused: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection, whatever is still under way."""
        self._socket.close()

    def write(self, data: bytes) -> None:
        """Send data to the input of a command that was started with ``written``. Raises as reading does,
        which then tells what came before."""
        self._socket.write(data)

    def __iter__(self) -> t.Iterator[bytes]:
        splitter = Splitter()
        try:
            for message in self._socket.pieces():
                output = splitter.feed(message) if message else b""
                if output or not message:
                    self._count()
                    yield output
        except errors.ConvoxConnectionError:
            # It was asked for, and nobody knows how far it came.
            self._client.ledger.wrote(self._operation, unsettled=True)
            raise
        except errors.ConvoxTimeoutError:
            self._count()
            raise
        rest, end = splitter.end()
        if rest:
            self._count()
            yield rest
        self.code = self._checked(end)

    def _count(self) -> None:
        """It has begun, and nothing undoes what it has done. An error that comes at once says that it has
        not."""
        if not self._counted:
            self._counted = True
            self._client.ledger.wrote(self._operation)

    def _checked(self, end: End) -> int:
        if end.error:
            words = safe(end.error, self._client.transport.secrets(self._client.ledger))
            raise error_for(None, words, operation=self._operation)
        self._count()
        if end.code is None:
            raise errors.ConvoxServerError(
                None,
                "the stream ended without an exit code: nobody knows how the command ended",
                operation=self._operation,
            )
        return end.code


def need_library(operation: str) -> None:
    """Raises ConvoxMissingLibraryError where no websocket could be opened: better known before a process is
    started for it."""
    from ansible_collections.convox.rack.plugins.module_utils._api._http import handshake

    handshake.new_protocol(operation)


def start(
    client: Client,
    app: str,
    process: str,
    command: str,
    *,
    entrypoint: bool | None = None,
    input: Input | None = None,
    written: bool = False,
    timeout: float,
    opening: float | None = None,
    idle: float | None = None,
) -> Exec:
    """``SOCKET /apps/{app}/processes/{pid}/exec``: run a command in a process, named by its id, or in any
    running one of a service, named by its own name.

    ``command`` is split into words as a shell does, without expanding anything. Without an ``input`` both
    outputs of the command arrive, in their order. With one, its error output is lost, and **it never sees
    the end of its input**; ``written``: one that comes by ``Exec.write``. All in seconds: ``timeout`` for
    everything together, ``opening`` for the connection. It is not sent twice.
    """
    headers = {"Command": command, "Tty": "false"}
    if entrypoint is not None:
        headers["Entrypoint"] = str(entrypoint).lower()
    if input is None and not written:
        headers["Disable-Stdin"] = "true"
    operation = f"run a command in {process} of {app}"
    socket = client.open_socket(
        route("apps", app, "processes", process, "exec"),
        operation=operation,
        headers=headers,
        input=input,
        timeout=timeout,
        opening=opening,
        idle=idle,
        writes=True,
    )
    return Exec(client, socket, operation)
