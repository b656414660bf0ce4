# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""A client over a transport that answers from lists: what is sent, and what is settled by looking."""

from __future__ import annotations

import json
import types
from typing import Any

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api._http.classify import error_for
from ansible_collections.convox.rack.plugins.module_utils._api._http.responses import Response
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client

LOST = errors.ConvoxConnectionError("the connection was lost", unsettled=True)
ABSENT = error_for(404, "app not found: web")
UPDATING = {"name": "web", "status": "updating", "release": "RNEW"}
RUNNING = {"name": "web", "status": "running", "release": "ROLD"}


class Script:
    """A transport that answers from lists by ``METHOD path``; the last answer stays. Errors are raised."""

    def __init__(self, answers: dict[str, list[Any]], max_retries: int = 3) -> None:
        self.answers = answers
        self.connection = types.SimpleNamespace(max_retries=max_retries)
        self.sent: list[str] = []
        self.requests: list[dict[str, Any]] = []

    def send(self, method: str, path: str, **request: Any) -> Response:
        call = f"{method} {path}"
        self.sent.append(call)
        self.requests.append(request)
        answers = self.answers[call]
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, Exception):
            raise answer
        content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        return Response(200, {}, content)

    def count(self, call: str) -> int:
        return self.sent.count(call)


def a_client(answers: dict[str, list[Any]], max_retries: int = 3) -> tuple[Client, Script, list[float]]:
    script, pauses = Script(answers, max_retries), []
    return Client(script, sleep=pauses.append), script, pauses  # type: ignore[arg-type]  # a transport of the test
