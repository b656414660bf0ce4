# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Streams over websockets, as the recordings show them, and as networks break them."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.convox.rack.plugins.module_utils._api import errors, third_party
from ansible_collections.convox.rack.plugins.module_utils._api._http import websocket as sockets
from tests.unit.api.clients import KEY, Client, at_most, error_of
from tests.unit.api.servers import Reply, Server, Talk, answer, frame, websocket

END = frame(2)
RECORDINGS = Path(__file__).parents[2] / "contract" / "recordings" / "websockets.jsonl"


def read(client: Client, **request: Any) -> list[str]:
    return list(client.stream_text("/apps/a/logs", operation="read logs", **request))


def stream(*frames: bytes, **how: Any) -> list[str]:
    with Server((websocket(*frames, **how),)) as rack, Client(rack.url) as client, at_most(3.0):
        return read(client)


def failure(*frames: bytes, timeout: float = 5.0, **how: Any) -> errors.ConvoxError:
    with Server((websocket(*frames, **how),)) as rack, Client(rack.url) as client, at_most(3.0):
        return error_of(lambda: read(client, timeout=timeout))


def test_text_frames_up_to_the_binary_one_though_the_rack_leaves_the_socket_open() -> None:
    assert stream(frame(1, "one\n"), frame(1, "two\n"), END) == ["one\n", "two\n"]
    assert stream(END) == []
    assert stream(frame(1, "one\n"), frame(2, "not empty"), frame(1, "late")) == ["one\n"]


def test_the_client_closes_the_socket() -> None:
    closed: list[bytes] = []

    def wait_for_close(talk: Talk) -> None:
        closed.append(talk.sock.recv(10))

    with Server((websocket(END, then=wait_for_close),)) as rack, Client(rack.url) as client:
        assert read(client) == []
        time.sleep(0.2)
        assert closed == [b""]


def test_a_reader_that_stops_early_closes_the_socket_too() -> None:
    closed: list[bytes] = []

    def wait_for_close(talk: Talk) -> None:
        closed.append(talk.sock.recv(10))

    with Server((websocket(frame(1, "x"), then=wait_for_close),)) as rack, Client(rack.url) as client:
        texts = client.stream_text("/apps/a/logs", operation="read logs")
        assert next(texts) == "x"
        texts.close()
        time.sleep(0.2)
        assert closed == [b""]


def test_frames_that_come_with_the_upgrade_s_answer_are_not_lost() -> None:
    assert stream(frame(1, "one\n"), END, glued=True) == ["one\n"]


def test_texts_come_as_they_are_sent() -> None:
    seen: list[float] = []

    def later(talk: Talk) -> None:
        talk.silence(1.0)
        talk.send(frame(1, "two") + END)

    with Server((websocket(frame(1, "one"), then=later),)) as rack, Client(rack.url) as client:
        start = time.monotonic()
        for _unused in client.stream_text("/apps/a/logs", operation="read logs"):
            seen.append(time.monotonic() - start)
    assert seen[0] < 0.9 < seen[1]


def test_a_message_in_pieces_a_long_one_and_one_split_inside_a_letter() -> None:
    assert stream(frame(1, "on", fin=False), frame(9, "ping"), frame(0, "e"), END) == ["one"]
    assert stream(frame(1, "x" * 3_000_000), END) == ["x" * 3_000_000]
    letter = "é".encode()
    assert "".join(stream(frame(1, b"caf" + letter[:1]), frame(1, letter[1:] + b"\n"), END)) == "café\n"
    assert "".join(stream(frame(1, b"\xff!"), END)) == "\ufffd!"


def test_pings_are_answered() -> None:
    answers: list[bytes] = []

    def wait(talk: Talk) -> None:
        answers.append(talk.sock.recv(100))
        talk.send(END)

    assert stream(frame(9, "hello"), then=wait) == []
    assert answers[0][0] == 0x8A


def test_a_close_frame_is_an_end_too() -> None:
    assert stream(frame(1, "one"), frame(8, b"\x03\xe8")) == ["one"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("ERROR: invalid authentication\n", errors.ConvoxAuthError),
        ('ERROR: builds.convox.com "bnothere" not found\n', errors.ConvoxNotFoundError),
        ("ERROR: app not found: nope\n", errors.ConvoxNotFoundError),
        ("ERROR: unimplemented\n", errors.ConvoxNotImplementedError),
        ("ERROR: process exec requires write access\n", errors.ConvoxForbiddenError),
        ('ERROR: time: invalid duration "soon"\n', errors.ConvoxValidationError),
        ("ERROR: Unterminated single-quoted string\n", errors.ConvoxServerError),
    ],
)
def test_an_error_frame_is_the_error_of_its_words(
    monkeypatch: pytest.MonkeyPatch, text: str, kind: type[errors.ConvoxAPIError]
) -> None:
    monkeypatch.setattr(sockets, "_HURRY_SECONDS", 0.1)
    for frames in ((frame(1, text), END), (frame(1, text), frame(8, b"\x03\xe8")), (frame(1, text),)):
        error = failure(*frames)
        assert error.__class__ is kind
        assert isinstance(error, errors.ConvoxAPIError)
        assert (error.message, error.status_code) == (text[len("ERROR: ") :].strip(), None)
        assert error.operation == "read logs"


def test_an_error_after_the_exit_code_wins_and_what_came_before_is_given() -> None:
    texts: list[str] = []
    code = "F1E49A85-0AD7-4AEF-A618-C249C6E6568D:0\n"
    script = websocket(frame(1, code), frame(1, 'ERROR: pods "none" not found\n'), END)
    with Server((script,)) as rack, Client(rack.url) as client, pytest.raises(errors.ConvoxNotFoundError):
        for text in client.stream_text("/apps/a/processes/none/exec", operation="run it"):
            texts.append(text)
    assert texts == [code]


def test_a_program_that_logs_an_error_line_and_goes_on_is_no_error() -> None:
    lines = ["ERROR: database is away\n", "retrying\n"]
    assert stream(*(frame(1, line) for line in lines), END) == lines


def test_an_error_frame_tells_more_than_the_cut_that_follows() -> None:
    error = failure(frame(1, "one\n"), frame(1, "ERROR: app not found: nope\n"), then=Talk.cut)
    assert isinstance(error, errors.ConvoxNotFoundError)


@pytest.mark.parametrize("how", [Talk.cut, Talk.reset])
def test_a_stream_cut_before_its_end_is_an_error(how: Any) -> None:
    error = failure(frame(1, "one\n"), then=how)
    assert isinstance(error, errors.ConvoxConnectionError)


def test_a_stream_that_never_ends_meets_the_deadline() -> None:
    assert isinstance(failure(frame(1, "one\n"), timeout=0.4), errors.ConvoxTimeoutError)


def test_a_stream_that_never_stops_talking_meets_the_deadline() -> None:
    def chatter(talk: Talk) -> None:
        while not talk.stop.wait(0.02):
            talk.send(frame(9))

    assert isinstance(failure(then=chatter, timeout=0.4), errors.ConvoxTimeoutError)


def test_a_handshake_that_never_ends_meets_the_deadline() -> None:
    with Server((lambda talk: talk.silence(),)) as rack, Client(rack.url) as client, at_most(2.0):
        assert isinstance(error_of(lambda: read(client, timeout=0.4)), errors.ConvoxTimeoutError)


def test_nonsense_instead_of_frames() -> None:
    error = failure(b"\xff\xff\xff\xff")
    assert isinstance(error, errors.ConvoxConnectionError)


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (answer(404), errors.ConvoxNotImplementedError),
        (answer(401, {"error": "invalid authentication"}), errors.ConvoxAuthError),
        (answer(200, [], Content_Type="application/json"), errors.ConvoxGatewayError),
        (answer(200, "<html>", Content_Type="text/html"), errors.ConvoxGatewayError),
        (answer(302, "", Location="https://elsewhere.example.com/"), errors.ConvoxGatewayError),
        (
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: bm8=\r\n\r\n",
            errors.ConvoxGatewayError,
        ),
    ],
)
def test_handshakes_that_fail(reply: bytes, kind: type[errors.ConvoxError]) -> None:
    with Server((reply,)) as rack, Client(rack.url) as client, at_most(3.0):
        assert error_of(lambda: read(client, timeout=2.0)).__class__ is kind


def test_a_handshake_is_tried_again_like_any_get() -> None:
    replies: tuple[Reply, ...] = (answer(503), lambda talk: talk.cut(), websocket(frame(1, "x"), END))
    with Server(replies) as rack, Client(rack.url) as client:
        assert read(client) == ["x"]
        assert client.pauses == [0.5, 1.0]


def test_other_requests_go_on_while_a_stream_is_read() -> None:
    def later(talk: Talk) -> None:
        talk.silence(0.2)
        talk.send(frame(1, "two") + END)

    with (
        Server((websocket(frame(1, "one"), then=later), answer(200, []))) as rack,
        Client(rack.url) as client,
    ):
        texts = client.stream_text("/apps/a/logs", operation="read logs")
        assert next(texts) == "one"
        assert client.send().json() == []
        assert list(texts) == ["two"]


def test_without_the_library_the_error_can_be_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "websockets.protocol", None)
    with Server((answer(200, []),)) as rack, Client(rack.url) as client:
        error = error_of(lambda: read(client))
        assert isinstance(error, errors.ConvoxMissingLibraryError)
        assert error.hint is not None and "websockets" in error.hint
        assert rack.seen == []


def test_an_httpcore_that_loses_frames_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for version, good in (("1.0.3", False), ("1.0.4", True), ("1.0.9", True), ("1.1", True)):
        monkeypatch.setattr(third_party.httpcore, "__version__", version)
        assert (third_party.too_old_for_streams() is None) is good


def test_secrets_are_taken_out_of_error_frames() -> None:
    assert KEY not in str(failure(frame(1, f"ERROR: bad key {KEY}\n"), END))


def recorded() -> list[Any]:
    lines = [json.loads(line) for line in RECORDINGS.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [line for line in lines if line["response"].get("frames") and not line["request"].get("send")]


@pytest.mark.parametrize("exchange", recorded(), ids=lambda exchange: exchange["note"][:40])
def test_the_recorded_streams(exchange: Any) -> None:
    frames = exchange["response"]["frames"]
    sent = [frame(1 if each["type"] == "text" else 2, each["data"]) for each in frames]
    texts = [each["data"] for each in frames if each["type"] == "text"]
    ended = frames[-1]["type"] == "binary"
    with Server((websocket(*sent),)) as rack, Client(rack.url) as client:
        given: list[str] = []
        kind: type[Exception] | None = None
        try:
            for text in client.stream_text("/x", operation="read", timeout=5.0 if ended else 1.0):
                given.append(text)
        except errors.ConvoxError as error:
            kind = type(error)
    failed = texts[-1].startswith("ERROR: ")
    assert given == (texts[:-1] if failed else texts)
    assert (kind is errors.ConvoxTimeoutError) is (not ended)
    assert (kind is not None) is (failed or not ended)
