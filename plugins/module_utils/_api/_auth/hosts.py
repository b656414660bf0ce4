# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Names of hosts and RACK_URL, read strictly. Private to convox.rack; may change at any time."""

from __future__ import annotations

import ipaddress
import re
import urllib.parse
from typing import NamedTuple

from ansible_collections.convox.rack.plugins.module_utils._api.errors import ConvoxOptionError

#: The host of Convox's own console.
CONSOLE = "console.convox.com"
_EXAMPLE = "write the name of the rack's API or of the console alone, for example api.rack.example.com"
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?", re.ASCII)
_LIKE_IPV4 = re.compile(r"[0-9]+(\.[0-9]+){3}", re.ASCII)
_LONGEST = 253
_PORTS = {"https": 443, "http": 80}


class Host(NamedTuple):
    """Where a rack's API or a console answers. name: lower case, with the port if it is not the usual one."""

    scheme: str
    name: str

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.name}"


class RackUrl(NamedTuple):
    """The parts of RACK_URL; username and api_key are empty where the url has none."""

    host: Host
    username: str
    api_key: str

    def __repr__(self) -> str:
        return f"RackUrl({self.host!r})"


def parse_host(text: str, option: str) -> Host:
    """`api.rack.example.com`, also with `https://` or `http://`, a port or a slash at the end.

    option: the name of the option or variable for errors. Raises ConvoxOptionError, which never
    quotes the text: it may hold a password.
    """
    parts = _split(text.strip(), option)
    if parts.username is not None or parts.password is not None:
        raise ConvoxOptionError(
            option, "holds a user or a password", "give the key as api_key, or use RACK_URL"
        )
    return _host(parts, option)


def parse_rack_url(text: str, option: str = "RACK_URL") -> RackUrl:
    """`https://USER:PASSWORD@HOST`, the CLI's direct form; user and password may be percent-encoded."""
    parts = _split(text.strip(), option)
    return RackUrl(
        _host(parts, option),
        urllib.parse.unquote(parts.username or ""),
        urllib.parse.unquote(parts.password or ""),
    )


def _split(text: str, option: str) -> urllib.parse.SplitResult:
    whole = text if "://" in text else f"https://{text}"
    if any(character.isspace() for character in whole):
        raise ConvoxOptionError(option, "holds white space", _EXAMPLE)  # urlsplit would drop line breaks
    try:
        parts = urllib.parse.urlsplit(whole)
        _port = parts.port  # raises for a port that is none
    except ValueError:
        raise ConvoxOptionError(option, "is not a host's name", _EXAMPLE) from None
    if parts.scheme.lower() not in _PORTS:
        raise ConvoxOptionError(option, "has a scheme other than https and http", _EXAMPLE)
    if parts.path.strip("/") or parts.query or parts.fragment or "?" in whole or "#" in whole:
        raise ConvoxOptionError(option, "has a path after the host's name", _EXAMPLE)
    return parts


def _host(parts: urllib.parse.SplitResult, option: str) -> Host:
    scheme = parts.scheme.lower()
    name = (parts.hostname or "").lower()
    if "[" in parts.netloc or ":" in name:
        name = _ipv6(name, option)
    elif not _is_name(name):
        raise ConvoxOptionError(option, "is not a host's name", _EXAMPLE)
    if parts.port is not None and parts.port != _PORTS[scheme]:
        if parts.port == 0:
            raise ConvoxOptionError(option, "has the port 0", _EXAMPLE)
        name = f"{name}:{parts.port}"
    return Host(scheme, name)


def _is_name(name: str) -> bool:
    """Whether it is an IPv4 address or what DNS takes for a name, a dot at its end included."""
    try:
        if _LIKE_IPV4.fullmatch(name):
            return bool(ipaddress.IPv4Address(name))
        # Raises where a label that begins with xn-- is no letters of another alphabet.
        name.encode("ascii").decode("idna")
    except ValueError:
        return False
    labels = name.split(".")
    return len(name) <= _LONGEST and all(_LABEL.fullmatch(label) for label in labels)


def _ipv6(name: str, option: str) -> str:
    try:
        return f"[{ipaddress.IPv6Address(name)}]"
    except ValueError:
        raise ConvoxOptionError(option, "is not a host's name", _EXAMPLE) from None
