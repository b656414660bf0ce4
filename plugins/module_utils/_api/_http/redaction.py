# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Takes secrets out of texts that users see. Private to convox.rack; may change at any time."""

from __future__ import annotations

import base64
import json
import re
import urllib.parse
from collections.abc import Iterable

MASK = "********"
# The longest message that is shown, in characters; the rack quotes whole objects in some of its errors.
LONGEST = 1200
# Shorter secrets cannot be told from ordinary text: replacing them would only damage the message.
_SHORTEST = 4

_USER_INFO = re.compile(r"(?<=://)[^/\s'\"]*@")


# What a terminal may take for an order: control characters of both kinds but the line's end and the tab, and
# those that turn the direction of writing. Half letters (lone surrogates) no output can hold.
_UNSHOWN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def redact(text: str, secrets: Iterable[str]) -> str:
    """The text without the secrets, in any of the forms in which a rack quotes them, and without the
    user and password of any url."""
    for form in sorted(_forms(secrets), key=len, reverse=True):
        text = text.replace(form, MASK)
    return _USER_INFO.sub(f"{MASK}@", text)


def printable(text: str) -> str:
    """The text with control characters and terminal escapes as ``\\x1b`` and the like; a line's end and a tab
    stay."""
    return _UNSHOWN.sub(_shown, text.replace("\r\n", "\n"))


def _shown(found: re.Match[str]) -> str:
    number = ord(found[0])
    return f"\\x{number:02x}" if number < 256 else f"\\u{number:04x}"


def shorten(text: str) -> str:
    """The text on as many lines as it has, cut to a length that a reader bears."""
    text = text.strip()
    return text if len(text) <= LONGEST else text[:LONGEST].rstrip() + " …"


def safe(text: str, secrets: Iterable[str]) -> str:
    """A text of somebody else's as it may be shown: secrets are taken out first, while they are whole and as
    they were; then it is made printable, then cut."""
    return shorten(printable(redact(text, secrets)))


def _forms(secrets: Iterable[str]) -> set[str]:
    forms: set[str] = set()
    for secret in secrets:
        # Racks trim what they read from a file or a form.
        for value in (secret, secret.strip()):
            if len(value) >= _SHORTEST:
                forms |= _quoted(value)
    return forms


def _quoted(value: str) -> set[str]:
    """A value as it is, and as Go, JSON, urls and base64 write it."""
    raw = value.encode("utf-8", "replace")
    percent = {
        urllib.parse.quote(raw, safe=""),
        urllib.parse.quote(raw),
        urllib.parse.quote_plus(raw),
        urllib.parse.quote(raw, safe="$&+=:@"),
    }
    encoded = {base64.b64encode(raw).decode("ascii"), base64.urlsafe_b64encode(raw).decode("ascii")}
    json_forms = {json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]}
    # Go's JSON does not trust these in a web page.
    html = {
        form.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026") for form in json_forms
    }
    lower = {_HEX.sub(lambda found: found[0].lower(), form) for form in percent}
    bare = {form.rstrip("=") for form in encoded}
    return {value, go_quoted(value)} | percent | lower | encoded | bare | json_forms | html


_HEX = re.compile("%[0-9A-F]{2}")
_GO_ESCAPES = {
    '"': '\\"',
    "\\": "\\\\",
    "\a": "\\a",
    "\b": "\\b",
    "\f": "\\f",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\v": "\\v",
}


def go_quoted(text: str) -> str:
    """The text as Go's ``%q`` writes it, without the quotes around it."""
    return "".join(_GO_ESCAPES.get(letter) or _go_letter(letter) for letter in text)


def _go_letter(letter: str) -> str:
    number = ord(letter)
    if letter.isprintable():
        return letter
    if number < 0x80:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
