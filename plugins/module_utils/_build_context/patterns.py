# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""The patterns of an ignore file, matched all at once, in time linear in patterns and name.

Private to the collection. Pure. A regular expression would try every way to share a name among several stars.
Here all patterns are one automaton: each place in a pattern is a bit of one number, and the number holds
every place that a name may have reached. What is known after a folder's name is where each name in it begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_META = re.compile(r"[*?\[\\]")

# What stands at a place of a pattern, apart from sets and letters.
_LETTER, _ONE, _SET, _STAR, _LINE, _REST, _FOLDERS, _ANY_FOLDERS, _INSIDE, _ANY_INSIDE = range(10)
# `*`, and what takes any text to the end: without or with newlines. Each may take nothing.
_LOOPS = (_STAR, _LINE, _REST)
# `**/`: nothing at all, or anything up to a slash. It takes two places: before it, and inside.
_SECOND = {_FOLDERS: _INSIDE, _ANY_FOLDERS: _ANY_INSIDE}

# One character of a set; a range of two; a set. As Go has it: `]` and `-` need a backslash.
_CHARACTER = r"(?:\\.|[^\\\]-])"
_RANGE = re.compile(rf"({_CHARACTER})(?:-({_CHARACTER}))?", re.DOTALL)
SET = re.compile(rf"\[(\^?)((?:{_CHARACTER}(?:-{_CHARACTER})?)+)\]", re.DOTALL)

_Place = tuple[int, str]


class Patterns:
    """Well-formed patterns, cleaned, in order. A set of patterns is a number; the later one has the higher
    bit."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._of_kind: dict[int, list[int]] = {}
        self._letters: dict[str, list[int]] = {}
        self._sets: list[tuple[re.Pattern[str], int]] = []
        self._whole: dict[str, int] = {}
        self._ends: list[int] = []
        starts: list[int] = []
        size = 0
        for pattern in patterns:
            if _META.search(pattern):
                starts.append(size)
                size = self._lay_out(pattern, size)
            else:
                self._whole[pattern] = self._whole.get(pattern, 0) | 1 << size
            self._ends.append(size)
            size += 1
        self._size = size
        self._end_bits = self._bits(self._ends)
        self._skips_one = self._bits(self._places(*_LOOPS, *_SECOND))
        self._skips_two = self._bits(self._places(*_SECOND))
        self._learned: dict[str, tuple[int, int]] = {}
        #: The state before anything of a path was read.
        self.start = self._with_skips(self._bits(starts))

    def subset(self, chosen: Iterable[bool]) -> int:
        """The set of those patterns for which ``chosen`` is true."""
        return self._bits([end for end, taken in zip(self._ends, chosen, strict=True) if taken])

    def after(self, state: int, text: str) -> int:
        """The state when ``text`` was read too."""
        for letter in text:
            if not state:
                break
            known = self._learned.get(letter)
            if known is None:
                known = self._learned[letter] = self._learn(letter)
            state = (state & known[0]) << 1 | state & known[1]
            if state & self._skips_one:
                state = self._with_skips(state)
        return state

    def matching(self, state: int, path: str) -> int:
        """The set of the patterns that match ``path``, whose whole reading led to ``state``."""
        return state & self._end_bits | self._whole.get(path, 0)

    def _lay_out(self, pattern: str, place: int) -> int:
        """Give each part of a pattern its place, from ``place`` on; the place of its end."""
        before = -1
        for kind, text in _parts(pattern):
            if kind == before and kind in _SECOND:
                continue  # `**/**/` is `**/`
            before = kind
            if kind == _LETTER:
                self._letters.setdefault(text, []).append(place)
            elif kind == _SET:
                self._sets.append((re.compile(text), place))
            else:
                self._of_kind.setdefault(kind, []).append(place)
            place += 1
            if kind in _SECOND:
                self._of_kind.setdefault(_SECOND[kind], []).append(place)
                place += 1
        return place

    def _learn(self, letter: str) -> tuple[int, int]:
        """The places that a letter leads on from, and those that it stays at."""
        leads = self._letters.get(letter, []) + [place for one, place in self._sets if one.fullmatch(letter)]
        leads += self._places(_INSIDE, _ANY_INSIDE) if letter == "/" else self._places(_ONE)
        stays = self._places(_REST, _ANY_INSIDE)
        if letter != "/":
            stays += self._places(_STAR)
        if letter != "\n":
            stays += self._places(_LINE, _INSIDE)
        return self._bits(leads), self._bits(stays)

    def _with_skips(self, state: int) -> int:
        """The state with every place that is reached without a letter. No more than three follow each
        other."""
        while True:
            more = state | (state & self._skips_one) << 1 | (state & self._skips_two) << 2
            if more == state:
                return state
            state = more

    def _places(self, *kinds: int) -> list[int]:
        return [place for kind in kinds for place in self._of_kind.get(kind, ())]

    def _bits(self, places: Iterable[int]) -> int:
        data = bytearray(self._size // 8 + 1)
        for place in places:
            data[place >> 3] |= 1 << (place & 7)
        return int.from_bytes(data, "little")


def _parts(pattern: str) -> list[_Place]:
    """As moby compiles it. Patterns that begin or end with ``**`` and hold nothing else of meaning are
    compared as text there, with a result that differs: ``**file`` matches ``afile``, ``**file*`` does not."""
    before, stars, rest = pattern.partition("**")
    if stars and not _META.search(rest):
        if not before:
            kind = _ANY_FOLDERS if rest.startswith("/") else _REST
            return [(kind, ""), *_text(rest.removeprefix("/"))]
        if not rest and not _META.search(before):
            return [*_text(before), (_REST, "")]
    parts: list[_Place] = []
    place = 0
    while place < len(pattern):
        if pattern.startswith("**", place):
            place += 3 if pattern.startswith("**/", place) else 2
            parts.append((_FOLDERS if place < len(pattern) else _LINE, ""))
        elif found := SET.match(pattern, place):
            parts.append((_SET, _regex_of_set(found)))
            place = found.end()
        elif pattern[place] == "\\":
            parts.append((_LETTER, pattern[place + 1]))
            place += 2
        else:
            parts.append(({"*": _STAR, "?": _ONE}.get(pattern[place], _LETTER), pattern[place]))
            place += 1
    return parts


def _text(text: str) -> list[_Place]:
    return [(_LETTER, letter) for letter in text]


def _regex_of_set(found: re.Match[str]) -> str:
    """A regular expression for the one letter that a set stands for; a slash may be one."""
    ranges: list[str] = []
    for low, high in _RANGE.findall(found[2]):
        first, last = low[-1], (high or low)[-1]
        if first <= last:
            ranges.append(f"{re.escape(first)}-{re.escape(last)}")
    if not ranges:  # [z-a] holds nothing
        return "[^/]|/" if found[1] else "(?!)"
    return f"[{found[1]}{''.join(ranges)}]"
