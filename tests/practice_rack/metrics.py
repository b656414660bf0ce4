# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Metrics of the rack, of apps and services. The recorded racks keep none (501); with the setting ``metrics``
there are some, made up, in the shape that rack-api.md and the SDK give."""

from __future__ import annotations

import re
from typing import Any

from tests.practice_rack import wire
from tests.practice_rack.web import Call
from tests.practice_rack.wire import RackError

NAMES = ("process:cpu", "process:memory", "process:running")
HOUR = 3600.0
PERIOD = 300
MOST = 12  # values of one metric
# As Go writes 20060102.150405.000000000.
_TIME = re.compile(r"(\d{4})(\d\d)(\d\d)\.(\d\d)(\d\d)(\d\d)\.(\d{9})")


def of_app(call: Call) -> Any:
    return _metrics(call, "unimplemented")


def of_rack(call: Call) -> Any:
    return _metrics(call, "unimplemented")


def of_service(call: Call) -> Any:
    if call.settings.metrics and call.path["service"] not in call.app().deployments:
        raise RackError(500, f"no such service: {call.path['service']}")
    return _metrics(call, "metrics unavailable")


def _metrics(call: Call, without: str) -> Any:
    if not call.settings.metrics:
        raise RackError(501, without)
    for name in {"app", "name"} & set(call.path):
        call.app(name)
    start, end = (call.query.get(name, "") for name in ("start", "end"))
    for text in (start, end):
        if text and not _TIME.fullmatch(text):
            raise RackError(
                500, f'parsing time "{text}" as "20060102.150405.000000000": cannot parse "{text}" as "2006"'
            )
    period = wire.optional_int(call.query, "period") or PERIOD
    names = [name for name in call.query.get("metrics", "").split(",") if name] or NAMES
    times = _times(call, end or start, period)
    return [{"name": name, "values": [_value(time) for time in times]} for name in names]


def _times(call: Call, last: str, period: int) -> list[str]:
    """The ends of some periods: up to a time that was asked for, or up to now."""
    found = _TIME.fullmatch(last)
    if found:
        year, month, day, hour, minute, second, nanos = found.groups()
        return [f"{year}-{month}-{day}T{hour}:{minute}:{second}.{nanos}Z"]
    count = min(MOST, max(1, int(HOUR / period)))
    return [call.state.nanos(call.state.now - period * n) for n in reversed(range(count))]


def _value(time: str) -> dict[str, Any]:
    return {"avg": 12.5, "count": 2, "max": 20, "min": 5, "sum": 25, "time": time}
