# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Requests to a rack: login, retries, one deadline, errors in words. Private to convox.rack, may change at
any time.

Retries are decided in retry.py. What a request may raise is in errors.py; no error and no warning
holds a secret.
"""

from __future__ import annotations

import json as json_library
import random as random_library
import re
import time
import urllib.parse
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ansible_collections.convox.rack.plugins.module_utils._api._auth import console
from ansible_collections.convox.rack.plugins.module_utils._api._auth.credentials import Connection
from ansible_collections.convox.rack.plugins.module_utils._api._http import retry, tls
from ansible_collections.convox.rack.plugins.module_utils._api._http.deadline import Deadline, within
from ansible_collections.convox.rack.plugins.module_utils._api._http.failures import (
    Failed,
    by_answer,
    by_exception,
)
from ansible_collections.convox.rack.plugins.module_utils._api._http.ledger import Ledger
from ansible_collections.convox.rack.plugins.module_utils._api._http.network import Wire
from ansible_collections.convox.rack.plugins.module_utils._api._http.redaction import redact
from ansible_collections.convox.rack.plugins.module_utils._api._http.responses import (
    Answer,
    error_of,
    next_url,
)
from ansible_collections.convox.rack.plugins.module_utils._api.errors import (
    ConvoxError,
    ConvoxGatewayError,
    ConvoxOptionError,
)
from ansible_collections.convox.rack.plugins.module_utils._api.third_party import httpx

__all__ = ["Answer", "Transport", "redact", "route"]

# Sent again without harm: reading, and writes that say what shall be, not what to add.
_REPEATABLE = frozenset({"GET", "HEAD", "PUT", "DELETE", "OPTIONS"})
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_MOST_REDIRECTS = 5
_PATH = re.compile(r"/[!-~]*", re.ASCII)


def route(*parts: str, tail: str | None = None) -> str:
    """The path of a route: every part percent-encoded, slashes, too.

    tail: a last part whose slashes separate (a registry's name, an object's key). Raises ConvoxError
    for parts that would lead to another route: empty ones, `.` and `..`.
    """
    quoted = [urllib.parse.quote(part, safe="") for part in parts]
    if tail is not None:
        quoted += [urllib.parse.quote(part, safe="") for part in tail.split("/")]
    if any(part in ("", ".", "..") for part in quoted):
        raise ConvoxError("a name that is empty, . or .. cannot stand in a rack's route")
    return "/" + "/".join(quoted)


@dataclass(frozen=True)
class _Call:
    """One request as the caller wants it, whatever number of tries it takes."""

    method: str
    url: str
    operation: str
    ledger: Ledger
    repeatable: bool
    headers: Mapping[str, str] = field(repr=False)
    content: bytes | Callable[[], Iterator[bytes]] | None = field(default=None, repr=False)
    upgrade: bool = False
    #: Whether it changes something on the rack.
    writes: bool = False


class Transport:
    """A client of one rack, for one process and one thread: make it after a fork, never before.

    connection: where to and how. wire, sleep, clock, random: replaced in tests. requests: how many requests
    were sent, each try counted.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        wire: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        random: Callable[[], float] = random_library.random,
    ) -> None:
        self.connection = connection
        self.requests = 0
        self._sleep = sleep
        self._clock = clock
        self._random = random
        self._session = connection.session
        self._session_proved = False
        self._secrets = connection.secrets()
        self._headers = console.headers_for(connection)
        self._policy = retry.Policy(connection.backoff_base, connection.backoff_max, connection.retry_on_500)
        wire = wire or Wire(
            tls.context_for(connection),
            proxy=connection.proxy,
            proxy_context=tls.proxy_context_for(connection),
        )
        # The wire bounds every operation by the request's deadline, so httpx has none of its own.
        self._client = httpx.Client(transport=wire, timeout=None, trust_env=False)

    def __repr__(self) -> str:
        return f"Transport({self.connection!r})"

    def send(
        self,
        method: str,
        path: str,
        *,
        operation: str,
        ledger: Ledger,
        query: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
        content: bytes | Callable[[], Iterator[bytes]] | None = None,
        repeatable: bool | None = None,
        writes: bool | None = None,
        timeout: float | None = None,
    ) -> Answer:
        """Send a request and give its whole answer, which is a good one.

        path: quoted, see route. operation: what is tried, for messages, such as `create app web`. form,
        json, content: the body, one of them at most; content is bytes, or gives a fresh iterator of
        bytes each time it is called. repeatable: whether doing it twice does no harm, by default
        everything but POST. ledger: counts it. writes: whether it changes something on the rack, by default
        everything but reading. timeout: seconds for all tries together, by default the connection's.
        Raises the errors of errors.py; their `unsettled` tells whether it may have been done.
        """
        method = method.upper()
        body, kind = _body(form, json, content)
        call = _Call(
            method=method,
            url=self._url(path) + (f"?{urllib.parse.urlencode(query)}" if query else ""),
            operation=operation,
            ledger=ledger,
            writes=method not in _READING if writes is None else writes,
            repeatable=method in _REPEATABLE if repeatable is None else repeatable,
            headers=kind | dict(headers or {}),
            content=body,
        )
        answer, _response = self._send(call, self.deadline(timeout))
        return answer

    def upgrade(
        self, path: str, *, operation: str, ledger: Ledger, headers: Mapping[str, str], deadline: Deadline
    ) -> httpx.Response:
        """Ask for a connection to become a websocket; the open answer (101), which the caller closes.

        For sockets.py. Raises like send.
        """
        if self._session and not self._session_proved:
            # A socket cannot tell that its session is over, so ask first, as the CLI does.
            self.send("GET", "/racks", operation=operation, ledger=ledger, timeout=deadline.left())
        call = _Call("GET", self._url(path), operation, ledger, True, headers, upgrade=True)
        answer, response = self._send(call, deadline)
        if answer.status != 101:
            raise ConvoxGatewayError(
                answer.status, "the connection was not upgraded to a websocket", operation=operation
            )
        return response

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def secrets(self) -> tuple[str, ...]:
        """What no message may hold."""
        return (*self._secrets, self._session) if self._session else self._secrets

    def _url(self, path: str) -> str:
        """The whole url. Anything but a clean path could lead to another host."""
        if not _PATH.fullmatch(path):
            raise ConvoxOptionError(
                "path", "is no path of a rack", "begin it with / and percent-encode what is not plain ASCII"
            )
        return self.connection.url + path

    def deadline(self, timeout: float | None) -> Deadline:
        """A deadline that begins now: ``timeout`` seconds, None for the connection's."""
        return Deadline(self.connection.timeout if timeout is None else timeout, self._clock)

    def _send(self, call: _Call, deadline: Deadline) -> tuple[Answer, httpx.Response]:
        attempt = 0
        while True:
            try:
                done = self._try(call, deadline)
            except Failed as failed:
                failure, error = failed.failure, failed.error
                if call.writes and error.unsettled:
                    call.ledger.wrote(call.operation, unsettled=True)
            else:
                if call.writes:
                    call.ledger.wrote(call.operation)
                return done
            tries_left = self.connection.max_retries - attempt
            pause = retry.decide(
                failure,
                method_repeatable=call.repeatable,
                tries_left=tries_left,
                attempt=attempt,
                policy=self._policy,
                deadline_left=deadline.left(),
                jitter=self._random(),
            )
            if pause is None:
                raise error
            _warn_of_retry(call, error, tries_left)
            self._sleep(pause)
            attempt += 1

    def _try(self, call: _Call, deadline: Deadline) -> tuple[Answer, httpx.Response]:
        """One try, with the detours that belong to it: a console's session, a redirect of a GET."""
        answer, response = self._exchange(call, deadline)
        path = console.session_path(answer, call.operation)
        if path is not None and self._start_session(path, call, deadline):
            answer, response = self._exchange(call, deadline)
        for _hop in range(_MOST_REDIRECTS):
            url = next_url(call.method, call.url, answer)
            if url is None:
                break
            call = replace(call, url=url)
            answer, response = self._exchange(call, deadline)
        error = error_of(answer, call.operation, self.secrets())
        if error is not None:
            raise by_answer(answer, error)
        self._session_proved = True
        return answer, response

    def _start_session(self, path: str, call: _Call, deadline: Deadline) -> bool:
        """Ask the console for a session and keep it. False if it gives none."""
        call = _Call("POST", self._url(path), call.operation, call.ledger, False, {})
        self._session = None
        answer, _response = self._exchange(call, deadline)
        if answer.status == 200:
            self._session = console.session_id(answer)
        return self._session is not None

    def _exchange(self, call: _Call, deadline: Deadline) -> tuple[Answer, httpx.Response]:
        """Send one request and read its answer. Raises Failed for what httpx raises."""
        request = self._client.build_request(
            call.method,
            call.url,
            headers=self._all_headers(call),
            content=call.content() if callable(call.content) else call.content,
        )
        self.requests += 1
        call.ledger.sent()
        try:
            with within(deadline):
                response = self._client.send(request, stream=call.upgrade)
                content = b"" if response.status_code == 101 else response.read()
        except httpx.HTTPError as exception:
            failed = by_exception(
                exception,
                where=self.connection.host,
                operation=call.operation,
                seconds=deadline.seconds,
                secrets=self.secrets(),
            )
        else:
            # httpx gives the names in lower case.
            return Answer(response.status_code, dict(response.headers), content), response
        raise failed

    def _all_headers(self, call: _Call) -> dict[bytes, bytes]:
        headers = self._headers | dict(call.headers)
        if self._session:
            headers["Session"] = self._session
        # Names of people may hold any letter; httpx alone would take ASCII only.
        return {name.encode("ascii"): value.encode("utf-8") for name, value in headers.items()}


def _warn_of_retry(call: _Call, error: ConvoxError, tries_left: int) -> None:
    tries = "1 try" if tries_left == 1 else f"{tries_left} tries"
    call.ledger.warn(f"{error.operation}: {error.message.rstrip('.')}; trying again, {tries} left")


def _body(
    form: Mapping[str, str] | None, json: Any, content: bytes | Callable[[], Iterator[bytes]] | None
) -> tuple[bytes | Callable[[], Iterator[bytes]] | None, dict[str, str]]:
    """The body and the header that says what it is."""
    if form is not None:
        encoded = urllib.parse.urlencode(form).encode("ascii")
        return encoded, {"Content-Type": "application/x-www-form-urlencoded"}
    if json is not None:
        return json_library.dumps(json).encode("utf-8"), {"Content-Type": "application/json"}
    return content, {}
