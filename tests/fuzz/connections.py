# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options and variables that say how a rack is reached: what means something, and what does not."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils import _options
from tests.fuzz import nouns
from tests.fuzz.worlds import KEY_CANARY

HOSTS = (
    "http://rack.test",
    "rack.test",
    "https://127.0.0.1:1",
    "http://127.0.0.1:1/",
    "10.0.0.256",
    "010.0.0.1",
    "0x7f.1",
    "1.2.3",
    "xn--a.com",
    "xn--",
    "a..b",
    ".",
    "-",
    "é.test",
    "ß" * 64,
    "a" * 64 + ".test",
    "a." * 200 + "test",
    "[::1]:1",
    "[::1",
    "[fe80::1%eth0]",
    "[v1.a]",
    "host:0",
    "host:99999",
    "host:-1",
    "host:port",
    "http://",
    "ftp://host",
    "//host",
    "http://http://host",
    "https://host/path?query#part",
    "rack_with_underscore.test",
    "%zz",
    "%00",
    "host\\path",
    "\ud800.test",
    "nul\x00.test",
    "line\nbreak.test",
    f"https://convox:{KEY_CANARY}@rack.test",
    f"https://convox:{KEY_CANARY}'\"/@@rack.test:x",
    f"https://{KEY_CANARY}@[::1",
)
PROXIES = (
    *HOSTS,
    "socks5://127.0.0.1:1",
    "socks5h://127.0.0.1:1",
    "socks4://127.0.0.1:1",
    f"http://user:{KEY_CANARY}@127.0.0.1:1",
    f"http://user:{KEY_CANARY}%0a%zz%00@127.0.0.1:1",
    f"http://us%C3%A9r:{KEY_CANARY}\ud800@127.0.0.1:1",
    f"https://:{KEY_CANARY}@127.0.0.1:1",
)
KEYS = (
    KEY_CANARY,
    f"{KEY_CANARY}\n",
    f"{KEY_CANARY}é",
    f"\ud800{KEY_CANARY}",
    f" {KEY_CANARY}\x00",
    f"{KEY_CANARY}:{KEY_CANARY}",
    "x" * 20_000,
)
TEXTS = (
    *(value for value in nouns.NASTY if isinstance(value, str)),
    "org/name",
    "jwt",
    "a:b",
    "~",
    "~nobody",
)
NUMBERS = tuple(value for value in nouns.NASTY if isinstance(value, (int, float))) + (1e-9, 5, "5", 10**400)
_MEANING: dict[str, tuple[Any, ...]] = {"host": HOSTS, "proxy": PROXIES, "api_key": KEYS}
# Bounded, or an honest task would wait for hours: of the rack's clock, but each try is work.
_MEANING["max_retries"] = (0, 1, 5, -1, 1.5, float("inf"), "x", True)
VARIABLES: dict[str, tuple[str, ...]] = {
    "CONVOX_HOST": HOSTS,
    "CONVOX_PASSWORD": KEYS,
    "CONVOX_USERNAME": TEXTS,
    "CONVOX_RACK": TEXTS,
    "CONVOX_ACTOR": TEXTS,
    "CONVOX_VALIDATE_CERTS": TEXTS,
    "RACK_URL": HOSTS,
    "HTTP_PROXY": PROXIES,
    "https_proxy": PROXIES,
    "ALL_PROXY": PROXIES,
    "NO_PROXY": ("*", ",", "rack.test", ".test", "[::1", "10.0.0.0/99", "\ud800"),
}
# What every option may be, but none that stands for a file: those have a test of their own.
_PATHS = {name for name, spec in _options.RACK_ARGUMENTS.items() if spec["type"] == "path"}


def _values(name: str) -> tuple[Any, ...]:
    if name in _MEANING:
        return _MEANING[name]
    numbers = _options.RACK_ARGUMENTS[name]["type"] in ("int", "float")
    return NUMBERS if numbers else (*TEXTS, *nouns.NASTY)


@cache
def options() -> st.SearchStrategy[dict[str, Any]]:
    """A few options of the connection."""
    one = {name: st.sampled_from(_values(name)) for name in _options.RACK_ARGUMENTS if name not in _PATHS}
    return _some(one, 3)


@cache
def variables() -> st.SearchStrategy[dict[str, str]]:
    """A few variables of the environment."""
    return _some({name: st.sampled_from(values) for name, values in VARIABLES.items()}, 2)


def _some(one: dict[str, st.SearchStrategy[Any]], many: int) -> st.SearchStrategy[dict[str, Any]]:
    names = st.lists(st.sampled_from(sorted(one)), max_size=many, unique=True)
    return names.flatmap(lambda chosen: st.fixed_dictionaries({name: one[name] for name in chosen}))


@contextmanager
def no_network() -> Iterator[None]:
    """No name is known but this machine's."""
    real = socket.getaddrinfo

    def known(host: Any, *more: Any, **also: Any) -> Any:
        if host not in ("127.0.0.1", "::1", b"127.0.0.1", b"::1"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return real(host, *more, **also)

    with mock.patch.object(socket, "getaddrinfo", known):
        yield


def own_files(folder: Path) -> dict[str, str]:
    """Where the CLI's files and everything else of a user would be."""
    return {"HOME": str(folder), "CONVOX_CONFIG": str(folder / "convox")}
