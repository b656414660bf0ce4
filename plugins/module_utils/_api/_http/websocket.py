# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Websocket routes: logs, and programs with an input. Private to convox.rack; may change at any time.

The connection is one of the transport's own: it asks for the upgrade (with its login, proxy, TLS
and retries) and hands over the socket; the library websockets only takes frames apart and puts them
together. So there are no threads, the deadline holds, and a text frame that ends inside a letter is read
right.

Facts (recordings/websockets.jsonl): text frames are data, both ways, and what they hold need not be text;
input in a binary frame is lost. Any binary frame of the rack is the end, after which it leaves the
socket open; every error, a wrong password included, is a text frame `ERROR: …` followed by the end. An empty
binary frame is the end of input, as the CLI sends it; **the program does not see it**.
"""

from __future__ import annotations

import codecs
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Union

from ansible_collections.convox.rack.plugins.module_utils._api._http.channel import Channel, CutError
from ansible_collections.convox.rack.plugins.module_utils._api._http.classify import error_for
from ansible_collections.convox.rack.plugins.module_utils._api._http.handshake import new_protocol, upgraded
from ansible_collections.convox.rack.plugins.module_utils._api._http.ledger import Ledger
from ansible_collections.convox.rack.plugins.module_utils._api._http.redaction import safe
from ansible_collections.convox.rack.plugins.module_utils._api._http.transport import Transport
from ansible_collections.convox.rack.plugins.module_utils._api.errors import (
    ConvoxConnectionError,
    ConvoxTimeoutError,
)

# Pieces of an input: an iterator of them, asked for the next one when the last is sent; or a function that
# gives the next piece, an empty one when there is nothing yet, and None at the end.
Input = Union[Iterable[bytes], Callable[[], Union[bytes, None]]]

_ERROR = b"ERROR: "
# Load balancers cut connections on which nothing moves for a minute.
_PING_SECONDS = 20.0
# An error that is all a rack sends is followed by the end at once.
_HURRY_SECONDS = 1.0
# How long an input that has nothing yet is left alone.
_INPUT_SECONDS = 0.1
# The longest frame that is sent.
_FRAME = 32 * 1024


def stream_text(
    transport: Transport,
    path: str,
    headers: Mapping[str, str],
    *,
    operation: str,
    ledger: Ledger,
    timeout: float | None = None,
    opening: float | None = None,
    idle: float | None = None,
) -> Iterator[str]:
    """Text as it comes, until the rack ends the stream: see Socket, for what has no input. An empty text
    stands for ``idle`` seconds of silence.

    The last line of a program's log may look like an error of the rack: a reader of logs should take the
    error as a last line.
    """
    # A rack cuts its texts where its buffer ends, which may be inside a letter.
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    with Socket(
        transport,
        path,
        headers,
        operation=operation,
        ledger=ledger,
        timeout=timeout,
        opening=opening,
        idle=idle,
    ) as opened:
        for piece in opened:
            text = decoder.decode(piece)
            if text or not piece:
                yield text


class Socket:
    """An open websocket, for one thread: iterate over it for the bytes that come, until the rack ends it.

    headers: the route's options (`Follow`, `Command`, …). input: what to send meanwhile; after its end the
    end of input is sent. timeout: seconds for everything together, by default the connection's. opening:
    seconds for the connection to become a websocket, by default all of them. idle: after that many seconds
    without a piece an empty one is given, so that the reader can look elsewhere. writes: what is behind it
    changes something: see ``Transport.upgrade``.

    Raises, when it is made, as ``Transport.upgrade``, and ConvoxMissingLibraryError without websockets. While
    it is read: ConvoxTimeoutError at the deadline, ConvoxConnectionError if the connection is lost before
    the end, and for the last frame, if it is an `ERROR: …`, the error for its words. What ``input`` raises
    passes through.
    """

    def __init__(
        self,
        transport: Transport,
        path: str,
        headers: Mapping[str, str],
        *,
        operation: str,
        ledger: Ledger,
        input: Input | None = None,
        timeout: float | None = None,
        opening: float | None = None,
        idle: float | None = None,
        writes: bool = False,
    ) -> None:
        self._operation = operation
        self._protocol = new_protocol(operation)
        self._deadline = transport.deadline(timeout)
        self._idle = idle
        self._next = _puller(input)
        # A session of the console may be another one at the end.
        self._secrets = partial(transport.secrets, ledger)
        self._inbox: deque[bytes] = deque()
        self._parts: list[bytes] = []
        self._ended = False
        self._open_input = True
        self._input_later = 0.0
        deadline = self._deadline
        if opening is not None and opening < deadline.left():
            deadline = transport.deadline(opening)
        self._response = upgraded(transport, path, headers, operation, ledger, deadline, writes)
        self._channel = Channel(self._response.extensions["network_stream"])

    def __enter__(self) -> Socket:
        return self

    def __exit__(self, *_unused: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection, whatever is still under way."""
        self._channel.close()
        self._response.close()

    def write(self, data: bytes | str) -> None:
        """Send data to the program's input; what comes meanwhile is kept for the reader. Bytes arrive as they
        are. Raises as reading does."""
        self._send_text(data.encode("utf-8") if isinstance(data, str) else data)
        while self._channel.is_busy and not self._ended:
            self._receive(self._bounded(_PING_SECONDS))

    def close_input(self) -> None:
        """Say that no more input follows; once, and only with nothing left to send."""
        if self._open_input:
            self._open_input = False
            self._protocol.send_binary(b"")
            self._flush()

    def __iter__(self) -> Iterator[bytes]:
        """The messages; one that may be the rack's error is held back until it is known to be the last."""
        held = b""
        first = True
        try:
            for piece in self.pieces():
                if held and piece:
                    yield held
                    held = b""
                if piece.startswith(_ERROR):
                    held = piece
                    if first and not self._hurries(held):
                        break
                else:
                    yield piece
                first = first and not piece
        except (ConvoxConnectionError, ConvoxTimeoutError):
            if not held:
                raise
        if held:
            words = safe(held[len(_ERROR) :].decode("utf-8", "replace"), self._secrets())
            raise error_for(None, words, operation=self._operation)

    def _hurries(self, held: bytes) -> bool:
        """Whether anything follows what looks like an error that is all the rack has to say."""
        until = self._now() + _HURRY_SECONDS
        while not self._inbox and not self._ended:
            left = until - self._now()
            if left <= 0:
                return False
            self._receive(self._bounded(left))
        return True

    def pieces(self) -> Iterator[bytes]:
        """The messages as they come, the rack's error among them, for who tells it apart better; an empty one
        for each ``idle`` seconds of silence."""
        heard = pinged = self._now()
        while True:
            while self._inbox:
                yield self._inbox.popleft()
                heard = pinged = self._now()
            if self._ended:
                return
            self._feed()
            now = self._now()
            silent, quiet = now - heard, now - pinged
            if self._idle and silent >= self._idle:
                heard = now
                yield b""
                continue
            if quiet >= _PING_SECONDS:
                pinged, quiet = now, 0.0
                self._protocol.send_ping(b"")
                self._flush()
            waits = [_PING_SECONDS - quiet]
            waits += [self._idle - silent] if self._idle else []
            waits += [_INPUT_SECONDS] if self._next else []
            self._receive(self._bounded(min(waits)))

    def _feed(self) -> None:
        """Take the next piece of the input, when the last is sent."""
        if self._next is None or self._channel.is_busy or self._now() < self._input_later:
            return
        piece = self._next()
        if piece is None:
            self._next = None
            self.close_input()
        elif piece:
            self._send_text(piece)
        else:
            self._input_later = self._now() + _INPUT_SECONDS

    def _send_text(self, data: bytes) -> None:
        """As text frames, cut between letters where it is text: what stands between may look at that."""
        start = 0
        while start < len(data):
            end = min(start + _FRAME, len(data))
            back = next((n for n in range(4) if end == len(data) or data[end - n] & 0xC0 != 0x80), 0)
            self._protocol.send_text(data[start : end - back])
            self._flush()
            start = end - back

    def _now(self) -> float:
        """Seconds since the beginning, on the clock that the deadline is on."""
        return self._deadline.seconds - self._deadline.left()

    def _bounded(self, wait: float) -> float:
        left = self._deadline.left()
        if left <= 0:
            raise ConvoxTimeoutError(
                f"the stream did not end within {self._deadline.seconds:g} s", operation=self._operation
            )
        return max(0.0, min(left, wait))

    def _receive(self, seconds: float) -> None:
        """Take in what comes within so many seconds, and send what waits meanwhile."""
        try:
            data = self._channel.exchange(seconds)
        except CutError:
            data = b""
        if data == b"":
            raise ConvoxConnectionError("the stream was cut before its end", operation=self._operation)
        if data is not None:
            self._take(data)

    def _take(self, data: bytes) -> None:
        self._protocol.receive_data(data)
        self._flush()
        for frame in self._protocol.events_received():
            kind = frame.opcode.name
            if kind in ("TEXT", "CONT"):
                self._parts.append(bytes(frame.data))
                if frame.fin:
                    whole = b"".join(self._parts)
                    self._parts.clear()
                    if whole:
                        self._inbox.append(whole)
            elif kind in ("BINARY", "CLOSE"):
                self._ended = True
                return
        if self._protocol.parser_exc is not None:
            raise ConvoxConnectionError(
                "the stream cannot be read as a websocket's", operation=self._operation
            )

    def _flush(self) -> None:
        """Hand on what the protocol wants sent: our frames, answers to pings."""
        for data in self._protocol.data_to_send():
            if data:
                self._channel.send(data, self._bounded(_PING_SECONDS))


def _puller(input: Input | None) -> Callable[[], bytes | None] | None:
    """What gives the next piece of an input, None at its end."""
    if input is None or callable(input):
        return input
    pieces = iter(input)
    return lambda: next(pieces, None)
