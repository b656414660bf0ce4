# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a request to a handler's call, and from what it gives back to an answer in a rack's form."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from tests.practice_rack import wire
from tests.practice_rack.auth import Principal, authenticate, check_rights
from tests.practice_rack.settings import Settings
from tests.practice_rack.state import App, State
from tests.practice_rack.wire import RackError

OK = object()


@dataclass
class Answer:
    """An answer that is no JSON and not ``ok``."""

    content: bytes = b""
    content_type: str | None = None
    status: int = 200


class Dropped(Exception):
    """The server breaks down under this request: the connection ends without an answer."""


@dataclass
class Call:
    """One request, read whole. ``form`` holds the body's fields and the query's, as in Go."""

    state: State
    who: Principal
    path: dict[str, str]
    query: dict[str, str]
    form: dict[str, str]
    headers: dict[str, str]
    body: bytes = b""

    @property
    def settings(self) -> Settings:
        return self.state.settings

    def app(self, name: str = "app") -> App:
        found = self.state.apps.get(self.path[name])
        if found is None:
            raise RackError(404, f"app not found: {self.path[name]}")
        return found

    def limit(self, default: int) -> int:
        return wire.atoi(self.query["limit"]) if "limit" in self.query else default


Handler = Callable[[Call], Any]


@dataclass(frozen=True)
class Operation:
    """A route: ``deploy_key`` when a plain deploy key may use it, ``admin`` when only an admin may."""

    method: str
    path: str
    handler: Handler
    deploy_key: bool = False
    admin: str = ""
    since: tuple[int, ...] = ()
    enabled: Callable[[Settings], bool] = field(default=lambda settings: True)


def endpoint(state_of: Callable[[], State], operation: Operation) -> Callable[[Request], Any]:
    """The Starlette endpoint of an operation."""

    async def respond(request: Request) -> Response:
        body = await request.body()
        state = state_of()
        state.settle()
        settings = state.settings
        if not operation.enabled(settings) or not settings.at_least(*operation.since):
            return Response(status_code=404)
        try:
            who = authenticate(state, request.headers)
            check_rights(who, operation.method, operation.admin, operation.deploy_key)
            if settings.refuse_writes and operation.method not in ("GET", "HEAD", "OPTIONS"):
                state.refused_writes += 1
                raise RackError(599, "the practice rack refuses writes")
            given = operation.handler(_call(state, who, request, body))
        except RackError as error:
            return _error(settings, request, error)
        except Dropped:
            await request.scope["practice.connections"].cut(request.scope)
            return Response()
        return _answer(settings, given)

    return respond


def _call(state: State, who: Principal, request: Request, body: bytes) -> Call:
    query = wire.parse_form(request.url.query)
    form = dict(query)
    if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        form |= wire.parse_form(body.decode("utf-8", "replace"))
    return Call(state, who, dict(request.path_params), query, form, dict(request.headers), body)


def _headers(settings: Settings) -> dict[str, str]:
    headers = {"Request-Id": str(uuid.uuid4())}
    if settings.kind.nosniff:
        headers["X-Content-Type-Options"] = "nosniff"
    return headers


def _error(settings: Settings, request: Request, error: RackError) -> Response:
    headers = _headers(settings) | error.headers
    if "application/json" in request.headers.get("accept", ""):
        content, media = wire.compact({"error": error.message}) + "\n", "application/json"
    else:
        content, media = error.message + "\n", "text/plain; charset=utf-8"
    return _plain(content.encode(), media, error.status, headers)


def _answer(settings: Settings, given: Any) -> Response:
    headers = _headers(settings)
    if given is OK:
        return _plain(b"ok\n", "text/plain; charset=utf-8", 200, headers)
    if isinstance(given, Answer):
        return _plain(given.content, given.content_type, given.status, headers)
    return _plain((wire.indented(given) + "\n").encode(), "application/json", 200, headers)


def _plain(content: bytes, media: str | None, status: int, headers: dict[str, str]) -> Response:
    """A response with exactly this content type (Starlette would add a charset)."""
    if media:
        headers["Content-Type"] = media
    return Response(content, status, headers)
