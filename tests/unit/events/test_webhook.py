# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The event source convox_webhook: what is taken, what is refused and how, and in which order it goes on."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import io
import json
import logging
import socket
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.certs import make
from tests.practice_rack.events import signature
from tests.unit.events.plugins import free_port, load, run_source

KEY, OTHER = "5257a869" * 8, "8c1f3e0b" * 8
SOURCE = load("event_source", "convox_webhook")
Post = Callable[..., Awaitable[tuple[int, str]]]


def body(number: int = 0, action: str = "app:promote:completed", **data: Any) -> bytes:
    at = f"2026-11-27T10:00:{number:02d}.5Z"
    event = {"action": action, "status": "success", "timestamp": at, "data": {"app": "web", **data}}
    return json.dumps(event).encode()


def signed(content: bytes, keys: str = KEY, off: int = 0) -> dict[str, str]:
    return {"Convox-Signature": signature(content, keys, int(time.time()) + off)}


def listen(play: Callable[[Post, asyncio.Queue[Any]], Awaitable[None]], **args: Any) -> list[dict[str, Any]]:
    """Post to the source; the events that are left in its queue."""
    port = free_port()

    async def with_post(queue: asyncio.Queue[Any]) -> None:
        async with aiohttp.ClientSession() as session:

            async def post(
                content: Any, headers: dict[str, str], path: str = "/convox", method: str = "POST"
            ) -> tuple[int, str]:
                url = f"http://127.0.0.1:{port}{path}"
                async with session.request(method, url, data=content, headers=headers) as answer:
                    return answer.status, await answer.text()

            for _attempt in range(200):
                try:
                    await post(b"", {}, "/", "GET")
                    break
                except aiohttp.ClientConnectionError:
                    await asyncio.sleep(0.01)
            await play(post, queue)

    given = {"host": "127.0.0.1", "port": port, "signing_key": KEY, "hold": 0, **args}
    return run_source(SOURCE["main"], given, with_post)


def test_a_signed_event_is_passed_on_once() -> None:
    async def play(post: Post, queue: asyncio.Queue[Any]) -> None:
        sent = body(1, id="RABCDEFGHIJ")
        assert await post(sent, signed(sent)) == (200, '{"status": "ok"}')
        assert await post(sent, signed(sent)) == (200, '{"status": "came before"}')
        # A second webhook that leads here: signed a second later.
        assert (await post(sent, signed(sent, off=1)))[1] == '{"status": "came before"}'
        assert (await post(body(2), signed(body(2), f"{OTHER},{KEY}")))[0] == 200
        await asyncio.sleep(0.05)

    first, second = listen(play)
    assert first["payload"] == json.loads(body(1, id="RABCDEFGHIJ"))
    assert first["meta"] == {"endpoint": "/convox", "late": False}
    assert second["payload"]["timestamp"] == "2026-11-27T10:00:02.5Z"


def test_a_rack_that_signs_with_the_digits_themselves() -> None:
    async def play(post: Post, queue: asyncio.Queue[Any]) -> None:
        at = int(time.time())
        made = hmac.new(KEY.encode(), b"%d." % at + body(), hashlib.sha256).hexdigest()
        assert (await post(body(), {"Convox-Signature": f"t={at},v1={made}"}))[0] == 200
        await queue.get()

    assert listen(play, signing_key=[OTHER, KEY]) == []


def test_what_is_refused(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    large, canary = b" " * (10 * 1024 * 1024), b'{"action": "canary-of-a-body"}'
    nest = b'{"action": "a", "data": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"

    async def pieces() -> Any:
        for _unused in range(160):
            yield b" " * 65536

    async def play(post: Post, queue: asyncio.Queue[Any]) -> None:
        for status, content, headers in (
            (401, canary, {}),
            (401, canary, {"Convox-Signature": "t=1"}),
            (401, canary, {"Convox-Signature": f"v1={'0' * 64}"}),
            (401, canary, {"Convox-Signature": f"t={int(time.time())},v1={'0' * 64}"}),
            (401, canary, {"Convox-Signature": f"t={10**15},v1={'0' * 64}"}),
            (401, canary, {"Convox-Signature": "t=1" + f",v1={'0' * 64}" * 100}),
            (401, canary, signed(canary, OTHER)),
            (401, body(2), signed(canary)),
            (401, canary, signed(canary, off=-301)),
            (401, canary, signed(canary, off=302)),
            (400, b"canary-of-a-body", signed(b"canary-of-a-body")),
            (400, b"\xff\xfe", signed(b"\xff\xfe")),
            (400, b'["canary-of-a-body"]', signed(b'["canary-of-a-body"]')),
            (400, b'{"action": 5}', signed(b'{"action": 5}')),
            (400, b'{"action": "a", "data": [1]}', signed(b'{"action": "a", "data": [1]}')),
            (400, b'{"action": "a", "n": NaN}', signed(b'{"action": "a", "n": NaN}')),
            (400, nest, signed(nest)),
            (415, canary, signed(canary) | {"Content-Encoding": "gzip"}),
        ):
            assert (await post(content, headers))[0] == status, (content[:40], headers)
        assert (await post(canary, signed(canary), "/other"))[0] == 404
        assert (await post(None, {}, method="GET"))[0] == 405
        for content in (io.BytesIO(large), pieces()):
            # It answers and closes while we still send.
            with contextlib.suppress(aiohttp.ClientConnectionError):
                assert (await post(content, signed(large)))[0] == 413
        # And it still takes what it should.
        assert (await post(body(), signed(body())))[0] == 200
        await queue.get()

    assert listen(play) == []
    assert "signed 301 s from now" in caplog.text or "signed 302 s from now" in caplog.text
    for secret in (KEY, OTHER, "canary-of-a-body"):
        assert secret not in caplog.text


def test_events_go_on_in_the_order_in_which_they_happened() -> None:
    async def play(post: Post, queue: asyncio.Queue[Any]) -> None:
        for number in (3, 1, 2):
            await post(body(number), signed(body(number)))
        assert [await queue.get() for _unused in range(3)] == [
            {"payload": json.loads(body(number)), "meta": {"endpoint": "/convox", "late": False}}
            for number in (1, 2, 3)
        ]
        for sent in (body(2, id="R2"), body(0, app="other")):
            await post(sent, signed(sent))
        await asyncio.sleep(0.4)

    other, late = listen(play, hold=0.3)
    assert (late["payload"]["data"], late["meta"]["late"]) == ({"app": "web", "id": "R2"}, True)
    assert (other["payload"]["data"], other["meta"]["late"]) == ({"app": "other"}, False)


@pytest.mark.parametrize(
    ("event", "wanted"),
    [
        ({"timestamp": "2026-11-27T10:00:00Z"}, (1795773600, 0)),
        ({"timestamp": "2026-11-27T12:00:00.000000001+02:00"}, (1795773600, 1)),
        ({"timestamp": "2026-11-27T10:00:00.5Z"}, (1795773600, 500_000_000)),
        ({"timestamp": "2026-13-27T10:00:00Z"}, (7, 0)),
        ({"timestamp": None}, (7, 0)),
        ({}, (7, 0)),
    ],
)
def test_when_it_happened(event: dict[str, Any], wanted: tuple[int, int]) -> None:
    assert SOURCE["moment"](event, 7) == wanted


@pytest.mark.parametrize(
    ("args", "says"),
    [
        ({}, "port:"),
        ({"port": 0}, "port:"),
        ({"port": "canary"}, "port:"),
        ({"port": 5000}, "CONVOX_WEBHOOK_SIGNING_KEY"),
        ({"port": 5000, "signing_key": [KEY, ""]}, "signing_key:"),
        ({"port": 5000, "signing_key": KEY, "path": "convox"}, "path:"),
        ({"port": 5000, "signing_key": KEY, "path": "/{a}"}, "path:"),
        ({"port": 5000, "signing_key": KEY, "tolerance": -1}, "tolerance:"),
        ({"port": 5000, "signing_key": KEY, "hold": "nan"}, "hold:"),
        ({"port": 5000, "signing_key": KEY, "keyfile": "a"}, "keyfile:"),
        ({"port": 5000, "signing_key": KEY, "certfile": "/nowhere"}, "certfile:"),
        ({"port": 5000, "signing_keys": KEY}, "signing_keys"),
    ],
)
def test_options_that_are_refused(args: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says) as caught:
        SOURCE["settings_of"](args, {})
    assert KEY not in str(caught.value)


def test_https(tmp_path: Path) -> None:
    pair = make("127.0.0.1", "127.0.0.1")
    both = tmp_path / "both.pem"
    both.write_text(pair.pem + pair.key, encoding="utf-8")
    port = free_port()

    async def play(queue: asyncio.Queue[Any]) -> None:
        await asyncio.sleep(0.1)
        async with aiohttp.ClientSession() as session:
            url = f"https://127.0.0.1:{port}/hook"
            async with session.post(url, data=body(), headers=signed(body()), ssl=False) as answer:
                assert answer.status == 200
        await queue.get()

    args = {"host": "127.0.0.1", "port": port, "path": "/hook", "signing_key": KEY, "hold": 0}
    assert run_source(SOURCE["main"], {**args, "certfile": str(both)}, play) == []


def test_keys_of_the_environment() -> None:
    settings = SOURCE["settings_of"]({"port": "5000"}, {SOURCE["VARIABLE"]: f"{KEY}, {OTHER}"})
    assert settings.port == 5000
    assert set(settings.keys) == {f(k) for k in (KEY, OTHER) for f in (bytes.fromhex, str.encode)}


def test_a_port_that_is_taken() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        args = {"host": "127.0.0.1", "port": taken.getsockname()[1], "signing_key": KEY}
        with pytest.raises(ValueError, match=r"cannot listen on 127\.0\.0\.1"):
            asyncio.run(SOURCE["main"](asyncio.Queue(), args))
