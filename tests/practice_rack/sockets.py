# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Websocket routes: text frames are data, an empty binary frame is the end, the client closes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.routing import compile_path
from starlette.websockets import WebSocket, WebSocketDisconnect

from tests.practice_rack import console, execs, logs
from tests.practice_rack.auth import Principal, authenticate
from tests.practice_rack.state import State
from tests.practice_rack.streams import SocketStream, Stream
from tests.practice_rack.wire import RackError

Work = Callable[[Stream], Awaitable[None]]


@dataclass(frozen=True)
class Socket:
    """What a websocket route does and who may use it; ``write``: the error for a read token."""

    work: Work
    deploy_key: bool = False
    write: str = ""


ROUTES = [
    ("/apps/{name}/logs", Socket(logs.of_app, deploy_key=True)),
    ("/apps/{app}/builds/{id}/logs", Socket(logs.of_build, deploy_key=True)),
    ("/apps/{app}/services/{service}/logs", Socket(logs.of_service)),
    ("/apps/{app}/processes/{pid}/logs", Socket(logs.of_process)),
    (
        "/apps/{app}/processes/{pid}/exec",
        Socket(execs.run, deploy_key=True, write="process exec requires write access"),
    ),
    (
        "/apps/{app}/resources/{name}/console",
        Socket(execs.resource_console, write="you are unauthorized to access this"),
    ),
    ("/instances/{id}/shell", Socket(execs.instance_shell, write="you are unauthorized to access this")),
    ("/system/logs", Socket(logs.of_system)),
]


def paths(path: str) -> list[str]:
    """A route, and the same on a cloud machine."""
    return [path, "/machines/{machine}" + path] if path.startswith("/app") else [path]


def endpoint(state_of: Callable[[], State], found: Socket) -> Callable[[WebSocket], Awaitable[None]]:
    """Accept, then work: every error, a bad password included, is a text frame."""

    async def talk(websocket: WebSocket) -> None:
        await websocket.accept()
        state, _path = console.on_machine(state_of(), websocket.scope["path"])
        state.settle()
        stream = SocketStream(websocket, state)
        reader = asyncio.create_task(stream.read())
        try:
            await work(stream, found)
            await stream.end()
            await stream.gone.wait()
        except (WebSocketDisconnect, RuntimeError):
            return  # the client has left
        finally:
            reader.cancel()

    return talk


async def work(stream: Stream, found: Socket) -> None:
    """All of a stream but its end."""
    try:
        stream.who = authenticate(stream.state, stream.headers)
        _check(stream.who, found)
        await found.work(stream)
    except RackError as error:
        await stream.text(f"ERROR: {error.message}\n")


def _check(who: Principal, found: Socket) -> None:
    if who.plain_key and not found.deploy_key:
        raise RackError(403, "operation not permitted for deploy keys")
    if found.write and not who.plain_key and "w" not in who.role:
        raise RackError(401, found.write)


_PATTERNS = [(compile_path(path)[0], socket) for path, socket in ROUTES]


def find(path: str) -> tuple[Socket, dict[str, str]] | None:
    """The route of a path and what stands in it for its variables."""
    for pattern, socket in _PATTERNS:
        match = pattern.match(path)
        if match:
            return socket, match.groupdict()
    return None
