# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""A practice rack on a real socket, in a thread of the process that wants it or as a program."""

from __future__ import annotations

import asyncio
import logging
import shutil
import socket
import tempfile
import threading
from pathlib import Path
from types import TracebackType
from typing import Any

import trustme
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.utils import get_remote_addr

from tests.practice_rack import app as rack_app
from tests.practice_rack import control
from tests.practice_rack.faults import Connections, Faults
from tests.practice_rack.layers import Console, Recorder
from tests.practice_rack.rack import Rack


def _is_news(record: logging.LogRecord) -> bool:
    """uvicorn calls a refused handshake an error of the application."""
    return "without completing handshake" not in record.getMessage()


class PracticeRack(Rack):
    """``with PracticeRack(password=…, promote_seconds=0.2) as rack:`` serves until the block ends.

    Attributes: ``url``, ``host`` (host:port), ``port``, ``password``, ``ca_path`` (with ``tls``),
    ``settings``, ``state``, ``faults`` (a list of Fault), ``requests`` (a list of Record).
    """

    def __init__(self, *, port: int = 0, tls: bool = False, seed: int | None = None, **settings: Any) -> None:
        super().__init__(seed, None, settings)
        self.ca_path: str | None = None
        self._tls = tls
        self._folder: str | None = None
        self._connections = Connections()
        # With the protocol named asyncio sends at once; else each answer waits 40 ms for an acknowledgement.
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind(("127.0.0.1", port))
        self.port: int = self._socket.getsockname()[1]
        self.host = f"127.0.0.1:{self.port}"
        self.url = f"{'https' if tls else 'http'}://{self.host}"
        self._thread: threading.Thread | None = None
        self.server = uvicorn.Server(self._config())
        logging.getLogger("uvicorn.error").addFilter(_is_news)

    def _app(self) -> ASGIApp:
        inner = rack_app.build(lambda: self.state)
        inner.router.routes[:0] = control.routes(self)
        faulty = Faults(Console(inner, lambda: self.state), self.faults, self._connections)
        return Recorder(faulty, self.requests, lambda: self.state)

    def _config(self) -> uvicorn.Config:
        connections = self._connections

        class Protocol(H11Protocol):
            """Remembers its transport, so that a fault can close it."""

            def connection_made(self, transport: Any) -> None:
                client = get_remote_addr(transport)
                if client is not None:
                    connections.by_client[client] = transport
                super().connection_made(transport)

            def connection_lost(self, exc: Exception | None) -> None:
                if self.client is not None:
                    connections.by_client.pop(self.client, None)
                super().connection_lost(exc)

        options: dict[str, Any] = {}
        if self._tls:
            options = self._certificate()
        return uvicorn.Config(
            self._app(),
            http=Protocol,
            ws="websockets-sansio",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_keep_alive=75,
            timeout_graceful_shutdown=1,
            **options,
        )

    def _certificate(self) -> dict[str, str]:
        """A certificate of an authority made for this rack alone."""
        self._folder = tempfile.mkdtemp(prefix="practice-rack-")
        authority = trustme.CA()
        issued = authority.issue_cert("127.0.0.1", "localhost", "api.rack.test")
        files = {name: str(Path(self._folder, f"{name}.pem")) for name in ("ca", "cert", "key")}
        authority.cert_pem.write_to_path(files["ca"])
        issued.private_key_pem.write_to_path(files["key"])
        for number, blob in enumerate(issued.cert_chain_pems):
            blob.write_to_path(files["cert"], append=number > 0)
        self.ca_path = files["ca"]
        return {"ssl_certfile": files["cert"], "ssl_keyfile": files["key"]}

    def serve(self) -> None:
        """Serve in this thread until the server is told to end."""
        asyncio.run(self.server.serve(sockets=[self._socket]))

    def __enter__(self) -> PracticeRack:
        self._thread = threading.Thread(target=self.serve, daemon=True, name="practice-rack")
        self._thread.start()
        while not self.server.started:
            if not self._thread.is_alive():
                raise RuntimeError("the practice rack did not start")
            self._thread.join(0.01)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.server.should_exit = True
        self.server.force_exit = True
        if self._thread is not None:
            self._thread.join(10)
        self.close()

    def close(self) -> None:
        self._socket.close()
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)
