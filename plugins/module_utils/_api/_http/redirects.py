# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Where a redirect leads, and whether it is followed. Private to convox.rack; may change at any time."""

from __future__ import annotations

import urllib.parse
from collections.abc import Iterable

from ansible_collections.convox.rack.plugins.module_utils._api._http.redaction import safe
from ansible_collections.convox.rack.plugins.module_utils._api._http.responses import Response
from ansible_collections.convox.rack.plugins.module_utils._api.errors import (
    ConvoxAPIError,
    ConvoxGatewayError,
)


def next_url(method: str, url: str, answer: Response) -> str | None:
    """Where a GET that was answered by a redirect goes on: another path of the same scheme, host and port.
    None for everything else; a write is never sent elsewhere (a POST would become a GET), a key never to
    another host."""
    if method not in ("GET", "HEAD"):
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


def redirect_error(answer: Response, operation: str, secrets: Iterable[str]) -> ConvoxAPIError:
    """The error for a redirect that is not followed."""
    target = _target(answer.headers.get("location", ""), secrets)
    return ConvoxGatewayError(
        answer.status,
        f"the answer leads to {target}, and is not followed",
        answer.request_id,
        hint="Give host as the rack's API itself, with https:// or http:// as that address has it.",
        operation=operation,
    )


def _target(location: str, secrets: Iterable[str]) -> str:
    """Where a redirect leads, in words: host and path, without user, query and secrets."""
    try:
        parts = urllib.parse.urlsplit(location)
        host = parts.netloc.rpartition("@")[2]
    except ValueError:
        return "an address that is none"
    shown = urllib.parse.urlunsplit((parts.scheme, host, parts.path, "", ""))
    return safe(shown, secrets) or "nowhere"
