# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: which metrics a task asks for, as options and as a rack reads it."""

from __future__ import annotations

import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api import errors

#: The value of ``include``, and the options that say which metrics.
INCLUDE = "metrics"
METRICS_ARGUMENTS: dict[str, dict[str, t.Any]] = {
    "metrics": {"type": "list", "elements": "str"},
    "start": {"type": "str"},
    "end": {"type": "str"},
    "period": {"type": "int"},
}


def query_of(options: t.Mapping[str, t.Any]) -> dict[str, str]:
    """What to ask the rack for. Raises ConvoxOptionError for a name or a time that is none, and for a period
    that is none."""
    query = {}
    names = options.get("metrics")
    if names is not None:
        if not names or any(not name.strip() or "," in name for name in names):
            raise errors.ConvoxOptionError("metrics", "holds no name of a metric", "name each one by itself")
        query["metrics"] = ",".join(names)
    times = {name: _moment(name, options[name]) for name in ("start", "end") if options.get(name) is not None}
    if len(times) == 2 and times["start"] >= times["end"]:
        raise errors.ConvoxOptionError("end", "is not after start", "give a later time")
    query |= times
    period = options.get("period")
    if period is not None:
        if period < 1:
            raise errors.ConvoxOptionError("period", "is below 1", "give it in seconds")
        query["period"] = str(period)
    return query


def _moment(option: str, text: str) -> str:
    """A time in ISO 8601, which is UTC where it does not say, as racks read times."""
    # A module compiles and imports it each time it runs, and few tasks name a time.
    from datetime import datetime, timezone

    try:
        found = datetime.fromisoformat(text.strip().replace("Z", "+00:00").replace("z", "+00:00"))
        there = found if found.tzinfo else found.replace(tzinfo=timezone.utc)
        there = there.astimezone(timezone.utc)
        return f"{there.year:04}{there:%m%d.%H%M%S.%f}000"
    except (OverflowError, ValueError):
        raise errors.ConvoxOptionError(
            option, "is no time that we know", "write it as 2026-11-24T14:00:00Z"
        ) from None
