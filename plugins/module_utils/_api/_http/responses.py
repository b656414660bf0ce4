# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""What a rack answers, and when an answer is an error. Private to convox.rack; may change at any time."""

from __future__ import annotations

import http
import json
import urllib.parse
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.convox.rack.plugins.module_utils._api._http import hints
from ansible_collections.convox.rack.plugins.module_utils._api._http.classify import error_for
from ansible_collections.convox.rack.plugins.module_utils._api._http.redaction import redact, shorten
from ansible_collections.convox.rack.plugins.module_utils._api.errors import (
    ConvoxAPIError,
    ConvoxGatewayError,
    ConvoxNotImplementedError,
    ConvoxServerError,
)

REDIRECTS = frozenset({301, 302, 303, 307, 308})
# Statuses whose meaning is the same whoever answers, a rack or a proxy with a web page.
_PLAIN_BY_STATUS = frozenset({401, 403, 429})


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
            return json.loads(self.content)
        except ValueError:
            pass
        raise ConvoxServerError(self.status, "the rack's answer is not JSON", self.request_id)

    @property
    def is_web_page(self) -> bool:
        """HTML never comes from a rack's routes: a console without a rack, or another web server."""
        return self.headers.get("content-type", "").lower().startswith("text/html")


def error_of(answer: Answer, operation: str, secrets: Iterable[str]) -> ConvoxAPIError | None:
    """The error that an answer is, None for a good one.

    operation: what was tried. secrets: taken out of the rack's words. Redirects that were not followed
    and web pages are errors, too.
    """
    if answer.status in REDIRECTS:
        return _redirect_error(answer, operation, secrets)
    if answer.is_web_page and answer.status < 500 and answer.status not in _PLAIN_BY_STATUS:
        return ConvoxGatewayError(
            answer.status,
            "a web page came back, not a rack's answer",
            answer.request_id,
            hint=hints.WEB_PAGE + ".",
            operation=operation,
        )
    if answer.status < 400:
        return None
    words = _words(answer)
    if answer.status in (404, 405) and _is_no_route(answer, words):
        # Not ConvoxNotFoundError: a task that wants something absent would take it for done.
        return ConvoxNotImplementedError(
            answer.status,
            "this rack has no such route",
            answer.request_id,
            hint=hints.NO_ROUTE + ".",
            operation=operation,
        )
    return error_for(
        answer.status, shorten(redact(words, secrets)) or _reason(answer.status), answer.request_id, operation
    )


def _is_no_route(answer: Answer, words: str) -> bool:
    """A rack's own 404 says what was not found; Go's and nginx's routers say only this."""
    return not words or answer.status == 405 or words in ("404 page not found", "default backend - 404")


def _words(answer: Answer) -> str:
    """The rack's words: `error` of a JSON object, else a plain text; never any other body."""
    kind = answer.headers.get("content-type", "").lower()
    if kind.startswith("text/plain") or not kind:
        text = answer.text.strip()
        if not text.startswith("{"):
            return text
    try:
        body = json.loads(answer.content)
    except ValueError:
        return ""
    words = body.get("error") if isinstance(body, dict) else None
    return words.strip() if isinstance(words, str) else ""


def _reason(status: int) -> str:
    try:
        return f"the answer was {http.HTTPStatus(status).phrase}, without words of the rack"
    except ValueError:
        return "the answer had no words of the rack"


def next_url(method: str, url: str, answer: Answer) -> str | None:
    """Where a GET goes on: another path of the same scheme, host and port. None for everything else;
    a write is never sent elsewhere (a POST would become a GET), a key never to another host."""
    if answer.status not in REDIRECTS or method not in ("GET", "HEAD"):
        return None
    try:
        target = urllib.parse.urljoin(url, answer.headers.get("location", ""))
        old, new = urllib.parse.urlsplit(url), urllib.parse.urlsplit(target)
        same = (old.scheme, old.hostname, old.port) == (new.scheme, new.hostname, new.port)
    except ValueError:
        return None
    if not same or new.username is not None:
        return None
    return urllib.parse.urlunsplit((new.scheme, old.netloc, new.path, new.query, ""))


def _redirect_error(answer: Answer, operation: str, secrets: Iterable[str]) -> ConvoxAPIError:
    target = _redirect_target(answer.headers.get("location", ""), secrets)
    return ConvoxGatewayError(
        answer.status,
        f"the answer leads to {target}, and is not followed",
        answer.request_id,
        hint="Give host as the rack's API itself, with https:// or http:// as that address has it.",
        operation=operation,
    )


def _redirect_target(location: str, secrets: Iterable[str]) -> str:
    """Where a redirect leads, in words: host and path, without user, query and secrets."""
    try:
        parts = urllib.parse.urlsplit(location)
        host = parts.netloc.rpartition("@")[2]
    except ValueError:
        return "an address that is none"
    shown = urllib.parse.urlunsplit((parts.scheme, host, parts.path, "", ""))
    return shorten(redact(shown, secrets)) or "nowhere"
