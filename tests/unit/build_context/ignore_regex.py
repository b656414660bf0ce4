# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a pattern of an ignore file means, as moby has it: as a regular expression. The reference of the
tests; too slow for names and patterns that are made to be slow."""

from __future__ import annotations

import re
from collections.abc import Callable

_ONE = r"(?:\\.|[^\\\]-])"
_RANGE = re.compile(rf"({_ONE})(?:-({_ONE}))?", re.DOTALL)
_SET = re.compile(rf"\[(\^?)((?:{_ONE}(?:-{_ONE})?)+)\]", re.DOTALL)


def excludes(patterns: list[tuple[str, bool]], path: str) -> bool:
    """Whether cleaned patterns, each with whether it takes in, leave out a path."""
    parts = path.split("/")
    above = ["/".join(parts[:length]) for length in range(1, len(parts) + 1)]
    excluded = False
    for pattern, takes_in in patterns:
        match = compiled(pattern)
        if any(match(each) for each in above):
            excluded = not takes_in
    return excluded


def compiled(pattern: str) -> Callable[[str], bool]:
    stars, _found, rest = pattern.partition("**")
    if not re.search(r"[*?\[\\]", rest) and pattern != stars:
        if not stars:
            return lambda path: path.endswith(rest) or (rest.startswith("/") and path == rest[1:])
        if not rest and not re.search(r"[*?\[\\]", stars):
            return lambda path: path.startswith(stars)
    regex = re.compile(_regex(pattern))
    return lambda path: regex.fullmatch(path) is not None


def _regex(pattern: str) -> str:
    parts: list[str] = []
    place = 0
    while place < len(pattern):
        if pattern.startswith("**", place):
            place += 3 if pattern.startswith("**/", place) else 2
            parts.append("(?:.*/)?" if place < len(pattern) else ".*")
        elif found := _SET.match(pattern, place):
            parts.append(_regex_of_set(found))
            place = found.end()
        elif pattern[place] == "\\":
            parts.append(re.escape(pattern[place + 1]))
            place += 2
        else:
            parts.append({"*": "[^/]*", "?": "[^/]"}.get(pattern[place]) or re.escape(pattern[place]))
            place += 1
    return "".join(parts)


def _regex_of_set(found: re.Match[str]) -> str:
    ranges: list[str] = []
    for low, high in _RANGE.findall(found[2]):
        first, last = low[-1], (high or low)[-1]
        if first <= last:
            ranges.append(f"{re.escape(first)}-{re.escape(last)}")
    if not ranges:
        return "(?:[^/]|/)" if found[1] else "(?!)"
    return f"[{found[1]}{''.join(ranges)}]"
