# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Which error an answer of the rack is, by its status and its words. Private to convox.rack; may change at
any time."""

from __future__ import annotations

from ansible_collections.convox.rack.plugins.module_utils._api._http.hints import hint_for
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
    404: ConvoxNotFoundError,
    405: ConvoxNotImplementedError,
    409: ConvoxConflictError,
    422: ConvoxValidationError,
    501: ConvoxNotImplementedError,
    502: ConvoxGatewayError,
    503: ConvoxGatewayError,
    504: ConvoxGatewayError,
}

# Racks say so under every route below an app (rack-api.md, recordings: apps).
_NO_APP = "app not found: "

# What a key may not do is said in words under several statuses; it wins over the status.
_FORBIDDEN = ("unauthorized to access", "operation not permitted for deploy keys")

# Racks answer 500, and websockets have no status at all, for what has a class of its own: the
# words decide, the first group that fits (rack-api.md "Errors", and the SDK's own list).
_BY_WORDS: tuple[tuple[type[ConvoxAPIError], tuple[str, ...]], ...] = (
    (ConvoxAuthError, ("invalid authentication",)),
    (ConvoxForbiddenError, ("admin role required", "requires write access")),
    (ConvoxBusyError, ("app is currently updating",)),
    (ConvoxNotImplementedError, ("unimplemented",)),
    (ConvoxNotFoundError, ("not found", "no such", "does not exist", "no resources found")),
    (ConvoxConflictError, ("already exists", "is locked", "budget cap exceeded")),
    (
        ConvoxValidationError,
        (
            "is reserved",
            "invalid",
            "must specify",
            "can not promote",
            "required",
            "requires keda",
            "not available",
            "not enabled",
            "is disabled",
        ),
    ),
)


def _class_for(status: int | None, message: str) -> type[ConvoxAPIError]:
    words = message.lower()
    if any(text in words for text in _FORBIDDEN):
        return ConvoxForbiddenError
    if status == 403 and "app is currently updating" in words:
        return ConvoxBusyError
    if status is not None and status != 500:
        return _BY_STATUS.get(status, ConvoxServerError if status > 500 else ConvoxAPIError)
    for kind, texts in _BY_WORDS:
        if any(text in words for text in texts):
            return kind
    return ConvoxServerError


def error_for(
    status: int | None, message: str, request_id: str | None = None, operation: str | None = None
) -> ConvoxAPIError:
    """The error for an answer of the rack: class by status and words, with a hint where there is one.

    status: the HTTP status, None for a websocket's `ERROR: …` frame. message: the rack's words.
    """
    return _class_for(status, message)(
        status,
        message,
        request_id,
        hint=hint_for(status, message),
        operation=operation,
        unsettled=status in (502, 503, 504),
        not_yet=message.startswith(_NO_APP),
    )
