# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Sockets with a deadline under httpcore. Private to convox.rack; may change at any time.

httpcore bounds each read by itself: a server that sends a byte now and then, in its headers even,
could hold a request for ever. Here every operation of a connection gets what is left of the
request's one deadline, which also bounds the lookup of a name, TLS and slow uploads.
"""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from ansible_collections.convox.rack.plugins.module_utils._api._http.deadline import seconds_left
from ansible_collections.convox.rack.plugins.module_utils._api._http.names import addresses
from ansible_collections.convox.rack.plugins.module_utils._api.third_party import httpcore

# A request that cannot even connect within this many seconds is better tried again.
CONNECT_SECONDS = 10.0
_PIECE = 65536
# The first byte of each message of a client to a SOCKS proxy; no HTTP request begins so.
_SOCKS_MESSAGES = (b"\x01", b"\x05")


class ProxyTimeout(httpcore.ProxyError):
    """The proxy did not answer in time."""


@dataclass(frozen=True)
class Way:
    """What lies between a socket and the rack.

    proxy: whether the socket leads to a proxy. handshakes: how many TLS handshakes are to come before what is
    sent reaches the rack. greeting: whether a SOCKS proxy is yet to be asked for the rack.
    """

    proxy: bool = False
    handshakes: int = 0
    greeting: bool = False

    @property
    def to_proxy(self) -> bool:
        """Whether the proxy alone hears what is sent now."""
        return self.proxy and (self.handshakes > 0 or self.greeting)


class _Stream(httpcore.NetworkStream):
    """A connected socket of httpcore whose every operation respects the deadline."""

    def __init__(self, inner: httpcore.NetworkStream, way: Way) -> None:
        self._inner = inner
        self._way = way

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if not self._way.to_proxy:
            return self._inner.read(max_bytes, seconds_left(timeout, httpcore.ReadTimeout))
        with _as_the_proxy_s():
            data = self._inner.read(max_bytes, seconds_left(timeout, httpcore.ReadTimeout))
        if not data:
            raise httpcore.ProxyError("it closed the connection")
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if self._way.greeting and buffer[:1] not in _SOCKS_MESSAGES:
            self._way = replace(self._way, greeting=False)
        if self._way.to_proxy:
            with _as_the_proxy_s():
                return self._write(buffer, timeout)
        return self._write(buffer, timeout)

    def _write(self, buffer: bytes, timeout: float | None) -> None:
        for start in range(0, len(buffer), _PIECE):
            allowed = seconds_left(timeout, httpcore.WriteTimeout)
            self._inner.write(buffer[start : start + _PIECE], allowed)

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        way = replace(self._way, handshakes=max(0, self._way.handshakes - 1), greeting=False)
        with _as_the_proxy_s() if way.to_proxy else contextlib.nullcontext():
            allowed = seconds_left(timeout, httpcore.ConnectTimeout)
            return _Stream(self._inner.start_tls(ssl_context, server_hostname, allowed), way)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


@contextlib.contextmanager
def _as_the_proxy_s() -> Iterator[None]:
    """A failure inside is one of the proxy, not of the rack."""
    try:
        yield
    except httpcore.TimeoutException:
        failure: httpcore.ProxyError = ProxyTimeout("it did not answer in time")
    except httpcore.NetworkError as error:
        failure = httpcore.ProxyError(str(error) or type(error).__name__)
    else:
        return
    raise failure


class Backend(httpcore.NetworkBackend):
    """Connects to one address of a host after the other, each with its share of the time."""

    def __init__(self, way: Way) -> None:
        self._inner = httpcore.SyncBackend()
        self._way = way

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        with _as_the_proxy_s() if self._way.proxy else contextlib.nullcontext():
            return self._connected(host, port, timeout, local_address, socket_options)

    def _connected(
        self, host: str, port: int, timeout: float | None, local_address: str | None, options: Any
    ) -> httpcore.NetworkStream:
        found = addresses(host, port, seconds_left(timeout, httpcore.ConnectTimeout))
        failure: Exception = httpcore.ConnectError("the host's name has no address")
        for position, address in enumerate(found):
            allowed = seconds_left(timeout, httpcore.ConnectTimeout)
            share = min(allowed or CONNECT_SECONDS, CONNECT_SECONDS) / (len(found) - position)
            try:
                stream = self._inner.connect_tcp(address, port, share, local_address, options)
                return _Stream(stream, self._way)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure
