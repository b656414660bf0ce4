# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The door: what becomes of options, errors, defects and clients."""

from __future__ import annotations

import os
import platform
import sys
import types
from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.convox.rack.plugins.module_utils import _runner
from ansible_collections.convox.rack.plugins.module_utils._api import errors, third_party
from ansible_collections.convox.rack.plugins.module_utils._modules.env import noun as env
from ansible_collections.convox.rack.plugins.module_utils._modules.release import noun as release
from ansible_collections.convox.rack.plugins.module_utils._noun import HIDDEN, Context, no_progress

KEY = "canary-api-key"


class Noun:
    """A noun whose look does what the test says."""

    ARGUMENTS: dict[str, Any] = {"variables": {"type": "dict"}}
    CONSTRAINTS: dict[str, Any] = {}
    SECRET_OPTIONS = ("variables",)
    MAX_ATTEMPTS = 1

    def __init__(self, observe: Any = None) -> None:
        self._look = observe or (lambda run: None)
        self.run: Context | None = None

    def desired(self, options: dict[str, Any]) -> dict[str, Any]:
        return options

    def observe(self, rack: Any, desired: Any, run: Context) -> None:
        self.run = run
        self._look(run)

    def plan(self, now: Any, desired: Any) -> list[Any]:
        return []

    def verify(self, now: Any, desired: Any, missing: Any) -> None:
        pass

    def result(self, now: Any, desired: Any, run: Context) -> dict[str, Any]:
        return {"said": f"the key is {KEY}", "flag": True, "none": None}


@pytest.fixture(autouse=True)
def no_clients(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[Any, Any]]:
    """Clients made by a test are closed after it."""
    racks: dict[Any, Any] = {}
    monkeypatch.setattr(_runner, "_clients", racks)
    yield racks
    for rack in racks.values():
        rack.transport.close()


def front(warnings: list[str] | None = None, **facts: Any) -> _runner.FrontEnd:
    as_result = [] if warnings is None else warnings
    given: dict[str, Any] = {
        "check_mode": False,
        "diff": False,
        "environ": {},
        "progress": no_progress,
        "warn": as_result.append,
        **facts,
    }
    return _runner.FrontEnd(**given)


def perform(noun: Any, secrets: set[str] | None = None, **options: Any) -> dict[str, Any]:
    options = {"host": "http://127.0.0.1:1", "api_key": KEY, **options}
    return _runner.perform(noun, options, front(), secrets=set() if secrets is None else secrets)


def test_the_result_is_clean_of_the_key() -> None:
    secrets: set[str] = set()
    answer = perform(Noun(), secrets)
    assert answer == {"changed": False, "said": f"the key is {HIDDEN}", "flag": True, "none": None}
    assert KEY in secrets


def test_a_short_key_of_the_environment_does_no_harm() -> None:
    environ = {"CONVOX_HOST": "http://127.0.0.1:1", "CONVOX_PASSWORD": "key"}
    answer = _runner.perform(Noun(), {}, front(environ=environ), secrets=set())
    assert answer["said"] == f"the key is {KEY}"


def test_options_of_waiting_reach_the_run() -> None:
    noun = Noun()
    perform(noun, wait=False, wait_timeout=7, poll_interval=0.5)
    assert noun.run is not None
    assert (noun.run.wait, noun.run.wait_timeout, noun.run.poll_interval) == (False, 7.0, 0.5)


@pytest.mark.parametrize("option", ["timeout", "wait_timeout", "poll_interval"])
@pytest.mark.parametrize("value", [0, -1, float("nan")])
def test_bounds_of_waiting(option: str, value: float) -> None:
    noun = Noun()
    answer = perform(noun, **{option: value})
    assert answer["failed"] is True
    assert answer["msg"] == f"{option}: is not above 0. Give it in seconds."
    assert (answer["error"], answer["changed"]) == ("ConvoxOptionError", False)
    assert noun.run is None


def test_an_error_of_the_client_is_a_failure_with_what_was_done_so_far() -> None:
    def observe(run: Context) -> None:
        run.acted = True
        raise errors.error_for(404, f"object not found: {KEY}", "req-1", "read app web")

    answer = perform(Noun(observe))
    assert answer == {
        "changed": True,
        "failed": True,
        "msg": f"Read app web: object not found: {HIDDEN} (HTTP 404, request req-1).",
        "error": "ConvoxNotFoundError",
        "status": 404,
        "request_id": "req-1",
    }


def test_a_defect_is_told_without_its_message() -> None:
    def observe(run: Context) -> None:
        run.acted = True
        value = "canary-of-a-value"
        raise ValueError(f"cannot read {value}")

    answer = perform(Noun(observe))
    assert (answer["failed"], answer["changed"], answer["error"]) == (True, True, "ValueError")
    assert "ValueError at test_door.py:" in answer["msg"]
    assert "test_door.py" in answer["exception"]
    assert "cannot read canary" not in str(answer)


def test_no_credentials_name_the_places_looked_at(tmp_path: Any) -> None:
    answer = _runner.perform(Noun(), {}, front(environ={"HOME": str(tmp_path)}), secrets=set())
    assert answer["error"] == "ConvoxCredentialsError"
    assert "CONVOX_HOST" in answer["msg"]


def test_missing_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(third_party, "MISSING", "httpx (not installed), pydantic 1.10.2 (needs >= 2.5)")
    answer = perform(Noun())
    assert answer["failed"] is True
    for words in (
        platform.node(),
        sys.executable,
        "httpx (not installed), pydantic 1.10.2 (needs >= 2.5)",
        f"{sys.executable} -m pip install 'httpx>=0.27,<1' 'pydantic>=2.5,<3'",
    ):
        assert words in answer["msg"]
    assert answer["error"] == "ConvoxError"


# One client for what is the same, another for what differs.

SAME = {"host": "http://127.0.0.1:1", "api_key": "k"}


def client_for(options: dict[str, Any], environ: dict[str, str] | None = None) -> Any:
    return _runner.client_for(options, environ or {}, lambda text: None)


def test_a_loop_shares_its_client() -> None:
    one = client_for(SAME)
    assert client_for(dict(SAME)) is one
    assert client_for({}, {"CONVOX_HOST": SAME["host"], "CONVOX_PASSWORD": "k"}) is one


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
def test_other_settings_have_a_client_of_their_own(other: dict[str, Any]) -> None:
    assert client_for({**SAME, **other}) is not client_for(SAME)


def test_another_process_has_a_client_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    one = client_for(SAME)
    monkeypatch.setattr(os, "getpid", lambda: 7)
    assert client_for(SAME) is not one


def test_warnings_of_a_kept_client_go_to_the_task_that_runs() -> None:
    first: list[str] = []
    second: list[str] = []
    _runner.client_for(SAME, {}, first.append).transport.warn("a")
    _runner.client_for(SAME, {}, second.append).transport.warn("b")
    assert (first, second) == (["a"], ["b"])


# The short way.


def here(noun: Any, arguments: dict[str, Any], *, invocation: bool = True) -> dict[str, Any]:
    return _runner.run_in_process(noun, "convox.rack.convox_x", arguments, front(), invocation=invocation)


def test_invocation_is_masked_and_may_be_left_out() -> None:
    arguments = {"host": "http://127.0.0.1:1", "api_key": KEY, "variables": {"A": "canary", "B": None}}
    answer = here(Noun(), dict(arguments))
    shown = answer["invocation"]["module_args"]
    assert shown["variables"] == {"A": HIDDEN, "B": None}
    assert shown["api_key"] == "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
    assert shown["max_retries"] == 3
    assert "canary" not in str(answer)
    assert "invocation" not in here(Noun(), dict(arguments), invocation=False)


def test_invocation_of_refused_options_is_masked_too() -> None:
    answer = here(Noun(), {"variables": {"A": "canary"}, "nonsense": 1})
    assert answer["failed"] is True
    assert "Unsupported parameters for (convox.rack.convox_x) module: nonsense" in answer["msg"]
    assert "canary" not in str(answer)


def test_an_alias_beside_its_option_is_a_warning() -> None:
    warnings: list[str] = []
    arguments = {"host": "http://127.0.0.1:1", "api_key": KEY, "password": KEY}
    _runner.run_in_process(Noun(), "x", arguments, front(warnings), invocation=False)
    assert warnings == ["Both option api_key and its alias password are set."]


def test_every_noun_has_what_the_door_needs() -> None:
    for noun in (env, release):
        spec = _runner.argument_spec(noun)  # type: ignore[arg-type]  # a module is a noun
        assert set(_runner.RACK_ARGUMENTS) < set(spec)
    assert isinstance(env, types.ModuleType)
