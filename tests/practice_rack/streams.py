# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""One open websocket, as the handlers see it."""

from __future__ import annotations

import asyncio
import math
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Mapping

from starlette.websockets import WebSocket, WebSocketDisconnect

from tests.practice_rack.auth import Principal
from tests.practice_rack.state import State

POLL = 0.05


class Stream(ABC):
    """``typed`` holds the client's text frames (binary ones are lost)."""

    def __init__(self, state: State, headers: Mapping[str, str], path: dict[str, str]) -> None:
        self.state = state
        self.who = Principal("", "")
        self.headers = headers
        self.path = path
        self.typed: deque[str] = deque()

    @abstractmethod
    async def text(self, data: str) -> None:
        """Send a text frame."""

    @abstractmethod
    async def end(self) -> None:
        """Send the frame that ends the stream."""

    @abstractmethod
    async def pause(self, until: float = math.inf) -> None:
        """Wait until something may be new: the client typed, something due happened, or it is ``until``.

        Ends the work when the client has left.
        """

    def flag(self, name: str, default: bool) -> bool:
        """A boolean option: a header of the handshake; anything but ``true`` is false."""
        found = self.headers.get(name)
        return default if found is None else found == "true"


class SocketStream(Stream):
    """On a real socket, looked at every moment; ``gone`` is set when the client left."""

    def __init__(self, websocket: WebSocket, state: State) -> None:
        super().__init__(state, websocket.headers, dict(websocket.path_params))
        self.websocket = websocket
        self.gone = asyncio.Event()

    async def read(self) -> None:
        """Take in what the client sends until it leaves."""
        try:
            while True:
                message = await self.websocket.receive()
                if message["type"] == "websocket.disconnect":
                    break
                if message.get("text"):
                    self.typed.append(message["text"])
        finally:
            self.gone.set()

    async def text(self, data: str) -> None:
        await self.websocket.send_text(data)

    async def end(self) -> None:
        await self.websocket.send_bytes(b"")

    async def pause(self, until: float = math.inf) -> None:
        try:
            await asyncio.wait_for(self.gone.wait(), max(min(POLL, until - self.state.now), 0))
        except asyncio.TimeoutError:
            self.state.settle()
            return
        raise WebSocketDisconnect
