# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""What can go wrong between us and a rack. Private to convox.rack; may change at any time.

The classes have the names and the tree of the Python SDK `convox`, plus ours:

    ConvoxError
        ConvoxAPIError              the rack (or what stands before it) answered with an error
            ConvoxAuthError             401: wrong key, or none
            ConvoxForbiddenError        the key is known and may not do this (401 or 403)
            ConvoxNotFoundError         404, or a 500 that says so in words
            ConvoxValidationError       400 and 422, or a 500 that says so in words
            ConvoxConflictError         409, or a 500 that says so in words
            ConvoxBusyError             403 `app is currently updating`
            ConvoxServerError           500 and what no other class is for
            ConvoxNotImplementedError   501, 405 and routes that this rack does not have
            ConvoxGatewayError          502, 503, 504, and web pages where data should be
        ConvoxConnectionError       no connection, or it was lost
        ConvoxTimeoutError          no whole answer in time
        ConvoxOptionError           bad input, found before any request
            ConvoxCredentialsError      no credentials, or contradicting ones
        ConvoxMissingLibraryError   an optional library is needed for this
        ConvoxWaitError             one of our waits reached its deadline
        ConvoxRolloutError          the rack put the old release back
        ConvoxIgnoredError          the rack answered ok and ignored something

No message ever holds a key, a password, a session id or a value of an environment variable.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.convox.rack.plugins.module_utils._api._http.hints import hint_for

__all__ = ["hint_for"]


class ConvoxError(Exception):
    """Base of all errors of this client.

    message: what is wrong, in words (the rack's own where there are any). hint: what to do, or None.
    doing: what was tried, such as `create app web`, or None. extra: keys for the failed result.
    unsettled: the request may have reached the rack, and nobody knows whether it did its work:
    the answer was lost, came too late, or a gateway (502, 503, 504) answered instead.
    """

    def __init__(
        self,
        message: str,
        *,
        hint: str | None = None,
        doing: str | None = None,
        extra: Mapping[str, Any] | None = None,
        unsettled: bool = False,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.doing = doing
        self.extra: dict[str, Any] = dict(extra or {})
        self.unsettled = unsettled

    def __str__(self) -> str:
        return describe(self)


class ConvoxAPIError(ConvoxError):
    """The rack answered with an error.

    status_code: the HTTP status; None for an error that came over a websocket, which has none.
    request_id: the answer's header `Request-Id`, for the rack's own log, or None.
    """

    def __init__(
        self,
        status_code: int | None,
        message: str,
        request_id: str | None = None,
        *,
        hint: str | None = None,
        doing: str | None = None,
        extra: Mapping[str, Any] | None = None,
        unsettled: bool = False,
    ) -> None:
        super().__init__(message, hint=hint, doing=doing, extra=extra, unsettled=unsettled)
        self.status_code = status_code
        self.request_id = request_id


class ConvoxAuthError(ConvoxAPIError):
    """401: the key is wrong or missing."""


class ConvoxForbiddenError(ConvoxAPIError):
    """The key is known and may not do this; also 403 for what the app's state forbids."""


class ConvoxNotFoundError(ConvoxAPIError):
    """What was asked for is not there."""


class ConvoxValidationError(ConvoxAPIError):
    """The rack refused a value."""


class ConvoxConflictError(ConvoxAPIError):
    """It exists already, is locked, or the app's budget is used up."""


class ConvoxBusyError(ConvoxAPIError):
    """The app is being updated: try again when it is running."""


class ConvoxServerError(ConvoxAPIError):
    """The rack failed, or answered what nobody can read."""


class ConvoxNotImplementedError(ConvoxAPIError):
    """This rack cannot do it: HTTP's "501 Not Implemented", or no such route in its version."""


class ConvoxGatewayError(ConvoxAPIError):
    """Something before the rack (load balancer, console) answered instead of it."""


class ConvoxConnectionError(ConvoxError):
    """The connection could not be made, or was lost."""


class ConvoxTimeoutError(ConvoxError):
    """No whole answer came in time."""


class ConvoxOptionError(ConvoxError):
    """Bad input, found before any request.

    option: the name of the option, environment variable or file. problem: what is wrong with it,
    without its value. way_out: what to write instead. The message holds all three.
    """

    def __init__(self, option: str, problem: str, way_out: str, *, doing: str | None = None) -> None:
        sentence = way_out[:1].upper() + way_out[1:].rstrip(".")
        super().__init__(f"{option}: {problem.rstrip('.')}. {sentence}", doing=doing)
        self.option = option
        self.problem = problem
        self.way_out = way_out


class ConvoxCredentialsError(ConvoxOptionError):
    """No credentials were found, or those found contradict each other."""


class ConvoxMissingLibraryError(ConvoxError):
    """A library that only this operation needs is not installed (websockets, socksio)."""


class ConvoxWaitError(ConvoxError):
    """A wait of ours reached its deadline; the rack goes on by itself."""


class ConvoxRolloutError(ConvoxError):
    """The rack put the old release back."""


class ConvoxIgnoredError(ConvoxError):
    """The rack answered ok and ignored what it was asked for."""


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
    status: int | None, message: str, request_id: str | None = None, doing: str | None = None
) -> ConvoxAPIError:
    """The error for an answer of the rack: class by status and words, with a hint where there is one.

    status: the HTTP status, None for a websocket's `ERROR: …` frame. message: the rack's words.
    """
    return _class_for(status, message)(
        status,
        message,
        request_id,
        hint=hint_for(status, message),
        doing=doing,
        unsettled=status in (502, 503, 504),
    )


def describe(error: ConvoxError) -> str:
    """One sentence or two for the user: what was tried, what is wrong, status, request id, hint."""
    text = error.message.strip().rstrip(".")
    if error.doing:
        text = f"{error.doing[:1].upper()}{error.doing[1:]}: {text}"
    facts = _facts(error)
    if facts:
        text = f"{text} ({', '.join(facts)})"
    return f"{text}. {error.hint}" if error.hint else f"{text}."


def _facts(error: ConvoxError) -> list[str]:
    if not isinstance(error, ConvoxAPIError):
        return []
    status = [f"HTTP {error.status_code}"] if error.status_code is not None else []
    return status + ([f"request {error.request_id}"] if error.request_id else [])
