# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""One open websocket, as the handlers see it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from starlette.websockets import WebSocket, WebSocketDisconnect

from tests.practice_rack.auth import Principal
from tests.practice_rack.state import State

POLL = 0.05


class Stream:
    """``typed`` holds the client's text frames (binary ones are lost); ``gone`` is set when it left."""

    def __init__(self, websocket: WebSocket, state: State) -> None:
        self.websocket = websocket
        self.state = state
        self.who = Principal("", "")
        self.headers: Mapping[str, str] = websocket.headers
        self.path: dict[str, str] = dict(websocket.path_params)
        self.typed: asyncio.Queue[str] = asyncio.Queue()
        self.gone = asyncio.Event()

    async def read(self) -> None:
        """Take in what the client sends until it leaves."""
        try:
            while True:
                message = await self.websocket.receive()
                if message["type"] == "websocket.disconnect":
                    break
                if message.get("text"):
                    self.typed.put_nowait(message["text"])
        finally:
            self.gone.set()

    async def text(self, data: str) -> None:
        await self.websocket.send_text(data)

    async def end(self) -> None:
        await self.websocket.send_bytes(b"")

    async def pause(self, seconds: float = POLL) -> None:
        """Wait a little, then let happen what is due; ends the work when the client has left."""
        try:
            await asyncio.wait_for(self.gone.wait(), seconds)
        except asyncio.TimeoutError:
            self.state.settle()
            return
        raise WebSocketDisconnect

    def flag(self, name: str, default: bool) -> bool:
        """A boolean option: a header of the handshake; anything but ``true`` is false."""
        found = self.headers.get(name)
        return default if found is None else found == "true"
