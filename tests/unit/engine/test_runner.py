# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of options, errors, defects and clients, whatever the noun."""

from __future__ import annotations

import os
import platform
import sys
import typing as t
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ansible_collections.convox.rack.plugins.module_utils import _runner
from ansible_collections.convox.rack.plugins.module_utils._api import errors, third_party
from ansible_collections.convox.rack.plugins.module_utils._api._http.classify import error_for
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._modules.env.noun import EnvNoun
from ansible_collections.convox.rack.plugins.module_utils._modules.release.noun import ReleaseNoun
from ansible_collections.convox.rack.plugins.module_utils._noun import (
    HIDDEN,
    Context,
    Leaving,
    Noun,
    Step,
    no_progress,
)

KEY = "canary-api-key"


class Said(Noun[dict[str, Any], None]):
    """A noun that observes what the test says; ``contexts`` are those of its observations."""

    ARGUMENTS: t.ClassVar[dict[str, dict[str, Any]]] = {"variables": {"type": "dict"}}
    SECRET_OPTIONS: t.ClassVar[tuple[str, ...]] = ("variables",)
    OBSERVE: t.ClassVar[Callable[[Client], None] | None] = None
    contexts: t.ClassVar[list[Context]]

    def desired(self, options: dict[str, Any]) -> dict[str, Any]:
        return options

    def observe(self, client: Client, desired: dict[str, Any], context: Context) -> None:
        self.contexts.append(context)
        if self.OBSERVE is not None:
            type(self).OBSERVE(client)  # type: ignore[misc]  # it is not None

    def plan(self, observed: None, desired: dict[str, Any]) -> list[Step]:
        return []

    def result(self, observed: None, desired: dict[str, Any]) -> dict[str, Any]:
        return {"said": f"the key is {KEY}", "flag": True, "none": None}


def said(observe: Callable[[Client], None] | None = None) -> type[Said]:
    """A class of its own for one test."""
    return type("OneNoun", (Said,), {"OBSERVE": staticmethod(observe) if observe else None, "contexts": []})


@pytest.fixture(autouse=True)
def no_transports(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[Any, Any]]:
    """Connections made by a test are closed after it."""
    transports: dict[Any, Any] = {}
    monkeypatch.setattr(_runner, "_transports", transports)
    yield transports
    for transport in transports.values():
        transport.close()


def front(warnings: list[str] | None = None, **facts: Any) -> _runner.FrontEnd:
    collected = [] if warnings is None else warnings
    given: dict[str, Any] = {
        "check_mode": False,
        "diff": False,
        "environ": {},
        "progress": no_progress,
        "warn": collected.append,
        **facts,
    }
    return _runner.FrontEnd(**given)


def perform(noun: Any, secrets: set[str] | None = None, **options: Any) -> dict[str, Any]:
    options = {"host": "http://127.0.0.1:1", "api_key": KEY, **options}
    return _runner.perform(noun, options, front(), secrets=set() if secrets is None else secrets)


def test_the_result_is_clean_of_the_key() -> None:
    secrets: set[str] = set()
    answer = perform(said(), secrets)
    assert answer == {"changed": False, "said": f"the key is {HIDDEN}", "flag": True, "none": None}
    assert KEY in secrets


def test_a_short_key_of_the_environment_does_no_harm() -> None:
    environ = {"CONVOX_HOST": "http://127.0.0.1:1", "CONVOX_PASSWORD": "key"}
    answer = _runner.perform(said(), {}, front(environ=environ), secrets=set())
    assert answer["said"] == f"the key is {KEY}"


def test_options_of_waiting_reach_the_noun() -> None:
    noun = said()
    perform(noun, wait=False, wait_timeout=7, poll_interval=0.5)
    (context,) = noun.contexts
    assert (context.wait, context.wait_timeout, context.poll_interval) == (False, 7.0, 0.5)


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
    assert "ValueError at test_runner.py:" in answer["msg"]
    assert "test_runner.py" in answer["exception"]
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


def test_no_credentials_name_the_places_looked_at(tmp_path: Any) -> None:
    answer = _runner.perform(said(), {}, front(environ={"HOME": str(tmp_path)}), secrets=set())
    assert answer["error"] == "ConvoxCredentialsError"
    assert "CONVOX_HOST" in answer["msg"]


def test_missing_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(third_party, "MISSING", "httpx (not installed), pydantic 1.10.2 (needs >= 2.5)")
    answer = perform(said())
    assert answer["failed"] is True
    for words in (
        platform.node(),
        sys.executable,
        "httpx (not installed), pydantic 1.10.2 (needs >= 2.5)",
        f"{sys.executable} -m pip install 'httpx>=0.27,<1' 'pydantic>=2.5,<3'",
    ):
        assert words in answer["msg"]
    assert answer["error"] == "ConvoxError"


# One connection for what is the same, another for what differs.

SAME = {"host": "http://127.0.0.1:1", "api_key": "k"}


def client_for(options: dict[str, Any], environ: dict[str, str] | None = None) -> Any:
    return _runner.client_for(options, environ or {}, lambda text: None)


def test_a_loop_shares_its_connection() -> None:
    one = client_for(SAME).transport
    assert client_for(dict(SAME)).transport is one
    assert client_for({}, {"CONVOX_HOST": SAME["host"], "CONVOX_PASSWORD": "k"}).transport is one


@pytest.mark.parametrize(
    "other",
    [
        {"host": "http://127.0.0.1:2"},
        {"host": "https://127.0.0.1:1"},
        {"api_key": "other"},
        {"username": "jwt"},
        {"rack": "org/name"},
        {"validate_certs": False},
        {"actor": "me"},
        {"proxy": "http://127.0.0.1:3"},
        {"timeout": 7.0},
        {"max_retries": 1},
        {"backoff_base": 0.1},
        {"backoff_max": 3.0},
        {"retry_on_500": True},
    ],
    ids=lambda other: next(iter(other)),
)
def test_other_settings_have_a_connection_of_their_own(other: dict[str, Any]) -> None:
    assert client_for({**SAME, **other}).transport is not client_for(SAME).transport


def test_another_process_has_a_connection_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    one = client_for(SAME).transport
    monkeypatch.setattr(os, "getpid", lambda: 7)
    assert client_for(SAME).transport is not one


def test_each_task_has_a_ledger_of_its_own_over_the_shared_connection() -> None:
    first: list[str] = []
    second: list[str] = []
    one = _runner.client_for(SAME, {}, first.append)
    other = _runner.client_for(SAME, {}, second.append)
    assert one.transport is other.transport
    one.ledger.warn("a")
    other.ledger.warn("b")
    assert (first, second) == (["a"], ["b"])
    one.ledger.wrote("create app web")
    assert (one.ledger.writes, other.ledger.writes) == (1, 0)


# In process.


def in_process(noun: Any, arguments: dict[str, Any], *, invocation: bool = True) -> dict[str, Any]:
    return _runner.run_in_process(noun, "convox.rack.convox_x", arguments, front(), invocation=invocation)


def test_invocation_is_masked_and_may_be_left_out() -> None:
    arguments = {"host": "http://127.0.0.1:1", "api_key": KEY, "variables": {"A": "canary", "B": None}}
    answer = in_process(said(), dict(arguments))
    shown = answer["invocation"]["module_args"]
    assert shown["variables"] == {"A": HIDDEN, "B": None}
    assert shown["api_key"] == "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
    assert shown["max_retries"] == 3
    assert "canary" not in str(answer)
    assert "invocation" not in in_process(said(), dict(arguments), invocation=False)


def test_invocation_of_refused_options_is_masked_too() -> None:
    answer = in_process(said(), {"variables": {"A": "canary"}, "nonsense": 1})
    assert answer["failed"] is True
    assert "Unsupported parameters for (convox.rack.convox_x) module: nonsense" in answer["msg"]
    assert "canary" not in str(answer)


def test_an_alias_beside_its_option_is_a_warning() -> None:
    warnings: list[str] = []
    arguments = {"host": "http://127.0.0.1:1", "api_key": KEY, "password": KEY}
    _runner.run_in_process(said(), "x", arguments, front(warnings), invocation=False)
    assert warnings == ["Both option api_key and its alias password are set."]


def test_every_noun_has_the_common_options() -> None:
    for noun in (EnvNoun, ReleaseNoun):
        spec = _runner.argument_spec(noun)
        assert set(_runner.RACK_ARGUMENTS) < set(spec)
        assert set(noun.ARGUMENTS) < set(spec)
