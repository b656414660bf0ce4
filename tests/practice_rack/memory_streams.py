# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Websockets in memory: what httpx hands over after an upgrade, with a handler at its other end."""

from __future__ import annotations

import base64
import hashlib
import math
from collections.abc import Callable, Coroutine, Generator, Mapping, Sequence
from typing import Any, cast

import httpcore
from websockets.frames import Opcode
from websockets.protocol import SERVER, Protocol

from tests.practice_rack.state import State
from tests.practice_rack.streams import Stream

# Of RFC 6455: what a server mixes into its answer to prove that it understood the upgrade.
_PROOF = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
# Two moments closer than this are one: sums of seconds are not exact.
_TICK = 1e-6


def proof(key: str) -> str:
    """The header ``Sec-WebSocket-Accept`` that answers a key."""
    return base64.b64encode(hashlib.sha1((key + _PROOF).encode()).digest()).decode()


class Cut:
    """In a played stream: the connection ends here, without a word."""


class Ping:
    """In a played stream: a ping of the server."""


CUT, PING = Cut(), Ping()
# One thing after the other: a text is a text frame, bytes go on the wire as they are, a number is so many
# seconds of silence. After the last one nothing comes any more.
Part = str | bytes | float | Cut | Ping
# The frame with which a rack ends a stream.
END = b"\x82\x00"


class _Waiting:
    """What a handler waits for: a moment, or anything new before it."""

    def __init__(self, until: float) -> None:
        self.until = until

    def __await__(self) -> Generator[_Waiting, None, None]:
        yield self


class MemoryStream(Stream):
    """A handler's end: frames go into ``out``, the bytes that the client has not read yet."""

    def __init__(
        self, state: State, headers: Mapping[str, str], path: dict[str, str], frames: int | None = None
    ) -> None:
        super().__init__(state, headers, path)
        self.out = bytearray()
        self.is_cut = False
        self._frames = frames
        self._protocol = Protocol(SERVER)

    async def text(self, data: str) -> None:
        if self._frames is not None:
            self._frames -= 1
            if self._frames < 0:
                self.is_cut = True
                raise ConnectionResetError
        self._protocol.send_text(data.encode("utf-8", "surrogatepass"))
        self.flush()

    async def end(self) -> None:
        self._protocol.send_binary(b"")
        self.flush()

    async def pause(self, until: float = math.inf) -> None:
        await _Waiting(until)

    async def play(self, parts: Sequence[Part]) -> None:
        for part in parts:
            if isinstance(part, str):
                await self.text(part)
            elif isinstance(part, bytes):
                self.out += part
            elif isinstance(part, Ping):
                self._protocol.send_ping(b"")
                self.flush()
            elif isinstance(part, Cut):
                self.is_cut = True
                raise ConnectionResetError
            else:
                end = self.state.now + part
                while self.state.now < end - _TICK:
                    await self._idle(end)
        while True:
            await self._idle()

    async def _idle(self, until: float = math.inf) -> None:
        """Wait, deaf to what the client types."""
        self.typed.clear()
        await self.pause(until)

    def flush(self) -> None:
        self.out += b"".join(self._protocol.data_to_send())

    def receive(self, data: bytes) -> bool:
        """Take in what the client sent; whether it closed the socket."""
        self._protocol.receive_data(data)
        closed = False
        for frame in cast("list[Any]", self._protocol.events_received()):
            if frame.opcode is Opcode.TEXT:
                self.typed.append(bytes(frame.data).decode("utf-8", "replace"))
            closed = closed or frame.opcode is Opcode.CLOSE
        self.flush()
        return closed


class Line(httpcore.NetworkStream):
    """The client's end. A read that has nothing lets time pass until something comes, or for its timeout."""

    def __init__(self, stream: MemoryStream, work: Coroutine[_Waiting, None, None]) -> None:
        self._stream = stream
        self._work: Coroutine[_Waiting, None, None] | None = work
        self._until = -math.inf
        self._closed = False
        self._go_on()

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        clock, stream = self._stream.state.clock, self._stream
        end = math.inf if timeout is None else clock.now() + timeout
        while not stream.out and not stream.is_cut and not self._closed:
            self._let_pass(end)
        data = bytes(stream.out[:max_bytes])
        del stream.out[:max_bytes]
        return data

    def _let_pass(self, end: float) -> None:
        """Let time pass until the handler has something to do. Raises httpcore.ReadTimeout at ``end``."""
        state = self._stream.state
        at_work = self._work is not None
        wake = min(self._until, state.next_due) if at_work else math.inf
        if self._stream.typed and at_work:
            wake = state.now
        if wake == end == math.inf:
            raise RuntimeError("this read would wait for ever")
        if wake > end:
            state.clock.sleep(max(end - state.now, 0.0))
            raise httpcore.ReadTimeout("timed out")
        if wake > state.now:
            state.clock.sleep(max(wake - state.now, _TICK))
        state.settle()
        self._go_on()

    def _go_on(self) -> None:
        """Let the handler work until it waits again or has ended."""
        if self._work is None:
            return
        try:
            self._until = self._work.send(None).until
        except (StopIteration, ConnectionResetError):
            self._work = None

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if self._closed or self._stream.is_cut:
            raise httpcore.WriteError("the connection is closed")
        if self._stream.receive(buffer):
            self._leave()
        elif self._stream.typed:
            self._go_on()

    def close(self) -> None:
        self._leave()
        self._closed = True

    def _leave(self) -> None:
        if self._work is not None:
            self._work.close()
            self._work = None

    def start_tls(self, *args: Any, **options: Any) -> httpcore.NetworkStream:
        return self

    def get_extra_info(self, info: str) -> Any:
        return None


def connect(stream: MemoryStream, work: Callable[[MemoryStream], Coroutine[Any, Any, None]]) -> Line:
    """Start a handler; the client's end of its connection."""

    async def whole() -> None:
        await work(stream)
        await stream.end()

    return Line(stream, whole())
