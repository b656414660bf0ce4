# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Reads dotenv files. Private to convox.rack. Pure; no error says what a line holds."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ansible_collections.convox.rack.plugins.module_utils._api import env_text, errors

_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_QUOTED = {
    '"': re.compile(r'"((?:[^"\\]|\\.)*)"\s*(?:#.*)?'),
    "'": re.compile(r"'([^']*)'\s*(?:#.*)?"),
}
# What stands before the quote that begins another variable's value.
_OPENS = re.compile(r"\s*(?:export\s+)?[^\s=]+\s*=\s*")
_COMMENT = re.compile(r"\s#.*")
_ESCAPED = {"n": "\n", '"': '"', "\\": "\\", "$": "$"}

_ONE_PAIR = 'write it between one pair of quotes: KEY="it\'s", or KEY="say \\"hi\\""'
_ONE_LINE = (
    "write it on one line between single quotes, with the two characters \\n for each line end: "
    "KEY='first\\nsecond'; or encode it, for instance with base64, and decode it in the app"
)


def parse(text: str, name: str) -> dict[str, str]:
    """Read a dotenv file: blank lines, ``#`` comments, an optional ``export``, ``KEY=VALUE``.

    Single quotes are literal; double quotes know ``\\n``, ``\\"``, ``\\\\`` and ``\\$``; a value without
    quotes is trimmed and ends at `` #``. Nothing is interpolated. Later keys win.

    Raises ConvoxOptionError for the option ``src`` with ``name`` (of the file) and the line's number.
    """
    env: dict[str, str] = {}
    lines = text.removeprefix("\ufeff").split("\n")
    for number, raw in enumerate(lines, start=1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        key, found, rest = _without_export(line).partition("=")
        key = key.strip()
        try:
            if not found or not key or env_text.bad_key(key):
                raise _Malformed("is not KEY=VALUE", "write one KEY=VALUE a line; a comment begins with #")
            env[key] = _value(rest, lines[number:])
        except _Malformed as wrong:
            problem = f"line {number} of {name} {wrong.problem}"
            raise errors.ConvoxOptionError("src", problem, wrong.way_out) from None
    return env


class _Malformed(Exception):
    """A line that is none. problem, way_out: words for the user."""

    def __init__(self, problem: str, way_out: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.way_out = way_out


def _without_export(line: str) -> str:
    head, *tail = line.split(None, 1)
    return tail[0] if head == "export" and tail and not tail[0].startswith("=") else line


def _value(rest: str, following: Sequence[str]) -> str:
    value = rest.strip()
    quote = value[:1]
    if quote not in _QUOTED:
        # What follows would be read as variables: the last line of a key often ends in =.
        if "-----BEGIN " in value and "-----END " not in value:
            raise _Malformed("begins a value of several lines, which a rack cannot keep", _ONE_LINE)
        return _COMMENT.sub("", rest).strip()
    found = _QUOTED[quote].fullmatch(value)
    if found is None:
        raise _badly_quoted(value, quote, following)
    if quote == "'":
        return found[1]
    return _ESCAPE.sub(lambda escape: _ESCAPED.get(escape[1], escape[0]), found[1])


def _badly_quoted(value: str, quote: str, following: Sequence[str]) -> _Malformed:
    kind = "double" if quote == '"' else "single"
    if _QUOTED[quote].match(value):
        return _Malformed(f"has a {kind} quote inside the value, or something behind it", _ONE_PAIR)
    closing = next((line.partition(quote)[0] for line in following if quote in line), None)
    if closing is not None and not _OPENS.fullmatch(closing):
        return _Malformed("begins a value of several lines, which a rack cannot keep", _ONE_LINE)
    return _Malformed(f"has a {kind} quote that does not end the value", f"end it with a {kind} quote")
