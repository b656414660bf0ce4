# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""A .dockerignore file, by docker's rules.

Private to the collection. Pure. The facts are those of moby's patternmatcher (`MatchesOrParentMatches`) and
of its reader of ignore files, which docker and the CLI of Convox use:

- A line that starts with ``#`` is a comment. Others are trimmed and cleaned (`./a//b/` is `a/b`); a leading
  slash means nothing: every pattern starts at the folder's root.
- ``*`` and ``?`` stop at a slash, ``[a-z]`` and ``[^a-z]`` are sets, ``\\`` takes the meaning off the next
  character. ``**`` stands for any number of folders, none included.
- A pattern matches a file if it matches the file's path or one of the folders above it. ``!`` in front takes
  a file in again. The last pattern that matches decides.
- No file is special: convox.yml, Dockerfile and .dockerignore itself can be left out too.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.env_text import GO_SPACE

_WAY_OUT = "correct the pattern, docker refuses it too"


@dataclass(frozen=True)
class _Pattern:
    text: str
    takes_in: bool
    match: Callable[[str], bool]


class Rules:
    """The patterns of one ignore file. Paths are relative to the folder, with slashes."""

    def __init__(self, patterns: list[_Pattern]) -> None:
        self._patterns = patterns
        self._folders: dict[str, tuple[bool, ...]] = {"": (False,) * len(patterns)}

    def excludes(self, path: str) -> bool:
        """Whether the file or folder ``path`` itself is left out."""
        above = self._above(posixpath.dirname(path))
        excluded = False
        for pattern, matches_above in zip(self._patterns, above, strict=True):
            # A pattern that would change nothing need not be tried.
            if pattern.takes_in == excluded and (matches_above or pattern.match(path)):
                excluded = not pattern.takes_in
        return excluded

    def excludes_all_below(self, folder: str) -> bool:
        """Whether nothing below the excluded ``folder`` can be taken in again, so that it need not be
        walked. May say no where it could say yes."""
        return not any(pattern.takes_in and _may_reach(pattern.text, folder) for pattern in self._patterns)

    def _above(self, folder: str) -> tuple[bool, ...]:
        found = self._folders.get(folder)
        if found is None:
            above = self._above(posixpath.dirname(folder))
            found = tuple(
                matches_above or pattern.match(folder)
                for pattern, matches_above in zip(self._patterns, above, strict=True)
            )
            self._folders[folder] = found
        return found


def read(text: str, name: str = ".dockerignore") -> Rules:
    """Read an ignore file. Raises ConvoxOptionError for the option ``path``, naming ``name`` and the line,
    where a pattern is malformed."""
    patterns: list[_Pattern] = []
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), start=1):
        if line.startswith("#"):
            continue
        pattern = line.strip(GO_SPACE)
        takes_in = pattern.startswith("!")
        cleaned = _cleaned(pattern.removeprefix("!").strip(GO_SPACE))
        if not pattern or cleaned == ".":
            continue
        problem = _problem(cleaned)
        if problem:
            raise errors.ConvoxOptionError("path", f"line {number} of {name}: {problem}", _WAY_OUT)
        patterns.append(_Pattern(cleaned, takes_in, _compiled(cleaned)))
    return Rules(patterns)


def _cleaned(pattern: str) -> str:
    """Go's filepath.Clean, and off with the leading slash."""
    if not pattern:
        return ""
    cleaned = posixpath.normpath(pattern)
    return cleaned.lstrip("/") or "/"


def _problem(pattern: str) -> str | None:
    """What Go's filepath.Match has against a pattern."""
    if not pattern:
        return "a ! stands alone"
    place = 0
    while place < len(pattern):
        if pattern[place] == "\\" and place + 1 == len(pattern):
            return "the pattern ends with a backslash"
        if pattern[place] == "[":
            end = _end_of_set(pattern, place)
            if end is None:
                return "a set [...] is malformed"
            place = end
        else:
            place += 2 if pattern[place] == "\\" else 1
    return None


def _end_of_set(pattern: str, start: int) -> int | None:
    """The place behind the set that starts at ``start``; None where it is malformed."""
    found = _SET.match(pattern, start)
    return found.end() if found else None


# One character of a set; a range of two; a set. As Go has it: `]` and `-` need a backslash.
_ONE = r"(?:\\.|[^\\\]-])"
_RANGE = re.compile(rf"({_ONE})(?:-({_ONE}))?", re.DOTALL)
_SET = re.compile(rf"\[(\^?)((?:{_ONE}(?:-{_ONE})?)+)\]", re.DOTALL)


def _compiled(pattern: str) -> Callable[[str], bool]:
    """As moby compiles it. Patterns that begin or end with ``**`` and hold nothing else of meaning are
    compared as text there, with a result that differs: ``**file`` matches ``afile``, ``**file*`` does not."""
    stars, _found, rest = pattern.partition("**")
    if not re.search(r"[*?\[\\]", rest) and pattern != stars:
        if not stars:
            return _suffix(rest)
        if not rest and not re.search(r"[*?\[\\]", stars):
            return lambda path: path.startswith(stars)
    regex = re.compile(_regex(pattern))
    return lambda path: regex.fullmatch(path) is not None


def _suffix(suffix: str) -> Callable[[str], bool]:
    return lambda path: path.endswith(suffix) or (suffix.startswith("/") and path == suffix[1:])


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
    if not ranges:  # [z-a] holds nothing
        return "[^/]|/" if found[1] else "(?!)"
    return f"[{found[1]}{''.join(ranges)}]"


def _may_reach(pattern: str, folder: str) -> bool:
    """Whether a pattern can match something at or below ``folder``, judged by its parts without meaning."""
    for ours, theirs in zip(pattern.split("/"), folder.split("/"), strict=False):
        if re.search(r"[*?\[\\]", ours):
            return True
        if ours != theirs:
            return False
    return True
