# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Reading websocket routes: logs. Private to convox.rack; may change at any time.

The connection is one of the transport's own: httpx asks for the upgrade (with its login, proxy, TLS
and retries) and hands over the socket; the library websockets only takes frames apart. So there are
no threads, the deadline holds, and a text frame that ends inside a letter is read right.

Facts (recordings/websockets.jsonl): text frames are data; any binary frame is the end, after which
the rack leaves the socket open; every error, a wrong password included, is a text frame
`ERROR: …` followed by the end.
"""

from __future__ import annotations

import base64
import codecs
import contextlib
import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ansible_collections.convox.rack.plugins.module_utils._api import third_party
from ansible_collections.convox.rack.plugins.module_utils._api._http.classify import error_for
from ansible_collections.convox.rack.plugins.module_utils._api._http.deadline import Deadline
from ansible_collections.convox.rack.plugins.module_utils._api._http.ledger import Ledger
from ansible_collections.convox.rack.plugins.module_utils._api._http.redaction import safe
from ansible_collections.convox.rack.plugins.module_utils._api._http.transport import Transport
from ansible_collections.convox.rack.plugins.module_utils._api.errors import (
    ConvoxConnectionError,
    ConvoxGatewayError,
    ConvoxMissingLibraryError,
    ConvoxTimeoutError,
)
from ansible_collections.convox.rack.plugins.module_utils._api.third_party import httpcore

INSTALL = "pip install 'websockets>=13'"
_ERROR = "ERROR: "
# Of RFC 6455: what a server mixes into its answer to prove that it understood the upgrade.
_PROOF = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
# A finished build's whole log comes as one frame.
_MOST_BYTES = 64 * 1024 * 1024
# Load balancers cut connections on which nothing moves for a minute.
_PING_SECONDS = 20.0
# An error that is all a rack sends is followed by the end at once.
_HURRY_SECONDS = 1.0
_PIECE = 65536


def stream_text(
    transport: Transport,
    path: str,
    headers: Mapping[str, str],
    *,
    operation: str,
    ledger: Ledger,
    timeout: float | None = None,
    idle: float | None = None,
) -> Iterator[str]:
    """Text as it comes, until the rack ends the stream.

    headers: the route's options (`Follow`, `Since`, …). timeout: seconds for everything together,
    by default the connection's. idle: after
    that many seconds of silence an empty text is given, so that the reader can look elsewhere.
    Raises ConvoxMissingLibraryError without websockets, ConvoxTimeoutError at the deadline,
    ConvoxConnectionError if the connection is lost before the end, and for the last frame, if it is
    an `ERROR: …`, the error for its words. (The last line of a program's log may look the same: a
    reader of logs should take the error as a last line.)
    """
    protocol = _protocol(operation)
    key = base64.b64encode(os.urandom(16)).decode("ascii")
    upgrade = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Key": key,
        "Sec-WebSocket-Version": "13",
    }
    deadline = transport.deadline(timeout)
    response = transport.upgrade(
        path, operation=operation, ledger=ledger, headers={**headers, **upgrade}, deadline=deadline
    )
    try:
        if response.headers.get("sec-websocket-accept") != _proof(key):
            raise ConvoxGatewayError(101, "the answer to the upgrade is no websocket's", operation=operation)
        stream = response.extensions["network_stream"]
        yield from _texts(_Messages(stream, protocol, operation, deadline, idle), transport.secrets(ledger))
    finally:
        response.close()


def _protocol(operation: str) -> Any:
    protocol = third_party.frame_protocol(_MOST_BYTES)
    if protocol is None:
        raise ConvoxMissingLibraryError(
            "reading a stream needs the library websockets",
            hint=f"Install it with: {INSTALL}.",
            operation=operation,
        )
    old = third_party.too_old_for_streams()
    if old is not None:
        raise ConvoxMissingLibraryError(
            f"reading a stream needs a newer library: {old}",
            hint="Install it with: pip install 'httpcore>=1.0.4'.",
            operation=operation,
        )
    return protocol


def _proof(key: str) -> str:
    return base64.b64encode(hashlib.sha1((key + _PROOF).encode("ascii")).digest()).decode("ascii")


def _texts(messages: _Messages, secrets: Iterable[str]) -> Iterator[str]:
    """The messages; one that may be the rack's error is held back until it is known to be the last."""
    held = ""
    first = True
    try:
        for text in messages:
            if held and text:
                yield held
                held = ""
            if text.startswith(_ERROR):
                held = text
                messages.hurry = first
            else:
                yield text
            first = first and not text
    except (ConvoxConnectionError, ConvoxTimeoutError):
        if not held:
            raise
    if held:
        words = safe(held[len(_ERROR) :], secrets)
        raise error_for(None, words, operation=messages.operation)


class _Messages:
    """The text messages of one socket; ends at a binary frame or when the other side closes it well.

    An empty text stands for `idle` seconds of silence. hurry: end at the first short silence.
    """

    def __init__(
        self, stream: Any, protocol: Any, operation: str, deadline: Deadline, idle: float | None
    ) -> None:
        self.operation = operation
        self.hurry = False
        self._stream = stream
        self._protocol = protocol
        self._deadline = deadline
        self._idle = idle
        # A rack cuts its texts where its buffer ends, which may be inside a letter.
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._parts: list[bytes] = []
        self._ended = False

    def __iter__(self) -> Iterator[str]:
        silent = pinged = 0.0
        while not self._ended:
            wait = min(_PING_SECONDS - pinged, (self._idle or _PING_SECONDS) - silent)
            data = self._read(_HURRY_SECONDS if self.hurry else wait)
            if data is not None:
                silent = pinged = 0.0
                yield from self._received(data)
                continue
            if self.hurry:
                return
            silent, pinged = silent + wait, pinged + wait
            if pinged >= _PING_SECONDS:
                self._protocol.send_ping(b"")
                self._flush()
                pinged = 0.0
            if silent >= (self._idle or _PING_SECONDS):
                silent = 0.0
                if self._idle:
                    yield ""

    def _read(self, wait: float) -> bytes | None:
        """What comes within so many seconds, None if nothing does."""
        left = self._deadline.left()
        if left <= 0:
            raise ConvoxTimeoutError(
                f"the stream did not end within {self._deadline.seconds:g} s", operation=self.operation
            )
        try:
            data: bytes = self._stream.read(_PIECE, timeout=min(left, wait))
        except httpcore.ReadTimeout:
            return None
        except (httpcore.NetworkError, httpcore.ProtocolError):
            data = b""
        if not data:
            raise ConvoxConnectionError("the stream was cut before its end", operation=self.operation)
        return data

    def _received(self, data: bytes) -> Iterator[str]:
        self._protocol.receive_data(data)
        self._flush()
        for frame in self._protocol.events_received():
            kind = frame.opcode.name
            if kind in ("TEXT", "CONT"):
                self._parts.append(bytes(frame.data))
                if frame.fin:
                    yield self._decoder.decode(b"".join(self._parts))
                    self._parts.clear()
            elif kind in ("BINARY", "CLOSE"):
                self._ended = True
                return
        if self._protocol.parser_exc is not None:
            raise ConvoxConnectionError(
                "the stream cannot be read as a websocket's", operation=self.operation
            )

    def _flush(self) -> None:
        """Send what the protocol wants sent: answers to pings, our own."""
        with contextlib.suppress(httpcore.NetworkError, httpcore.TimeoutException):
            for data in self._protocol.data_to_send():
                self._stream.write(data, timeout=max(min(self._deadline.left(), _PING_SECONDS), 0.001))
