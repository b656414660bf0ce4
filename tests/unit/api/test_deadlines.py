# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""One deadline for all of a request, whatever the other side does with its time."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api._http import names
from ansible_collections.convox.rack.plugins.module_utils._api._http.deadline import Deadline, within
from ansible_collections.convox.rack.plugins.module_utils._api._http.ledger import Ledger
from ansible_collections.convox.rack.plugins.module_utils._api._http.transport import Transport
from tests.unit.api.certificates import Authority
from tests.unit.api.clients import Client, at_most, connection, error_of
from tests.unit.api.servers import Server, Talk, answer


def trickle(start: bytes, piece: bytes) -> Callable[[Talk], None]:
    """Send something now and then, so that no single read ever waits long."""

    def reply(talk: Talk) -> None:
        talk.send(start)
        while not talk.stop.wait(0.05):
            talk.send(piece)

    return reply


@pytest.mark.parametrize(
    "reply",
    [
        trickle(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b"x"),
        trickle(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        trickle(b"HTTP/1.1 200 OK\r\n", b"A: b\r\n"),
        trickle(b"", b"HTTP/1.1 102 Processing\r\n\r\n"),
    ],
    ids=["body", "chunks", "headers", "interim answers"],
)
def test_a_server_that_trickles_is_cut_off(reply: Callable[[Talk], None]) -> None:
    with Server((reply,)) as rack, Client(rack.url) as client, at_most(2.0):
        error = client.fails("POST", timeout=0.4)
        assert isinstance(error, errors.ConvoxTimeoutError)
        assert error.unsettled


def test_a_server_that_does_not_read_an_upload_is_cut_off() -> None:
    def content() -> Iterator[bytes]:
        while True:
            yield b"x" * 1_000_000

    with socket.create_server(("127.0.0.1", 0)) as deaf:
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        with Client(url) as client, at_most(3.0):
            error = client.fails("POST", content=content, timeout=0.5)
            assert isinstance(error, errors.ConvoxTimeoutError)


def test_a_server_that_reads_an_upload_too_slowly_is_cut_off() -> None:
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as slow:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)

        def sip() -> None:
            sock, _unused = slow.accept()
            while not stop.wait(0.01):
                sock.recv(65536)
            sock.close()

        reader = threading.Thread(target=sip)
        reader.start()
        with Client(f"http://127.0.0.1:{slow.getsockname()[1]}") as client, at_most(3.0):
            error = client.fails("POST", content=b"x" * 50_000_000, timeout=1.0)
            assert isinstance(error, errors.ConvoxTimeoutError)
        stop.set()
        reader.join()


def test_a_server_that_trickles_over_tls_is_cut_off(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    trust = {"ca_path": authority.path("ca.pem")}
    reply = trickle(b"HTTP/1.1 200 OK\r\n", b"A: b\r\n")
    with Server((reply,), tls=authority.server()) as rack, Client(rack.url, **trust) as client, at_most(3.0):
        assert isinstance(client.fails(timeout=0.5), errors.ConvoxTimeoutError)


def test_all_tries_together_have_one_deadline() -> None:
    def slow_503(talk: Talk) -> None:
        talk.silence(0.3)
        talk.send(answer(503))

    with Server((slow_503,)) as rack, Client(rack.url, backoff_base=0) as client, at_most(2.0):
        error = client.fails(timeout=0.7)
        assert isinstance(error, errors.ConvoxTimeoutError)
        assert len(rack.seen) > 1


def test_pauses_count() -> None:
    now = [100.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    with Server((answer(503),)) as rack:
        made = connection(rack.url, timeout=5, backoff_base=2)
        transport = Transport(made, random=lambda: 1.0, clock=lambda: now[0], sleep=sleep)
        ledger = Ledger()
        error = error_of(lambda: transport.send("GET", "/apps", operation="read", ledger=ledger))
        assert isinstance(error, errors.ConvoxGatewayError)
        # A pause of 2 s fits into the deadline, one of 4 s more does not.
        assert (ledger.requests, now) == (2, [102.0])
        transport.close()


def test_a_request_s_own_timeout_wins_both_ways() -> None:
    def slow(talk: Talk) -> None:
        talk.silence(0.5)
        talk.send(answer(200, []))

    with Server((slow,)) as rack, Client(rack.url, timeout=0.1) as client:
        assert client.send(timeout=5).status == 200
    with Server((slow,)) as rack, Client(rack.url, timeout=5) as client:
        assert isinstance(client.fails(timeout=0.1), errors.ConvoxTimeoutError)


def test_a_listener_that_never_accepts_tls_is_cut_off() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        url = f"https://127.0.0.1:{deaf.getsockname()[1]}"
        with Client(url) as client, at_most(2.0):
            error = client.fails("POST", timeout=0.4)
            assert isinstance(error, errors.ConvoxTimeoutError)
            assert not error.unsettled


def test_a_dead_address_leaves_time_for_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    """A host with two addresses, the first of which never answers."""
    with Server((answer(200, []),)) as rack:
        found = [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, rack.port))
            for address in ("192.0.2.1", "127.0.0.1")
        ]
        real = socket.create_connection
        tried: list[tuple[str, float]] = []

        def connect(address: tuple[str, int], timeout: float, **more: object) -> socket.socket:
            tried.append((address[0], timeout))
            if address[0] == "192.0.2.1":
                time.sleep(timeout)
                raise TimeoutError("timed out")
            return real(address, timeout, **more)  # type: ignore[arg-type]  # passed on as it came

        monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **more: found)
        monkeypatch.setattr(socket, "create_connection", connect)
        with Client(f"http://two.example.com:{rack.port}") as client, at_most(2.0):
            assert client.send(timeout=1.0).status == 200
        assert tried[0] == ("192.0.2.1", pytest.approx(0.5, abs=0.05))


def test_a_deadline_is_the_clock_s() -> None:
    now = [10.0]
    deadline = Deadline(5.0, lambda: now[0])
    assert deadline.left() == 5.0
    now[0] = 16.0
    assert deadline.left() == -1.0


@pytest.mark.parametrize("name", ["slow.example.com", "proxy"])
def test_a_resolver_that_does_not_answer_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    stop = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **more: stop.wait(12.0))
    options = {"proxy": "http://slow.example.com:3128"} if name == "proxy" else {}
    with Client("http://slow.example.com", max_retries=0, **options) as client, at_most(1.5):
        error = client.fails("POST", timeout=0.4)
        assert not error.unsettled
        assert isinstance(error, errors.ConvoxTimeoutError)
        assert ("proxy" if name == "proxy" else "was not resolved in time") in error.message
    stop.set()


def test_a_name_costs_next_to_nothing_and_an_address_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.7", 80))] * 2
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **more: found)
    times = []
    for _unused in range(50):
        start = time.perf_counter()
        assert names.addresses("rack.example.com", 80, 5.0) == ["192.0.2.7"]
        times.append(time.perf_counter() - start)
    assert min(times) < 0.005
    monkeypatch.setattr(threading.Thread, "start", lambda thread: pytest.fail("a thread for an address"))
    assert names.addresses("192.0.2.1", 80, 5.0) == ["192.0.2.1"]
    assert names.addresses("::1", 80, 5.0) == ["::1"]


def test_a_request_ends_by_the_deadline_that_it_is_sent_within() -> None:
    with Server((lambda talk: talk.silence(),)) as rack, Client(rack.url) as client, at_most(1.5):
        with within(Deadline(0.4, time.monotonic)):
            assert isinstance(client.fails(timeout=30), errors.ConvoxTimeoutError)
        with within(Deadline(30, time.monotonic)):
            assert isinstance(client.fails(timeout=0.3), errors.ConvoxTimeoutError)


def test_no_deadline_is_further_than_a_year_away() -> None:
    """Python's own waits end with an OverflowError after some centuries."""
    with Client("http://127.0.0.1:1", max_retries=0) as client:
        assert isinstance(client.fails(timeout=2.0**63), errors.ConvoxConnectionError)
    assert Deadline(2.0**63, lambda: 0.0).left() == 366 * 86400
