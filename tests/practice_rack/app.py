# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The routes as an application for a server with sockets."""

from __future__ import annotations

from collections.abc import Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import WebSocketRoute
from starlette.types import Receive, Scope, Send

from tests.practice_rack import routes, sockets
from tests.practice_rack.exchange import Asked
from tests.practice_rack.layers import headers_of, respond
from tests.practice_rack.state import State
from tests.practice_rack.web import Dropped


class Rest:
    """Whatever is no websocket and no control route: one of a rack's plain requests."""

    def __init__(self, state_of: Callable[[], State]) -> None:
        self.state_of = state_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":  # no 403, as Starlette's own would be, and no handshake
            await respond(scope, send, 404, {}, b"")
            return
        body = await Request(scope, receive).body()
        query = scope["query_string"].decode("latin-1")
        asked = Asked(scope["method"], scope["path"], query, headers_of(scope), body)
        try:
            reply = routes.answer(self.state_of(), asked, scope["practice.record"])
        except Dropped:
            await scope["practice.connections"].cut(scope)
            reply = None
        response = Response() if reply is None else Response(reply.content, reply.status, reply.headers)
        await response(scope, receive, send)


def build(state_of: Callable[[], State]) -> Starlette:
    found = [
        WebSocketRoute(path, sockets.endpoint(state_of, what))
        for route, what in sockets.ROUTES
        for path in sockets.paths(route)
    ]
    app = Starlette(routes=found)
    app.router.redirect_slashes = False
    app.router.default = Rest(state_of)
    return app
