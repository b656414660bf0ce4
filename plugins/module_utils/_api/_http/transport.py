# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Requests to a rack: login, retries, one deadline, errors in words. Private to convox.rack, may change at
any time.

Retries are decided in retry.py. What a request may raise is in errors.py; no error and no warning
holds a secret. What a plain GET that goes well does not need is imported when it is needed.
"""

from __future__ import annotations

import random as random_library
import time
from collections.abc import Callable, Collection, Mapping
from typing import Any

from ansible_collections.convox.rack.plugins.module_utils._api._auth.credentials import Connection
from ansible_collections.convox.rack.plugins.module_utils._api._http import body, deadline, responses
from ansible_collections.convox.rack.plugins.module_utils._api._http.call import (
    READING,
    REPEATABLE,
    Call,
    Content,
    body_of,
    checked,
    query_of,
    route,
)
from ansible_collections.convox.rack.plugins.module_utils._api._http.deadline import Deadline
from ansible_collections.convox.rack.plugins.module_utils._api._http.exchange import Exchange
from ansible_collections.convox.rack.plugins.module_utils._api._http.ledger import Ledger
from ansible_collections.convox.rack.plugins.module_utils._api._http.responses import Response
from ansible_collections.convox.rack.plugins.module_utils._api.errors import (
    ConvoxGatewayError,
)
from ansible_collections.convox.rack.plugins.module_utils._api.third_party import httpx

__all__ = ["Response", "Transport", "route"]


def _wire(connection: Connection) -> httpx.BaseTransport:
    from ansible_collections.convox.rack.plugins.module_utils._api._http.wire import Wire, bare_context

    secure, proxy = connection.scheme == "https", connection.proxy
    secure_proxy = proxy is not None and proxy.lower().startswith("https://")
    context = bare_context()
    if secure or secure_proxy:
        from ansible_collections.convox.rack.plugins.module_utils._api._http import tls

        context = tls.context_for(connection)
    return Wire(
        context if secure else bare_context(),
        secure=secure,
        proxy=proxy,
        proxy_context=context if secure_proxy else None,
    )


class Transport:
    """The connections to one rack, for one process and any number of its threads: made after a fork, never
    before. Whatever changes during a call belongs to the call, or is guarded by a lock.

    connection: where to and how. wire, sleep, clock, random: replaced in tests.
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
        self._sleep = sleep
        self._clock = clock
        self._random = random
        self._exchange = Exchange(connection, wire or _wire(connection))
        # The id of the cloud machine, once the console was asked.
        self._machine: str | None = None

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
        content: Content | None = None,
        repeatable: bool | None = None,
        once: bool = False,
        writes: bool | None = None,
        expect: str | None = None,
        good: Collection[int] = (),
        timeout: float | None = None,
    ) -> Response:
        """Send a request and give its whole answer, which is a good one of 64 MiB at most.

        path: quoted, see route. operation: what is tried, for messages, such as `create app web`. form,
        json, content: the body, one of them at most; content is bytes, or gives a fresh iterator of bytes
        each time it is called. repeatable: whether doing it twice does no harm, by default everything but
        POST. once: not even where the answer says that nothing was done (429). ledger: counts it, and knows
        what no message may hold. writes: whether it changes something on the rack, by default everything
        but reading. expect: what a success is: "ok" (the text that racks answer where there is nothing to
        tell), "json", "answer" (either of them, the default for writes) or "any"; whatever else comes with
        a good status is no rack's. good: statuses that are taken besides. timeout: seconds for all tries
        together, by default the connection's; never more than what is left of the deadline that this is
        done within (``deadline.within``). Raises the errors of errors.py; their `unsettled` tells whether
        it may have been done.
        """
        method = method.upper()
        writing = method not in READING if writes is None else writes
        data, kind = body_of(form, json, content)
        call = Call(
            method=method,
            url=self._url(path, ledger) + query_of(query),
            operation=operation,
            ledger=ledger,
            writes=writing,
            expect=None if expect == "any" else expect or ("answer" if writing else None),
            good=frozenset(good),
            repeatable=method in REPEATABLE if repeatable is None else repeatable,
            once=once,
            headers=kind | dict(headers or {}),
            content=data,
        )
        return self._send(call, self.deadline(timeout))[0]

    def download(
        self,
        path: str,
        write: Callable[[bytes], object],
        *,
        operation: str,
        ledger: Ledger,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        rewind: Callable[[], object] | None = None,
        begin: Callable[[int | None], object] | None = None,
        timeout: float | None = None,
    ) -> Response:
        """Read a path and hand its body to ``write`` piece by piece (64 KiB at most), as it comes: the
        answer, without a body.

        It is asked for without a content encoding, and refused with one. An error status is the usual error,
        and nothing is written. A body that ends early is an error; one that says nothing of its end is
        refused before anything is written. A read that fails is tried again as any GET while nothing is
        written, after that only where ``rewind`` takes back what was (``file.seek(0)``,
        ``file.truncate()``). ``begin`` is told before the first piece, at each try, how many bytes will come,
        None where nobody knows. What these raise passes through. Raises as send.
        """
        sink = body.Sink(write, rewind, begin)
        call = Call(
            method="GET",
            url=self._url(path, ledger) + query_of(query),
            operation=operation,
            ledger=ledger,
            repeatable=True,
            headers={**(headers or {}), "Accept-Encoding": "identity"},
            sink=sink,
        )
        return self._send(call, self.deadline(timeout))[0]

    def upgrade(
        self,
        path: str,
        *,
        operation: str,
        ledger: Ledger,
        headers: Mapping[str, str],
        deadline: Deadline,
        writes: bool = False,
    ) -> httpx.Response:
        """Ask for a connection to become a websocket; the open answer (101), which the caller closes.

        writes: what is behind it changes something (a command is run), so it is not asked for twice; the
        reader of the socket counts it. For websocket.py. Raises like send.
        """
        if self._exchange.session.is_unproved():
            # A socket cannot tell that its session is over, so ask first, as the CLI does.
            self.send("GET", "/racks", operation=operation, ledger=ledger, timeout=deadline.left())
        url = self._url(path, ledger)
        call = Call("GET", url, operation, ledger, not writes, headers, writes=writes, upgrade=True)
        answer, response = self._send(call, deadline)
        if answer.status != 101:
            raise ConvoxGatewayError(
                answer.status, "the connection was not upgraded to a websocket", operation=operation
            )
        return response

    def close(self) -> None:
        """Close all connections."""
        self._exchange.close()

    def secrets(self, ledger: Ledger) -> tuple[str, ...]:
        """What no message of a task may hold."""
        return self._exchange.secrets(ledger)

    def deadline(self, timeout: float | None) -> Deadline:
        """A deadline that begins now: ``timeout`` seconds, None for the connection's."""
        return deadline.begin(self.connection.timeout if timeout is None else timeout, self._clock)

    def _url(self, path: str, ledger: Ledger) -> str:
        if self.connection.machine and path.startswith("/app"):
            path = self._on_machine(self.connection.machine, checked(path), ledger)
        return self.connection.url + checked(path)

    def _on_machine(self, wanted: str, path: str, ledger: Ledger) -> str:
        from ansible_collections.convox.rack.plugins.module_utils._api._http import machines

        if self._machine is None:
            operation = "list the cloud machines"
            self._machine = machines.choose(
                wanted, self.send("GET", machines.ALL, operation=operation, ledger=ledger)
            )
        return machines.place(self._machine, path)

    def _send(self, call: Call, deadline: Deadline) -> tuple[Response, httpx.Response]:
        attempt = 0
        while True:
            try:
                done = self._exchange.one_try(call, deadline)
            except responses.Failed as problem:
                failed = problem
            else:
                # What went over a socket its reader knows.
                if call.writes and not call.upgrade:
                    call.ledger.wrote(call.operation)
                return done
            # Outside of the except, so that the error carries no context of the libraries.
            if call.writes and failed.error.unsettled:
                call.ledger.wrote(call.operation, unsettled=True)
            self._pause(call, failed, attempt, deadline)
            attempt += 1

    def _pause(self, call: Call, failed: responses.Failed, attempt: int, deadline: Deadline) -> None:
        """Wait until the next try. Raises the error where there is none."""
        from ansible_collections.convox.rack.plugins.module_utils._api._http import retry

        connection = self.connection
        answered = failed.failure.kind is not retry.Kind.UNSENT
        tries_left = 0 if call.once and answered else connection.max_retries - attempt
        pause = retry.decide(
            failed.failure,
            method_repeatable=call.repeatable and call.may_begin_again,
            tries_left=tries_left,
            attempt=attempt,
            policy=retry.Policy(connection.backoff_base, connection.backoff_max, connection.retry_on_500),
            deadline_left=deadline.left(),
            jitter=self._random(),
        )
        if pause is None:
            raise failed.error
        tries = "1 try" if tries_left == 1 else f"{tries_left} tries"
        message = failed.error.message.rstrip(".")
        call.ledger.warn(f"{failed.error.operation}: {message}; trying again, {tries} left")
        self._sleep(pause)
