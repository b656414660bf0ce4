# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""What a route needs: of a rack its version, its kind, a console in front of it; of a key its role. Private
to convox.rack; may change at any time.

A rack that lacks a route answers 404 without a word, one that cannot do what is asked of it 501, and none
says of a key that is too weak which role would do.
"""

from __future__ import annotations

import re
import urllib.parse

from ansible_collections.convox.rack.plugins.module_utils._api._http.call import READING
from ansible_collections.convox.rack.plugins.module_utils._api._http.hints import CANNOT, NO_ROUTE

_V2 = "a v2 rack"
_V3 = "a v3 rack, the newer the better"
_APP = r"/apps/[^/]+"
# A cloud machine's path stands behind its own.
_MACHINE = r"(?:/machines/[^/]+)?"
# The first line whose method and path fit tells.
_NEEDS: tuple[tuple[str, re.Pattern[str], str], ...] = tuple(
    (method, re.compile(rf"{_MACHINE}{path}"), needs)
    for method, path, needs in (
        ("", rf"{_APP}/services/[^/]+/(?:scale-override|triggers/.+)", "rack version 3.24.6 or newer"),
        ("", rf"{_APP}/logs", "rack version 3.24.6 or newer, of a cloud provider"),
        ("", rf"{_APP}/diagnose", "rack version 3.24.0 or newer"),
        ("", r"/(?:racks|machines)(?:/.*)?", "a console: give its host, and the rack as rack"),
        ("PUT", r"/system", "a console before the rack, or a v2 rack: give the console's host, and rack"),
        (
            "",
            rf"{_APP}/ssl/.+",
            f"{_V2}; on a v3 rack convox.yml names the certificate of a service",
        ),
        ("", r"/instances/keyroll", _V2),
        ("", r"/system/(?:releases|metrics|logs)", f"{_V2}, or a provider that keeps it"),
        (
            "",
            rf"{_APP}/(?:metrics|metrics-by-service|services/[^/]+/metrics)",
            "a rack that keeps metrics",
        ),
        ("", r"/resources/[^/]+/links(?:/.*)?", _V2),
        ("PUT", r"/resources/[^/]+", _V2),
        ("", rf"{_APP}/(?:budget|cost|configs)(?:/.*)?", _V3),
        ("", rf"{_APP}/processes/[^/]+/files", _V3),
        ("", rf"{_APP}/resources(?:/.*)?", _V3),
        ("", r"/(?:letsencrypt|certificates|system/jwt|system/capacity|system/karpenter)(?:/.*)?", _V3),
    )
)


_ADMINS = re.compile(rf"{_MACHINE}(?:/system/jwt/.+|{_APP}/budget(?:/reset)?)")
_OF_APPS = re.compile(rf"{_MACHINE}/apps/.+")
_WEAK = re.compile(r"operation not permitted for deploy keys|you are unauthorized to access .+")


def of(method: str, url: str) -> str | None:
    """What a request needs; None where nobody knows. ``url``: whole, or a path alone."""
    path = urllib.parse.urlsplit(url).path
    for wanted, pattern, needs in _NEEDS:
        if wanted in ("", method) and pattern.fullmatch(path):
            return needs
    return None


def no_route(method: str, url: str) -> str:
    """The hint for a route that whoever answered does not have."""
    needs = of(method, url)
    return f"It needs {needs}; or host is not a rack's API." if needs else f"{NO_ROUTE}."


def cannot(method: str, url: str) -> str:
    """The hint for what a rack says it cannot do."""
    needs = of(method, url)
    return f"It needs {needs}." if needs else f"{CANNOT}."


def role(method: str, url: str, words: str) -> str | None:
    """The hint for a key that is too weak; None where the words say something else, and for what the role
    that deploys an app serves for. ``words``: the rack's."""
    path = urllib.parse.urlsplit(url).path
    if not _WEAK.fullmatch(words.strip()):
        return None
    reads = method in READING
    if not reads and _ADMINS.fullmatch(path):
        return "Only the rack's password, or a token or key with the role admin, may do this."
    if _OF_APPS.fullmatch(path) or path.endswith("/apps"):
        return None
    right, token = ("Read", "read") if reads else ("Write", "write")
    return (
        f"It needs a key that has a role with {right} on the rack (console, Settings, Deploy Keys), a token "
        f"with the role {token}, or the rack's password."
    )
