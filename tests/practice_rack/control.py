# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Control of a practice rack over http: ``/_practice/…``, with the rack's password."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.practice_rack import services
from tests.practice_rack.auth import authenticate
from tests.practice_rack.faults import from_dicts
from tests.practice_rack.wire import RackError

if TYPE_CHECKING:
    from tests.practice_rack.server import PracticeRack

Respond = Callable[[Request], Awaitable[Response]]


def routes(rack: PracticeRack) -> list[Route]:
    def guarded(work: Callable[[Request, Any], Any]) -> Respond:
        async def respond(request: Request) -> Response:
            rack.state.settle()
            try:
                if authenticate(rack.state, request.headers).name != "rack-password":
                    raise RackError(403, "the rack's password is needed")
                body = await request.body()
                return JSONResponse(work(request, json.loads(body) if body else None))
            except RackError as error:
                return JSONResponse({"error": error.message}, error.status)
            except ValueError as error:
                return JSONResponse({"error": str(error)}, 400)

        return respond

    def reset(request: Request, body: Any) -> Any:
        rack.reset()
        return "ok"

    def show_settings(request: Request, body: Any) -> Any:
        return {k: v for k, v in asdict(rack.settings).items() if k not in ("password", "deploy_keys")}

    def change_settings(request: Request, body: Any) -> Any:
        if "real_root" in (body or {}):
            raise ValueError("real_root can be set at the start only")
        rack.settings.change(body)
        return "ok"

    def show_faults(request: Request, body: Any) -> Any:
        return [asdict(f) for f in rack.faults]

    def add_faults(request: Request, body: Any) -> Any:
        rack.faults.extend(from_dicts(body))
        return "ok"

    def clear_faults(request: Request, body: Any) -> Any:
        rack.faults.clear()
        return "ok"

    def show_requests(request: Request, body: Any) -> Any:
        return {"requests": [r.as_dict() for r in rack.requests], "refused_writes": rack.state.refused_writes}

    def clear_requests(request: Request, body: Any) -> Any:
        rack.requests.clear()
        rack.state.refused_writes = 0
        return "ok"

    def build_files(request: Request, body: Any) -> Any:
        """What the builder unpacked: name -> mode and text (null for a folder)."""
        app, id_ = request.path_params["app"], request.path_params["id"]
        build = next(b for b in rack.state.apps[app].builds if b.id == id_)
        return {
            name: {"mode": mode, "text": None if content is None else content.decode("utf-8", "replace")}
            for name, (mode, content) in build.files.items()
        }

    def forget_refused(request: Request, body: Any) -> Any:
        services.refresh_caches(rack.state)
        return "ok"

    def stop(request: Request, body: Any) -> Any:
        """Ends the server after this answer, as a signal would."""
        rack.server.should_exit = True
        return "ok"

    return [
        Route("/_practice/reset", guarded(reset), methods=["POST"]),
        Route("/_practice/stop", guarded(stop), methods=["POST"]),
        Route("/_practice/settings", guarded(show_settings), methods=["GET"]),
        Route("/_practice/settings", guarded(change_settings), methods=["PUT"]),
        Route("/_practice/faults", guarded(show_faults), methods=["GET"]),
        Route("/_practice/faults", guarded(add_faults), methods=["POST"]),
        Route("/_practice/faults", guarded(clear_faults), methods=["DELETE"]),
        Route("/_practice/requests", guarded(show_requests), methods=["GET"]),
        Route("/_practice/requests", guarded(clear_requests), methods=["DELETE"]),
        Route("/_practice/builds/{app}/{id}/files", guarded(build_files), methods=["GET"]),
        Route("/_practice/refresh", guarded(forget_refused), methods=["POST"]),
    ]
