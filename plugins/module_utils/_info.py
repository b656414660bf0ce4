# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: what the nouns of all ``_info`` modules have in common. They only read.

Many things are read at a time by ``_shared/parallel.py``, which only those nouns import that need it.
"""

from __future__ import annotations

import abc
import fnmatch
import re
import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.model import ZERO_TIME
from ansible_collections.convox.rack.plugins.module_utils._noun import DesiredT, Noun, ObservedT, Step

Spec = dict[str, dict[str, t.Any]]
#: An option that takes one text or a list of them.
LIST: dict[str, t.Any] = {"type": "list", "elements": "str"}
#: Whether secrets are returned, too.
REVEAL: Spec = {"reveal": {"type": "bool", "default": False}}
#: How many things of a rack are asked for at a time.
PARALLEL: Spec = {"parallel": {"type": "int", "default": 8}}

_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?([+-]\d\d:\d\d)")


def include_of(*choices: str) -> Spec:
    """The option ``include``: what to read beside the list itself."""
    return {"include": {"type": "list", "elements": "str", "choices": list(choices), "default": []}}


class InfoNoun(Noun[DesiredT, ObservedT], abc.ABC):
    """A noun that observes and has nothing to plan, so that it never changes anything."""

    def plan(self, observed: ObservedT, desired: DesiredT) -> t.Sequence[Step]:
        """Nothing."""
        return ()


def names_of(options: t.Mapping[str, t.Any], option: str) -> tuple[str, ...] | None:
    """The names that an option of type ``LIST`` asks for, each once, in order; None where it is not given:
    all are meant. Raises ConvoxOptionError for what no name can be."""
    given = options.get(option)
    if given is None:
        return None
    # These would lead to another route of the rack.
    if {"", ".", ".."} & set(given):
        raise errors.ConvoxOptionError(
            option, "holds an empty name, or dots alone", "leave the option out to read all"
        )
    return tuple(sorted(set(given)))


def check_count(options: t.Mapping[str, t.Any], option: str, what: str) -> int:
    """A number of things, 1 or more. Raises ConvoxOptionError with ``what`` to give."""
    count: int = options[option]
    if count < 1:
        raise errors.ConvoxOptionError(option, "is below 1", f"give {what}")
    return count


def fits(value: str, patterns: t.Sequence[str] | None) -> bool:
    """Whether a value is one of these, which may be patterns of a shell (``run*``); None fits all."""
    return patterns is None or any(fnmatch.fnmatchcase(value, pattern) for pattern in patterns)


def utc(time: str | None) -> str | None:
    """A time of the rack in ISO 8601 and UTC, as exact as the rack gives it; None where it gives none."""
    found = _TIME.fullmatch(time) if time else None
    if found is None:
        return None if time == ZERO_TIME else time or None
    # Racks answer in UTC, as a rule.
    from datetime import datetime, timezone

    moment, fraction, offset = found.groups(default="")
    try:
        there = datetime.fromisoformat(moment + offset).astimezone(timezone.utc)
    except (OverflowError, ValueError):
        return None
    return f"{there:%Y-%m-%dT%H:%M:%S}{fraction}Z"
