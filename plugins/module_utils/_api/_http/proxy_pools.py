# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Pools of connections through a proxy. Private to convox.rack; may change at any time."""

from __future__ import annotations

import ssl
import urllib.parse
from collections.abc import Mapping
from typing import Any

from ansible_collections.convox.rack.plugins.module_utils._api._http import network
from ansible_collections.convox.rack.plugins.module_utils._api.errors import ConvoxMissingLibraryError
from ansible_collections.convox.rack.plugins.module_utils._api.third_party import httpcore

_PORTS = {"http": 80, "https": 443, "socks5": 1080}


def pool(
    proxy: str, secure: bool, proxy_context: ssl.SSLContext | None, common: Mapping[str, Any]
) -> httpcore.ConnectionPool:
    """A pool of httpcore's. proxy: its url, checked (proxies.py). secure: whether the rack is reached over
    TLS. common: what the pool has in common with one without a proxy."""
    parts = urllib.parse.urlsplit(proxy)
    scheme = parts.scheme.lower()
    if scheme.startswith("socks"):
        # Either way httpcore leaves it to the proxy to look up the rack's name, and old ones know no socks5h.
        scheme = "socks5"
    url = httpcore.URL(
        scheme=scheme.encode("ascii"),
        host=_host(parts.hostname or ""),
        port=parts.port or _PORTS[scheme],
        target=b"/",
    )
    user, password = (
        urllib.parse.unquote(part or "").encode("utf-8") for part in (parts.username, parts.password)
    )
    login = (user, password) if user or password else None
    if scheme == "socks5":
        way = network.Way(proxy=True, handshakes=int(secure), greeting=True)
        return _socks(url, login, {**common, "network_backend": network.Backend(way)})
    way = network.Way(proxy=True, handshakes=int(secure) + int(scheme == "https"))
    return httpcore.HTTPProxy(
        proxy_url=url,
        proxy_auth=login,
        proxy_ssl_context=proxy_context,
        network_backend=network.Backend(way),
        **common,
    )


def _host(name: str) -> bytes:
    return name.encode("ascii") if name.isascii() else name.encode("idna")


def _socks(url: httpcore.URL, login: Any, common: dict[str, Any]) -> httpcore.ConnectionPool:
    try:
        return httpcore.SOCKSProxy(proxy_url=url, proxy_auth=login, **common)
    except RuntimeError:
        raise ConvoxMissingLibraryError(
            "a socks proxy needs the library socksio", hint="Install it with: pip install 'httpx[socks]'."
        ) from None
