# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Takes secrets out of texts that users see. Private to convox.rack; may change at any time."""

from __future__ import annotations

import base64
import re
import urllib.parse
from collections.abc import Iterable

MASK = "********"
# The longest message that is shown, in characters; the rack quotes whole objects in some of its errors.
LONGEST = 1200
# Shorter secrets cannot be told from ordinary text: replacing them would only damage the message.
_SHORTEST = 4

_USER_INFO = re.compile(r"(?<=://)[^/\s@'\"]*@")


def redact(text: str, secrets: Iterable[str]) -> str:
    """The text without the secrets, without their percent-encoded and base64 forms, and without the
    user and password of any url."""
    for form in sorted(_forms(secrets), key=len, reverse=True):
        text = text.replace(form, MASK)
    return _USER_INFO.sub(f"{MASK}@", text)


def shorten(text: str) -> str:
    """The text on as many lines as it has, cut to a length that a reader bears."""
    text = text.strip()
    return text if len(text) <= LONGEST else text[:LONGEST].rstrip() + " …"


def safe(text: str, secrets: Iterable[str]) -> str:
    """A text of somebody else's as it may be shown: secrets are taken out first, then it is cut."""
    return shorten(redact(text, secrets))


def basic_credentials(username: str, api_key: str) -> str:
    """The value of the header Authorization after the word Basic."""
    return base64.b64encode(f"{username}:{api_key}".encode()).decode("ascii")


def _forms(secrets: Iterable[str]) -> set[str]:
    forms: set[str] = set()
    for secret in secrets:
        if len(secret) >= _SHORTEST:
            forms |= {
                secret,
                urllib.parse.quote(secret, safe=""),
                urllib.parse.quote(secret),
                urllib.parse.quote_plus(secret),
                base64.b64encode(secret.encode()).decode("ascii"),
            }
    return forms
