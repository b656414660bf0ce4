# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to convox.rack: plain types out of what Ansible hands to a plugin."""

from __future__ import annotations

import datetime
import typing as t
from collections.abc import Mapping


def plain(value: t.Any) -> t.Any:
    """The same value in exact ``str``, ``int``, ``dict`` … of Python, as a module would get it.

    Ansible hands out subclasses of ``str``, vault objects that are no ``str`` at all (up to 2.18) and tagged
    values (since 2.19). Dates become ISO text, and keys become text, as the way through JSON makes of them.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int):
        return int.__int__(value)
    if isinstance(value, float):
        return float.__float__(value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "surrogateescape")
    if isinstance(value, Mapping):
        return {_key(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(inner) for inner in value]
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()
    return str.__str__(str(value))


def _key(key: t.Any) -> str:
    if isinstance(key, bool):
        return "true" if key else "false"
    if key is None:
        return "null"
    return str.__str__(key if isinstance(key, str) else str(key))
