# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a test reaches a practice rack: over sockets in real time, or in memory in none."""

from __future__ import annotations

import base64
import os
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import httpcore
import httpx
from websockets import protocol
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.frames import Opcode
from websockets.sync.client import connect

from tests.practice_rack.memory import MemoryRack
from tests.practice_rack.memory_streams import proof
from tests.practice_rack.server import PracticeRack


class Refused(Exception):
    """The handshake of a websocket got another answer."""

    def __init__(self, status: int, body: bytes) -> None:
        super().__init__(f"{status}: {body!r}")
        self.status = status
        self.body = body


class Closed(Exception):
    """The other side closed a websocket, or its connection broke."""


class Frames(Protocol):
    """An open websocket. ``recv`` raises TimeoutError and Closed."""

    def send(self, data: str | bytes) -> None:
        """Send one frame."""

    def recv(self, timeout: float) -> str | bytes:
        """The next frame."""


class SocketFrames:
    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def send(self, data: str | bytes) -> None:
        self._inner.send(data)

    def recv(self, timeout: float) -> str | bytes:
        try:
            data: str | bytes = self._inner.recv(timeout=timeout)
        except ConnectionClosed as error:
            raise Closed from error
        return data


class SocketReach:
    """Over real sockets."""

    def __init__(self, rack: PracticeRack) -> None:
        self.rack = rack
        self.url = rack.url

    def client(self, **options: Any) -> httpx.Client:
        return httpx.Client(base_url=self.url, timeout=30, **options)

    @contextmanager
    def open(self, path: str, headers: dict[str, str]) -> Iterator[Frames]:
        url = self.url.replace("http", "ws", 1) + path
        try:
            with connect(url, additional_headers=headers, open_timeout=5, close_timeout=1) as inner:
                yield SocketFrames(inner)
        except InvalidStatus as error:
            raise Refused(error.response.status_code, bytes(error.response.body or b"")) from error


class MemoryFrames:
    """Frames over the stream that httpx hands over, as a client of ours reads them."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._protocol = protocol.Protocol(protocol.CLIENT, max_size=None)
        self._frames: deque[str | bytes] = deque()

    def send(self, data: str | bytes) -> None:
        if isinstance(data, str):
            self._protocol.send_text(data.encode())
        else:
            self._protocol.send_binary(data)
        for part in self._protocol.data_to_send():
            self._stream.write(part)

    def recv(self, timeout: float) -> str | bytes:
        while not self._frames:
            try:
                data = self._stream.read(65536, timeout)
            except httpcore.ReadTimeout as error:
                raise TimeoutError from error
            if not data:
                raise Closed
            self._protocol.receive_data(data)
            for frame in self._protocol.events_received():
                opcode, content = frame.opcode, bytes(frame.data)  # type: ignore[union-attr]
                if opcode in (Opcode.TEXT, Opcode.BINARY):
                    self._frames.append(content.decode() if opcode is Opcode.TEXT else content)
        return self._frames.popleft()


class MemoryReach:
    """In memory."""

    def __init__(self, rack: MemoryRack) -> None:
        self.rack = rack
        self.url = rack.url

    def client(self, **options: Any) -> httpx.Client:
        return httpx.Client(base_url=self.url, transport=self.rack.transport(), timeout=30, **options)

    @contextmanager
    def open(self, path: str, headers: dict[str, str]) -> Iterator[Frames]:
        key = base64.b64encode(os.urandom(16)).decode()
        upgrade = {
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Key": key,
            "Sec-WebSocket-Version": "13",
        }
        with self.client() as client, client.stream("GET", path, headers={**headers, **upgrade}) as response:
            if response.status_code != 101:
                raise Refused(response.status_code, response.read())
            assert response.headers["sec-websocket-accept"] == proof(key)
            yield MemoryFrames(response.extensions["network_stream"])


Reach = SocketReach | MemoryReach
