# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a Go server reads and writes: JSON, numbers, base64, durations, times, forms."""

from __future__ import annotations

import json
import re
import string
from json.encoder import encode_basestring
from typing import Any
from urllib.parse import parse_qsl


class RackError(Exception):
    """An answer that is an error: its status and its text."""

    def __init__(self, status: int, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = headers or {}


def _escape(text: str) -> str:
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text


def compact(value: Any) -> str:
    """json.Marshal: no spaces, no ASCII escapes, but those for HTML."""
    return _escape(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def indented(value: Any) -> str:
    """json.MarshalIndent with two spaces, as every answer of a rack."""
    return _escape(_indented(value, "\n"))


def _indented(value: Any, end: str) -> str:
    """As json.dumps with an indent, in half its time: tests in memory ask often. ``end``: a line's end."""
    if isinstance(value, str):
        return encode_basestring(value)
    if isinstance(value, dict) and value:
        inner = end + "  "
        parts = [f"{encode_basestring(name)}: {_indented(found, inner)}" for name, found in value.items()]
        return "{" + inner + ("," + inner).join(parts) + end + "}"
    if isinstance(value, list) and value:
        inner = end + "  "
        return "[" + inner + ("," + inner).join([_indented(found, inner) for found in value]) + end + "]"
    return json.dumps(value)


def quoted(text: str) -> str:
    """Go's %q, near enough."""
    return json.dumps(text, ensure_ascii=False)


def atoi(text: str) -> int:
    """strconv.Atoi with its error texts (they come back as 500)."""
    if not re.fullmatch(r"[+-]?[0-9]+", text):
        raise RackError(500, f"strconv.Atoi: parsing {quoted(text)}: invalid syntax")
    if not -(2**63) <= int(text) < 2**63:
        raise RackError(500, f"strconv.Atoi: parsing {quoted(text)}: value out of range")
    return int(text)


def optional_int(values: dict[str, str], name: str) -> int | None:
    return atoi(values[name]) if name in values else None


_BASE64 = string.ascii_letters + string.digits + "+/"


def base64_problem(text: str) -> str | None:
    """What Go's StdEncoding says of a text that is not base64, None where it is."""
    clean = [(i, c) for i, c in enumerate(text) if c not in "\r\n"]
    body = [(i, c) for i, c in clean if c != "="]
    for at, char in body:
        if char not in _BASE64:
            return f"illegal base64 data at input byte {at}"
    whole = len(body) // 4 * 4
    if len(body) % 4 == 1 or (len(body) % 4 and len(clean) - len(body) != 4 - len(body) % 4):
        return f"illegal base64 data at input byte {whole}"
    return None


_UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}


def duration(text: str) -> float:
    """time.ParseDuration, in seconds."""
    sign = -1.0 if text.startswith("-") else 1.0
    rest = text.lstrip("+-") if text[:1] in "+-" else text
    if rest == "0":
        return 0.0
    parts = re.findall(r"([0-9]*\.?[0-9]+)(ns|us|µs|ms|s|m|h)", rest)
    if not rest or "".join(n + u for n, u in parts) != rest:
        raise RackError(500, f"time: invalid duration {quoted(text)}")
    return sign * sum(float(n) * _UNITS[u] for n, u in parts)


def parse_form(text: str) -> dict[str, str]:
    """First value of each name; an empty value counts as given."""
    values: dict[str, str] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        values.setdefault(name, value)
    return values


def is_true(text: str) -> bool:
    """Anything but the text ``true`` is false, without an error."""
    return text == "true"


def shell_quotes(text: str) -> None:
    """The error of the rack's shell parser for quotes that are not closed."""
    open_quote = ""
    escaped = False
    for char in text:
        if escaped:
            escaped = False
        elif char == "\\" and open_quote != "'":
            escaped = True
        elif open_quote:
            open_quote = "" if char == open_quote else open_quote
        elif char in "'\"":
            open_quote = char
    if open_quote:
        kind = "single" if open_quote == "'" else "double"
        raise RackError(500, f"Unterminated {kind}-quoted string")


def sniff(content: bytes) -> str | None:
    """http.DetectContentType for what objects hold; None for nothing."""
    if not content:
        return None
    if content.startswith(b"\x1f\x8b\x08"):
        return "application/x-gzip"
    if any(b < 9 or 14 <= b < 27 or 28 <= b < 32 for b in content[:512]):
        return "application/octet-stream"
    return "text/plain; charset=utf-8"
