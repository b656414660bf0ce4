# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: what the nouns of all ``_info`` modules have in common. They only read.

Many things are read at a time by ``_shared/parallel.py``, which only those nouns import that need it.
"""

from __future__ import annotations

import abc
import fnmatch
import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.model import utc
from ansible_collections.convox.rack.plugins.module_utils._noun import DesiredT, Noun, ObservedT, Step

__all__ = [
    "LIST",
    "PARALLEL",
    "REVEAL",
    "InfoNoun",
    "check_count",
    "fits",
    "include_of",
    "includes",
    "names_of",
    "utc",
]

Spec = dict[str, dict[str, t.Any]]
#: An option that takes one text or a list of them.
LIST: dict[str, t.Any] = {"type": "list", "elements": "str"}
#: Whether secrets are returned, too.
REVEAL: Spec = {"reveal": {"type": "bool", "default": False}}
#: How many things of a rack are asked for at a time.
PARALLEL: Spec = {"parallel": {"type": "int", "default": 8}}


def include_of(*choices: str) -> Spec:
    """The option ``include``: what to read beside the list itself."""
    return {"include": {"type": "list", "elements": "str", "choices": list(choices), "default": []}}


def includes(options: t.Mapping[str, t.Any], what: str, *more: str) -> bool:
    """Whether ``include`` asks for it. Raises ConvoxOptionError for the options that say more of it, where it
    does not ask."""
    asked = what in options["include"]
    for name in more:
        if not asked and options.get(name) is not None:
            raise errors.ConvoxOptionError(
                name, f"has no meaning without {what}", f"add {what} to include, or leave this out"
            )
    return asked


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
