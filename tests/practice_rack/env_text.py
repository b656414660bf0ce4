# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Env text as a rack reads it."""

from __future__ import annotations

from tests.practice_rack.wire import RackError

LINE_LIMIT = 64 * 1024


def parse(text: str) -> dict[str, str]:
    """Split at the first ``=``, the key trimmed; a line without ``=`` is skipped; the last of two wins."""
    values: dict[str, str] = {}
    for line in text.split("\n"):
        name, equals, value = line.partition("=")
        if equals and name.strip():
            values[name.strip()] = value
    return values


def check(text: str) -> None:
    if any(len(line.encode()) >= LINE_LIMIT for line in text.split("\n")):
        raise RackError(500, "bufio.Scanner: token too long")


def difference(old: str, new: str) -> str:
    """The description that a rack gives a release: ``env add:A change:B remove:C``, or nothing."""
    before, after = parse(old), parse(new)
    words = [f"add:{k}" for k in sorted(after) if k not in before]
    words += [f"change:{k}" for k in sorted(after) if k in before and after[k] != before[k]]
    words += [f"remove:{k}" for k in sorted(before) if k not in after]
    return " ".join(["env", *words]) if words else ""
