# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""One request as its caller wants it. Private to convox.rack; may change at any time."""

from __future__ import annotations

import json as json_library
import re
import urllib.parse
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Union

from ansible_collections.convox.rack.plugins.module_utils._api._http.body import Sink
from ansible_collections.convox.rack.plugins.module_utils._api._http.ledger import Ledger
from ansible_collections.convox.rack.plugins.module_utils._api.errors import ConvoxError, ConvoxOptionError

# Bytes, or what gives a fresh iterator of bytes for each try.
Content = Union[bytes, Callable[[], Iterator[bytes]]]
# Sent again without harm: reading, and writes that say what shall be, not what to add.
REPEATABLE = frozenset({"GET", "HEAD", "PUT", "DELETE", "OPTIONS"})
READING = frozenset({"GET", "HEAD", "OPTIONS"})
_PATH = re.compile(r"/[!-~]*", re.ASCII)


@dataclass(frozen=True, eq=False, repr=False)
class Call:
    """One request, whatever number of tries it takes."""

    method: str
    url: str
    operation: str
    ledger: Ledger
    repeatable: bool
    headers: Mapping[str, str] = field(default_factory=dict)
    content: Content | None = None
    #: Whether it is sent again only where it never left, whatever the answer says.
    once: bool = False
    #: Whether it changes something on the rack.
    writes: bool = False
    #: What a good answer is, see ``responses.is_good``.
    expect: str | None = None
    #: Statuses that are good besides those that say success.
    good: frozenset[int] = frozenset()
    #: Whether its connection shall become a websocket.
    upgrade: bool = False
    #: Takes the body where it is not read whole.
    sink: Sink | None = field(default=None, repr=False)

    @property
    def may_begin_again(self) -> bool:
        """Whether another try can do no harm to what the body was handed to."""
        return self.sink is None or self.sink.may_begin_again


def route(*parts: str, tail: str | None = None) -> str:
    """The path of a route: every part percent-encoded, slashes, too.

    tail: a last part whose slashes separate (a registry's name, an object's key). Raises ConvoxError
    for parts that would lead to another route: empty ones, `.` and `..`.
    """
    whole = [*parts, *(tail.split("/") if tail is not None else ())]
    try:
        quoted = [urllib.parse.quote(part, safe="") for part in whole]
    except UnicodeEncodeError:
        raise ConvoxError("a name that holds half a letter (a lone surrogate) cannot be sent") from None
    if any(part in ("", ".", "..") for part in quoted):
        raise ConvoxError("a name that is empty, . or .. cannot stand in a rack's route")
    return "/" + "/".join(quoted)


def checked(path: str) -> str:
    """The path. Anything but a clean one could lead to another host: raises ConvoxOptionError."""
    if not _PATH.fullmatch(path):
        raise ConvoxOptionError(
            "path", "is no path of a rack", "begin it with / and percent-encode what is not plain ASCII"
        )
    return path


def query_of(query: Mapping[str, str] | None) -> str:
    """The query part of a url, with its question mark; empty without one."""
    return f"?{_encoded(query)}" if query else ""


def body_of(
    form: Mapping[str, str] | None, json: Any, content: Content | None
) -> tuple[Content | None, dict[str, str]]:
    """The body and the header that says what it is."""
    if form is not None:
        return _encoded(form).encode("ascii"), {"Content-Type": "application/x-www-form-urlencoded"}
    if json is not None:
        return json_library.dumps(json).encode("utf-8"), {"Content-Type": "application/json"}
    return content, {}


def _encoded(fields: Mapping[str, str]) -> str:
    try:
        return urllib.parse.urlencode(fields)
    except UnicodeEncodeError:
        raise ConvoxError("a value that holds half a letter (a lone surrogate) cannot be sent") from None
