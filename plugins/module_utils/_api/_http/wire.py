# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""httpx's transport over connections with a deadline. Private to convox.rack; may change at any time.

httpx's own lets nobody hand in the pool of connections. So this is one of ours: httpcore's public pools
below, ``httpx.BaseTransport`` above, and between them the translation of requests, answers and exceptions.
Tested with the oldest and the newest httpx that we allow.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any, NoReturn

from ansible_collections.convox.rack.plugins.module_utils._api._http import network
from ansible_collections.convox.rack.plugins.module_utils._api.third_party import httpcore, httpx

# Idle connections are dropped long before a server or load balancer does it (60 s and more): a request on
# a connection that the other side closes at that moment is one of which nobody knows whether it arrived.
KEEP_ALIVE_SECONDS = 5.0
# The threads of a task share them; a websocket holds one as long as it is open.
_CONNECTIONS = 20


@lru_cache(maxsize=1)
def bare_context() -> ssl.SSLContext:
    """The context for plain http hosts: no roots, so that nothing could be trusted by mistake."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class Wire(httpx.BaseTransport):
    """Requests over a pool of connections to one rack, for any number of threads.

    secure: whether the rack is reached over TLS. context: for the rack. proxy, proxy_context: its url, and
    the context for one that is itself reached over TLS. Raises ConvoxMissingLibraryError for a SOCKS proxy
    without socksio.
    """

    def __init__(
        self,
        context: ssl.SSLContext,
        *,
        secure: bool = True,
        proxy: str | None = None,
        proxy_context: ssl.SSLContext | None = None,
    ) -> None:
        common: dict[str, Any] = {
            "ssl_context": context,
            "max_connections": _CONNECTIONS,
            "keepalive_expiry": KEEP_ALIVE_SECONDS,
        }
        self._pool: httpcore.ConnectionPool
        if proxy is None:
            self._pool = httpcore.ConnectionPool(network_backend=network.Backend(network.Way()), **common)
        else:
            from ansible_collections.convox.rack.plugins.module_utils._api._http import proxy_pools

            self._pool = proxy_pools.pool(proxy, secure, proxy_context, common)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        core = httpcore.Request(
            method=request.method,
            url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        try:
            answer = self._pool.handle_request(core)
        except Exception as error:
            self._raise(error)
        return httpx.Response(
            answer.status,
            headers=answer.headers,
            stream=_Body(answer.stream, self._raise),
            extensions=answer.extensions,
        )

    def close(self) -> None:
        self._pool.close()

    def _raise(self, error: Exception) -> NoReturn:
        """Raise the exception of httpx for one of httpcore: they have the same names."""
        for kind in type(error).__mro__:
            if kind.__module__.startswith("httpcore") and hasattr(httpx, kind.__name__):
                raise getattr(httpx, kind.__name__)(str(error)) from error
        if isinstance(error, AssertionError) or type(error).__module__.startswith("socksio"):
            # What httpcore's SOCKS client says of a proxy that is none.
            raise httpx.ProxyError("it does not speak SOCKS") from error
        raise error


class _Body(httpx.SyncByteStream):
    """The body of an answer as it comes."""

    def __init__(self, pieces: Any, fail: Callable[[Exception], NoReturn]) -> None:
        self._pieces: Iterable[bytes] = pieces
        self._fail = fail

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._pieces
        except Exception as error:
            self._fail(error)

    def close(self) -> None:
        close = getattr(self._pieces, "close", None)
        if close is not None:
            close()
