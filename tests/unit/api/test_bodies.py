# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers that are read whole: a bound on their size, whatever they decode to, and the deadline."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import zlib
from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api._http import body
from ansible_collections.convox.rack.plugins.module_utils._api._http.deadline import Deadline
from ansible_collections.convox.rack.plugins.module_utils._api.third_party import httpx
from tests.unit.api.clients import Client, at_most
from tests.unit.api.servers import Server, Talk, answer
from tests.unit.api.test_streams import MIB, flat_memory

LONG = Deadline(60.0, lambda: 0.0)


def zeros(size: int, level: int = 9) -> bytes:
    """So many zeros as gzip, made without holding them."""
    packer = zlib.compressobj(level, zlib.DEFLATED, 31)
    pieces = [packer.compress(bytes(MIB)) for _number in range(size // MIB)]
    return b"".join([*pieces, packer.flush()])


# A thousandth of what it decodes to.
BOMB = zeros(512 * MIB)
TWICE = gzip.compress(BOMB)


def endless(talk: Talk) -> None:
    """A body of 1.5 GiB."""
    talk.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    for _number in range(1536):
        talk.send(b"100000\r\n" + bytes(MIB) + b"\r\n")


@pytest.mark.parametrize(
    "reply",
    [
        answer(200, TWICE, Content_Encoding="gzip, gzip"),
        answer(200, BOMB, Content_Encoding="gzip"),
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Encoding: gzip\r\n"
        + f"Content-Length: {len(TWICE)}\r\n\r\n".encode()
        + TWICE,
        endless,
        b"HTTP/1.1 200 OK\r\nContent-Length: 1610612736\r\n\r\n" + bytes(MIB),
        answer(500, BOMB, Content_Encoding="gzip"),
        answer(200, b"x", Content_Encoding="br"),
        answer(200, zlib.compress(b"x"), Content_Encoding="deflate"),
    ],
    ids=["twice", "bomb", "two headers", "endless", "announced", "error", "br", "deflate"],
)
def test_a_bomb_costs_neither_time_nor_memory(reply: Any) -> None:
    with (
        Server((reply,)) as rack,
        Client(rack.url, timeout=10) as client,
        at_most(5.0),
        flat_memory(160 * MIB),
    ):
        error = client.fails("POST")
        assert isinstance(error, errors.ConvoxServerError)
        assert error.unsettled
        assert "larger than 64 MiB" in error.message or "encoded" in error.message
        assert len(rack.seen) == 1


def test_what_is_within_the_bound_is_read_encoded_or_not() -> None:
    size = 60 * MIB
    for reply in (answer(200, zeros(size), Content_Encoding="gzip"), answer(200, bytes(size))):
        with Server((reply,)) as rack, Client(rack.url) as client:
            assert client.send().content == bytes(size)


def test_decoding_is_within_the_deadline() -> None:
    times = iter(range(100))
    deadline = Deadline(10.0, lambda: float(next(times)))
    with pytest.raises(httpx.ReadTimeout):
        body.whole({"content-encoding": "gzip"}, [zeros(60 * MIB)], deadline)


@pytest.mark.parametrize(
    ("content", "ok"),
    [
        (gzip.compress(b"hello"), True),
        (b"", True),
        (gzip.compress(b"hello")[:-3], False),
        (gzip.compress(b"hello") + b"more", False),
        (b"hello", False),
        (gzip.compress(b"x" * 3 * MIB), True),
    ],
)
def test_gzip_is_taken_whole_or_not_at_all(content: bytes, ok: bool) -> None:
    def pieces() -> Iterator[bytes]:
        for start in range(0, len(content), 7):
            yield content[start : start + 7]

    for give in (pieces, lambda: [content]):
        if ok:
            want = gzip.decompress(content) if content else b""
            assert body.whole({"content-encoding": "gzip"}, give(), LONG) == want
        else:
            with pytest.raises(httpx.DecodingError):
                body.whole({"content-encoding": "GZIP"}, give(), LONG)


DEEP = b"[" * 100_000 + b"]" * 100_000


def test_json_of_any_depth_is_an_answer_or_an_error_of_ours() -> None:
    with Server((answer(200, DEEP, Content_Type="application/json"),)) as rack, Client(rack.url) as client:
        given = client.send()
        with pytest.raises(errors.ConvoxServerError, match="is not JSON"):
            given.json()
    deep = b'{"error": ' + DEEP + b"}"
    with Server((answer(500, deep, Content_Type="application/json"),)) as rack, Client(rack.url) as client:
        assert isinstance(client.fails(), errors.ConvoxServerError)
    challenge = answer(401, "", WWW_Authenticate='Session path="/session" token="false"')
    with Server((challenge, answer(200, DEEP))) as rack, Client(rack.url, rack="a/b") as client:
        assert isinstance(client.fails(), errors.ConvoxAuthError)


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        (b'{"a": "x\\ud800y"}', {"a": "x?y"}),
        (b'{"\\uDC00": ["\\udfff", {"b": "\\ud83d\\ude00"}]}', {"?": ["?", {"b": "😀"}]}),
        (b'{"a": "\xed\xa0\x80"}', {"a": "?"}),
        ('{"a": "한국"}'.encode(), {"a": "한국"}),
    ],
)
def test_half_letters_become_question_marks(raw: bytes, read: dict[str, Any]) -> None:
    with Server((answer(200, raw, Content_Type="application/json"),)) as rack, Client(rack.url) as client:
        given = client.send().json()
    assert given == read
    json.dumps(given, ensure_ascii=False).encode()


def test_half_letters_in_an_error_too() -> None:
    reply = answer(500, b'{"error": "bad \\ud800 letter"}', Content_Type="x/json")
    with Server((reply,)) as rack, Client(rack.url) as client:
        assert "bad ? letter" in str(client.fails())


@pytest.mark.parametrize("give", [{"form": {"a": "\ud800"}}, {"query": {"a": "\ud800"}}])
def test_half_letters_are_not_sent(give: dict[str, Any]) -> None:
    with Server((answer(200, "ok"),)) as rack, Client(rack.url) as client:
        assert "half a letter" in client.fails("PUT", **give).message
        assert rack.seen == []


def test_a_bomb_in_a_process_of_its_own_takes_little_of_the_machine() -> None:
    """ru_maxrss, which counts what tracemalloc does not see."""
    with Server((answer(200, BOMB, Content_Encoding="gzip"),)) as rack:
        code = (
            "import resource\nfrom tests.unit.api.clients import Client\n"
            f"with Client({rack.url!r}) as client:\n"
            "    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
            "    client.fails()\n"
            "    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONPATH": ":".join(filter(None, sys.path))},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    # In KiB on Linux, in bytes on macOS.
    assert int(done.stdout) * (1 if sys.platform == "darwin" else 1024) < 200 * MIB
