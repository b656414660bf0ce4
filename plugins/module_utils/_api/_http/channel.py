# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""The bytes of an upgraded connection, both ways at once. Private to convox.rack; may change at any time.

Whoever sends without reading may wait for ever: the program at the other end reads no more input while
nobody takes its output. So a write never blocks here: what cannot be sent yet waits, and the socket is asked
for both. No threads.

A write that fails is no error yet: the other end may have said why before it closed. What waits to be sent is
dropped then, and reading tells the rest.
"""

from __future__ import annotations

import selectors
import socket
import ssl
from typing import Any

from ansible_collections.convox.rack.plugins.module_utils._api.third_party import httpcore

_PIECE = 65536
# What TLS has not yet decrypted looks readable, and may be none of our bytes.
_MOMENT = 0.01
_LATER = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError, TimeoutError)


class CutError(Exception):
    """The connection ended."""


class Channel:
    """The bytes of one connection. stream: httpcore's, which is read alone while nothing waits to be sent."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._socket = _pollable(stream)
        self._waiting = bytearray()
        self._selector: selectors.BaseSelector | None = None
        # The other end hears nothing more.
        self._is_deaf = False
        # Nor is what it says of any use: half a frame of ours may be on its way.
        self._is_cut = False

    @property
    def is_busy(self) -> bool:
        """Whether something waits to be sent."""
        return bool(self._waiting)

    def send(self, data: bytes, seconds: float) -> None:
        """Send this, in later calls of ``exchange``. seconds: the most it may take where a connection can
        only be written to at once (TLS through a proxy that is itself reached over TLS)."""
        if self._is_deaf:
            return
        if self._socket is None:
            self._write(data, seconds)
        else:
            self._waiting += data

    def exchange(self, seconds: float) -> bytes | None:
        """What comes within so many seconds, None if nothing does. While something waits to be sent, some of
        it is sent instead, if that can be done at once. Raises CutError at the end of the connection."""
        if not self._waiting:
            return self._read(seconds)
        if self._push() or not self._wait(seconds):
            return None
        return self._read(_MOMENT)

    def close(self) -> None:
        if self._selector is not None:
            self._selector.close()

    def _push(self) -> bool:
        """Whether some of what waits was sent, or dropped."""
        try:
            self._socket.settimeout(0)
            sent = self._socket.send(bytes(self._waiting[:_PIECE]))
        except _LATER:
            return False
        except OSError:
            self._is_deaf = True
            sent = len(self._waiting)
        del self._waiting[:sent]
        return True

    def _wait(self, seconds: float) -> bool:
        """Whether there is something to read, as soon as one can read or send on."""
        if isinstance(self._socket, ssl.SSLSocket) and self._socket.pending():
            return True
        if self._selector is None:
            self._selector = selectors.DefaultSelector()
            self._selector.register(self._socket, selectors.EVENT_READ | selectors.EVENT_WRITE)
        ready = self._selector.select(seconds)
        return any(events & selectors.EVENT_READ for _key, events in ready)

    def _read(self, seconds: float) -> bytes | None:
        if self._is_cut:
            raise CutError
        try:
            data: bytes = self._stream.read(_PIECE, timeout=max(seconds, 0.001))
        except httpcore.ReadTimeout:
            return None
        except (httpcore.NetworkError, httpcore.ProtocolError):
            data = b""
        if not data:
            raise CutError
        return data

    def _write(self, data: bytes, seconds: float) -> None:
        try:
            self._stream.write(data, timeout=max(seconds, 0.001))
        except httpcore.NetworkError:
            self._is_deaf = True
        except httpcore.TimeoutException:
            self._is_deaf = self._is_cut = True


def _pollable(stream: Any) -> Any:
    """The socket below, None where what is sent over it goes through a TLS that is not its own."""
    found = stream.get_extra_info("socket")
    inner = isinstance(stream.get_extra_info("ssl_object"), ssl.SSLObject)
    return None if inner or not isinstance(found, socket.socket) else found
