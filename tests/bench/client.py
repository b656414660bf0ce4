# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kept client beside httpx alone: what our transport and models add to a request."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from ansible_collections.convox.rack.plugins.module_utils._api._auth import credentials
from ansible_collections.convox.rack.plugins.module_utils._api._http.transport import Transport
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import apps
from tests.bench.stage import APP, Budget, Rack

REQUESTS = 1000
WARM_UP = 50


def _seconds(ask: Callable[[], object]) -> float:
    started = time.perf_counter()
    ask()
    return time.perf_counter() - started


def measure(rack: Rack) -> list[Budget]:
    """One request of each kind in turn, and the medians compared: the machine's other work falls on both."""
    ours = Client(Transport(credentials.find_connection({}, rack.environment)))
    raw, kept = [], []
    for _number in range(REQUESTS + WARM_UP):
        raw.append(_seconds(lambda: rack.http.get(f"/apps/{APP}").json()))
        kept.append(_seconds(lambda: apps.get(ours, APP)))
    below, above = statistics.median(raw[WARM_UP:]), statistics.median(kept[WARM_UP:])
    milliseconds = f"httpx {1000 * below:.2f} ms, the kept client {1000 * above:.2f} ms"
    print(f"  medians of {REQUESTS}: {milliseconds}", flush=True)
    return [Budget(f"kept client, {REQUESTS} GETs / raw httpx", above / below, 1.15)]
