# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands before the routes: the request log and the console."""

from __future__ import annotations

from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tests.practice_rack.auth import basic
from tests.practice_rack.console import is_own
from tests.practice_rack.exchange import FORM, Record, Reply, record_of
from tests.practice_rack.state import State
from tests.practice_rack.wire import compact, parse_form

FORM_LIMIT = 1024 * 1024


def method_of(scope: Scope) -> str:
    return "SOCKET" if scope["type"] == "websocket" else str(scope["method"])


def headers_of(scope: Scope) -> dict[str, str]:
    return {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope["headers"]}


class Recorder:
    """Logs every request but those of the control routes; credentials are left out."""

    def __init__(self, app: ASGIApp, records: list[Record], state_of: Callable[[], State]) -> None:
        self.app = app
        self.records = records
        self.state_of = state_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket") or scope["path"].startswith("/_practice"):
            await self.app(scope, receive, send)
            return
        clock = self.state_of().clock
        query = scope["query_string"].decode("latin-1")
        record = record_of(method_of(scope), scope["path"], query, headers_of(scope), clock.now())
        self.records.append(record)
        scope["practice.record"] = record
        body = bytearray()
        is_form = record.headers.get("content-type", "").startswith(FORM)

        async def receiving() -> Message:
            message = await receive()
            if is_form and message["type"] == "http.request" and len(body) < FORM_LIMIT:
                body.extend(message.get("body", b""))
                record.form = parse_form(body.decode("utf-8", "replace"))
            return message

        async def sending(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                record.status = message["status"]
            elif message["type"] == "websocket.accept":
                record.status = 101
            record.seconds = clock.now() - record.at
            await send(message)

        try:
            await self.app(scope, receiving, sending)
        finally:
            record.seconds = clock.now() - record.at


CONSOLE_PAGE = (
    b'<!DOCTYPE html>\n<html><head><title>Convox</title></head><body><div id="root"></div></body></html>\n'
)


def console_reply(state: State, method: str, path: str, headers: dict[str, str]) -> Reply | None:
    """What a console before the rack answers by itself, None where it lets a request through.

    It wants ``Rack``, but for routes of its own, and ``Session`` of a login that is no deploy key.
    """
    settings = state.settings
    if not settings.console:
        return None
    if settings.session and path == "/session" and method == "POST":
        session = state.random.randbytes(16).hex()
        state.sessions.add(session)
        return _json(200, {"id": session})
    # A rack does not read the header: by its own name, too, the rack itself is meant.
    itself = settings.console_open and headers.get("rack") == settings.rack_name
    nameless = "rack" not in headers or itself
    if nameless and not settings.console_open and not is_own(path):
        return Reply(200, {"content-type": "text/html; charset=utf-8"}, CONSOLE_PAGE)
    if not nameless and headers["rack"] != settings.console:
        return _json(404, {"error": f"rack not found: {headers['rack']}"})
    if nameless and settings.console_open:
        return None
    if settings.session and not _has_session(state, headers):
        asked = f'Session path="/session" token="{"true" if settings.session_token else "false"}"'
        return _json(401, {"error": "session required"}, {"www-authenticate": asked})
    return None


def _has_session(state: State, headers: dict[str, str]) -> bool:
    if basic(headers.get("authorization", ""))[1] in state.settings.deploy_keys:
        return True
    return headers.get("session", "") in state.sessions


def _json(status: int, value: dict[str, str], headers: dict[str, str] | None = None) -> Reply:
    content = (compact(value) + "\n").encode()
    return Reply(status, {"content-type": "application/json", **(headers or {})}, content)


class Console:
    """The layer of the console."""

    def __init__(self, app: ASGIApp, state_of: Callable[[], State]) -> None:
        self.app = app
        self.state_of = state_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        reply = None
        if scope["type"] in ("http", "websocket") and not scope["path"].startswith("/_practice"):
            reply = console_reply(self.state_of(), method_of(scope), scope["path"], headers_of(scope))
        if reply is None:
            await self.app(scope, receive, send)
        else:
            await respond(scope, send, reply.status, reply.headers, reply.content)


async def respond(scope: Scope, send: Send, status: int, headers: dict[str, str], content: bytes) -> None:
    """A whole response; in place of a handshake too."""
    prefix = "websocket.http" if scope["type"] == "websocket" else "http"
    listed = [(k.encode(), v.encode()) for k, v in {**headers, "content-length": str(len(content))}.items()]
    await send({"type": f"{prefix}.response.start", "status": status, "headers": listed})
    await send({"type": f"{prefix}.response.body", "body": content})
