# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: which of many values are secret by their names: parameters and outputs of racks."""

from __future__ import annotations

import re
import typing as t
from collections.abc import Mapping

HIDDEN = "********"
_NAMES = re.compile("password|secret|token|key", re.IGNORECASE)
_LOGIN = re.compile(r"(?<=://)[^/\s]*@")


def is_secret(name: str) -> bool:
    """Whether a value of this name is to be hidden."""
    return _NAMES.search(name) is not None


def shown(name: str, value: str) -> str:
    """A value as it may be seen; a url loses its login."""
    return (HIDDEN if value else "") if is_secret(name) else _LOGIN.sub(f"{HIDDEN}@", value)


def masked(values: Mapping[str, str]) -> dict[str, str]:
    """The values as they may be seen, sorted by name."""
    return {name: shown(name, value) for name, value in sorted(values.items())}


def secrets_of(values: t.Any) -> dict[str, str]:
    """The values of a dict that nobody may see, by their names; none of what is no dict."""
    if not isinstance(values, Mapping):
        return {}
    return {
        str(name): str(value) for name, value in values.items() if value is not None and is_secret(str(name))
    }
