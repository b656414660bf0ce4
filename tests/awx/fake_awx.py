# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""As much of AWX's API as the modules of awx.awx ask for: things with names and ids, what is associated with
them, surveys. It runs nothing, and shows no secret of a credential."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl, urlsplit

Thing = dict[str, Any]
ROOT = "/api/v2/"
TEMPLATES = ("job_templates", "projects", "inventory_sources", "workflow_job_templates")
HIDDEN = "$encrypted$"


class Refused(Exception):
    """An answer that is no good one; its status."""

    def __init__(self, status: int) -> None:
        self.status = status


class FakeAwx:
    """``with FakeAwx() as awx:`` serves at ``awx.url``, for those who have ``awx.token``.

    ``things`` has what is there, by kind; ``writes`` the requests that would change something.
    """

    token = "a-token-of-awx"

    def __init__(self) -> None:
        self.things: dict[str, dict[int, Thing]] = {}
        self.associated: dict[tuple[str, int, str], list[int]] = {}
        self.surveys: dict[tuple[str, int], Thing] = {}
        self.writes: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self.make("organizations", {"name": "Default"})

    def __enter__(self) -> FakeAwx:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_error: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()

    def make(self, kind: str, body: Thing) -> Thing:
        """A new thing. Ids count through, for some kinds share a table."""
        number = sum(map(len, self.things.values())) + 1
        url = f"{ROOT}{kind}/{number}/"
        related = {"survey_spec": f"{url}survey_spec/"}
        made = {**body, "id": number, "url": url, "type": kind.removesuffix("s"), "related": related}
        made |= {"summary_fields": {}, "scm_revision": ""}
        self.things.setdefault(kind, {})[number] = made
        return made

    def named(self, kind: str, name: str) -> Thing:
        """The thing of this name or identifier."""
        found = [each for each in self.things.get(kind, {}).values() if name in _names(each)]
        return found[0]

    def following(self, node: str, how: str) -> list[str]:
        """The nodes that follow one of a workflow."""
        kind = "workflow_job_template_nodes"
        ids = self.associated.get((kind, self.named(kind, node)["id"], how), [])
        return [str(self.things[kind][number]["identifier"]) for number in ids]

    # -- requests

    def answer(self, method: str, target: str, body: Thing) -> tuple[int, Any]:
        """The status and the JSON of an answer."""
        url = urlsplit(target)
        parts = url.path.removeprefix(ROOT).strip("/").split("/")
        if method != "GET":
            self.writes.append(f"{method} {url.path}")
        try:
            if len(parts) == 1:
                return self._of_kind(method, parts[0], dict(parse_qsl(url.query)), body)
            thing = self.things.get(parts[0], {}).get(int(parts[1]))
            if thing is None:
                raise Refused(404)
            return self._of_thing(method, parts[0], thing, parts[2:], body)
        except Refused as refused:
            return refused.status, {"detail": "refused"}

    def _of_kind(self, method: str, kind: str, query: dict[str, str], body: Thing) -> tuple[int, Any]:
        if method == "POST":
            return 201, self._shown(self.make(kind, body))
        kinds = TEMPLATES if kind == "unified_job_templates" else (kind,)
        found = [each for name in kinds for each in self.things.get(name, {}).values() if _fits(each, query)]
        return 200, _listed([self._shown(each) for each in found])

    def _of_thing(
        self, method: str, kind: str, thing: Thing, rest: list[str], body: Thing
    ) -> tuple[int, Any]:
        number = thing["id"]
        if rest == ["survey_spec"]:
            if method == "POST":
                self.surveys[kind, number] = body
            return 200, self.surveys.get((kind, number), {})
        if rest:
            return self._of_list(method, self.associated.setdefault((kind, number, rest[0]), []), body)
        if method == "PATCH":
            thing.update(body)
        return 200, self._shown(thing)

    def _of_list(self, method: str, ids: list[int], body: Thing) -> tuple[int, Any]:
        if method == "GET":
            return 200, _listed([{"id": number} for number in ids])
        (ids.remove if body.get("disassociate") else ids.append)(body["id"])
        return 204, None

    def _shown(self, thing: Thing) -> Thing:
        kind = self.things.get("credential_types", {}).get(thing.get("credential_type", 0), {})
        secret = {field["id"] for field in kind.get("inputs", {}).get("fields", ()) if field.get("secret")}
        if not secret:
            return thing
        inputs = {name: HIDDEN if name in secret else value for name, value in thing["inputs"].items()}
        return {**thing, "inputs": inputs}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        awx = self

        class Handler(BaseHTTPRequestHandler):
            def _do(self) -> None:
                text = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                known = self.headers.get("Authorization") == f"Bearer {awx.token}"
                answered = awx.answer(self.command, self.path, json.loads(text or b"{}"))
                status, body = answered if known else (401, {"detail": "who are you"})
                data = b"" if body is None else json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = do_PATCH = do_DELETE = _do

            def log_message(self, *_words: Any) -> None:
                pass

        return Handler


def _names(thing: Thing) -> tuple[Any, Any]:
    return thing.get("name"), thing.get("identifier")


def _fits(thing: Thing, query: dict[str, str]) -> bool:
    either = {name.removeprefix("or__"): value for name, value in query.items() if name.startswith("or__")}
    all_of = {name: value for name, value in query.items() if not name.startswith("or__")}
    fits = [str(thing.get(name)) == value for name, value in either.items()]
    return all(str(thing.get(name)) == value for name, value in all_of.items()) and (any(fits) or not fits)


def _listed(found: list[Thing]) -> Thing:
    return {"count": len(found), "next": None, "previous": None, "results": found}
