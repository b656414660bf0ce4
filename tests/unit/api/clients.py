# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Transports for tests: to a server of the test, without real pauses."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api._auth import credentials
from ansible_collections.convox.rack.plugins.module_utils._api._http import websocket
from ansible_collections.convox.rack.plugins.module_utils._api._http.ledger import Ledger
from ansible_collections.convox.rack.plugins.module_utils._api._http.transport import Transport

KEY = "the+api/key of=a rack"


def connection(url: str, environ: Mapping[str, str] | None = None, **options: Any) -> credentials.Connection:
    """The connection to a server, by options."""
    return credentials.find_connection({"host": url, "api_key": KEY, **options}, environ or {})


class Client:
    """A transport and a ledger that note pauses and warnings instead of sleeping and talking."""

    def __init__(
        self,
        url: str,
        environ: Mapping[str, str] | None = None,
        session: str | None = None,
        **options: Any,
    ) -> None:
        self.pauses: list[float] = []
        self.warnings: list[str] = []
        self.ledger = Ledger(self.warnings.append)
        self.transport = Transport(
            replace(connection(url, environ, **options), session=session),
            sleep=self.pauses.append,
            random=lambda: 0.5,
        )

    def send(self, method: str = "GET", path: str = "/apps", **request: Any) -> Any:
        request = {"operation": "do it", "ledger": self.ledger, **request}
        return self.transport.send(method, path, **request)

    def stream_text(
        self, path: str, *, headers: Mapping[str, str] | None = None, **request: Any
    ) -> Iterator[str]:
        return websocket.stream_text(self.transport, path, headers or {}, ledger=self.ledger, **request)

    def fails(self, method: str = "GET", path: str = "/apps", **request: Any) -> errors.ConvoxError:
        """The error that a request raises."""
        return error_of(lambda: self.send(method, path, **request))

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_unused: object) -> None:
        self.transport.close()


def error_of(act: Callable[[], Any]) -> errors.ConvoxError:
    """The error that an act raises; it is a failure of the test if it raises none."""
    try:
        given = act()
    except errors.ConvoxError as error:
        return error
    raise AssertionError(f"no error, but {given!r}")


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """What is inside must not take longer, but for a second that a busy machine may take."""
    start = time.monotonic()
    yield
    assert time.monotonic() - start < seconds + 1.0
