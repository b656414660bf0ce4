# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a success is, and what absent: only a rack's own answer counts, whoever else answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.convox.rack.plugins.module_utils._api import client as api_client
from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api._http.classify import error_for
from ansible_collections.convox.rack.plugins.module_utils._api.resources import (
    apps,
    builds,
    configs,
    objects,
    releases,
    services,
)
from tests.unit.api.clients import Client, error_of
from tests.unit.api.servers import Reply, Server, answer

FOREIGN: list[bytes] = [
    answer(200, "<b>Welcome</b>"),
    answer(200, "OK!"),
    answer(200, ""),
    b"HTTP/1.1 204 No Content\r\n\r\n",
    answer(300, "ok"),
    b"HTTP/1.1 304 Not Modified\r\n\r\n",
    answer(305, "ok"),
    answer(399, "ok"),
]


def a_client(client: Client) -> api_client.Client:
    return api_client.Client(client.transport, sleep=client.pauses.append)


@pytest.mark.parametrize("reply", FOREIGN)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_what_no_rack_answers_is_no_success_of_a_write(method: str, reply: bytes) -> None:
    with Server((reply,)) as rack, Client(rack.url) as client:
        error = client.fails(method)
        assert isinstance(error, errors.ConvoxGatewayError)
        # Somebody took it; whether the rack did it nobody knows.
        assert error.unsettled and client.ledger.writes == 1
        assert rack.url.removeprefix("http://") in error.message
        assert error.hint is not None and "check host" in error.hint
        assert len(rack.seen) == 1


@pytest.mark.parametrize(
    ("body", "expect", "good"),
    [
        ("ok", None, True),
        ("ok\n", "ok", True),
        ({"id": "R"}, None, True),
        ([], None, True),
        ("ok", "json", False),
        ({"id": "R"}, "ok", False),
        ({"id": "R"}, "json", True),
        ("null", None, True),
        ("", "any", True),
        ("Okay", "any", True),
        ("Okay", "answer", False),
    ],
)
def test_a_call_says_what_it_expects(body: Any, expect: str | None, good: bool) -> None:
    with Server((answer(200, body),)) as rack, Client(rack.url) as client:
        if good:
            assert client.send("PUT", expect=expect).status == 200
        else:
            assert client.fails("PUT", expect=expect).unsettled


WRITES: dict[str, Callable[[api_client.Client], Any]] = {
    "create an app": lambda client: apps.create(client, "web"),
    "update it": lambda client: apps.update(client, "web", lock=True),
    "delete it": lambda client: apps.delete(client, "web"),
    "cancel": lambda client: apps.cancel(client, "web"),
    "release": lambda client: releases.create(client, "web", newer_than=""),
    "promote": lambda client: releases.promote(client, "web", "R"),
    "scale": lambda client: services.update(client, "web", "api", count=1),
    "config": lambda client: configs.set_value(client, "web", "x", "y"),
}


@pytest.mark.parametrize("reply", [answer(200, "Welcome"), answer(200, {"message": "hello"})])
@pytest.mark.parametrize("write", WRITES)
def test_no_resource_takes_a_foreign_answer_for_done(write: str, reply: Reply) -> None:
    with Server((reply,)) as rack, Client(rack.url, max_retries=0) as client:
        error = error_of(lambda: WRITES[write](a_client(client)))
        assert isinstance(error, errors.ConvoxGatewayError | errors.ConvoxServerError)
        assert error.unsettled


@pytest.mark.parametrize(
    "body", ["null", [], {}, {"Url": 5}, {"Url": None}, {"Url": ""}, "object://x", ["x"]]
)
def test_an_upload_is_done_when_the_rack_names_the_object(body: Any) -> None:
    with Server((answer(200, body),)) as rack, Client(rack.url, max_retries=0) as client:
        error = error_of(lambda: objects.store(a_client(client), "web", "tmp/x.tgz", b"x", timeout=5))
        assert isinstance(error, errors.ConvoxGatewayError | errors.ConvoxServerError)
        assert error.operation == "upload to web"


def test_a_write_whose_answer_cannot_be_read_is_looked_for() -> None:
    made = {"name": "web", "status": "running"}
    for first in (answer(200, {"odd": 1}), answer(200, "Welcome"), answer(200, ["odd"])):
        with Server((first, answer(200, made))) as rack, Client(rack.url) as client:
            assert apps.create(a_client(client), "web").name == "web"
            assert [seen.method for seen in rack.seen] == ["POST", "GET"]


NOT_A_RACK: list[bytes] = [
    answer(404, {"error": "no such rack"}),
    answer(404, {"message": "Not Found"}),
    answer(404, {"error": "not found"}),
    answer(404, "web not found"),
    answer(404, "default backend - 404"),
    answer(404, "404 page not found"),
    answer(404, ""),
    answer(404, "<html>", Content_Type="text/html"),
    answer(404, "No such bucket"),
    # A rack's sentences about something else than what was asked for.
    answer(404, {"error": "app not found: other"}),
    answer(404, {"error": "object not found: web"}),
    answer(500, {"error": 'releases.convox.com "web" not found'}),
    answer(500, {"error": "dial tcp: lookup web: no such host"}),
    answer(500, {"error": "not found"}),
    answer(502, {"error": "app not found: web"}),
    answer(200, "app not found: web"),
]


@pytest.mark.parametrize("reply", NOT_A_RACK)
def test_absent_is_only_what_the_rack_says_of_this_very_thing(reply: bytes) -> None:
    with Server((reply,)) as rack, Client(rack.url, max_retries=0) as client:
        error = error_of(lambda: apps.find(a_client(client), "web"))
        if reply.startswith(b"HTTP/1.1 404") and b"not found: " not in reply:
            assert not isinstance(error, errors.ConvoxNotFoundError)
            words = str(error)
            assert rack.url.removeprefix("http://") in words or "rack" in words
            assert "host" in words


@pytest.mark.parametrize(
    ("find", "words"),
    [
        (lambda client: apps.find(client, "web"), (404, "app not found: web")),
        (lambda client: apps.find(client, "web"), (500, "app not found: web")),
        (lambda client: apps.find(client, "web"), (500, 'namespaces "rack1-web" not found')),
        (lambda client: configs.find(client, "web", "x"), (404, "app config not found: x")),
    ],
)
def test_absent_is_what_the_rack_says_is_not_there(
    find: Callable[[Any], Any], words: tuple[int, str]
) -> None:
    with Server((answer(words[0], {"error": words[1]}),)) as rack, Client(rack.url) as client:
        assert find(a_client(client)) is None


@pytest.mark.parametrize(
    ("status", "message", "missing"),
    [
        (404, "app not found: web", ("app", "web")),
        (404, "app config not found: x", ("config", "x")),
        (404, "object not found: tmp/a b.txt", ("object", "tmp/a b.txt")),
        (404, "no such registry: registry.example.org", ("registry", "registry.example.org")),
        (404, "instance not found: i-1", ("instance", "i-1")),
        (None, "instance not found", ("instance", "")),
        (500, "no such service: api", ("service", "api")),
        (500, "no such resource: db", ("resource", "db")),
        (500, 'releases.convox.com "rabc" not found', ("release", "rabc")),
        (500, 'builds.convox.com "babc" not found', ("build", "babc")),
        (500, 'deployments.apps "web" not found', ("service", "web")),
        (500, 'pods "web-1" not found', ("process", "web-1")),
        (500, 'secrets "none" not found', ("secret", "none")),
        (500, "namespace rack1-nope not found -- verify rack and app names", ("app", "rack1-nope")),
        (None, "no resources found in rack1-ws namespace", ("process", "rack1-ws")),
    ],
)
def test_which_thing_is_missing_is_told(status: int | None, message: str, missing: tuple[str, str]) -> None:
    error = error_for(status, message)
    assert isinstance(error, errors.ConvoxNotFoundError)
    assert error.missing == missing
    assert error.is_about(missing[0], missing[1].upper())
    assert not error.is_about("webhook", missing[1])


@pytest.mark.parametrize(
    "message",
    [
        "dial tcp: lookup builds: no such host",
        'Get "https://10.0.0.1/x": x509: certificate is not valid, no such thing',
        "open /var/lib/app.lock: no such file or directory",
        "etcdserver: leader changed",
        "runtime error: invalid memory address or nil pointer dereference",
        "database is locked",
        "authentication required by upstream",
        "the server does not exist any more",
        "service is not available: try later",
        "context deadline exceeded while app is currently updating its lease",
        "helper unimplemented here",
    ],
)
def test_words_inside_a_sentence_of_somebody_else_s_say_nothing(message: str) -> None:
    for status in (500, None):
        assert error_for(status, message).__class__ is errors.ConvoxServerError
    assert error_for(404, message).__class__ is errors.ConvoxGatewayError


def test_a_release_that_is_not_there_is_no_app_that_is_not_there() -> None:
    gone = answer(500, {"error": 'builds.convox.com "b1" not found'})
    with Server((gone, answer(404, {"error": "app not found: web"}))) as rack, Client(rack.url) as client:
        rack_client = a_client(client)

        def read() -> builds.Build:
            return builds.get(rack_client, "web", "B1")

        assert api_client.absent_is_none(read, "build", "B1") is None
        error = error_of(lambda: api_client.absent_is_none(read, "build", "B1"))
        assert isinstance(error, errors.ConvoxNotFoundError) and error.not_yet
