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
from collections.abc import Sequence

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.env_text import GO_SPACE
from ansible_collections.convox.rack.plugins.module_utils._build_context.patterns import SET, Patterns

_WAY_OUT = "correct the pattern, docker refuses it too"


class Rules:
    """The patterns of one ignore file: each cleaned, with whether it takes in. Paths are relative to the
    folder, with slashes."""

    def __init__(self, lines: Sequence[tuple[str, bool]]) -> None:
        self._any = bool(lines)
        self._taking_in = [pattern for pattern, takes_in in lines if takes_in]
        self._patterns = Patterns([pattern for pattern, _takes_in in lines])
        self._takes_in = self._patterns.subset(takes_in for _pattern, takes_in in lines)
        # Of each folder: the state in which a name in it begins, and the patterns that match it or one above.
        self._folders: dict[str, tuple[int, int]] = {"": (self._patterns.start, 0)}

    def __bool__(self) -> bool:
        """Whether there is any pattern."""
        return self._any

    def excludes(self, path: str) -> bool:
        """Whether the file or folder ``path`` itself is left out."""
        folder, _slash, name = path.rpartition("/")
        begin, above = self._folder(folder)
        matching = above | self._patterns.matching(self._patterns.after(begin, name), path)
        # The last pattern that matches decides.
        return bool(matching) and not self._takes_in >> matching.bit_length() - 1 & 1

    def excludes_all_below(self, folder: str) -> bool:
        """Whether nothing below the excluded ``folder`` can be taken in again, so that it need not be
        walked. May say no where it could say yes."""
        return not any(_may_reach(pattern, folder) for pattern in self._taking_in)

    def _folder(self, folder: str) -> tuple[int, int]:
        missing = []
        while folder not in self._folders:
            missing.append(folder)
            folder = folder.rpartition("/")[0]
        found = self._folders[folder]
        for folder in reversed(missing):
            state = self._patterns.after(found[0], folder.rpartition("/")[2])
            above = found[1] | self._patterns.matching(state, folder)
            found = self._folders[folder] = self._patterns.after(state, "/"), above
        return found


def read(text: str, name: str = ".dockerignore") -> Rules:
    """Read an ignore file. Raises ConvoxOptionError for the option ``path``, naming ``name`` and the line,
    where a pattern is malformed."""
    lines: list[tuple[str, bool]] = []
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
        lines.append((cleaned, takes_in))
    return Rules(lines)


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
            found = SET.match(pattern, place)
            if found is None:
                return "a set [...] is malformed"
            place = found.end()
        else:
            place += 2 if pattern[place] == "\\" else 1
    return None


def _may_reach(pattern: str, folder: str) -> bool:
    """Whether a pattern can match something at or below ``folder``, judged by its parts without meaning."""
    for ours, theirs in zip(pattern.split("/"), folder.split("/"), strict=False):
        if re.search(r"[*?\[\\]", ours):
            return True
        if ours != theirs:
            return False
    return True
