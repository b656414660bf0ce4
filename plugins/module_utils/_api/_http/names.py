# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Addresses of a host's name, within a deadline. Private to convox.rack; may change at any time.

The system's resolver knows no deadline: with a name server that does not answer it takes 5 s and more a try.
So a name is looked up by a thread of its own, which is left alone when it takes too long; it costs about
0.1 ms. An address needs no thread.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
from typing import Any

from ansible_collections.convox.rack.plugins.module_utils._api.third_party import httpcore


def addresses(host: str, port: int, seconds: float | None) -> list[str]:
    """The addresses of a host, in the order in which they should be tried. seconds: None for no bound.

    Raises httpcore.ConnectError for a name that has none, httpcore.ConnectTimeout when nobody says in time.
    """
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return _looked_up(host, port, seconds)
    return [host]


def _looked_up(host: str, port: int, seconds: float | None) -> list[str]:
    search = _Search(host, port)
    search.start()
    search.join(seconds)
    if search.failure is not None:
        raise httpcore.ConnectError(str(search.failure))
    if search.found is None:
        raise httpcore.ConnectTimeout("the host's name was not resolved in time")
    return list(dict.fromkeys(str(entry[4][0]) for entry in search.found))


class _Search(threading.Thread):
    """One lookup. A daemon: a process that ends does not wait for it."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(name="convox.rack name lookup", daemon=True)
        self._place = (host, port)
        self.found: list[Any] | None = None
        self.failure: Exception | None = None

    def run(self) -> None:
        try:
            self.found = socket.getaddrinfo(*self._place, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            self.failure = error
