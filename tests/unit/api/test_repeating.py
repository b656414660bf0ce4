# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tries, on real sockets: what is sent again, what is not, and what is left unsettled."""

from __future__ import annotations

import email.utils
import socket
import time

import pytest

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api._http.ledger import Ledger
from tests.unit.api.clients import KEY, Client
from tests.unit.api.servers import Reply, Server, Talk, answer

GOOD = answer(200, "ok")
OVERTAKEN = answer(
    500, {"error": 'Operation cannot be fulfilled on atoms "app": the object has been modified; x'}
)


def cut(talk: Talk) -> None:
    """The connection ends after the request was read, without an answer."""
    talk.cut()


def reset(talk: Talk) -> None:
    talk.reset()


def half(talk: Talk) -> None:
    """The answer's body is cut in the middle."""
    talk.send(b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"id": "R')
    talk.cut()


def half_of_chunks(talk: Talk) -> None:
    talk.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")
    talk.cut()


def half_of_the_head(talk: Talk) -> None:
    talk.send(b"HTTP/1.1 200 OK\r\nContent-Le")
    talk.cut()


def nonsense(talk: Talk) -> None:
    talk.send(b"SSH-2.0-OpenSSH_9.6\r\n\r\n")
    talk.cut()


GATEWAYS: list[Reply] = [answer(502), answer(503), answer(504)]
LOSSES: list[Reply] = [cut, reset, half, half_of_chunks, half_of_the_head, nonsense]


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD", "OPTIONS"])
@pytest.mark.parametrize("reply", [*GATEWAYS, *LOSSES, answer(429), OVERTAKEN])
def test_what_may_be_done_twice_is_sent_again(method: str, reply: Reply) -> None:
    if method == "HEAD" and reply in (half, half_of_chunks, OVERTAKEN):
        reply = cut  # a HEAD's answer has no body to cut
    good = GOOD if method != "HEAD" else b"HTTP/1.1 200 OK\r\n\r\n"
    with Server((reply, reply, good)) as rack, Client(rack.url) as client:
        assert client.send(method).status == 200
        assert len(rack.seen) == client.ledger.requests == 3
        assert client.pauses == [0.5, 1.0]


@pytest.mark.parametrize("reply", [*GATEWAYS, *LOSSES])
def test_a_post_of_which_nobody_knows_is_not_repeated_and_says_so(reply: Reply) -> None:
    with Server((reply, GOOD)) as rack, Client(rack.url) as client:
        error = client.fails("POST")
        assert error.unsettled
        assert len(rack.seen) == client.ledger.requests == 1
        kind = errors.ConvoxGatewayError if isinstance(reply, bytes) else errors.ConvoxConnectionError
        assert error.__class__ is kind


@pytest.mark.parametrize("reply", [answer(429), OVERTAKEN])
def test_a_post_that_surely_did_nothing_is_repeated(reply: Reply) -> None:
    with Server((reply, reply, reply, GOOD)) as rack, Client(rack.url) as client:
        assert client.send("POST").status == 200
        assert len(rack.seen) == 4


def test_a_post_that_may_be_repeated_is() -> None:
    with Server((answer(503), cut, GOOD)) as rack, Client(rack.url) as client:
        assert client.send("POST", repeatable=True).status == 200


def test_a_put_that_must_not_be_repeated_is_not() -> None:
    with Server((cut, GOOD)) as rack, Client(rack.url) as client:
        assert client.fails("PUT", repeatable=False).unsettled


def test_a_post_without_an_answer_in_time_is_unsettled() -> None:
    with Server((lambda talk: talk.silence(),)) as rack, Client(rack.url) as client:
        error = client.fails("POST", timeout=0.3)
        assert isinstance(error, errors.ConvoxTimeoutError)
        assert error.unsettled
        assert "0.3 s" in error.message


@pytest.mark.parametrize("reply", [answer(400, {"error": "no"}), answer(500, {"error": "no"}), answer(404)])
def test_a_plain_refusal_is_settled_and_final(reply: Reply) -> None:
    for method in ("GET", "POST"):
        with Server((reply, GOOD)) as rack, Client(rack.url) as client:
            assert not client.fails(method).unsettled
            assert (len(rack.seen), client.pauses, client.warnings) == (1, [], [])


def test_retry_on_500_is_an_option() -> None:
    replies = (answer(500, {"error": "boom"}), GOOD)
    with Server(replies) as rack, Client(rack.url, retry_on_500=True) as client:
        assert client.send().status == 200
    with Server(replies) as rack, Client(rack.url, retry_on_500=True) as client:
        client.fails("POST")
    gone = answer(500, {"error": 'builds.convox.com "b" not found'})
    with Server((gone, GOOD)) as rack, Client(rack.url, retry_on_500=True) as client:
        assert isinstance(client.fails(), errors.ConvoxNotFoundError)


def test_three_tries_more_and_then_the_error() -> None:
    with Server((answer(503, {"error": "not now"}),)) as rack, Client(rack.url) as client:
        error = client.fails(operation="list apps")
        assert (type(error), error.message) == (errors.ConvoxGatewayError, "not now")
        assert len(rack.seen) == 4
        assert client.pauses == [0.5, 1.0, 2.0]
        assert client.warnings == [
            "list apps: not now; trying again, 3 tries left",
            "list apps: not now; trying again, 2 tries left",
            "list apps: not now; trying again, 1 try left",
        ]


def test_warnings_hold_no_secret_and_may_go_elsewhere_later() -> None:
    with (
        Server((answer(503, {"error": f"bad key {KEY}"}), answer(503), GOOD)) as rack,
        Client(rack.url) as client,
    ):
        client.send()
        assert len(client.warnings) == 2
        assert KEY not in "".join(client.warnings)
    with Server((answer(503), GOOD)) as rack, Client(rack.url) as client:
        later: list[str] = []
        client.send(ledger=Ledger(later.append))
        assert (len(later), client.warnings) == (1, [])
    with Server((answer(503), GOOD)) as rack, Client(rack.url) as client:
        assert client.send(ledger=Ledger()).status == 200


def test_retry_after_in_seconds_and_as_a_date() -> None:
    with Server((answer(503, Retry_After="7"), GOOD)) as rack, Client(rack.url) as client:
        client.send()
        assert client.pauses == [7.0]
    date = email.utils.formatdate(time.time() + 9, usegmt=True)
    with Server((answer(429, Retry_After=date), GOOD)) as rack, Client(rack.url) as client:
        client.send("POST")
        assert 5 < client.pauses[0] <= 9


def test_a_retry_after_beyond_the_deadline_ends_the_request_at_once() -> None:
    with Server((answer(503, Retry_After="60"), GOOD)) as rack, Client(rack.url, timeout=5) as client:
        assert isinstance(client.fails(), errors.ConvoxGatewayError)
        assert (client.pauses, len(rack.seen)) == ([], 1)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_connection_that_is_not_made_is_tried_again_for_every_method(method: str) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    with Client(url) as client:
        error = client.fails(method)
        assert isinstance(error, errors.ConvoxConnectionError)
        assert not error.unsettled
        assert error.hint is not None and "Nothing listens" in error.hint
        assert len(client.pauses) == 3


def test_a_name_that_is_no_host_s() -> None:
    with Client("http://no-such-host.invalid", max_retries=0) as client:
        error = client.fails()
        assert isinstance(error, errors.ConvoxConnectionError)
        assert "no-such-host.invalid" in error.message
        assert error.hint is not None and "host" in error.hint


def test_a_post_on_a_connection_that_the_server_closed_goes_out_on_a_new_one() -> None:
    def good_and_close(talk: Talk) -> None:
        talk.send(GOOD)
        talk.cut()

    with Server((good_and_close, GOOD)) as rack, Client(rack.url) as client:
        client.send()
        time.sleep(0.2)
        assert client.send("POST").status == 200
        assert (rack.connections, len(rack.seen), client.pauses) == (2, 2, [])


def test_a_connection_is_not_kept_until_the_other_side_tires_of_it() -> None:
    from ansible_collections.convox.rack.plugins.module_utils._api._http import wire

    # Load balancers and servers close idle connections after 60 s, the strictest known after 10.
    assert wire.KEEP_ALIVE_SECONDS < 10


def test_no_retries_at_all() -> None:
    with Server((answer(503), GOOD)) as rack, Client(rack.url, max_retries=0) as client:
        client.fails()
        assert len(rack.seen) == 1
