# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""A rack that has one database and one process, for data and files of any size: it makes them up, and
forgets what it gets."""

from __future__ import annotations

import json
import tarfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MEBIBYTE = 1024 * 1024
_ROW = b"insert into t values (1);\n"
_PIECE = (_ROW * (MEBIBYTE // len(_ROW) + 1))[:MEBIBYTE]
_RESOURCE = {"name": "database", "type": "postgres", "status": "running", "url": "postgres://h/app"}


_PROCESS = {"id": "web-1", "name": "web", "app": "bench", "release": "RABCDEFGHIJ", "status": "running"}
FILE = "/data"


class _Server(ThreadingHTTPServer):
    mebibytes = 1
    received = 0
    has_file = True


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path.endswith("/data"):
            self._content(b"", b"")
        elif path.endswith("/files"):
            self._tar()
        else:
            known = [_PROCESS] if path.endswith("/processes") else _RESOURCE
            self._answer(json.dumps(known).encode(), "application/json")

    def _tar(self) -> None:
        end = bytes(2 * tarfile.BLOCKSIZE)
        if not self.server.has_file:
            self._answer(end, "application/x-tar")
            return
        entry = tarfile.TarInfo(FILE.strip("/"))
        entry.size = self.server.mebibytes * MEBIBYTE
        self._content(entry.tobuf(), end)

    def _content(self, before: bytes, after: bytes) -> None:
        whole = self.server.mebibytes * MEBIBYTE
        self._head("application/octet-stream", len(before) + whole + len(after))
        self.wfile.write(before)
        for _number in range(self.server.mebibytes):
            self.wfile.write(_PIECE)
        self.wfile.write(after)

    def do_POST(self) -> None:
        self.do_PUT()

    def do_PUT(self) -> None:
        self.server.received = 0
        while size := int(self.rfile.readline(), 16):
            self.server.received += size
            left = size + len(b"\r\n")
            while left:
                left -= len(self.rfile.read(min(left, MEBIBYTE)))
        self.rfile.readline()
        self._answer(b"ok", "text/plain")

    def _answer(self, content: bytes, kind: str) -> None:
        self._head(kind, len(content))
        self.wfile.write(content)

    def _head(self, kind: str, size: int) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(size))
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@contextmanager
def data_rack() -> Iterator[_Server]:
    """One that is running; ``mebibytes`` is the size of its data and file, ``received`` what came last, in
    bytes; ``has_file``: whether the process has the file."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()
