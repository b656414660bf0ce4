# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: times that options give with their units, such as ``1h30m``. Pure."""

from __future__ import annotations

import re

from ansible_collections.convox.rack.plugins.module_utils._api import errors

_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}
_NUMBER = re.compile(r"\d+(?:\.\d+)?", re.ASCII)
_DURATION = re.compile(r"(?:\d+(?:\.\d+)?[smhdw])+", re.ASCII)
_PART = re.compile(r"(\d+(?:\.\d+)?)([smhdw])", re.ASCII)
# Longer than any rack lives; a clock of nanoseconds in 64 bits ends after 292 years.
LONGEST = 100 * 365 * 86400.0


def seconds(option: str, text: str, *, bare: bool = False) -> float:
    """A duration such as ``90s``, ``1h30m`` or ``7d`` in seconds; ``bare``: a number without a unit is one of
    seconds. Raises ConvoxOptionError."""
    given = text.strip()
    if bare and _NUMBER.fullmatch(given):
        given += "s"
    if not _DURATION.fullmatch(given):
        raise errors.ConvoxOptionError(
            option, "is no duration", "give numbers with their units, such as 90s, 10m, 1h30m or 7d"
        )
    found = sum(float(number) * _UNITS[unit] for number, unit in _PART.findall(given))
    if found > LONGEST:
        raise errors.ConvoxOptionError(option, "is longer than any rack lives", "give a shorter time")
    return found
