# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a task ends that was not done: failures, defects, what may have been done, and what goes on."""

from __future__ import annotations

import pytest

from ansible_collections.convox.rack.plugins.module_utils import _runner
from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api._http.classify import error_for
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._noun import (
    HIDDEN,
    Leaving,
)
from tests.unit.engine.said import KEY, front, perform, said


@pytest.mark.parametrize("option", ["timeout", "wait_timeout", "poll_interval"])
@pytest.mark.parametrize("value", [0, -1, float("nan")])
def test_bounds_of_waiting(option: str, value: float) -> None:
    noun = said()
    answer = perform(noun, **{option: value})
    assert answer["failed"] is True
    assert answer["msg"] == f"{option}: is not above 0. Give it in seconds."
    assert (answer["error"], answer["changed"]) == ("ConvoxOptionError", False)
    assert noun.contexts == []


def test_an_error_of_the_client_is_a_failure_with_what_was_done_so_far() -> None:
    def observe(client: Client) -> None:
        client.ledger.wrote("create app web")
        raise error_for(404, f"object not found: {KEY}", "req-1", "read app web")

    answer = perform(said(observe))
    assert answer == {
        "changed": True,
        "failed": True,
        "msg": f"Read app web: object not found: {HIDDEN} (HTTP 404, request req-1).",
        "error": "ConvoxNotFoundError",
        "status": 404,
        "request_id": "req-1",
        "unsettled": False,
    }


def test_a_defect_is_told_without_its_message() -> None:
    def observe(client: Client) -> None:
        client.ledger.wrote("create app web")
        value = "canary-of-a-value"
        raise ValueError(f"cannot read {value}")

    answer = perform(said(observe))
    assert (answer["failed"], answer["changed"], answer["error"]) == (True, True, "ValueError")
    assert "ValueError at test_ends.py:" in answer["msg"]
    assert "test_ends.py" in answer["exception"]
    assert "cannot read canary" not in str(answer)


def test_a_failure_and_a_defect_say_what_may_have_been_done() -> None:
    def lost(client: Client) -> None:
        client.ledger.wrote("create app web", unsettled=True)
        raise errors.ConvoxTimeoutError("no answer within 30 s", operation="read app web")

    def broken(client: Client) -> None:
        client.ledger.wrote("create app web", unsettled=True)
        raise ValueError

    for observe in (lost, broken):
        answer = perform(said(observe))
        assert (answer["changed"], answer["unsettled"], answer["failed"]) == (True, True, True)
        assert answer["msg"].startswith(
            "Create app web: sent, but no answer came, so it may have been done. "
        )
        assert answer["error"] == ("ConvoxTimeoutError" if observe is lost else "ValueError")


def test_what_is_settled_is_not_told() -> None:
    def observe(client: Client) -> None:
        for operation in ("create app web", "update app web"):
            client.ledger.wrote(operation, unsettled=True)
        client.ledger.settle("create app web")
        client.ledger.wrote("update app web")
        raise errors.ConvoxTimeoutError("no answer within 30 s", operation="read app web")

    answer = perform(said(observe))
    assert (answer["changed"], answer["unsettled"]) == (True, False)
    assert answer["msg"] == "Read app web: no answer within 30 s."


def test_a_task_that_is_ended_says_what_goes_on_and_passes_it_on() -> None:
    shown: list[str] = []

    def observe(client: Client) -> None:
        client.ledger.wrote("promote R of web")
        raise KeyboardInterrupt

    leaving = Leaving(shown.append)
    options = {"host": "http://127.0.0.1:1", "api_key": KEY, "app": "web"}
    with pytest.raises(KeyboardInterrupt):
        _runner.perform(said(observe), options, front(leaving=leaving), secrets=set())
    (line,) = shown
    assert line == "[web] interrupted; the rack goes on by itself with what was sent last: promote R of web."


@pytest.mark.parametrize("end", [KeyboardInterrupt, None])
def test_nothing_is_said_where_nothing_goes_on(end: type[BaseException] | None) -> None:
    shown: list[str] = []

    def observe(client: Client) -> None:
        if end is not None:
            raise end
        client.ledger.wrote("promote R of web")

    leaving = Leaving(shown.append)
    options = {"host": "http://127.0.0.1:1", "api_key": KEY, "app": "web"}
    try:
        _runner.perform(said(observe), options, front(leaving=leaving), secrets=set())
    except KeyboardInterrupt:
        assert end is KeyboardInterrupt
    leaving.say()
    assert shown == []
