# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to convox.rack: what differs between the variables of an app and a rack, as rows and as a table."""

from __future__ import annotations

import typing as t
from collections.abc import Iterable, Iterator, Mapping, Sequence

Row = dict[str, str]
Path = tuple[str, ...]
NOTHING = "-"
_COLUMNS = ("app", "what", "here", "there")
# What a diff's first key is called in a row.
_NAMES = {"variables": "env", "configs": "config", "parameters": "parameter"}
#: Longer values are cut in the table.
_WIDEST = 60


def rows(results: Iterable[t.Any], app: str) -> list[Row]:
    """A row for each thing that a task would change, by the diff of its result in check mode."""
    found: list[Row] = []
    for result in results:
        for each in result.get("results", [result]):
            diff = each.get("diff") or {}
            # The diff of a service begins with its name.
            root = ("service",) if "service" in each else ()
            before, after = (dict(_leaves(diff.get(side) or {}, root)) for side in ("before", "after"))
            found += [
                {
                    "app": app,
                    "what": _what(path),
                    "here": after.get(path, NOTHING),
                    "there": before.get(path, NOTHING),
                }
                for path in {**after, **before}
            ]
    if any(row["what"] == "app" for row in found):
        # Of an app that is not there everything else differs, too.
        return [row for row in found if row["what"] == "app"]
    return found


def services(missing: Iterable[str], app: str) -> list[Row]:
    """A row for each service that the variables name and the app does not have."""
    return [{"app": app, "what": f"service {name}", "here": "named", "there": NOTHING} for name in missing]


def _leaves(value: t.Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    if isinstance(value, Mapping) and value:
        for name, inner in value.items():
            yield from _leaves(inner, (*path, str(name)))
    elif path and path != ("service",):
        yield path, _word(value)


def _word(value: t.Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return NOTHING if value is None else str(value)


def _what(path: Path) -> str:
    first, *others = path
    return " ".join([_NAMES.get(first, first) if others else first, *others])


def table(found: Sequence[Mapping[str, t.Any]]) -> list[str]:
    """Lines that stand below each other, with a line of headings."""
    lines = [_COLUMNS, *(tuple(_cut(str(row[name])) for name in _COLUMNS) for row in found)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(_COLUMNS))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    ]


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1]}…"
