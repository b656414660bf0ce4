# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""What a rack answers, and whether it is a good answer. Private to convox.rack; may change at any time.

Which error another answer is stands in failures.py.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.convox.rack.plugins.module_utils._api.errors import ConvoxError, ConvoxServerError

REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True)
class Answer:
    """A whole answer. headers: names in lower case. content: the body as it came, decompressed."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    content: bytes = field(repr=False)

    @property
    def request_id(self) -> str | None:
        """The rack's number for the request, for its log."""
        return self.headers.get("request-id")

    @property
    def text(self) -> str:
        """The body as text; racks write UTF-8."""
        return self.content.decode("utf-8", errors="replace")

    def json(self) -> Any:
        """The body read as JSON. Raises ConvoxServerError, without quoting the body, if it is none."""
        try:
            return read_json(self.content)
        except ValueError:
            pass
        raise ConvoxServerError(self.status, "the rack's answer is not JSON", self.request_id)

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


def is_good(answer: Answer) -> bool:
    """Whether an answer is a success: of a status that says so, and no web page."""
    return (answer.status < 400 and answer.status not in REDIRECTS) and not answer.is_web_page
