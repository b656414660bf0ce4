# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""A rack behind a console: its headers, and its sessions."""

from __future__ import annotations

import pytest

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from tests.unit.api.clients import Client, error_of
from tests.unit.api.servers import Reply, Server, Talk, answer, frame, websocket

GOOD = answer(200, [])
SESSION = answer(200, {"id": "session-two"})


def challenge(path: str = "/session", token: str = "false") -> bytes:
    header = f'Session path="{path}" token="{token}"'
    return answer(401, {"error": "session required"}, WWW_Authenticate=header)


def test_the_headers_of_a_console() -> None:
    with Server((GOOD,)) as rack, Client(rack.url, rack="acme/staging", actor="me") as client:
        client.send()
        headers = rack.seen[0].headers
        assert headers["rack"] == "acme/staging"
        assert headers["version"]
        assert headers["user-agent"] == f"convox.go/{headers['version']}"
        assert headers["convox-actor"] == "me"
        assert "session" not in headers


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_session_is_asked_for_and_used(method: str) -> None:
    with Server((challenge(), SESSION, GOOD)) as rack, Client(rack.url, rack="acme/staging") as client:
        client.send(method, form={"name": "web"} if method == "POST" else None)
        client.send()
        assert [(seen.method, seen.target) for seen in rack.seen] == [
            (method, "/apps"),
            ("POST", "/session"),
            (method, "/apps"),
            ("GET", "/apps"),
        ]
        assert rack.seen[1].headers["rack"] == "acme/staging"
        assert rack.seen[1].headers["authorization"] == rack.seen[0].headers["authorization"]
        assert [seen.headers.get("session") for seen in rack.seen] == [
            None,
            None,
            "session-two",
            "session-two",
        ]
        assert rack.seen[2].body == rack.seen[0].body
        assert (client.ledger.requests, client.pauses) == (4, [])


def test_a_session_of_the_cli_is_replaced_when_it_is_over() -> None:
    with (
        Server((challenge(), SESSION, GOOD)) as rack,
        Client(rack.url, rack="acme/staging", session="session-one") as client,
    ):
        client.send()
        assert [seen.headers.get("session") for seen in rack.seen] == ["session-one", None, "session-two"]


def test_a_security_key_is_the_cli_s_business() -> None:
    with Server((challenge(token="true"), GOOD)) as rack, Client(rack.url, rack="acme/staging") as client:
        error = client.fails()
        assert isinstance(error, errors.ConvoxAuthError)
        assert error.hint is not None and "convox rack" in error.hint
        assert len(rack.seen) == 1


@pytest.mark.parametrize(
    "reply",
    [
        answer(200, {"id": ""}),
        answer(200, ["x"]),
        answer(200, {"id": 7}),
        answer(403),
        answer(200, "ok"),
        challenge(),
    ],
)
def test_without_a_session_the_first_answer_is_the_error(reply: bytes) -> None:
    with Server((challenge(), reply, GOOD)) as rack, Client(rack.url, rack="acme/staging") as client:
        error = client.fails()
        assert isinstance(error, errors.ConvoxAuthError)
        assert error.message == "session required"
        assert len(rack.seen) == 2


def test_one_exchange_a_request_and_no_circle() -> None:
    with Server((challenge(), SESSION, challenge())) as rack, Client(rack.url, rack="acme/staging") as client:
        assert isinstance(client.fails(), errors.ConvoxAuthError)
        assert len(rack.seen) == 3


@pytest.mark.parametrize(
    "path", ["https://elsewhere.example.com/session", "//elsewhere.example.com/session", "session"]
)
def test_the_key_goes_to_no_other_host_for_a_session(path: str) -> None:
    with Server((challenge(path), GOOD)) as rack, Client(rack.url, rack="acme/staging") as client:
        assert isinstance(client.fails(), errors.ConvoxAuthError)
        assert len(rack.seen) == 1


def test_a_wrong_password_is_no_challenge() -> None:
    reply = answer(401, {"error": "invalid authentication"}, WWW_Authenticate='Basic realm="convox"')
    with Server((reply,)) as rack, Client(rack.url) as client:
        error = client.fails()
        assert isinstance(error, errors.ConvoxAuthError)
        assert len(rack.seen) == 1


def stream(client: Client) -> list[str]:
    return list(client.stream_text("/apps/a/logs", operation="read logs", headers={"Follow": "false"}))


def test_a_stream_has_the_console_s_headers_and_a_session_that_holds() -> None:
    replies: tuple[Reply, ...] = (challenge(), SESSION, GOOD, websocket(frame(1, "x"), frame(2)))
    with (
        Server(replies) as rack,
        Client(rack.url, rack="acme/staging", actor="me", session="session-one") as client,
    ):
        assert stream(client) == ["x"]
        assert [seen.target for seen in rack.seen] == ["/racks", "/session", "/racks", "/apps/a/logs"]
        headers = rack.seen[3].headers
        assert (headers["rack"], headers["session"], headers["convox-actor"]) == (
            "acme/staging",
            "session-two",
            "me",
        )
        assert (headers["follow"], headers["authorization"]) == (
            "false",
            rack.seen[0].headers["authorization"],
        )


def test_a_stream_whose_handshake_is_challenged() -> None:
    replies: tuple[Reply, ...] = (challenge(), SESSION, websocket(frame(1, "x"), frame(2)))
    with Server(replies) as rack, Client(rack.url, rack="acme/staging") as client:
        assert stream(client) == ["x"]
        assert rack.seen[2].headers["session"] == "session-two"


def test_a_session_that_is_known_to_hold_is_not_asked_about_again() -> None:
    with (
        Server((GOOD, websocket(frame(2)))) as rack,
        Client(rack.url, rack="acme/staging", session="session-one") as client,
    ):
        client.send()
        assert stream(client) == []
        assert [seen.target for seen in rack.seen] == ["/apps", "/apps/a/logs"]


def test_no_message_holds_the_new_session() -> None:
    def tell(talk: Talk) -> None:
        talk.send(answer(500, {"error": f"bad session {talk.seen.headers['session']}"}))

    with Server((challenge(), SESSION, tell)) as rack, Client(rack.url, rack="acme/staging") as client:
        assert "session-two" not in str(client.fails())
    script = websocket(frame(1, "ERROR: bad session-two\n"), frame(2))
    with Server((challenge(), SESSION, script)) as rack, Client(rack.url, rack="acme/staging") as client:
        assert "session-two" not in str(error_of(lambda: stream(client)))
