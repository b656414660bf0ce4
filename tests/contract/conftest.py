# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""A practice rack for one test, and clients of it."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
from websockets.sync.client import ClientConnection, connect

from tests.practice_rack.server import PracticeRack

BASIC = "Basic Y29udm94OnNlY3JldA=="  # convox:secret

FAST: dict[str, Any] = {
    "create_seconds": 0.0,
    "settle_seconds": 0.02,
    "promote_seconds": 0.1,
    "process_seconds": 0.05,
    "build_seconds": 0.05,
    "rollback_seconds": 0.05,
    "revert_seconds": 0.3,
    "delete_seconds": 0.05,
}


class Desk:
    """A rack and a client that has its password."""

    def __init__(self, rack: PracticeRack, client: httpx.Client) -> None:
        self.rack = rack
        self.client = client

    def call(self, method: str, path: str, **options: Any) -> httpx.Response:
        return self.client.request(method, path, **options)

    def get(self, path: str) -> Any:
        return self.client.get(path).raise_for_status().json()

    def until(self, path: str, good: Callable[[Any], bool], seconds: float = 5.0) -> Any:
        end = time.monotonic() + seconds
        while not good(found := self.client.get(path).json()):
            assert time.monotonic() < end, found
            time.sleep(0.01)
        return found

    def build(self, app: str, **form: str) -> Any:
        made = self.call("POST", f"/apps/{app}/builds", data=form).raise_for_status().json()
        return self.until(f"/apps/{app}/builds/{made['id']}", lambda b: b["status"] != "running")

    def promote(self, app: str, release: str, **form: str) -> Any:
        self.call("POST", f"/apps/{app}/releases/{release}/promote", data=form).raise_for_status()
        return self.until(f"/apps/{app}", lambda a: a["status"] == "running")

    def open(self, path: str, **headers: str) -> ClientConnection:
        """A websocket, with the rack's password."""
        url = self.rack.url.replace("http", "ws", 1) + path
        return connect(url, additional_headers={"Authorization": BASIC, **headers})

    def deployed(self, app: str, url: str = "http://h/ok.tgz") -> Any:
        self.call("POST", "/apps", data={"name": app}).raise_for_status()
        return self.promote(app, self.build(app, url=url)["release"])


@pytest.fixture
def rack_with() -> Iterator[Callable[..., Desk]]:
    """Makes racks; they end with the test."""
    with ExitStack() as stack:

        def make(*, tls: bool = False, **settings: Any) -> Desk:
            rack = stack.enter_context(PracticeRack(tls=tls, **{**FAST, "password": "secret", **settings}))
            verify: Any = True
            if tls:
                verify = ssl.create_default_context(cafile=rack.ca_path)
            client = httpx.Client(
                base_url=rack.url,
                auth=("convox", rack.password),
                headers={"Accept": "application/json"},
                verify=verify,
                timeout=10,
            )
            return Desk(rack, stack.enter_context(client))

        yield make


@pytest.fixture
def desk(rack_with: Callable[..., Desk]) -> Desk:
    return rack_with()
