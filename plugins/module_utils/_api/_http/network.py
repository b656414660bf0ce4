# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Sockets with a deadline under httpx. Private to convox.rack; may change at any time.

httpx bounds each read by itself: a server that sends a byte now and then, in its headers even,
could hold a request for ever. Here every operation of a connection gets what is left of the
request's one deadline, which also bounds name lookup by address, TLS and slow uploads.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterable
from typing import Any

from ansible_collections.convox.rack.plugins.module_utils._api._http.deadline import seconds_left
from ansible_collections.convox.rack.plugins.module_utils._api.errors import ConvoxMissingLibraryError
from ansible_collections.convox.rack.plugins.module_utils._api.third_party import httpcore, httpx

# A request that cannot even connect within this many seconds is better tried again.
CONNECT_SECONDS = 10.0
# Idle connections are dropped long before a server or load balancer does it (60 s and more): a request on
# a connection that the other side closes at that moment is one of which nobody knows whether it arrived.
_KEEP_ALIVE_SECONDS = 5.0
_CONNECTIONS = 10
_PIECE = 65536


class _Stream(httpcore.NetworkStream):
    """A connected socket of httpcore whose every operation respects the deadline."""

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, seconds_left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), _PIECE):
            allowed = seconds_left(timeout, httpcore.WriteTimeout)
            self._inner.write(buffer[start : start + _PIECE], allowed)

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        allowed = seconds_left(timeout, httpcore.ConnectTimeout)
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, allowed))

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _Backend(httpcore.NetworkBackend):
    """Connects to one address of a host after the other, each with its share of the time."""

    def __init__(self) -> None:
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        addresses = _addresses(host, port)
        failure: Exception = httpcore.ConnectError("the host's name has no address")
        for position, address in enumerate(addresses):
            allowed = seconds_left(timeout, httpcore.ConnectTimeout)
            share = min(allowed or CONNECT_SECONDS, CONNECT_SECONDS) / (len(addresses) - position)
            try:
                return _Stream(self._inner.connect_tcp(address, port, share, local_address, socket_options))
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure


def _addresses(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError(str(error)) from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class Wire(httpx.HTTPTransport):
    """httpx's own transport over a pool of such connections.

    httpx lets nobody hand in the pool, so the one attribute that holds it is set here; everything
    else (how requests, answers and errors are translated) is httpx's. Tested with the oldest and the
    newest httpx that we allow.
    """

    def __init__(
        self,
        context: ssl.SSLContext,
        *,
        proxy: str | None = None,
        proxy_context: ssl.SSLContext | None = None,
    ) -> None:
        self._pool = _pool(context, proxy, proxy_context)


def _pool(context: ssl.SSLContext, proxy: str | None, proxy_context: ssl.SSLContext | None) -> Any:
    common: dict[str, Any] = {
        "ssl_context": context,
        "max_connections": _CONNECTIONS,
        "keepalive_expiry": _KEEP_ALIVE_SECONDS,
        "network_backend": _Backend(),
    }
    if proxy is None:
        return httpcore.ConnectionPool(**common)
    parts = httpx.Proxy(proxy)
    url = httpcore.URL(
        scheme=parts.url.raw_scheme, host=parts.url.raw_host, port=parts.url.port, target=parts.url.raw_path
    )
    if parts.url.scheme.startswith("socks"):
        return _socks_pool(url, parts.raw_auth, common)
    return httpcore.HTTPProxy(
        proxy_url=url,
        proxy_auth=parts.raw_auth,
        proxy_headers=parts.headers.raw,
        proxy_ssl_context=proxy_context,
        **common,
    )


def _socks_pool(url: Any, auth: Any, common: dict[str, Any]) -> Any:
    try:
        return httpcore.SOCKSProxy(proxy_url=url, proxy_auth=auth, **common)
    except RuntimeError:
        raise ConvoxMissingLibraryError(
            "a socks proxy needs the library socksio", hint="Install it with: pip install 'httpx[socks]'."
        ) from None
