# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults on demand: answers that fail, come late, come half or never come."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tests.practice_rack.exchange import READS
from tests.practice_rack.layers import method_of, respond
from tests.practice_rack.wire import compact

KINDS = ("refuse", "cut_before", "cut_after", "half", "status", "delay")


@dataclass
class Fault:
    """One fault, for requests of a method (``SOCKET`` for websockets, empty for all) and a path (regex).

    ``writes``: only for those that change something. ``refuse``: no connection at all (a real socket is there
    already, so it is cut before the work instead). ``skip`` matching requests pass first, then ``times`` fail
    (-1: all). ``frames``: a cut websocket delivers so many first. ``after_work`` (status, delay) is for plain
    requests alone.
    """

    kind: str
    method: str = ""
    path: str = ""
    skip: int = 0
    times: int = 1
    status: int = 503
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    seconds: float = 0.0
    after_work: bool = False
    frames: int = 1
    writes: bool = False

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"unknown kind of fault: {self.kind}")
        re.compile(self.path)

    def answer_headers(self) -> dict[str, str]:
        return {"content-type": "text/plain", **{k.lower(): v for k, v in self.headers.items()}}

    def takes(self, method: str, path: str) -> bool:
        if (
            not self.times
            or (self.method and self.method.upper() != method)
            or (self.writes and method in READS)
            or not re.search(self.path, path)
        ):
            return False
        if self.skip > 0:
            self.skip -= 1
            return False
        self.times -= 1 if self.times > 0 else 0
        return True


class Connections:
    """The transport of each open connection by the client's address: the only way to cut one."""

    def __init__(self) -> None:
        self.by_client: dict[tuple[str, int], asyncio.Transport] = {}

    async def cut(self, scope: Scope) -> None:
        """Close the socket; what was written goes out before. Returns when the server has noticed."""
        transport = self.by_client.pop(tuple(scope["client"]), None)
        if transport is not None:
            transport.close()
        await asyncio.sleep(0.02)


class Faults:
    """The layer that makes them happen."""

    def __init__(self, app: ASGIApp, faults: list[Fault], connections: Connections) -> None:
        self.app = app
        self.faults = faults
        self.connections = connections

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["practice.connections"] = self.connections
        fault = self._find(scope)
        if fault is None:
            await self.app(scope, receive, send)
            return
        scope["practice.record"].fault = fault.kind
        if fault.kind == "delay":
            await self._delay(fault, scope, receive, send)
        elif fault.kind in ("refuse", "cut_before"):
            # Closed with a part of the request unread, the connection would be reset: racks read it first.
            await self._read(scope, receive)
            await self.connections.cut(scope)
        elif fault.kind == "status":
            await self._status(fault, scope, receive, send)
        elif scope["type"] == "websocket":
            await self._cut_stream(fault, scope, receive, send)
        else:
            await self._cut_answer(fault, scope, receive, send)

    def _find(self, scope: Scope) -> Fault | None:
        if scope["type"] not in ("http", "websocket") or scope["path"].startswith("/_practice"):
            return None
        return find(self.faults, method_of(scope), scope["path"])

    async def _delay(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        if not fault.after_work or scope["type"] == "websocket":
            receive = await self._read(scope, receive)
            await asyncio.sleep(fault.seconds)
            await self.app(scope, receive, send)
            return
        messages = await self._work(scope, receive)
        await asyncio.sleep(fault.seconds)
        for message in messages:
            await send(message)

    async def _read(self, scope: Scope, receive: Receive) -> Receive:
        """Read the request whole, and give it out again: a rack does its work even if the client has gone."""
        read: list[Message] = []
        while scope["type"] == "http" and (not read or read[-1].get("more_body")):
            read.append(await receive())

        async def receiving() -> Message:
            return read.pop(0) if read else await receive()

        return receiving

    async def _status(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        if fault.after_work and scope["type"] == "http":
            await self._work(scope, receive)
        await asyncio.sleep(fault.seconds)
        await respond(scope, send, fault.status, fault.answer_headers(), fault.body.encode())

    async def _cut_answer(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        """The work is done; nothing or half of the answer goes out, then the socket closes."""
        messages = await self._work(scope, receive)
        await asyncio.sleep(fault.seconds)
        if fault.kind == "half":
            body = b"".join(m.get("body", b"") for m in messages[1:])
            whole = max(len(body), 2)
            headers = [(k, v) for k, v in messages[0]["headers"] if k.lower() != b"content-length"]
            headers.append((b"content-length", str(whole).encode()))
            await send({**messages[0], "headers": headers})
            await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
        await self.connections.cut(scope)

    async def _cut_stream(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        """Some frames of a websocket go out, then the socket closes without a close frame."""
        left = fault.frames

        async def sending(message: Message) -> None:
            nonlocal left
            if message["type"] == "websocket.send":
                left -= 1
                if left < 0:
                    await self.connections.cut(scope)
                    raise ConnectionResetError
            await send(message)

        try:
            await self.app(scope, receive, sending)
        except ConnectionResetError:
            return

    async def _work(self, scope: Scope, receive: Receive) -> list[Message]:
        """Let the request do its work and keep the answer."""
        messages: list[Message] = []

        async def keep(message: Message) -> None:
            messages.append(message)

        await self.app(scope, receive, keep)
        return messages


def find(faults: list[Fault], method: str, path: str) -> Fault | None:
    """The first fault that takes this request."""
    return next((f for f in faults if f.takes(method, path)), None)


def error(status: int, words: str, method: str, path: str, times: int, skip: int) -> Fault:
    """A fault that answers with an error in a rack's own form."""
    headers = {"Content-Type": "application/json"}
    body = compact({"error": words}) + "\n"
    return Fault("status", method, path, skip, times, status, headers, body)


def from_dicts(values: list[dict[str, Any]]) -> list[Fault]:
    try:
        return [Fault(**v) for v in values]
    except TypeError as error:
        raise ValueError(str(error)) from error
