# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of options, errors, defects and clients, whatever the noun."""

from __future__ import annotations

import os
import platform
import sys
from typing import Any

import pytest

from ansible_collections.convox.rack.plugins.module_utils import _options, _runner
from ansible_collections.convox.rack.plugins.module_utils._api import third_party
from ansible_collections.convox.rack.plugins.module_utils._modules.env.noun import EnvNoun
from ansible_collections.convox.rack.plugins.module_utils._modules.release.noun import ReleaseNoun
from ansible_collections.convox.rack.plugins.module_utils._noun import (
    HIDDEN,
)
from ansible_collections.convox.rack.plugins.plugin_utils.run import run_in_process
from tests.unit.engine.said import KEY, front, perform, said


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


def test_few_connections_are_kept_and_the_one_used_longest_ago_goes_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    closed: list[str] = []
    monkeypatch.setattr(_runner.Transport, "close", lambda one: closed.append(one.connection.actor))
    for number in range(200):
        client_for({**SAME, "actor": f"actor {number}"})
        client_for({**SAME, "actor": "actor 0"})
    assert len(_runner._transports) == _runner.TRANSPORTS_KEPT
    assert closed == [f"actor {number}" for number in range(1, 197)]


def test_a_connection_that_a_task_works_with_is_not_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tasks of several threads, or one task with many racks."""
    closed: list[str] = []
    monkeypatch.setattr(
        _runner.Transport, "close", lambda transport: closed.append(transport.connection.actor or "")
    )
    working = [client_for({**SAME, "actor": f"working {number}"}) for number in range(10)]
    client_for({**SAME, "actor": "done"})
    assert closed == [] and len(_runner._transports) == 11
    working.clear()
    client_for({**SAME, "actor": "last"})
    assert len(_runner._transports) == _runner.TRANSPORTS_KEPT
    assert closed == [f"working {number}" for number in range(8)]


def test_a_worker_leaves_the_connections_of_its_parent_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    client_for(SAME)
    closed: list[str] = []
    monkeypatch.setattr(_runner.Transport, "close", lambda one: closed.append(one.connection.actor))
    monkeypatch.setattr(os, "getpid", lambda: 7)
    for number in range(_runner.TRANSPORTS_KEPT + 1):
        client_for({**SAME, "actor": f"actor {number}"})
    assert closed == ["actor 0"]


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
    return run_in_process(noun, "convox.rack.convox_x", arguments, front(), invocation=invocation)


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
    run_in_process(said(), "x", arguments, front(warnings), invocation=False)
    assert warnings == ["Both option api_key and its alias password are set."]


def test_every_noun_has_the_common_options() -> None:
    for noun in (EnvNoun, ReleaseNoun):
        spec = _options.argument_spec(noun)
        assert set(_options.RACK_ARGUMENTS) < set(spec)
        assert set(noun.ARGUMENTS) < set(spec)
