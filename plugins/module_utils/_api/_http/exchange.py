# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""One try of a call, with the detours that belong to it: a console's session, a redirect. Private to
convox.rack; may change at any time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NoReturn

from ansible_collections.convox.rack.plugins.module_utils._api._auth import console
from ansible_collections.convox.rack.plugins.module_utils._api._auth.credentials import Connection
from ansible_collections.convox.rack.plugins.module_utils._api._http import body, deadline, responses
from ansible_collections.convox.rack.plugins.module_utils._api._http.call import Call, checked
from ansible_collections.convox.rack.plugins.module_utils._api._http.deadline import Deadline
from ansible_collections.convox.rack.plugins.module_utils._api._http.ledger import Ledger
from ansible_collections.convox.rack.plugins.module_utils._api._http.responses import Response
from ansible_collections.convox.rack.plugins.module_utils._api._http.session import Session
from ansible_collections.convox.rack.plugins.module_utils._api.errors import ConvoxTimeoutError
from ansible_collections.convox.rack.plugins.module_utils._api.third_party import httpx

_MOST_REDIRECTS = 5


class Exchange:
    """Sends the requests of a transport, one try at a time, for any number of threads.

    connection: where to. wire: carries them. session: the console's, shared by all calls.
    """

    def __init__(self, connection: Connection, wire: httpx.BaseTransport) -> None:
        self.session = Session(connection.session)
        self._connection = connection
        self._wire = wire
        self._secrets = connection.secrets()
        # Names of people may hold any letter; httpx alone would take ASCII only.
        self._headers = {name: value.encode() for name, value in console.headers_for(connection).items()}

    def close(self) -> None:
        """Close all connections."""
        self._wire.close()

    def secrets(self, ledger: Ledger) -> tuple[str, ...]:
        """What no message of a task may hold."""
        return (*self._secrets, *self.session.known(), *ledger.secrets.values())

    def one_try(self, call: Call, deadline: Deadline) -> tuple[Response, httpx.Response]:
        """The good answer, and httpx's for who reads the connection itself. Raises responses.Failed."""
        session = self.session.current()
        answer, response = self._exchange(call, session, deadline)
        if answer.status == 401:
            session, answer, response = self._renewed(session, answer, response, call, deadline)
        if answer.status in responses.REDIRECTS:
            answer, response = self._followed(answer, response, call, session, deadline)
        if not responses.is_good(answer, call.expect, call.good):
            from ansible_collections.convox.rack.plugins.module_utils._api._http import failures

            raise failures.by_answer(answer, call, self._connection.host, self.secrets(call.ledger))
        self.session.prove(session)
        return answer, response

    def _followed(
        self, answer: Response, response: httpx.Response, call: Call, session: str | None, deadline: Deadline
    ) -> tuple[Response, httpx.Response]:
        """What a redirect leads to, as far as it may be followed."""
        from ansible_collections.convox.rack.plugins.module_utils._api._http import redirects

        for _hop in range(_MOST_REDIRECTS):
            url = redirects.next_url(call.method, call.url, answer)
            if url is None or answer.status not in responses.REDIRECTS:
                break
            call = replace(call, url=url)
            answer, response = self._exchange(call, session, deadline)
        return answer, response

    def _renewed(
        self,
        session: str | None,
        answer: Response,
        response: httpx.Response,
        call: Call,
        deadline: Deadline,
    ) -> tuple[str | None, Response, httpx.Response]:
        """The same with another session, if the console says that this one is over, and what it answers then.
        One that another call got may be over again, one that this call got is not."""
        asked: list[str | None] = []
        while not asked and answer.status == 401:
            path = console.session_path(answer, call.operation)
            renewed = self._new_session(path, session, call, deadline, asked) if path is not None else None
            if renewed is None:
                break
            session = renewed
            answer, response = self._exchange(call, session, deadline)
        return session, answer, response

    def _new_session(
        self, path: str, seen: str | None, call: Call, deadline: Deadline, asked: list[str | None]
    ) -> str | None:
        """A session instead of the one that is over. None if the console gives none."""
        request = Call("POST", self._connection.url + checked(path), call.operation, call.ledger, False)

        def ask() -> str | None:
            answer, _response = self._exchange(request, None, deadline)
            asked.append(console.session_id(answer) if answer.status == 200 else None)
            return asked[-1]

        try:
            return self.session.renew(seen, ask, deadline.left())
        except TimeoutError:
            message = "the console gave no session in time"
        raise ConvoxTimeoutError(message, operation=call.operation)

    def _exchange(
        self, call: Call, session: str | None, deadline_: Deadline
    ) -> tuple[Response, httpx.Response]:
        """Send one request and read its answer. Raises Failed for what goes wrong on the way."""
        call.ledger.sent()
        problem: Exception
        try:
            request = self._request(call, session, deadline_)
        except (httpx.InvalidURL, UnicodeError) as exception:
            problem = exception
        else:
            try:
                with deadline.within(deadline_):
                    return self._answered(call, request, deadline_)
            except (httpx.HTTPError, body.UnreadableError) as exception:
                problem = exception
        self._fail(call, problem, deadline_)

    def _answered(
        self, call: Call, request: httpx.Request, deadline: Deadline
    ) -> tuple[Response, httpx.Response]:
        response = self._wire.handle_request(request)
        status, headers = response.status_code, responses.headers_of(response.headers.raw)
        if status == 101 and call.upgrade:
            return Response(status, headers, b""), response
        pieces: Any = response.stream
        try:
            if call.sink is not None and 200 <= status < 300:
                content = call.sink.take(headers, pieces)
            elif call.method == "HEAD":
                # Its headers speak of a body that does not come.
                content = b""
            else:
                content = body.whole(headers, pieces, deadline)
        finally:
            pieces.close()
        return Response(status, headers, content, call.operation, call.writes), response

    def _request(self, call: Call, session: str | None, deadline: Deadline) -> httpx.Request:
        headers = dict(self._headers)
        for name, value in call.headers.items():
            headers[name] = value.encode("utf-8")
        if session:
            headers["Session"] = session.encode("utf-8")
        return httpx.Request(
            call.method,
            call.url,
            headers=[(name.encode("ascii"), value) for name, value in headers.items()],
            content=call.content() if callable(call.content) else call.content,
            # The wire bounds every operation but this: waiting for a connection that another thread has.
            extensions={"timeout": {"pool": max(deadline.left(), 0.001)}},
        )

    def _fail(self, call: Call, problem: Exception, deadline: Deadline) -> NoReturn:
        from ansible_collections.convox.rack.plugins.module_utils._api._http import failures

        secrets = self.secrets(call.ledger)
        raise failures.by_exception(problem, call, self._connection, deadline.seconds, secrets)
