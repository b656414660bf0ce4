# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Which error an answer of the rack is, by its status and its words. Private to convox.rack; may change at
any time.

Words make a class only as a whole sentence of a rack (rack-api.md "Errors", and the recordings), never
because "not found" or "invalid" stand somewhere in it: `dial tcp: lookup x: no such host` says nothing about
an app.
"""

from __future__ import annotations

import re

from ansible_collections.convox.rack.plugins.module_utils._api._http.hints import NO_RACK, hint_for
from ansible_collections.convox.rack.plugins.module_utils._api.errors import (
    ConvoxAPIError,
    ConvoxAuthError,
    ConvoxBusyError,
    ConvoxConflictError,
    ConvoxForbiddenError,
    ConvoxGatewayError,
    ConvoxNotFoundError,
    ConvoxNotImplementedError,
    ConvoxServerError,
    ConvoxValidationError,
)

_BY_STATUS: dict[int, type[ConvoxAPIError]] = {
    400: ConvoxValidationError,
    401: ConvoxAuthError,
    403: ConvoxForbiddenError,
    405: ConvoxNotImplementedError,
    409: ConvoxConflictError,
    422: ConvoxValidationError,
    501: ConvoxNotImplementedError,
    502: ConvoxGatewayError,
    503: ConvoxGatewayError,
    504: ConvoxGatewayError,
}

# What Kubernetes calls the things of a rack: `deployments.apps "web" not found`.
_KUBERNETES = {
    "releases.convox.com": "release",
    "builds.convox.com": "build",
    "deployments.apps": "service",
    "pods": "process",
    "secrets": "secret",
    "namespaces": "app",
}
_THINGS = (
    "app|app config|build|certificate|config|instance|object|process|rack resource|registry|release|resource"
    "|service|timer|token|webhook"
)
_OBJECTS = rf"{'|'.join(_KUBERNETES)}|configmaps|nodes|services|[a-z]+\.[a-z0-9.-]+"
# A rack's sentences about a thing that is not there.
_ABSENT = (
    re.compile(rf"(?P<thing>{_THINGS}) not found(: (?P<name>.+))?"),
    re.compile(rf"no such (?P<thing>{_THINGS}): (?P<name>.+)"),
    re.compile(rf'(?P<thing>{_THINGS}) "?(?P<name>[^" ]+)"? does not exist'),
    re.compile(rf'(failed to set config: )?(?P<thing>{_OBJECTS}) "(?P<name>[^"]+)" not found'),
    re.compile(r"(?P<thing>namespace) (?P<name>\S+) not found -- verify rack and app names"),
    re.compile(r"no (?P<thing>resources) found in (?P<name>\S+) namespace"),
    re.compile(r'previous terminated (?P<thing>container) "(?P<name>[^"]+)" in pod "[^"]+" not found'),
)
_ALIASES = {**_KUBERNETES, "app config": "config", "namespace": "app", "resources": "process"}

# What a key may not do is said in words under several statuses; it wins over the status.
_FORBIDDEN = re.compile(
    r"you are unauthorized to access .+|operation not permitted for deploy keys"
    r"|(\w+: )?admin role required( to .+)?|[\w ]+ requires write access"
)
_BUSY = re.compile(r"app is currently updating")

# Racks answer 500, and websockets have no status at all, for what has a class of its own.
_BY_WORDS: tuple[tuple[type[ConvoxAPIError], re.Pattern[str]], ...] = (
    (ConvoxAuthError, re.compile(r"invalid authentication(: .*)?")),
    (ConvoxNotImplementedError, re.compile(r"unimplemented|unavailable on v3 racks")),
    (
        ConvoxConflictError,
        re.compile(
            r"(app|build|registry|resource|webhook) already exists: .+|app is locked: .+"
            r'|budget cap exceeded.*|[a-z.-]+ "[^"]+" already exists',
            re.DOTALL,
        ),
    ),
    (
        ConvoxValidationError,
        re.compile(
            r"app name is reserved|must specify only one domain|can not promote .+|url required"
            r"|parameter required: \S+|rack resource type unknown: .*"
            r"|range scaling \(min/max\) requires KEDA .+"
            r"|invalid (domain|duration|image ref|issuer|object key|role)(: .*)?"
            r'|(failed to set config: )?[A-Za-z.]+ "[^"]*" is invalid: .+'
            r'|(\S+: )?strconv\.\w+: parsing "[^"]*": (invalid syntax|value out of range)'
            r'|time: (invalid|missing unit in|unknown unit .+ in) duration "?.*'
            r"|(import|export) not available for resources of type: \S+",
            re.DOTALL,
        ),
    ),
)


def error_for(
    status: int | None, message: str, request_id: str | None = None, operation: str | None = None
) -> ConvoxAPIError:
    """The error for an answer of the rack: class by status and words, with a hint where there is one.

    status: the HTTP status, None for a websocket's `ERROR: …` frame. message: the rack's words. A 404 without
    a rack's sentence about a thing is no ConvoxNotFoundError: nobody knows who answered.
    """
    words = message.strip()
    absent = _absent(status, words)
    if absent is not None:
        return ConvoxNotFoundError(
            status,
            message,
            request_id,
            hint=hint_for(status, message),
            operation=operation,
            not_yet=words.startswith("app not found: "),
            missing=absent,
        )
    hint = NO_RACK + "." if status == 404 else hint_for(status, message)
    return _class_for(status, words)(
        status, message, request_id, hint=hint, operation=operation, unsettled=status in (502, 503, 504)
    )


def _absent(status: int | None, words: str) -> tuple[str, str] | None:
    """Which thing is not there, and its name; None where the words are no rack's about a thing."""
    if status not in (None, 404, 500):
        return None
    for sentence in _ABSENT:
        found = sentence.fullmatch(words)
        if found is not None:
            thing = found["thing"]
            return _ALIASES.get(thing, thing), found["name"] or ""
    return None


def _class_for(status: int | None, words: str) -> type[ConvoxAPIError]:
    if _FORBIDDEN.fullmatch(words):
        return ConvoxForbiddenError
    if status in (None, 403, 500) and _BUSY.fullmatch(words):
        return ConvoxBusyError
    if status == 404:
        return ConvoxGatewayError
    if status is not None and status != 500:
        return _BY_STATUS.get(status, ConvoxServerError if status > 500 else ConvoxAPIError)
    return next((kind for kind, words_ in _BY_WORDS if words_.fullmatch(words)), ConvoxServerError)
