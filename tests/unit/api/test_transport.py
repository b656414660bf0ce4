# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is sent, and what is made of the answers."""

from __future__ import annotations

import gzip
import time
import urllib.parse
from collections.abc import Iterator

import pytest

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api._http.transport import (
    Response,
    Transport,
    route,
)
from tests.unit.api.clients import KEY, Client, connection, error_of
from tests.unit.api.servers import Server, answer

PAGE = "<!doctype html><html><title>Console</title></html>"


def test_the_login_goes_with_every_request() -> None:
    with Server((answer(200, []),)) as rack, Client(rack.url, username="jwt") as client:
        client.send()
        assert rack.seen[0].headers["authorization"] == httpx_basic("jwt", KEY)
        assert rack.seen[0].headers["accept"] == "application/json"
        assert "rack" not in rack.seen[0].headers
        assert client.ledger.requests == 1


def httpx_basic(user: str, key: str) -> str:
    """What httpx itself would send."""
    import httpx

    request = httpx.Request("GET", "http://h/")
    return str(next(httpx.BasicAuth(user, key).auth_flow(request)).headers["Authorization"])


def test_a_key_with_letters_beyond_ascii() -> None:
    with Server((answer(200, []),)) as rack, Client(rack.url, api_key="пароль", actor="José 周") as client:
        client.send()
        assert rack.seen[0].headers["authorization"] == httpx_basic("convox", "пароль")
        assert rack.seen[0].headers["convox-actor"] == "José 周"


def test_query_and_form_are_encoded_once() -> None:
    with Server((answer(200, "ok"),)) as rack, Client(rack.url) as client:
        client.send("POST", "/apps", query={"a b": "c&d"}, form={"env": "A=1\nB=é%", "parameters": "X=1&Y=2"})
        seen = rack.seen[0]
        assert urllib.parse.parse_qs(seen.target.partition("?")[2]) == {"a b": ["c&d"]}
        assert seen.headers["content-type"] == "application/x-www-form-urlencoded"
        assert dict(urllib.parse.parse_qsl(seen.body.decode())) == {
            "env": "A=1\nB=é%",
            "parameters": "X=1&Y=2",
        }


def test_a_post_without_a_body_says_so() -> None:
    with Server((answer(200, "ok"),)) as rack, Client(rack.url) as client:
        client.send("POST", "/apps/a/cancel")
        assert rack.seen[0].headers["content-length"] == "0"


def test_json_and_own_headers() -> None:
    with Server((answer(200, "ok"),)) as rack, Client(rack.url) as client:
        client.send("PUT", "/letsencrypt/config", json={"solvers": []}, headers={"X-Own": "1"})
        assert (rack.seen[0].body, rack.seen[0].headers["content-type"]) == (
            b'{"solvers": []}',
            "application/json",
        )
        assert rack.seen[0].headers["x-own"] == "1"


def test_content_is_streamed_and_read_anew_for_each_try() -> None:
    made = []

    def content() -> Iterator[bytes]:
        made.append(1)
        yield b"one "
        yield b"two"

    with Server((answer(503), answer(200, {"Url": "object://x"}))) as rack, Client(rack.url) as client:
        given = client.send("POST", "/apps/a/objects/tmp/k.tgz", content=content, repeatable=True)
        assert given.json() == {"Url": "object://x"}
        assert [seen.body for seen in rack.seen] == [b"one two"] * 2
        assert rack.seen[0].headers["transfer-encoding"] == "chunked"
        assert len(made) == 2


def test_an_answer() -> None:
    body = answer(200, {"a": "é"}, Request_Id="r-1", X_Some="Thing")
    with Server((body,)) as rack, Client(rack.url) as client:
        given = client.send()
        assert (given.status, given.json(), given.request_id) == (200, {"a": "é"}, "r-1")
        assert given.headers["x-some"] == "Thing"
        assert given.text == given.content.decode()


def test_a_compressed_answer() -> None:
    body = answer(200, gzip.compress(b'{"a": 1}'), Content_Encoding="gzip")
    with Server((body,)) as rack, Client(rack.url) as client:
        assert client.send().json() == {"a": 1}


def test_an_answer_that_is_no_json_is_not_quoted() -> None:
    with Server((answer(200, "PASSWORD=hunter2"),)) as rack, Client(rack.url) as client:
        error = error_of(client.send().json)
        assert error.__class__ is errors.ConvoxServerError
        assert "hunter2" not in str(error)


@pytest.mark.parametrize(
    ("parts", "tail", "path"),
    [
        (("apps", "web", "releases"), None, "/apps/web/releases"),
        (("apps", "a/b?c#d e"), None, "/apps/a%2Fb%3Fc%23d%20e"),
        (("apps", "100%"), None, "/apps/100%25"),
        (("registries",), "reg.example.com/a?b", "/registries/reg.example.com/a%3Fb"),
    ],
)
def test_every_part_of_a_route_arrives_as_it_is(parts: tuple[str, ...], tail: str | None, path: str) -> None:
    assert route(*parts, tail=tail) == path
    with Server((answer(200, []),)) as rack, Client(rack.url) as client:
        client.send(path=path)
        assert rack.seen[0].target == path


@pytest.mark.parametrize("parts", [("apps", ""), ("apps", ".."), ("apps", ".", "x")])
def test_no_part_leads_to_another_route(parts: tuple[str, ...]) -> None:
    assert isinstance(error_of(lambda: route(*parts)), errors.ConvoxError)
    assert isinstance(error_of(lambda: route("registries", tail="a/../../apps/web")), errors.ConvoxError)


@pytest.mark.parametrize(
    "path", ["apps", "", "@elsewhere.example.com/", ".example.com/", "/a b", "/a\n", "/é"]
)
def test_a_path_that_is_none_is_not_sent(path: str) -> None:
    with Server((answer(200, []),)) as rack, Client(rack.url) as client:
        assert isinstance(client.fails(path=path), errors.ConvoxOptionError)
        assert client.ledger.requests == 0


@pytest.mark.parametrize(
    ("reply", "kind", "words"),
    [
        (answer(404, {"error": "app not found: x"}), errors.ConvoxNotFoundError, "app not found: x"),
        (answer(404, "object not found: tmp/x"), errors.ConvoxNotFoundError, "object not found: tmp/x"),
        (answer(404), errors.ConvoxNotImplementedError, "no such route"),
        (answer(404, "404 page not found\n"), errors.ConvoxNotImplementedError, "no such route"),
        (answer(405), errors.ConvoxNotImplementedError, "no such route"),
        (answer(404, PAGE, Content_Type="text/html"), errors.ConvoxGatewayError, "web page"),
        (answer(500, "boom"), errors.ConvoxServerError, "boom"),
        (answer(500), errors.ConvoxServerError, "Internal Server Error"),
        (answer(500, {"problem": "hunter2"}), errors.ConvoxServerError, "Internal Server Error"),
        (answer(500, ["hunter2"]), errors.ConvoxServerError, "Internal Server Error"),
        (
            answer(500, '{"error": "hunter2', Content_Type="application/json"),
            errors.ConvoxServerError,
            "Internal",
        ),
        (
            answer(500, b"\xff\xfe hunter2", Content_Type="application/x-gzip"),
            errors.ConvoxServerError,
            "Internal",
        ),
        (answer(400, {"error": {"no": "text"}}), errors.ConvoxValidationError, "Bad Request"),
        (answer(401, PAGE, Content_Type="text/html"), errors.ConvoxAuthError, "Unauthorized"),
        (answer(503, PAGE, Content_Type="text/html"), errors.ConvoxGatewayError, "Service Unavailable"),
    ],
)
def test_errors_in_every_dress(reply: bytes, kind: type[errors.ConvoxError], words: str) -> None:
    with Server((reply,)) as rack, Client(rack.url, max_retries=0) as client:
        error = client.fails()
        assert error.__class__ is kind
        assert words in error.message
        assert "hunter2" not in str(error)


def test_the_error_carries_status_request_and_what_was_tried() -> None:
    reply = answer(409, {"error": "app already exists: web"}, Request_Id="r-7")
    with Server((reply,)) as rack, Client(rack.url) as client:
        error = client.fails("POST", operation="create app web")
        assert isinstance(error, errors.ConvoxConflictError)
        assert (error.status_code, error.request_id, error.operation) == (409, "r-7", "create app web")
        assert str(error).startswith("Create app web: app already exists: web (HTTP 409, request r-7)")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_web_page_with_200_hints_at_the_rack_and_is_settled(method: str) -> None:
    reply = answer(200, PAGE, Content_Type="text/html; charset=utf-8")
    with Server((reply,)) as rack, Client(rack.url) as client:
        error = client.fails(method)
        assert error.hint is not None and "org/name" in error.hint
        assert not error.unsettled
        assert client.ledger.requests == 1


def test_a_long_error_is_cut() -> None:
    with Server((answer(500, {"error": "x" * 100_000}),)) as rack, Client(rack.url) as client:
        assert len(client.fails().message) < 2000


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_write_is_never_redirected(status: int) -> None:
    elsewhere = "https://user:pass@elsewhere.example.com/apps?token=t"
    for method in ("POST", "PUT", "DELETE"):
        for target, shown in ((elsewhere, "https://elsewhere.example.com/apps"), ("/v2/apps", "/v2/apps")):
            with Server((answer(status, "", Location=target),)) as rack, Client(rack.url) as client:
                error = client.fails(method)
                assert f"leads to {shown}," in error.message
                assert "pass" not in str(error) and "token" not in str(error)
                assert [seen.method for seen in rack.seen] == [method]


def test_a_get_follows_on_the_same_host_only() -> None:
    with (
        Server((answer(301, "", Location="/v2/apps?a=1"), answer(200, []))) as rack,
        Client(rack.url) as client,
    ):
        assert client.send().json() == []
        assert [seen.target for seen in rack.seen] == ["/apps", "/v2/apps?a=1"]
    with Server((answer(200, []),)) as other:
        for target in (f"{other.url}/apps", "https://127.0.0.1/apps", "//elsewhere.example.com/apps"):
            with Server((answer(302, "", Location=target),)) as rack, Client(rack.url) as client:
                assert target in client.fails().message
                assert len(rack.seen) == 1
        assert other.seen == []


def test_a_circle_of_redirects_ends() -> None:
    with Server((answer(302, "", Location="/apps"),)) as rack, Client(rack.url) as client:
        assert isinstance(client.fails(), errors.ConvoxGatewayError)
        assert len(rack.seen) < 10


def test_one_connection_serves_many_requests() -> None:
    with Server((answer(200, []),)) as rack, Client(rack.url) as client:
        for _unused in range(5):
            client.send()
        assert (rack.connections, client.ledger.requests) == (1, 5)


def test_a_client_for_plain_http_costs_next_to_nothing() -> None:
    made = connection("http://127.0.0.1:9")
    Transport(made).close()
    times = []
    for _unused in range(20):
        start = time.perf_counter()
        Transport(made).close()
        times.append(time.perf_counter() - start)
    assert min(times) < 0.001


def test_the_default_timeout_applies() -> None:
    """The SDK hands its requests `timeout=None`, which switches its timeout off."""
    with Server((lambda talk: talk.silence(),)) as rack, Client(rack.url, timeout=0.3) as client:
        start = time.monotonic()
        assert isinstance(client.fails(), errors.ConvoxTimeoutError)
        assert time.monotonic() - start < 2


def test_an_answer_s_repr_shows_neither_body_nor_headers() -> None:
    assert "hunter2" not in repr(Response(200, {"set-cookie": "hunter2"}, b"hunter2"))


def test_an_error_carries_no_traceback_of_the_libraries() -> None:
    for reply in (answer(500, "boom"), answer(404, "x"), lambda talk: talk.cut()):
        with Server((reply,)) as rack, Client(rack.url, max_retries=0) as client:
            error = client.fails("POST")
            assert (error.__cause__, error.__context__) == (None, None)
