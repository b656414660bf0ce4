# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands before the routes: the request log and the console."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tests.practice_rack.auth import basic
from tests.practice_rack.state import State
from tests.practice_rack.wire import parse_form

FORM_LIMIT = 1024 * 1024


@dataclass
class Record:
    """One request as it came; ``status`` is None where no answer was sent."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    write: bool
    form: dict[str, str] = field(default_factory=dict)
    status: int | None = None
    seconds: float = 0.0
    fault: str = ""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def method_of(scope: Scope) -> str:
    return "SOCKET" if scope["type"] == "websocket" else str(scope["method"])


def headers_of(scope: Scope) -> dict[str, str]:
    return {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope["headers"]}


class Recorder:
    """Logs every request but those of the control routes; credentials are left out."""

    def __init__(self, app: ASGIApp, records: list[Record]) -> None:
        self.app = app
        self.records = records

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket") or scope["path"].startswith("/_practice"):
            await self.app(scope, receive, send)
            return
        record = self._record(scope)
        self.records.append(record)
        scope["practice.record"] = record
        began = time.monotonic()
        body = bytearray()
        is_form = record.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")

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
            record.seconds = time.monotonic() - began
            await send(message)

        try:
            await self.app(scope, receiving, sending)
        finally:
            record.seconds = time.monotonic() - began

    @staticmethod
    def _record(scope: Scope) -> Record:
        method, headers = method_of(scope), headers_of(scope)
        for secret in ("authorization", "session", "proxy-authorization"):
            headers.pop(secret, None)
        write = method not in ("GET", "HEAD", "OPTIONS", "SOCKET") and scope["path"] != "/session"
        query = parse_form(scope["query_string"].decode("latin-1"))
        return Record(method, scope["path"], query, headers, write)


CONSOLE_PAGE = (
    b'<!DOCTYPE html>\n<html><head><title>Convox</title></head><body><div id="root"></div></body></html>\n'
)


class Console:
    """A console before the rack: wants ``Rack``, and ``Session`` of a login that is no deploy key."""

    def __init__(self, app: ASGIApp, state_of: Callable[[], State]) -> None:
        self.app = app
        self.state_of = state_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        settings = self.state_of().settings
        if (
            scope["type"] not in ("http", "websocket")
            or not settings.console
            or scope["path"].startswith("/_practice")
        ):
            await self.app(scope, receive, send)
            return
        headers = headers_of(scope)
        if settings.session and scope["path"] == "/session" and method_of(scope) == "POST":
            await self._new_session(scope, send)
        elif "rack" not in headers:
            await respond(scope, send, 200, {"content-type": "text/html; charset=utf-8"}, CONSOLE_PAGE)
        elif headers["rack"] != settings.console:
            await _error(scope, send, 404, f"rack not found: {headers['rack']}")
        elif settings.session and not self._has_session(headers):
            asked = f'Session path="/session" token="{"true" if settings.session_token else "false"}"'
            await _error(scope, send, 401, "session required", {"www-authenticate": asked})
        else:
            await self.app(scope, receive, send)

    async def _new_session(self, scope: Scope, send: Send) -> None:
        state = self.state_of()
        session = state.random.randbytes(16).hex()
        state.sessions.add(session)
        content = b'{"id":"' + session.encode() + b'"}\n'
        await respond(scope, send, 200, {"content-type": "application/json"}, content)

    def _has_session(self, headers: dict[str, str]) -> bool:
        state = self.state_of()
        if basic(headers.get("authorization", ""))[1] in state.settings.deploy_keys:
            return True
        return headers.get("session", "") in state.sessions


async def _error(
    scope: Scope, send: Send, status: int, text: str, headers: dict[str, str] | None = None
) -> None:
    content = b'{"error":"' + text.encode() + b'"}\n'
    await respond(scope, send, status, {"content-type": "application/json", **(headers or {})}, content)


async def respond(scope: Scope, send: Send, status: int, headers: dict[str, str], content: bytes) -> None:
    """A whole response; in place of a handshake too."""
    prefix = "websocket.http" if scope["type"] == "websocket" else "http"
    listed = [(k.encode(), v.encode()) for k, v in {**headers, "content-length": str(len(content))}.items()]
    await send({"type": f"{prefix}.response.start", "status": status, "headers": listed})
    await send({"type": f"{prefix}.response.body", "body": content})
