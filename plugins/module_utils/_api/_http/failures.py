# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""One failed try: what httpx raised or the rack answered, as ours. Private to convox.rack, may change at
any time."""

from __future__ import annotations

import time
from collections.abc import Iterable

from ansible_collections.convox.rack.plugins.module_utils._api._http import hints
from ansible_collections.convox.rack.plugins.module_utils._api._http.redaction import redact, shorten
from ansible_collections.convox.rack.plugins.module_utils._api._http.responses import Answer
from ansible_collections.convox.rack.plugins.module_utils._api._http.retry import (
    Failure,
    Kind,
    retry_after_seconds,
)
from ansible_collections.convox.rack.plugins.module_utils._api.errors import (
    ConvoxAPIError,
    ConvoxConnectionError,
    ConvoxError,
    ConvoxServerError,
    ConvoxTimeoutError,
)
from ansible_collections.convox.rack.plugins.module_utils._api.third_party import httpx


class Failed(Exception):
    """A try that failed. failure: for the decision whether to try again. error: for the user."""

    def __init__(self, failure: Failure, error: ConvoxError) -> None:
        super().__init__(failure.kind.value)
        self.failure = failure
        self.error = error


def by_answer(answer: Answer, error: ConvoxAPIError) -> Failed:
    """An answer that is an error."""
    failure = Failure(
        Kind.STATUS,
        status=answer.status,
        message=error.message,
        final=error.__class__ is not ConvoxServerError,
        retry_after=retry_after_seconds(answer.headers.get("retry-after"), time.time()),
    )
    return Failed(failure, error)


def by_exception(
    exception: httpx.HTTPError, *, where: str, operation: str, seconds: float, secrets: Iterable[str]
) -> Failed:
    """What httpx raised. where: host and port, for the message. seconds: the request's whole deadline."""
    reason = shorten(redact(str(exception) or type(exception).__name__, secrets))
    if isinstance(exception, httpx.ProxyError):
        message = f"the proxy does not let us through to {where}: {reason}"
        return _unsent(message, reason, operation, refused="407" in reason or "403" in reason)
    if isinstance(exception, httpx.ConnectTimeout | httpx.PoolTimeout):
        timeout = ConvoxTimeoutError(f"no connection to {where} in time", operation=operation)
        return Failed(Failure(Kind.UNSENT), timeout)
    if isinstance(exception, httpx.ConnectError):
        refused = "CERTIFICATE_VERIFY_FAILED" in reason
        return _unsent(f"no connection to {where}: {reason}", reason, operation, refused=refused)
    if isinstance(exception, httpx.UnsupportedProtocol | httpx.LocalProtocolError):
        # The library's words quote the header, which may hold anything.
        message = "the request cannot be sent: a header holds what HTTP cannot carry, such as a line break"
        return _unsent(message, "", operation, refused=True)
    if isinstance(exception, httpx.TimeoutException):
        return Failed(
            Failure(Kind.LOST),
            ConvoxTimeoutError(
                f"no whole answer from {where} within {seconds:g} s",
                hint="Raise timeout if the rack needs longer.",
                operation=operation,
                unsettled=True,
            ),
        )
    return Failed(
        Failure(Kind.LOST),
        ConvoxConnectionError(
            f"the connection to {where} was lost before the whole answer came: {reason}",
            hint=hints.connection_hint(reason),
            operation=operation,
            unsettled=True,
        ),
    )


def _unsent(message: str, reason: str, operation: str, *, refused: bool) -> Failed:
    error = ConvoxConnectionError(message, hint=hints.connection_hint(reason), operation=operation)
    return Failed(Failure(Kind.REFUSED if refused else Kind.UNSENT), error)
