# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""One failed try: what httpx raised or the rack answered, as an error of ours. Private to convox.rack, may
change at any time."""

from __future__ import annotations

import http
import time
from collections.abc import Iterable

from ansible_collections.convox.rack.plugins.module_utils._api._auth.credentials import Connection
from ansible_collections.convox.rack.plugins.module_utils._api._http import (
    body,
    hints,
    needs,
    network,
    proxies,
)
from ansible_collections.convox.rack.plugins.module_utils._api._http.call import Call
from ansible_collections.convox.rack.plugins.module_utils._api._http.classify import error_for
from ansible_collections.convox.rack.plugins.module_utils._api._http.redaction import safe
from ansible_collections.convox.rack.plugins.module_utils._api._http.redirects import redirect_error
from ansible_collections.convox.rack.plugins.module_utils._api._http.responses import (
    REDIRECTS,
    Failed,
    Response,
    read_json,
)
from ansible_collections.convox.rack.plugins.module_utils._api._http.retry import (
    Failure,
    Kind,
    retry_after_seconds,
)
from ansible_collections.convox.rack.plugins.module_utils._api.errors import (
    ConvoxAPIError,
    ConvoxConnectionError,
    ConvoxError,
    ConvoxForbiddenError,
    ConvoxGatewayError,
    ConvoxNotFoundError,
    ConvoxNotImplementedError,
    ConvoxOptionError,
    ConvoxServerError,
    ConvoxTimeoutError,
)
from ansible_collections.convox.rack.plugins.module_utils._api.third_party import httpx

# Statuses whose meaning is the same whoever answers, a rack or a proxy with a web page.
_PLAIN_BY_STATUS = frozenset({401, 403, 429})


def by_answer(answer: Response, call: Call, where: str, secrets: Iterable[str]) -> Failed:
    """An answer that is not good. where: who answered."""
    error = error_of(answer, call, where, secrets)
    error.retry_after = retry_after_seconds(answer.headers.get("retry-after"), time.time())
    failure = Failure(
        Kind.STATUS,
        status=answer.status,
        message=error.message,
        final=error.__class__ is not ConvoxServerError,
        retry_after=error.retry_after,
    )
    return Failed(failure, error)


def error_of(answer: Response, call: Call, where: str, secrets: Iterable[str]) -> ConvoxAPIError:
    """The error that an answer is.

    where: who answered. secrets: taken out of the rack's words. Redirects that were not followed, web pages
    and what no rack answers are errors, too.
    """
    operation = call.operation
    if answer.status in REDIRECTS:
        return redirect_error(answer, operation, secrets)
    if answer.is_web_page and answer.status < 500 and answer.status not in _PLAIN_BY_STATUS:
        return ConvoxGatewayError(
            answer.status,
            f"a web page came back from {where}, not a rack's answer",
            answer.request_id,
            hint=hints.WEB_PAGE + ".",
            operation=operation,
        )
    if answer.status < 400:
        # Of what was done nobody knows: whoever answered, it was no rack.
        return _no_rack(answer, f"{where} answered {_phrase(answer.status)}, and not as a rack does", call)
    words = _words(answer)
    if answer.status in (404, 405) and _is_no_route(answer, words):
        # Not ConvoxNotFoundError: a task that wants something absent would take it for done.
        return ConvoxNotImplementedError(
            answer.status,
            f"{where} has no such route",
            answer.request_id,
            hint=needs.no_route(call.method, call.url),
            operation=operation,
        )
    error = error_for(answer.status, words or _reason(answer.status), answer.request_id, operation)
    # After that, because a key may be a part of what tells the class: `secrets "x" not found`.
    error.message = safe(words, secrets) or _reason(answer.status)
    error.args = (error.message,)
    if isinstance(error, ConvoxForbiddenError):
        error.hint = needs.role(call.method, call.url, words) or error.hint
    if error.hint == f"{hints.CANNOT}.":
        error.hint = needs.cannot(call.method, call.url)
    if answer.status == 404 and not isinstance(error, ConvoxNotFoundError | ConvoxForbiddenError):
        error = _no_rack(answer, f"{where} answered 404: {error.message}", call)
    return error


def _no_rack(answer: Response, message: str, call: Call) -> ConvoxAPIError:
    """The error for what is no rack's answer."""
    return ConvoxGatewayError(
        answer.status,
        message,
        answer.request_id,
        hint=hints.NO_RACK + ".",
        operation=call.operation,
        unsettled=call.writes and answer.status < 400,
    )


def _phrase(status: int) -> str:
    try:
        return f"{status} ({http.HTTPStatus(status).phrase})"
    except ValueError:
        return str(status)


def _is_no_route(answer: Response, words: str) -> bool:
    """A rack's own 404 says what was not found; its router says nothing, or what Go's says."""
    return not words or answer.status == 405 or words == "404 page not found"


def _words(answer: Response) -> str:
    """The rack's words: `error` of a JSON object, else a plain text; never any other body."""
    kind = answer.headers.get("content-type", "").lower()
    if kind.startswith("text/plain") or not kind:
        text = answer.text.strip()
        if not text.startswith("{"):
            return text
    try:
        found = read_json(answer.content)
    except ValueError:
        return ""
    words = found.get("error") if isinstance(found, dict) else None
    return words.strip() if isinstance(words, str) else ""


def _reason(status: int) -> str:
    try:
        return f"the answer was {http.HTTPStatus(status).phrase}, without words of the rack"
    except ValueError:
        return "the answer had no words of the rack"


def by_exception(
    exception: Exception, call: Call, connection: Connection, seconds: float, secrets: Iterable[str]
) -> Failed:
    """What httpx raised, or a body that is not read. seconds: the request's whole deadline."""
    operation, where, proxy = call.operation, connection.host, ""
    if connection.proxy:
        proxy = proxies.described(connection.proxy, connection.proxy_source)
        where = f"{where} by way of {proxy}"
    reason = safe(str(exception) or type(exception).__name__, secrets)
    if isinstance(exception, body.UnreadableError):
        error: ConvoxError = ConvoxServerError(None, reason, operation=operation, unsettled=call.writes)
        return Failed(Failure(Kind.REFUSED), error)
    if isinstance(exception, httpx.ProxyError):
        return _by_proxy(exception, proxy, connection.host, reason, operation)
    if isinstance(exception, httpx.ConnectTimeout | httpx.PoolTimeout):
        message = f"no connection to {where} in time" + (f": {reason}" if "resolved" in reason else "")
        return Failed(Failure(Kind.UNSENT), ConvoxTimeoutError(message, operation=operation))
    if isinstance(exception, httpx.ConnectError):
        refused = "CERTIFICATE_VERIFY_FAILED" in reason
        return _unsent(f"no connection to {where}: {reason}", reason, operation, refused=refused)
    if isinstance(exception, httpx.UnsupportedProtocol | httpx.LocalProtocolError | UnicodeEncodeError):
        # The library's words quote the header, which may hold anything.
        message = "the request cannot be sent: a header holds what HTTP cannot carry, such as a line break"
        return _unsent(message, "", operation, refused=True)
    if isinstance(exception, httpx.InvalidURL | UnicodeError):
        error = ConvoxOptionError("host", "is not a host's name", "give the name of the rack's API alone")
        return Failed(Failure(Kind.REFUSED), error)
    return Failed(Failure(Kind.LOST), _lost(exception, where, operation, seconds, reason))


def _by_proxy(exception: Exception, proxy: str, host: str, reason: str, operation: str) -> Failed:
    """The proxy failed or refused; nothing reached the rack."""
    if isinstance(exception.__cause__, network.ProxyTimeout):
        message = f"no connection to {host}, for {proxy} did not answer in time"
        return Failed(Failure(Kind.UNSENT), ConvoxTimeoutError(message, operation=operation))
    status = reason[:3] if reason[:3].isdecimal() else ""
    if status:
        message = f"{proxy} does not let us through to {host}: {reason}"
    else:
        message = f"no connection to {host}, for {proxy} cannot be used: {reason}"
    refused = status in ("403", "407") or "CERTIFICATE_VERIFY_FAILED" in reason
    error = ConvoxConnectionError(message, hint=hints.proxy_hint(reason), operation=operation)
    return Failed(Failure(Kind.REFUSED if refused else Kind.UNSENT), error)


def _lost(exception: Exception, where: str, operation: str, seconds: float, reason: str) -> ConvoxError:
    """The error for a request that was sent, and of whose answer not all came."""
    if isinstance(exception, httpx.TimeoutException):
        return ConvoxTimeoutError(
            f"no whole answer from {where} within {seconds:g} s",
            hint="Raise timeout if the rack needs longer.",
            operation=operation,
            unsettled=True,
        )
    return ConvoxConnectionError(
        f"the connection to {where} was lost before the whole answer came: {reason}",
        hint=hints.connection_hint(reason),
        operation=operation,
        unsettled=True,
    )


def _unsent(message: str, reason: str, operation: str, *, refused: bool) -> Failed:
    error = ConvoxConnectionError(message, hint=hints.connection_hint(reason), operation=operation)
    return Failed(Failure(Kind.REFUSED if refused else Kind.UNSENT), error)
