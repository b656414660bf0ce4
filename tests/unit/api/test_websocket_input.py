# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Websockets that are written to: a program's input, both ways at once."""

from __future__ import annotations

import json
import os
import socket
import struct
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.convox.rack.plugins.module_utils._api import client as api_client
from ansible_collections.convox.rack.plugins.module_utils._api import errors
from tests.unit.api.certificates import Authority
from tests.unit.api.clients import Client, at_most, error_of
from tests.unit.api.servers import Server, Talk, frame, tunnel, websocket

END = frame(2)
CODE = b"F1E49A85-0AD7-4AEF-A618-C249C6E6568D:0\n"
EXEC = "/apps/web/processes/p/exec"
MIB = 1024 * 1024


def exactly(sock: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        more = sock.recv(size - len(data))
        if not more:
            raise OSError("the client closed")
        data += more
    return data


def received(sock: socket.socket) -> tuple[int, bytes]:
    """One frame of the client: opcode and data."""
    first, second = exactly(sock, 2)
    size = second & 0x7F
    if size == 126:
        size = struct.unpack("!H", exactly(sock, 2))[0]
    elif size == 127:
        size = struct.unpack("!Q", exactly(sock, 8))[0]
    assert second & 0x80, "a client masks what it sends"
    mask, data = exactly(sock, 4), exactly(sock, size)
    key = (mask * (size // 4 + 1))[:size]
    return first & 0x0F, (int.from_bytes(data, "big") ^ int.from_bytes(key, "big")).to_bytes(size, "big")


def cat(talk: Talk) -> None:
    """Gives back what it gets, and takes nothing more while nobody reads."""
    while True:
        opcode, data = received(talk.sock)
        if opcode == 2:
            talk.send(frame(1, CODE) + END)
            return
        if opcode == 1:
            talk.send(frame(1, data))


def swallow(into: list[tuple[int, bytes]]) -> Callable[[Talk], None]:
    """A program that only reads, up to the end of its input."""

    def reply(talk: Talk) -> None:
        while True:
            into.append(received(talk.sock))
            if into[-1][0] == 2:
                talk.send(frame(1, CODE) + END)
                return

    return reply


def run(client: Client, **how: Any) -> bytes:
    rack = api_client.Client(client.transport)
    with rack.open_socket(
        EXEC, operation="run it", headers={"Command": "cat", "Tty": "false"}, **how
    ) as opened:
        return b"".join(opened)


@pytest.mark.parametrize(
    "pieces",
    [
        [b"line one\n"],
        [b"one\n", b"", b"two\n"],
        [bytes(range(256)) * 3],
        ["größe ".encode() * 20_000],
        [os.urandom(300_000), b"\xff" * 70_000],
        [],
    ],
    ids=["line", "lines", "all bytes", "letters", "random", "nothing"],
)
def test_input_goes_in_and_comes_out_unharmed(pieces: list[bytes]) -> None:
    with Server((websocket(then=cat),)) as rack, Client(rack.url) as client, at_most(5.0):
        assert run(client, input=pieces, timeout=20) == b"".join(pieces) + CODE
        assert rack.seen[0].headers["command"] == "cat"


def test_more_than_all_buffers_hold_goes_both_ways_without_threads() -> None:
    """Whoever wrote first and read then would wait for ever."""
    size = 24 * MIB

    def content() -> Iterator[bytes]:
        for _number in range(size // MIB):
            yield bytes(MIB)

    with Server((websocket(then=cat),)) as rack, Client(rack.url) as client, at_most(30.0):
        assert len(run(client, input=content(), timeout=60)) == size + len(CODE)


def test_frames_are_text_cut_between_letters_and_the_end_is_an_empty_binary_one() -> None:
    frames: list[tuple[int, bytes]] = []
    text = "aé漢😀" * 9000
    with Server((websocket(then=swallow(frames)),)) as rack, Client(rack.url) as client:
        assert run(client, input=[text.encode()]) == CODE
    assert [opcode for opcode, _data in frames] == [1] * (len(frames) - 1) + [2]
    assert frames[-1] == (2, b"") and len(frames) > 2
    assert "".join(data.decode() for _opcode, data in frames[:-1]) == text


def test_an_input_that_has_nothing_yet_is_asked_again_while_output_is_read() -> None:
    given: list[bytes | None] = [b"", b"one\n", b"", b"", b"two\n", None]
    seen: list[bytes] = []
    with Server((websocket(frame(1, "ready\n"), then=cat),)) as rack, Client(rack.url) as client:
        rack_client = api_client.Client(client.transport)
        with rack_client.open_socket(EXEC, operation="run it", input=lambda: given.pop(0)) as opened:
            seen.extend(opened)
    assert (seen, given) == ([b"ready\n", b"one\n", b"two\n", CODE], [])


def test_a_conversation() -> None:
    with Server((websocket(then=cat),)) as rack, Client(rack.url) as client, at_most(5.0):
        opened = api_client.Client(client.transport).open_socket(EXEC, operation="run it", timeout=5)
        answers = iter(opened)
        for text in ("a", "bé"):
            opened.write(text)
            assert next(answers) == text.encode()
        opened.write(b"\x00\xff")
        assert next(answers) == b"\x00\xff"
        opened.close_input()
        opened.close_input()
        assert list(answers) == [CODE]
        opened.close()


def test_over_tls_and_through_proxies(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    data = os.urandom(3 * MIB)
    trust = {"ca_path": authority.path("ca.pem"), "timeout": 30.0}
    with Server((websocket(then=cat),), tls=authority.server("rack.test", "127.0.0.1")) as rack:
        with Client(rack.url, **trust) as client:
            assert run(client, input=[data]) == data + CODE
        for tls in (None, authority.server()):
            rack.seen.clear()
            with (
                Server((tunnel(rack.port),), tls=tls) as proxy,
                Client("https://rack.test", proxy=proxy.url, **trust) as client,
            ):
                # TLS in TLS can only be written to at once: less than the buffers hold.
                part = data if tls is None else data[:100_000]
                assert run(client, input=[part]) == part + CODE


def test_a_program_that_reads_nothing_meets_the_deadline() -> None:
    def deaf(talk: Talk) -> None:
        talk.silence(5.0)

    with Server((websocket(then=deaf),)) as rack, Client(rack.url) as client, at_most(2.0):
        error = error_of(lambda: run(client, input=[bytes(32 * MIB)], timeout=0.5))
        assert isinstance(error, errors.ConvoxTimeoutError)


def test_a_connection_cut_while_input_is_sent_is_an_error() -> None:
    def cut(talk: Talk) -> None:
        received(talk.sock)
        talk.reset()

    with Server((websocket(then=cut),)) as rack, Client(rack.url) as client, at_most(3.0):
        error = error_of(lambda: run(client, input=[bytes(32 * MIB)], timeout=5))
        assert isinstance(error, errors.ConvoxConnectionError)


def test_an_error_of_the_rack_wins_though_input_is_left() -> None:
    script = websocket(frame(1, CODE), frame(1, 'ERROR: pods "none" not found\n'), END)
    with Server((script,)) as rack, Client(rack.url) as client, at_most(3.0):
        error = error_of(lambda: run(client, input=lambda: b"", timeout=5))
        assert isinstance(error, errors.ConvoxNotFoundError)


def test_what_the_input_raises_passes() -> None:
    def broken() -> Iterator[bytes]:
        yield b"one"
        raise OSError("the file is gone")

    with (
        Server((websocket(then=cat),)) as rack,
        Client(rack.url) as client,
        pytest.raises(OSError, match="gone"),
    ):
        run(client, input=broken(), timeout=5)


def test_silence_and_pings_while_an_input_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    from ansible_collections.convox.rack.plugins.module_utils._api._http import websocket as sockets

    monkeypatch.setattr(sockets, "_PING_SECONDS", 0.3)
    frames: list[tuple[int, bytes]] = []

    def quiet(talk: Talk) -> None:
        until = time.monotonic() + 0.8
        talk.sock.settimeout(0.5)
        while time.monotonic() < until:
            frames.append(received(talk.sock))
        talk.send(END)

    with Server((websocket(then=quiet),)) as rack, Client(rack.url) as client:
        rack_client = api_client.Client(client.transport)
        with rack_client.open_socket(EXEC, operation="run it", input=lambda: b"", idle=0.2) as opened:
            pieces = list(opened)
    assert set(pieces) == {b""} and 2 <= len(pieces) <= 5
    assert {opcode for opcode, _data in frames} == {9} and len(frames) >= 2


RECORDINGS = Path(__file__).parents[2] / "contract" / "recordings"


def recorded() -> list[Any]:
    lines = [
        json.loads(line)
        for name in ("websockets", "processes")
        for line in (RECORDINGS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        if line.strip()
    ]
    return [line for line in lines if line["response"].get("frames") and line["request"].get("send")]


@pytest.mark.parametrize("exchange", recorded(), ids=lambda exchange: exchange["note"][:40])
def test_the_recorded_streams_with_input(exchange: Any) -> None:
    """What was sent is sent again by us, and what came is read."""
    frames = exchange["response"]["frames"]
    ended = frames[-1]["type"] == "binary"
    texts = [each["data"].encode() for each in frames if each["type"] == "text"]
    sent = [each["data"].encode() for each in exchange["request"]["send"] if each["type"] == "text"]
    heard: list[tuple[int, bytes]] = []

    def reply(talk: Talk) -> None:
        while b"".join(data for _opcode, data in heard) != b"".join(sent):
            heard.append(received(talk.sock))
        talk.send(b"".join(frame(1 if each["type"] == "text" else 2, each["data"]) for each in frames))
        talk.silence()

    with Server((websocket(then=reply),)) as rack, Client(rack.url) as client:
        rack_client = api_client.Client(client.transport)
        seen: list[bytes] = []
        with rack_client.open_socket(EXEC, operation="run it", input=sent, timeout=1.0) as opened:
            try:
                seen.extend(opened)
            except errors.ConvoxTimeoutError:
                assert not ended
    assert b"".join(seen) == b"".join(texts)
    assert all(opcode == 1 for opcode, _data in heard)
