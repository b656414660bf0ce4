# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""httpx asks a rack in memory: no sockets, no threads, the errors that a client would see."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import unquote

import httpx

from tests.practice_rack import console, faults, sockets
from tests.practice_rack.exchange import Asked, Record, Reply, record_of
from tests.practice_rack.faults import Fault
from tests.practice_rack.layers import console_reply
from tests.practice_rack.memory_streams import Line, MemoryStream, connect, proof
from tests.practice_rack.web import Dropped

if TYPE_CHECKING:
    from tests.practice_rack.memory import MemoryRack

NO_ANSWER = "Server disconnected without sending a response."
# Of a body, bytes: all that is here is held in memory.
_MOST = 64 * 1024 * 1024


class _Half(httpx.SyncByteStream):
    """Half of a body, then the connection is gone."""

    def __init__(self, content: bytes, request: httpx.Request) -> None:
        self._content = content
        self._request = request

    def __iter__(self) -> Iterator[bytes]:
        half, whole = self._content[: len(self._content) // 2], max(len(self._content), 2)
        yield half
        raise httpx.RemoteProtocolError(
            "peer closed connection without sending complete message body "
            f"(received {len(half)} bytes, expected {whole})",
            request=self._request,
        )


class _Upgraded(httpx.SyncByteStream):
    """The body of a 101: there is none; closing it closes the connection."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def __iter__(self) -> Iterator[bytes]:
        return iter(())

    def close(self) -> None:
        self._line.close()


class MemoryTransport(httpx.BaseTransport):
    """``httpx.Client(transport=rack.transport())``.

    ``left``: how many seconds the caller has, None for no end; httpx's own read timeout counts beside it.
    """

    def __init__(self, rack: MemoryRack, left: Callable[[], float | None] | None = None) -> None:
        self._rack = rack
        self._left = left

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        # Of a task's threads one at a time: they share the clock, and what is in the rack's memory.
        with self._rack.lock:
            return self._handle(request)

    def _handle(self, request: httpx.Request) -> httpx.Response:
        raw_path, _unused, query = request.url.raw_path.partition(b"?")
        path = unquote(raw_path.decode("ascii"))
        headers = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in request.headers.raw}
        socket = headers.get("upgrade", "").lower() == "websocket"
        asked = Asked("SOCKET" if socket else request.method, path, query.decode("ascii"), headers)
        fault = faults.find(self._rack.faults, asked.method, path)
        if fault is not None and fault.kind == "refuse":
            raise httpx.ConnectError("[Errno 111] Connection refused", request=request)
        record = record_of(asked.method, path, asked.query, headers, self._rack.clock.now())
        self._rack.requests.append(record)
        asked.body = _body(request, record)
        record.form = asked.form()
        try:
            return self._with_fault(request, asked, record, fault)
        finally:
            record.seconds = self._rack.clock.now() - record.at

    # -- one request

    def _with_fault(
        self, request: httpx.Request, asked: Asked, record: Record, fault: Fault | None
    ) -> httpx.Response:
        if fault is None:
            return self._work(request, asked, record)
        record.fault = fault.kind
        if fault.kind == "cut_before":
            raise httpx.RemoteProtocolError(NO_ANSWER, request=request)
        if asked.method == "SOCKET":
            return self._socket_fault(request, asked, record, fault)
        if fault.kind == "delay" and not fault.after_work:
            self._wait(request, fault.seconds, lambda: self._work(request, asked, record))
            return self._work(request, asked, record)
        done = fault.after_work or fault.kind in ("cut_after", "half")
        response = self._work(request, asked, record) if done else None
        record.status = None
        self._wait(request, fault.seconds)
        if fault.kind == "cut_after":
            raise httpx.RemoteProtocolError(NO_ANSWER, request=request)
        if fault.kind == "status":
            return self._send(record, Reply(fault.status, fault.answer_headers(), fault.body.encode()))
        if response is None:
            raise ValueError(f"unknown kind of fault: {fault.kind}")
        record.status = response.status_code
        if fault.kind == "half":
            return _cut_in_half(response, request)
        return response

    def _wait(
        self, request: httpx.Request, seconds: float, then: Callable[[], object] = lambda: None
    ) -> None:
        """Let the client wait. One that waits no longer has gone; ``then`` happens all the same."""
        limit = self._limit(request)
        if seconds < limit:
            self._sleep(seconds)
            return
        self._rack.state.at(seconds, then)
        self._sleep(max(limit, 0.0))
        raise httpx.ReadTimeout("timed out", request=request)

    def _sleep(self, seconds: float) -> None:
        """Others may ask meanwhile."""
        self._rack.lock.release()
        try:
            self._rack.clock.sleep(seconds)
        finally:
            self._rack.lock.acquire()

    def _limit(self, request: httpx.Request) -> float:
        """How long the client waits for an answer."""
        own = request.extensions.get("timeout", {}).get("read")
        left = self._left() if self._left else None
        return min(math.inf if own is None else own, math.inf if left is None else left)

    def _work(self, request: httpx.Request, asked: Asked, record: Record) -> httpx.Response:
        if asked.method == "SOCKET":
            return self._upgrade(asked, record)
        try:
            return self._send(record, self._rack.answer(asked, record))
        except Dropped:
            raise httpx.RemoteProtocolError(NO_ANSWER, request=request) from None

    @staticmethod
    def _send(record: Record, reply: Reply) -> httpx.Response:
        record.status = reply.status
        headers = {"Content-Length": str(len(reply.content)), **reply.headers}
        return httpx.Response(reply.status, headers=headers, stream=httpx.ByteStream(reply.content))

    # -- websockets

    def _socket_fault(
        self, request: httpx.Request, asked: Asked, record: Record, fault: Fault
    ) -> httpx.Response:
        self._wait(request, fault.seconds)
        if fault.kind == "status":
            return self._send(record, Reply(fault.status, fault.answer_headers(), fault.body.encode()))
        return self._upgrade(asked, record, None if fault.kind == "delay" else fault.frames)

    def _upgrade(self, asked: Asked, record: Record, frames: int | None = None) -> httpx.Response:
        reply = console_reply(self._rack.state, "GET", asked.path, asked.headers)
        state, path = console.on_machine(self._rack.state, asked.path)
        state.settle()
        found = sockets.find(path)
        parts = self._rack.played(asked.path)
        if reply is None and found is None and parts is None:
            reply = Reply(404)
        if reply is not None:
            return self._send(record, reply)

        async def work(stream: MemoryStream) -> None:
            if parts is not None:
                await stream.play(parts)
            elif found is not None:
                await sockets.work(stream, found[0])

        line = connect(MemoryStream(state, asked.headers, found[1] if found else {}, frames), work)
        record.status = 101
        headers = {
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Accept": proof(asked.headers.get("sec-websocket-key", "")),
        }
        return httpx.Response(
            101, headers=headers, stream=_Upgraded(line), extensions={"network_stream": line}
        )


def _body(request: httpx.Request, record: Record) -> bytes:
    """What is sent. Raises httpx.WriteError for more than a rack in memory takes."""
    body = bytearray()
    for piece in request.stream:
        body += piece
        if len(body) > _MOST:
            record.fault = "too large"
            raise httpx.WriteError("[Errno 32] Broken pipe", request=request)
    return bytes(body)


def _cut_in_half(response: httpx.Response, request: httpx.Request) -> httpx.Response:
    content = response.read()
    headers = {**response.headers, "content-length": str(max(len(content), 2))}
    return httpx.Response(response.status_code, headers=headers, stream=_Half(content, request))
