# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""What can go wrong between us and a rack. Private to convox.rack; may change at any time.

The classes have the names and the tree of the Python SDK `convox`, plus ours:

    ConvoxError
        ConvoxAPIError              the rack (or what stands before it) answered with an error
            ConvoxAuthError             401: wrong key, or none
            ConvoxForbiddenError        the key is known and may not do this (401 or 403)
            ConvoxNotFoundError         404 or 500 with a rack's own sentence about the thing
            ConvoxValidationError       400 and 422, or a 500 that says so in words
            ConvoxConflictError         409, or a 500 that says so in words
            ConvoxBusyError             403 `app is currently updating`
            ConvoxServerError           500 and what no other class is for
            ConvoxNotImplementedError   501, 405 and routes that this rack does not have
            ConvoxGatewayError          502, 503, 504, and answers that are no rack's: web pages, other 404s
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


class ConvoxError(Exception):
    """Base of all errors of this client.

    message: what is wrong, in words (the rack's own where there are any). hint: what to do, or None.
    operation: what was tried, such as `create app web`, or None. extra: keys for the failed result.
    not_yet: it is about something that is not there and that an earlier task of a play may have yet to make:
    check mode takes it as made. unsettled: the request may have reached the rack, and nobody knows whether
    it did its work: the answer was lost, came too late, or a gateway (502, 503, 504) answered instead.
    """

    def __init__(
        self,
        message: str,
        *,
        hint: str | None = None,
        operation: str | None = None,
        extra: Mapping[str, Any] | None = None,
        unsettled: bool = False,
        not_yet: bool = False,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.operation = operation
        self.extra: dict[str, Any] = dict(extra or {})
        self.unsettled = unsettled
        self.not_yet = not_yet

    def __str__(self) -> str:
        return describe(self)


class ConvoxAPIError(ConvoxError):
    """The rack answered with an error.

    status_code: the HTTP status; None for an error that came over a websocket, which has none.
    request_id: the answer's header `Request-Id`, for the rack's own log, or None. retry_after: seconds that
    the answer asks to wait (`Retry-After`), or None.
    """

    retry_after: float | None = None

    def __init__(
        self,
        status_code: int | None,
        message: str,
        request_id: str | None = None,
        *,
        hint: str | None = None,
        operation: str | None = None,
        extra: Mapping[str, Any] | None = None,
        unsettled: bool = False,
        not_yet: bool = False,
    ) -> None:
        super().__init__(
            message, hint=hint, operation=operation, extra=extra, unsettled=unsettled, not_yet=not_yet
        )
        self.status_code = status_code
        self.request_id = request_id


class ConvoxAuthError(ConvoxAPIError):
    """401: the key is wrong or missing."""


class ConvoxForbiddenError(ConvoxAPIError):
    """The key is known and may not do this; also 403 for what the app's state forbids."""


class ConvoxNotFoundError(ConvoxAPIError):
    """A thing is not there: the rack said so in a sentence of its own.

    missing: which thing (`app`, `release`, `build`, `service`, `process`, `config`, `object`, …), and its
    name as the rack writes it (ids in lower case, an app also as the name of its namespace).
    """

    def __init__(self, *facts: Any, missing: tuple[str, str] = ("", ""), **more: Any) -> None:
        super().__init__(*facts, **more)
        self.missing = missing

    def is_about(self, thing: str, name: str) -> bool:
        """Whether this very thing is what is not there."""
        missing, named = self.missing[0], self.missing[1].lower()
        return missing == thing and (
            named == name.lower() or (thing == "app" and named.endswith(f"-{name.lower()}"))
        )


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

    def __init__(
        self,
        option: str,
        problem: str,
        way_out: str,
        *,
        operation: str | None = None,
        not_yet: bool = False,
    ) -> None:
        sentence = way_out[:1].upper() + way_out[1:].rstrip(".")
        super().__init__(f"{option}: {ended(problem)} {sentence}", operation=operation, not_yet=not_yet)
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


def ended(text: str) -> str:
    """A text with the end of a sentence. Dots that belong to a name (``..``, ``A=...``) stay."""
    return text if text.endswith(".") else f"{text}."


def describe(error: ConvoxError) -> str:
    """One sentence or two for the user: what was tried, what is wrong, status, request id, hint."""
    text = ended(error.message.strip())
    # The end of its sentence comes after the facts.
    text = text if text.endswith("..") else text[:-1]
    if error.operation:
        text = f"{error.operation[:1].upper()}{error.operation[1:]}: {text}"
    facts = _facts(error)
    if facts:
        text = f"{text} ({', '.join(facts)})"
    return f"{ended(text)} {error.hint}" if error.hint else ended(text)


def _facts(error: ConvoxError) -> list[str]:
    if not isinstance(error, ConvoxAPIError):
        return []
    status = [f"HTTP {error.status_code}"] if error.status_code is not None else []
    return status + ([f"request {error.request_id}"] if error.request_id else [])
