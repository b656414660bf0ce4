# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Replays one file of recordings against a fresh practice rack and tells what differs."""

from __future__ import annotations

import ast
import io
import json
import re
import tarfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx

from tests.contract import described
from tests.contract.exchanges import Exchange
from tests.contract.normalise import Pairs, collapse, json_text, take_apart
from tests.contract.reach import Closed, Frames, Reach, Refused
from tests.practice_rack.wire import indented

PATIENCE = 8.0
QUIET = 0.25
JSON = {"Accept": "application/json"}


@dataclass
class Setup:
    """What a file needs that does not stand in it.

    ``settings`` of the rack; ``before``: steps before an exchange (its index); ``polled``: notes (regex) of
    reads that are repeated until they say what was recorded.
    """

    settings: dict[str, Any]
    before: dict[int, Callable[[Replay], object]]
    polled: str = ""


class Replay:
    def __init__(self, reach: Reach, setup: Setup) -> None:
        self.reach = reach
        self.rack = reach.rack
        self.clock = reach.rack.clock
        self.setup = setup
        self.pairs = Pairs()
        self.client = reach.client(auth=("convox", reach.rack.password), headers=JSON)
        self.tokens: dict[str, str] = {}
        self.exported = b""
        self.last_build: tuple[str, str] | None = None

    def run(self, exchanges: list[Exchange]) -> list[str | None]:
        """For each exchange None, or what differs."""
        problems = []
        for exchange in exchanges:
            if exchange.index in self.setup.before:
                self.setup.before[exchange.index](self)
            self._learn_release(exchange)
            self.clock.sleep(
                0.0017
            )  # no two requests at the same moment, not even on a clock that stands still
            problems.append(self._exchange(exchange))
        return problems

    # -- one exchange

    def _exchange(self, exchange: Exchange) -> str | None:
        polled = exchange.note == "polled" or re.search(
            f"^(?:{self.setup.polled or 'polled'})$", exchange.note
        )
        socket = exchange.request["method"] == "SOCKET"
        end = self.clock.now() + PATIENCE
        while True:
            problem = self._socket(exchange) if socket else self._plain(exchange)
            if problem is None or not polled or self.clock.now() > end:
                return problem
            self.clock.sleep(0.01)

    def _plain(self, exchange: Exchange) -> str | None:
        wanted = exchange.response
        try:
            got = self._send(exchange)
        except httpx.RemoteProtocolError:
            return None if wanted["status"] is None else "the connection was dropped"
        # A poll's status was not recorded: 200 stands there even when the app is gone.
        if got.status_code != wanted["status"] and "headers" in wanted:
            return f"status {got.status_code} instead of {wanted['status']}: {got.text[:300]}"
        problem = self._headers(wanted.get("headers"), got)
        if problem is None and "describe" in wanted:
            problem = self._describe(exchange, got.content)
        elif problem is None and "body_base64" in wanted:
            problem = None if got.content == bytes.fromhex("00ff10") else "other bytes"
        elif problem is None:
            body = got.content.decode("utf-8", "replace")
            if "headers" not in wanted:  # a poll: its JSON was recorded, not its text
                wanted = {"body": indented(json.loads(wanted["body"])) + "\n"}
                body = indented(json.loads(body)) + "\n"
            problem = self._compare(wanted["body"], body)
        if problem is None and exchange.request["path"].endswith("/builds") and got.status_code == 200:
            answer = got.json()
            if isinstance(answer, dict) and answer.get("process"):
                self.last_build = (answer["app"], answer["id"])
        return problem

    def _send(self, exchange: Exchange) -> httpx.Response:
        request = exchange.request
        headers = {} if request.get("accept_json") is not False else {"Accept": "*/*"}
        headers |= {k: self.pairs.translate(v) for k, v in (request.get("headers") or {}).items()}
        form = {k: described.pem(self.pairs.translate(v)) for k, v in (request.get("form") or {}).items()}
        query = {k: self.pairs.translate(v) for k, v in (request.get("query") or {}).items()}
        content: bytes | None = None
        if request.get("content") is not None:
            content = described.content(request["content"], self.exported, self.rack.settings.kind.manifest)
        url = httpx.URL(self.reach.url + self.pairs.translate(request["path"]).replace(" ", "%20"))
        if content is None and exchange.request["method"] == "POST" and "/objects/" in request["path"]:
            content = b"source"
        options: dict[str, Any] = {
            "params": query or None,
            "headers": headers,
            "auth": self._who(exchange.note) or httpx.Auth(),
        }
        if content is not None:
            return self.client.request(request["method"], url, content=content, **options)
        if request.get("form") is not None:
            return self.client.request(request["method"], url, data=form, **options)
        return self.client.request(request["method"], url, **options)

    def _who(self, note: str) -> described.Credentials:
        return described.credentials(note, self.rack.password, self.token)

    def token(self, role: str) -> str:
        if role not in self.tokens:
            form = {"role": role, "durationInHour": "1"}
            self.tokens[role] = self.client.post("/system/jwt/token", data=form).json()["token"]
        return self.tokens[role]

    @staticmethod
    def _headers(wanted: dict[str, str] | None, got: httpx.Response) -> str | None:
        if not wanted:
            return None
        for name in ("content-type", "www-authenticate", "x-content-type-options"):
            if got.headers.get(name) != wanted.get(name):
                return f"header {name}: {got.headers.get(name)!r} instead of {wanted.get(name)!r}"
        if "request-id" in wanted and ("request-id" in got.headers) != (wanted["request-id"] == "present"):
            return (
                "header request-id: present" if "request-id" in got.headers else "header request-id: absent"
            )
        return None

    def _compare(self, wanted: str, got: str, *, bind_times: bool = True) -> str | None:
        (how_wanted, wanted_text), (how_got, got_text) = json_text(wanted), json_text(got, self._recorded)
        if how_wanted != how_got:
            return f"written {how_got} instead of {how_wanted}: {got[:300]!r}"
        theirs, ours = (
            take_apart(wanted_text, bind_times=bind_times),
            take_apart(got_text, bind_times=bind_times),
        )
        if theirs.skeleton != ours.skeleton:
            return f"\n  got    {ours.skeleton[:3000]}\n  wanted {theirs.skeleton[:3000]}"
        for (_unused, recorded), (_unused, actual) in zip(theirs.words, ours.words, strict=True):
            problem = self.pairs.bind(recorded, actual)
            if problem:
                return problem
        return None

    def _recorded(self, ours: str) -> str:
        return self.pairs.theirs.get(ours, ours)

    def _describe(self, exchange: Exchange, content: bytes) -> str | None:
        """A gzipped tar: its names and sizes; the sizes of what images hold are a matter of the rack."""
        wanted = exchange.response["describe"]
        if wanted.startswith("broken"):
            tail = ast.literal_eval(wanted.partition("ends with ")[2])
            return None if content.endswith(tail) else f"ends with {content[-200:]!r}"
        self.exported = content
        with tarfile.open(fileobj=io.BytesIO(content), mode="r:gz") as archive:
            members = archive.getmembers()
        told = ", ".join(f"{m.name} (dir)" if m.isdir() else f"{m.name} ({m.size})" for m in members)
        # Times in it have more digits or fewer.
        wanted, told = (re.sub(r"(build.json) \(\d+\)", r"\1", text) for text in (wanted, told))
        return self._compare(wanted, f"gzipped tar of {told}")

    # -- websockets

    def _socket(self, exchange: Exchange) -> str | None:
        request, wanted = exchange.request, exchange.response
        headers = {k: self.pairs.translate(v) for k, v in (request.get("headers") or {}).items()}
        auth = self._who(exchange.note)
        if auth:
            headers["Authorization"] = httpx.BasicAuth(*auth)._auth_header
        try:
            with self.reach.open(self.pairs.translate(request["path"]), headers) as socket:
                for frame in request["send"]:
                    socket.send(frame["data"] if frame["type"] == "text" else frame["data"].encode())
                frames, close = _frames(socket, exchange)
        except Refused as error:
            same = error.status == wanted["status"] and error.body.decode() == wanted["body"]
            return None if same else str(error)
        if wanted["status"] != 101 or close != wanted["close"]:
            return f"close: {close} instead of {wanted['close']}: {frames}"
        return self._compare_frames(collapse(wanted["frames"]), collapse(frames))

    def _compare_frames(self, wanted: list[dict[str, str]], got: list[dict[str, str]]) -> str | None:
        if len(wanted) != len(got):
            return f"\n  got    {got}\n  wanted {wanted}"
        for theirs, ours in zip(wanted, got, strict=True):
            if theirs["type"] != ours["type"]:
                return f"{ours} instead of {theirs}"
            problem = self._compare(theirs["data"], ours["data"], bind_times=False)
            if problem:
                return problem
        return None

    # -- what setups use

    def _learn_release(self, exchange: Exchange) -> None:
        """A release that no recorded answer showed is that of the last build."""
        for kind, word in self.pairs.unknown(exchange.request["path"]):
            if kind == "id" and word.startswith("R") and self.last_build:
                app, build = self.last_build
                self.pairs.bind(word, self.finish_build(app, build))

    def finish_build(self, app: str, build: str) -> str:
        """Wait for a build; its release."""
        found = self.until(f"/apps/{app}/builds/{build}", lambda b: b["status"] != "running")
        return str(found["release"])

    def build(self, app: str, url: str = "http://h/ok.tgz") -> str:
        answer = self.client.post(f"/apps/{app}/builds", data={"url": url}).json()
        return self.finish_build(app, answer["id"])

    def promote(self, app: str, release: str) -> None:
        self.client.post(f"/apps/{app}/releases/{release}/promote").raise_for_status()
        self.until(f"/apps/{app}", lambda a: a["status"] == "running")

    def create(self, app: str) -> None:
        self.client.post("/apps", data={"name": app}).raise_for_status()
        self.until(f"/apps/{app}", lambda a: a["status"] == "running")

    def deploy(self, app: str) -> str:
        """An app with the recordings' manifest, built and running."""
        if self.client.get(f"/apps/{app}").status_code == 404:
            self.create(app)
        release = self.build(app)
        self.promote(app, release)
        return release

    def until(self, path: str, good: Callable[[Any], bool]) -> Any:
        end = self.clock.now() + PATIENCE
        while True:
            found = self.client.get(path).json()
            if good(found):
                return found
            if self.clock.now() > end:
                raise TimeoutError(f"{path}: {found}")
            self.clock.sleep(0.01)


def _frames(socket: Frames, exchange: Exchange) -> tuple[list[dict[str, str]], str | None]:
    """Frames until the end of the stream, or until nothing comes for a while; and what is left of it."""
    wanted = exchange.response
    ended = any(frame["type"] == "binary" for frame in wanted["frames"])
    unended = wanted["close"] == "open, stream not ended" and not ended
    frames: list[dict[str, str]] = []
    while True:
        try:
            data = socket.recv(timeout=QUIET if unended else PATIENCE)
        except TimeoutError:
            return frames, "open, stream not ended"
        except Closed:
            return frames, "closed"
        if isinstance(data, bytes):
            frames.append({"type": "binary", "data": data.decode()})
            break
        frames.append({"type": "text", "data": data})
    try:
        socket.recv(timeout=0.05)
    except TimeoutError:
        # One recording watched the connection beyond the end and names it by that.
        return frames, wanted["close"] if ended else "open after the end of stream"
    except Closed:
        return frames, "closed"
    return frames, "more after the end of stream"
