# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bodies that are not held in memory: answers handed on as they come, and uploads."""

from __future__ import annotations

import gzip
import io
import socket
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from ansible_collections.convox.rack.plugins.module_utils._api import client as api_client
from ansible_collections.convox.rack.plugins.module_utils._api import errors
from tests.unit.api.clients import Client, at_most, error_of
from tests.unit.api.servers import Reply, Server, Talk, answer

MIB = 1024 * 1024
LARGE = 256 * MIB
PATH = "/apps/web/builds/B.tgz"


def download(client: Client, write: Callable[[bytes], object], **request: Any) -> Any:
    request = {"operation": "export build B", "ledger": client.ledger, **request}
    return client.transport.download(PATH, write, **request)


@contextmanager
def flat_memory(most: int) -> Iterator[None]:
    """What is inside must not have more than so many bytes at a time."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < most
    finally:
        tracemalloc.stop()


def large(talk: Talk) -> None:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/gzip\r\nContent-Length: {LARGE}\r\n\r\n"
    talk.send(head.encode())
    piece = bytes(4 * MIB)
    for _number in range(LARGE // len(piece)):
        talk.send(piece)


def cut_after(*pieces: bytes, chunked: bool = False) -> Callable[[Talk], None]:
    def reply(talk: Talk) -> None:
        kind = b"Transfer-Encoding: chunked" if chunked else b"Content-Length: 100"
        talk.send(b"HTTP/1.1 200 OK\r\n" + kind + b"\r\n\r\n")
        for piece in pieces:
            talk.send(b"%x\r\n%s\r\n" % (len(piece), piece) if chunked else piece)
            time.sleep(0.05)
        talk.cut()

    return reply


def test_a_large_answer_is_handed_on_in_flat_memory() -> None:
    size = largest = 0

    def write(piece: bytes) -> None:
        nonlocal size, largest
        size += len(piece)
        largest = max(largest, len(piece))

    with Server((large,)) as rack, Client(rack.url) as client, flat_memory(16 * MIB):
        given = download(client, write, timeout=120)
    assert (size, given.status, given.content) == (LARGE, 200, b"")
    assert largest <= 65536
    assert given.headers["content-type"] == "application/gzip"


def test_a_large_upload_is_sent_in_flat_memory() -> None:
    received = threading.Event()

    def content() -> Iterator[bytes]:
        for _number in range(LARGE // MIB):
            yield bytes(MIB)

    def swallow(listener: Any) -> None:
        sock, _unused = listener.accept()
        size, tail, space = 0, b"", bytearray(MIB)
        while not tail.endswith(b"0\r\n\r\n"):
            count = sock.recv_into(space)
            size += count
            tail = (tail + bytes(space[max(0, count - 8) : count]))[-8:]
        sock.sendall(answer(200, {"Url": "object://web/x"}))
        if size > LARGE:
            received.set()
        sock.close()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=swallow, args=(listener,), daemon=True).start()
        with Client(f"http://127.0.0.1:{listener.getsockname()[1]}") as client, flat_memory(16 * MIB):
            given = client.send("POST", content=content, timeout=120, repeatable=True)
    assert given.json() == {"Url": "object://web/x"}
    assert received.wait(1)


def test_it_is_asked_for_as_it_is_and_arrives_as_it_was_sent() -> None:
    packed = gzip.compress(b"tar" * 1000)
    file = io.BytesIO()
    with Server((answer(200, packed, Content_Type="application/gzip"),)) as rack, Client(rack.url) as client:
        api_client.Client(client.transport).download(PATH, file.write, operation="export build B")
        assert rack.seen[0].headers["accept-encoding"] == "identity"
    assert file.getvalue() == packed


@pytest.mark.parametrize(
    "reply",
    [
        answer(200, gzip.compress(b"x"), Content_Encoding="gzip"),
        answer(200, b"x", Content_Encoding="br"),
        lambda talk: (talk.send(b"HTTP/1.1 200 OK\r\n\r\nwho knows whether this is all"), talk.cut()),
    ],
    ids=["gzip", "br", "no end"],
)
def test_what_cannot_be_taken_as_it_is_is_refused_before_anything_is_written(reply: Reply) -> None:
    pieces: list[bytes] = []
    with Server((reply,)) as rack, Client(rack.url) as client:
        error = error_of(lambda: download(client, pieces.append))
        assert isinstance(error, errors.ConvoxServerError)
        assert (pieces, len(rack.seen)) == ([], 1)


def test_an_error_status_is_the_usual_error_and_nothing_is_written() -> None:
    pieces: list[bytes] = []
    reply = answer(500, {"error": 'builds.convox.com "b" not found'}, Request_Id="r-1")
    with Server((reply,)) as rack, Client(rack.url) as client:
        error = error_of(lambda: download(client, pieces.append))
        assert isinstance(error, errors.ConvoxNotFoundError)
        assert (error.request_id, error.operation, pieces) == ("r-1", "export build B", [])


@pytest.mark.parametrize("chunked", [False, True])
def test_a_cut_in_the_middle_is_an_error_and_not_begun_again(chunked: bool) -> None:
    pieces: list[bytes] = []
    replies: tuple[Reply, ...] = (cut_after(b"half", chunked=chunked), answer(200, "whole"))
    with Server(replies) as rack, Client(rack.url) as client:
        error = error_of(lambda: download(client, pieces.append))
        assert isinstance(error, errors.ConvoxConnectionError)
        assert (b"".join(pieces), len(rack.seen), client.pauses) == (b"half", 1, [])


def test_a_cut_is_begun_again_where_what_was_written_can_be_taken_back() -> None:
    file = io.BytesIO()

    def rewind() -> None:
        file.seek(0)
        file.truncate()

    replies: tuple[Reply, ...] = (cut_after(b"first half"), cut_after(b"second"), answer(200, "whole"))
    with Server(replies) as rack, Client(rack.url) as client:
        download(client, file.write, rewind=rewind)
        assert len(rack.seen) == 3
    assert file.getvalue() == b"whole"


def test_what_fails_before_anything_is_written_is_tried_again() -> None:
    pieces: list[bytes] = []
    replies: tuple[Reply, ...] = (answer(503), cut_after(), answer(200, "whole"))
    with Server(replies) as rack, Client(rack.url) as client:
        download(client, pieces.append)
        assert (b"".join(pieces), len(rack.seen)) == (b"whole", 3)


def test_a_stream_that_trickles_meets_the_deadline() -> None:
    def trickle(talk: Talk) -> None:
        talk.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while not talk.stop.wait(0.05):
            talk.send(b"x")

    with Server((trickle,)) as rack, Client(rack.url) as client, at_most(2.0):
        error = error_of(lambda: download(client, lambda piece: None, timeout=0.4))
        assert isinstance(error, errors.ConvoxTimeoutError)


def test_what_the_writer_raises_passes_and_the_connection_is_closed() -> None:
    def full(piece: bytes) -> None:
        raise OSError(28, "No space left on device")

    with Server((large, answer(200, []))) as rack, Client(rack.url) as client:
        with pytest.raises(OSError, match="No space left"):
            download(client, full)
        assert client.send().json() == []
        assert rack.connections == 2
