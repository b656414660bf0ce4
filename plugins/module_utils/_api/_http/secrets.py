# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""The secret values of one task, and the one gate that its words pass. Private to convox.rack; may change at
any time.

Whatever a user may see or a result may hold of somebody else's words (a rack's error, a line of an app's
log, a warning) goes through ``Secrets.redact``: values first, while they are whole, then what a terminal
would take for an order.
"""

from __future__ import annotations

import re
import urllib.parse
from collections.abc import Iterable, Mapping

# Shorter values are everywhere in ordinary text: they are taken out beside their name alone.
COVERED_LENGTH = 6
# Where a program or a terminal ends a line. Racks end one at a newline alone.
LINE_SEPARATORS = re.compile("[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")
_MASK = r"\g<1>********"


def secrets_of_url(url: str) -> list[str]:
    """What no word may hold of a url with a login: the whole, and its password as it stands there and as it
    is."""
    try:
        password = urllib.parse.urlsplit(url).password or ""
    except ValueError:
        password = ""
    return list(dict.fromkeys(each for each in (url, password, urllib.parse.unquote(password)) if each))


class Secrets:
    """Values of an env, of a build's arguments, of options that hold secrets."""

    def __init__(self) -> None:
        self._values: frozenset[str] = frozenset()
        self._named: dict[str, re.Pattern[str]] = {}

    def add(self, values: Mapping[str, str] | Iterable[str]) -> None:
        """Take in values. Of one with line separators in it each piece counts, too: an app may print it
        by lines. With their names (a mapping) short ones are known as well."""
        named = values if isinstance(values, Mapping) else {}
        pieces = {piece for value in [*named.values()] or values for piece in _pieces(value)}
        self._values |= {piece for piece in pieces if len(piece) >= COVERED_LENGTH}
        for name, value in named.items():
            if 0 < len(value) < COVERED_LENGTH:
                beside = rf"(?<!\w)({re.escape(name)}\W{{1,4}}){re.escape(value)}(?!\w)"
                self._named[f"{name}={value}"] = re.compile(beside)

    def values(self) -> frozenset[str]:
        """The values that are taken out wherever they stand."""
        return self._values

    def mask(self, text: str) -> str:
        """The text without the values, in any form in which a rack or an app may write them; not yet to be
        shown, for what a terminal would take for an order is still in it."""
        from ansible_collections.convox.rack.plugins.module_utils._api._http.redaction import redact

        text = redact(text, self._values)
        for beside in self._named.values():
            text = beside.sub(_MASK, text)
        return text

    def redact(self, text: str) -> str:
        """The text without the values, and printable."""
        from ansible_collections.convox.rack.plugins.module_utils._api._http.redaction import printable

        return printable(self.mask(text))


def _pieces(value: str) -> list[str]:
    return [value, *LINE_SEPARATORS.split(value)]
