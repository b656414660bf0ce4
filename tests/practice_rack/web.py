# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a request to a handler's call, and from what it gives back to an answer in a rack's form."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.practice_rack import wire
from tests.practice_rack.auth import Principal, authenticate, check_rights
from tests.practice_rack.exchange import READS, SIMULATES, Asked, Record, Reply
from tests.practice_rack.manifest_yaml import ManifestError
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

    @property
    def name(self) -> str:
        """Such as ``releases.promote``."""
        return f"{self.handler.__module__.rpartition('.')[2]}.{self.handler.__name__}"


@dataclass
class Hook:
    """Something that somebody does just before or after a request is worked on (``times`` -1: always)."""

    act: Callable[[], object]
    method: str
    path: str
    before: bool
    times: int

    def run(self, method: str, path: str) -> None:
        if self.times and method == self.method and re.search(self.path, path):
            self.times -= 1 if self.times > 0 else 0
            self.act()


def respond(state: State, operation: Operation, path: dict[str, str], asked: Asked, record: Record) -> Reply:
    """The whole answer to a request that has found its route. Raises Dropped."""
    state.settle()
    state.note()
    settings = state.settings
    record.operation = operation.name
    if not operation.enabled(settings) or not settings.at_least(*operation.since):
        return Reply(404)
    for hook in [h for h in state.hooks if h.before]:
        hook.run(asked.method, asked.path)
    before = state.print() if record.write else b""
    try:
        given = work(state, operation, path, asked)
    except RackError as error:
        return _error(settings, asked, error)
    finally:
        record.changed = record.write and before != state.print()
        state.note()
    for hook in [h for h in state.hooks if not h.before]:
        hook.run(asked.method, asked.path)
    return _answer(settings, given)


def work(state: State, operation: Operation, path: dict[str, str], asked: Asked) -> Any:
    """Let the handler do its work for whoever asks; what it gives. Raises RackError and Dropped."""
    who = authenticate(state, asked.headers)
    check_rights(who, operation.method, operation.admin, operation.deploy_key)
    if state.settings.refuse_writes and operation.method not in READS and not asked.path.endswith(SIMULATES):
        state.refused_writes += 1
        raise RackError(599, "the practice rack refuses writes")
    query = wire.parse_form(asked.query) if asked.query else {}
    if operation.method in READS:
        state = state.as_read(asked.path)
    call = Call(state, who, path, query, query | asked.form(), asked.headers, asked.body)
    try:
        return operation.handler(call)
    except ManifestError as error:
        raise RackError(500, str(error)) from None


def _headers(settings: Settings) -> dict[str, str]:
    headers = {"Request-Id": str(uuid.uuid4())}
    if settings.kind.nosniff:
        headers["X-Content-Type-Options"] = "nosniff"
    return headers


def _error(settings: Settings, asked: Asked, error: RackError) -> Reply:
    headers = _headers(settings) | error.headers
    if "application/json" in asked.headers.get("accept", ""):
        content, media = wire.compact({"error": error.message}) + "\n", "application/json"
    else:
        content, media = error.message + "\n", "text/plain; charset=utf-8"
    return _plain(content.encode(), media, error.status, headers)


def _answer(settings: Settings, given: Any) -> Reply:
    headers = _headers(settings)
    if given is OK:
        return _plain(b"ok\n", "text/plain; charset=utf-8", 200, headers)
    if isinstance(given, Answer):
        return _plain(given.content, given.content_type, given.status, headers)
    return _plain((wire.indented(given) + "\n").encode(), "application/json", 200, headers)


def _plain(content: bytes, media: str | None, status: int, headers: dict[str, str]) -> Reply:
    if media:
        headers["Content-Type"] = media
    return Reply(status, headers, content)
