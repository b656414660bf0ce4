# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kept client beside httpx alone: what our transport and models add to a request."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from ansible_collections.convox.rack.plugins.module_utils._api import credentials
from ansible_collections.convox.rack.plugins.module_utils._api import rack as our_rack
from ansible_collections.convox.rack.plugins.module_utils._api.transport import Transport
from tests.bench.stage import APP, Budget, Rack

REQUESTS = 200
ROUNDS = 7


def _seconds(ask: Callable[[], object]) -> float:
    started = time.perf_counter()
    for _number in range(REQUESTS):
        ask()
    return time.perf_counter() - started


def measure(rack: Rack) -> list[Budget]:
    """Both kinds in turn in each round, the first round for warming up alone."""
    ours = our_rack.Rack(Transport(credentials.find_connection({}, rack.environment)))
    ratios = []
    for _round in range(ROUNDS + 1):
        raw = _seconds(lambda: rack.http.get(f"/apps/{APP}").json())
        kept = _seconds(lambda: ours.app(APP))
        ratios.append(kept / raw)
        print(f"  raw {1000 * raw / REQUESTS:.2f} ms, kept {1000 * kept / REQUESTS:.2f} ms", flush=True)
    return [Budget(f"kept client, {REQUESTS} GETs / raw httpx", statistics.median(ratios[1:]), 1.15)]
