# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Apps: what is sent, what is settled by looking, and what absent means."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.convox.rack.plugins.module_utils._api import client as api_client
from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api._http.classify import error_for
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import apps, configs, releases
from tests.unit.api.script import ABSENT, LOST, RUNNING, UPDATING, a_client

RELEASES = "/apps/web/releases"
CANCEL = "POST /apps/web/cancel"


def test_an_app_that_is_there_after_a_lost_answer_is_not_made_again() -> None:
    client, script, pauses = a_client({"POST /apps": [LOST], "GET /apps/web": [ABSENT, ABSENT, UPDATING]})
    assert apps.create(client, "web").name == "web"
    assert script.count("POST /apps") == 1
    assert pauses == list(api_client.FIND_PAUSES)


def test_what_is_not_there_is_sent_again() -> None:
    client, script, _pauses = a_client({"POST /apps": [LOST, UPDATING], "GET /apps/web": [ABSENT]})
    assert apps.create(client, "web").status == "updating"
    assert script.count("POST /apps") == 2
    assert script.count("GET /apps/web") == len(api_client.FIND_PAUSES)


@pytest.mark.parametrize("tries", [0, 1, 3])
def test_a_post_is_sent_again_only_so_often(tries: int) -> None:
    client, script, _pauses = a_client({"POST /apps": [LOST], "GET /apps/web": [ABSENT]}, max_retries=tries)
    with pytest.raises(errors.ConvoxConnectionError):
        apps.create(client, "web")
    assert script.count("POST /apps") == tries + 1
    # The last try is looked after, too.
    assert script.count("GET /apps/web") == (tries + 1) * len(api_client.FIND_PAUSES)


def test_an_answer_that_says_no_is_settled() -> None:
    exists = error_for(409, "app already exists: web")
    client, script, _pauses = a_client({"POST /apps": [exists]})
    with pytest.raises(errors.ConvoxConflictError):
        apps.create(client, "web")
    assert script.sent == ["POST /apps"]


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_gateway_leaves_it_unsettled(status: int) -> None:
    gateway = error_for(status, "bad gateway")
    client, script, _pauses = a_client({"POST /apps": [gateway], "GET /apps/web": [UPDATING]})
    assert apps.create(client, "web").name == "web"
    assert script.count("POST /apps") == 1


@pytest.mark.parametrize(
    ("answers", "posts"), [([{**UPDATING, "status": "rollback"}], 1), ([UPDATING], 2), ([RUNNING], 1)]
)
def test_a_cancel_is_settled_by_the_status(answers: list[dict[str, str]], posts: int) -> None:
    client, script, _pauses = a_client({CANCEL: [LOST, b"ok"], "GET /apps/web": answers})
    apps.cancel(client, "web")
    assert script.count(CANCEL) == posts


def test_parameters_go_as_one_field() -> None:
    client, script, _pauses = a_client({"PUT /apps/web": [b"ok"]})
    apps.update(client, "web", lock=False, parameters={"B": "", "A": "x&y=z ü"})
    assert script.requests[0]["form"] == {"lock": "false", "parameters": "A=x%26y%3Dz+%C3%BC&B="}
    apps.update(client, "web", lock=True)
    assert script.requests[1]["form"] == {"lock": "true"}


def test_absent_things_are_none() -> None:
    config = error_for(404, "app config not found: x")
    client, _script, _pauses = a_client({"GET /apps/web": [ABSENT], "GET /apps/web/configs/x": [config]})
    assert apps.find(client, "web") is None
    assert configs.find(client, "web", "x") is None


def test_an_absent_route_is_not_an_absent_thing() -> None:
    no_route = errors.ConvoxNotImplementedError(404, "this rack has no such route")
    client, _script, _pauses = a_client({"GET /apps/web": [no_route]})
    with pytest.raises(errors.ConvoxNotImplementedError):
        apps.find(client, "web")


@pytest.mark.parametrize(
    ("call", "answer", "words"),
    [
        (
            lambda client: apps.get(client, "web"),
            {"status": ["canary"]},
            "App is not as expected: name, status",
        ),
        (lambda client: apps.get(client, "web"), ["canary"], "App is not as expected: it"),
        (lambda client: apps.get(client, "web"), b"<canary>", "is not JSON"),
        (lambda client: releases.newest(client, "web"), {"canary": 1}, "is not a list"),
        (
            lambda client: releases.newest(client, "web"),
            [{"id": 1, "env": "canary"}],
            "Release is not as expected: id",
        ),
    ],
)
def test_an_answer_of_another_shape_is_an_error_that_quotes_nothing(
    call: Callable[[Client], Any], answer: Any, words: str
) -> None:
    client, _script, _pauses = a_client({"GET /apps/web": [answer], f"GET {RELEASES}": [answer]})
    with pytest.raises(errors.ConvoxServerError) as caught:
        call(client)
    said = errors.describe(caught.value)
    assert words in said and "canary" not in said
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
