# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""What a rack answers, and whether it is a good answer. Private to convox.rack; may change at any time.

Which error another answer is stands in failures.py.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.convox.rack.plugins.module_utils._api.errors import ConvoxError, ConvoxServerError

REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True)
class Response:
    """A whole answer. headers: names in lower case. content: the body as it came, decompressed. operation,
    writes: of the request that it answers."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    content: bytes = field(repr=False)
    operation: str | None = None
    writes: bool = False

    @property
    def request_id(self) -> str | None:
        """The rack's number for the request, for its log; None for one that no terminal should see."""
        found = self.headers.get("request-id")
        return found if found and found.isprintable() else None

    @property
    def text(self) -> str:
        """The body as text; racks write UTF-8."""
        return self.content.decode("utf-8", errors="replace")

    def json(self) -> Any:
        """The body read as JSON. Raises ConvoxServerError, without quoting the body, if it is none."""
        try:
            return self._value
        except ValueError:
            pass
        raise self.unreadable("the rack's answer is not JSON")

    @functools.cached_property
    def _value(self) -> Any:
        return read_json(self.content)

    @property
    def is_ok(self) -> bool:
        """Whether it is what a rack answers where there is nothing to tell."""
        return self.content.strip() == b"ok"

    @property
    def is_json(self) -> bool:
        """Whether its body is JSON."""
        try:
            _value = self._value
        except ValueError:
            return False
        return True

    def unreadable(self, message: str) -> ConvoxServerError:
        """The error for an answer of a good status whose body is not what it should be: a write may have been
        done."""
        return ConvoxServerError(
            self.status, message, self.request_id, operation=self.operation, unsettled=self.writes
        )

    @property
    def is_web_page(self) -> bool:
        """HTML never comes from a rack's routes: a console without a rack, or another web server."""
        return self.headers.get("content-type", "").lower().startswith("text/html")


class Failed(Exception):
    """A try that failed. failure: for the decision whether to try again. error: for the user."""

    def __init__(self, failure: Any, error: ConvoxError) -> None:
        super().__init__(error.__class__.__name__)
        self.failure = failure
        self.error = error


def headers_of(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """The headers of an answer by their names in lower case; one that came twice holds both, after commas."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in raw:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("utf-8", "replace")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def read_json(content: bytes) -> Any:
    """JSON as racks write it. Half letters (lone surrogates), which no text of ours can hold, become question
    marks. Raises ValueError, also for what is nested too deep."""
    try:
        value = json.loads(content)
        if b"\xed" in content or b"\\ud" in content.lower():
            value = json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
    except RecursionError:
        raise ValueError("nested too deep") from None
    return value


def is_good(answer: Response, expect: str | None, good: frozenset[int] = frozenset()) -> bool:
    """Whether an answer is a success: of a status that says so, no web page, and what a rack answers.

    expect: "ok", "json", or "answer" for either of them; None for a body of any kind, as a file's. good:
    statuses that the caller takes besides, with any body.
    """
    if answer.status in good and not answer.is_web_page:
        return True
    if answer.is_web_page or not (200 <= answer.status < 300 or answer.status == 101):
        return False
    if expect is None:
        return True
    return (expect != "json" and answer.is_ok) or (expect != "ok" and answer.is_json)
