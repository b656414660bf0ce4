# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Small servers on real sockets: what they answer is written byte by byte by each test."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Reply = bytes | Callable[["Talk"], None]


@dataclass
class Seen:
    """A request as it arrived."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    connection: int


def answer(status: int, body: bytes | str | dict[str, Any] | list[Any] = b"", **headers: str) -> bytes:
    """A whole HTTP answer; dicts and lists become JSON. Headers: `retry_after="1"`."""
    kind = "text/plain"
    if isinstance(body, dict | list):
        body, kind = json.dumps(body), "application/json"
    data = body.encode() if isinstance(body, str) else body
    fields = {"Content-Type": kind, "Content-Length": str(len(data))}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {status} Some\r\n{head}\r\n".encode() + data


@dataclass
class Talk:
    """One request being answered."""

    seen: Seen
    sock: socket.socket
    stop: threading.Event

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def cut(self) -> None:
        """End the connection at once."""
        with contextlib.suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)
        self.sock.close()

    def reset(self) -> None:
        """End it as a crashed machine does."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        socket.close(self.sock.detach())

    def silence(self, seconds: float = 30.0) -> None:
        """Say nothing, at most until the test ends."""
        self.stop.wait(seconds)


@dataclass
class Server:
    """Answers the requests one after the other with the replies, the last one for all that follow."""

    replies: tuple[Reply, ...]
    tls: ssl.SSLContext | None = None
    seen: list[Seen] = field(default_factory=list)
    connections: int = 0

    def __post_init__(self) -> None:
        self._stop = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._lock = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_unused: object) -> None:
        self._stop.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for sock in self._open:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                sock, _unused = self._listener.accept()
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self.connections += 1
                self._open.append(sock)
                threading.Thread(target=self._serve, args=(sock, self.connections), daemon=True).start()

    def _serve(self, sock: socket.socket, number: int) -> None:
        with contextlib.suppress(OSError, ValueError):
            if self.tls:
                sock = self.tls.wrap_socket(sock, server_side=True)
                self._open.append(sock)
            reader = sock.makefile("rb")
            while True:
                seen = _read_request(reader, number)
                if seen is None:
                    return
                with self._lock:
                    self.seen.append(seen)
                    reply = self.replies[min(len(self.seen), len(self.replies)) - 1]
                if callable(reply):
                    reply(Talk(seen, sock, self._stop))
                    if "upgrade" in seen.headers:
                        # What comes now are frames, no requests.
                        return
                else:
                    sock.sendall(reply)


def _read_request(reader: Any, connection: int) -> Seen | None:
    line = reader.readline().decode("latin-1")
    if not line.strip():
        return None
    method, target, _unused = line.split(" ", 2)
    headers: dict[str, str] = {}
    for raw in iter(lambda: reader.readline().strip(), b""):
        name, _unused, value = raw.partition(b":")
        headers[name.decode("latin-1").lower()] = value.strip().decode("utf-8")
    if headers.get("transfer-encoding") == "chunked":
        body = b"".join(iter(lambda: _chunk(reader), b""))
    else:
        body = reader.read(int(headers.get("content-length", "0")))
    return Seen(method, target, headers, body, connection)


def _chunk(reader: Any) -> bytes:
    size = int(reader.readline(), 16)
    data: bytes = reader.read(size)
    reader.readline()
    return data


def frame(opcode: int, data: bytes | str = b"", *, fin: bool = True) -> bytes:
    """A websocket frame as a server sends it. Opcodes: 0 goes on, 1 text, 2 binary, 8 close, 9 ping."""
    data = data.encode() if isinstance(data, str) else data
    first = (0x80 if fin else 0) | opcode
    if len(data) < 126:
        return struct.pack("!BB", first, len(data)) + data
    if len(data) < 65536:
        return struct.pack("!BBH", first, 126, len(data)) + data
    return struct.pack("!BBQ", first, 127, len(data)) + data


def websocket(*frames: bytes, then: Callable[[Talk], None] = Talk.silence, glued: bool = False) -> Reply:
    """Accept the upgrade, send the frames, then (by default) leave the connection open, as a rack does."""

    def reply(talk: Talk) -> None:
        key = talk.seen.headers["sec-websocket-key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        proof = base64.b64encode(hashlib.sha1(key.encode()).digest()).decode()
        head = (
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Accept: {proof}\r\n\r\n"
        ).encode()
        if glued:
            talk.send(head + b"".join(frames))
        else:
            for data in (head, *frames):
                talk.send(data)
        then(talk)

    return reply


def tunnel(to_port: int, *, expect: str | None = None) -> Reply:
    """A proxy's answer to CONNECT: a tunnel to a port here, whatever host was asked for. expect: the
    header Proxy-Authorization to insist on."""

    def reply(talk: Talk) -> None:
        if talk.seen.method != "CONNECT":
            talk.send(answer(405))
            return
        if expect is not None and talk.seen.headers.get("proxy-authorization") != expect:
            talk.send(answer(407))
            return
        talk.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with socket.create_connection(("127.0.0.1", to_port)) as far:
            other = threading.Thread(target=_pump, args=(far, talk.sock), daemon=True)
            other.start()
            _pump(talk.sock, far)

    return reply


def _pump(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_RDWR)
