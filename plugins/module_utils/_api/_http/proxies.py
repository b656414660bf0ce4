# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Which proxy leads to a host. Private to convox.rack; may change at any time.

Only the environment that is handed in is read, never the system's settings: looking those up in a
forked process crashes on macOS.
"""

from __future__ import annotations

import ipaddress
import urllib.parse
from collections.abc import Mapping

from ansible_collections.convox.rack.plugins.module_utils._api.errors import ConvoxOptionError

_SCHEMES = ("http", "https", "socks5", "socks5h")
_WAY_OUT = "write it as http://HOST:PORT or http://USER:PASSWORD@HOST:PORT (https and socks5 serve, too)"


def choose(
    scheme: str, host: str, environ: Mapping[str, str], *, proxy: str | None = None, use_proxy: bool = True
) -> str | None:
    """The url of the proxy for a host, None for a direct connection.

    scheme: of the rack's url. host: its name, with a port if it has one. proxy: the option, which
    wins over the environment and over NO_PROXY. use_proxy: False means never.
    """
    if not use_proxy:
        return None
    if proxy:
        return _checked(proxy, "proxy")
    named = variable(scheme, environ)
    if named is None or _excluded(host, scheme, environ.get("no_proxy") or environ.get("NO_PROXY") or ""):
        return None
    return _checked(environ[named], named)


def variable(scheme: str, environ: Mapping[str, str]) -> str | None:
    """The variable that names a proxy for such urls, None where none does."""
    names = [f"{scheme}_proxy", f"{scheme}_proxy".upper(), "all_proxy", "ALL_PROXY"]
    if "REQUEST_METHOD" in environ:
        # In a CGI program a client's header `Proxy` arrives as HTTP_PROXY: not to be believed.
        names = [name for name in names if name != "HTTP_PROXY"]
    return next((name for name in names if environ.get(name)), None)


def _checked(text: str, option: str) -> str:
    """The proxy's url, whole. Raises ConvoxOptionError without quoting it: it may hold a password."""
    text = text.strip()
    url = text if "://" in text else f"http://{text}"
    try:
        parts = urllib.parse.urlsplit(url)
        name = parts.hostname or ""
        # Raises for a name with letters beyond ASCII that DNS cannot hold.
        usable = parts.scheme.lower() in _SCHEMES and bool(name.encode("idna")) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or any(character.isspace() or not character.isprintable() for character in url):
        raise ConvoxOptionError(option, "is not the url of a proxy", _WAY_OUT)
    return url


def described(url: str, source: str) -> str:
    """A proxy in words, without user and password. url: checked. source: the option or variable."""
    parts = urllib.parse.urlsplit(url)
    return f"the proxy {parts.scheme}://{parts.netloc.rpartition('@')[2]} (named by {source})"


def _excluded(host: str, scheme: str, no_proxy: str) -> bool:
    """Whether NO_PROXY names the host: `*`, names (which cover their subdomains), addresses, networks,
    each also with a port."""
    parts = urllib.parse.urlsplit(f"{scheme}://{host}")
    name, port = (parts.hostname or "").lower(), parts.port or (443 if scheme == "https" else 80)
    return any(_covers(entry.strip().lower(), name, port) for entry in no_proxy.split(",") if entry.strip())


def _covers(entry: str, name: str, port: int) -> bool:
    if entry == "*":
        return True
    address = _address(name)
    if address is not None and _network_covers(entry, address):
        return True
    entry_name, entry_port = _entry_parts(entry)
    if entry_port not in (None, port):
        return False
    bare = entry_name.removeprefix("*").removeprefix(".")
    return bool(bare) and (name == bare or (address is None and name.endswith(f".{bare}")))


def _entry_parts(entry: str) -> tuple[str, int | None]:
    if entry.startswith("["):
        inside, _bracket, rest = entry[1:].partition("]")
        return inside, int(rest[1:]) if rest[1:].isdigit() else None
    name, colon, port = entry.rpartition(":")
    if colon and port.isdigit() and ":" not in name:
        return name, int(port)
    return entry, None


def _address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None


def _network_covers(entry: str, address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    try:
        return address in ipaddress.ip_network(entry, strict=False)
    except ValueError:
        return False
