# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which error an answer is, and what the user reads."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api._http.classify import error_for
from ansible_collections.convox.rack.plugins.module_utils._api.errors import (
    ConvoxAPIError,
    ConvoxAuthError,
    ConvoxBusyError,
    ConvoxConflictError,
    ConvoxForbiddenError,
    ConvoxGatewayError,
    ConvoxNotFoundError,
    ConvoxNotImplementedError,
    ConvoxServerError,
    ConvoxValidationError,
    describe,
)

KEDA = (
    "range scaling (min/max) requires KEDA on this rack; run `convox rack params set keda_enable=true` and "
    "re-deploy, or use --count for a fixed replica count"
)
OVERTAKEN = (
    'Operation cannot be fulfilled on atoms.atom.convox.com "app": the object has been modified; please '
    "apply your changes to the latest version and try again"
)

# Every row of rack-api.md "Errors", and the words of the recordings.
ROWS: list[tuple[int | None, str, type[ConvoxAPIError]]] = [
    (400, "app name is reserved", ConvoxValidationError),
    (400, "can not promote a release with an empty manifest", ConvoxValidationError),
    (400, "can not promote an older release, try rollback", ConvoxValidationError),
    (400, "must specify only one domain", ConvoxValidationError),
    (400, "rack resource type unknown: X", ConvoxValidationError),
    (400, "unavailable on v3 racks", ConvoxValidationError),
    (400, "invalid role: must be read, write, or admin", ConvoxValidationError),
    (400, "no budget configured for app bud", ConvoxValidationError),
    (401, "invalid authentication", ConvoxAuthError),
    (401, "you are unauthorized to access this", ConvoxForbiddenError),
    (401, "operation not permitted for deploy keys", ConvoxForbiddenError),
    (403, "operation not permitted for deploy keys", ConvoxForbiddenError),
    (403, "app is currently updating", ConvoxBusyError),
    (403, "app is not updating", ConvoxForbiddenError),
    (403, "admin role required", ConvoxForbiddenError),
    (403, "AppBudgetSet: admin role required to set budget cap", ConvoxForbiddenError),
    (404, "app not found: X", ConvoxNotFoundError),
    (404, "app config not found: X", ConvoxNotFoundError),
    (404, "no such registry: X", ConvoxNotFoundError),
    (404, "instance not found: X", ConvoxNotFoundError),
    (405, "", ConvoxNotImplementedError),
    (409, "app already exists: X", ConvoxConflictError),
    (409, "app is locked: X", ConvoxConflictError),
    (409, "budget cap exceeded", ConvoxConflictError),
    (422, "image param required", ConvoxValidationError),
    (429, "slow down", ConvoxAPIError),
    (418, "what else", ConvoxAPIError),
    (500, 'releases.convox.com "rabc" not found', ConvoxNotFoundError),
    (500, 'builds.convox.com "babc" not found', ConvoxNotFoundError),
    (500, 'deployments.apps "web" not found', ConvoxNotFoundError),
    (500, 'pods "x" not found', ConvoxNotFoundError),
    (500, 'secrets "x" not found', ConvoxNotFoundError),
    (500, "no such service: X", ConvoxNotFoundError),
    (500, "no such resource: X", ConvoxNotFoundError),
    (500, "namespace rack1-nope not found -- verify rack and app names", ConvoxNotFoundError),
    (500, "app already exists: X", ConvoxConflictError),
    (500, "app is locked: X", ConvoxConflictError),
    (500, "app name is reserved", ConvoxValidationError),
    (500, "app is currently updating", ConvoxBusyError),
    (500, 'strconv.Atoi: parsing "many": invalid syntax', ConvoxValidationError),
    (500, 'Namespace "rack1-Bad" is invalid: metadata.name: Invalid value', ConvoxValidationError),
    (500, KEDA, ConvoxValidationError),
    (500, OVERTAKEN, ConvoxServerError),
    (500, "bufio.Scanner: token too long", ConvoxServerError),
    (500, "unexpected EOF", ConvoxServerError),
    (501, "unimplemented", ConvoxNotImplementedError),
    (501, "release history is unavailable", ConvoxNotImplementedError),
    (502, "", ConvoxGatewayError),
    (503, "", ConvoxGatewayError),
    (504, "", ConvoxGatewayError),
    (599, "the practice rack refuses writes", ConvoxServerError),
    (None, "invalid authentication", ConvoxAuthError),
    (None, "process exec requires write access", ConvoxForbiddenError),
    (None, "app not found: nope", ConvoxNotFoundError),
    (None, "no resources found in rack1-ws namespace", ConvoxNotFoundError),
    (None, "unimplemented", ConvoxNotImplementedError),
    (None, 'time: invalid duration "soon"', ConvoxValidationError),
    (None, "Unterminated single-quoted string", ConvoxServerError),
]


@pytest.mark.parametrize(("status", "message", "kind"), ROWS)
def test_status_and_words_decide_the_class(status: int, message: str, kind: type[ConvoxAPIError]) -> None:
    error = error_for(status, message, "id-1", "do it")
    assert error.__class__ is kind
    assert (error.status_code, error.message, error.request_id, error.operation) == (
        status,
        message,
        "id-1",
        "do it",
    )
    assert error.unsettled is (status in (502, 503, 504))


@pytest.mark.parametrize(
    ("status", "message", "words"),
    [
        (401, "operation not permitted for deploy keys", "Read on the rack and Write on the app"),
        (401, "you are unauthorized to access this", "Read on the rack and Write on the app"),
        (None, "process exec requires write access", "Write on the app"),
        (403, "admin role required", "role admin"),
        (401, "invalid authentication", "api_key"),
        (None, "invalid authentication", "api_key"),
        (500, KEDA, "keda_enable=true"),
        (409, "budget cap exceeded", "budget"),
        (422, "rack parameter cost_tracking_enable is false.", "cost_tracking_enable=true"),
        (409, "app is locked: x", "Unlock"),
        (400, "can not promote an older release, try rollback", "rolled_back"),
        (504, "", "gave up waiting"),
    ],
)
def test_the_hint_says_what_to_do(status: int | None, message: str, words: str) -> None:
    hint = error_for(status, message).hint
    assert hint is not None
    assert words in hint


@pytest.mark.parametrize("message", ["object not found: x", "app already exists: x", "EOF"])
def test_without_advice_there_is_no_hint(message: str) -> None:
    assert error_for(500, message).hint is None


def test_describe_has_what_was_tried_the_words_status_request_and_hint() -> None:
    error = error_for(409, "app is locked: web", "7f3a", "delete app web")
    assert describe(error) == (
        "Delete app web: app is locked: web (HTTP 409, request 7f3a). Unlock the app first."
    )
    assert str(error) == describe(error)


def test_describe_of_the_bare_minimum() -> None:
    assert describe(errors.ConvoxError("it broke")) == "it broke."
    assert describe(error_for(None, "strange")) == "strange."


def test_option_errors_name_the_option_and_the_way_out() -> None:
    error = errors.ConvoxOptionError("count", "is below 0", "give 0 or more.")
    assert describe(error) == "count: is below 0. Give 0 or more."
    assert (error.option, error.problem, error.way_out) == ("count", "is below 0", "give 0 or more.")
    assert not error.unsettled


def test_the_tree_is_the_sdk_s() -> None:
    import convox.exceptions as sdk

    theirs = {name: kind for name, kind in vars(sdk).items() if isinstance(kind, type)}
    assert len(theirs) > 10
    for name, kind in theirs.items():
        ours = getattr(errors, name)
        assert {base.__name__ for base in kind.__mro__} <= {base.__name__ for base in ours.__mro__}, name


def test_extra_is_the_error_s_own() -> None:
    given = {"app": "web"}
    error = errors.ConvoxWaitError("too long", extra=given)
    error.extra["more"] = 1
    assert given == {"app": "web"}
    assert errors.ConvoxError("x").extra == {}


def test_recorded_errors_of_the_rack_are_never_classed_as_unknown(
    recorded_errors: list[tuple[int, str]],
) -> None:
    assert recorded_errors
    for status, message in recorded_errors:
        assert error_for(status, message).__class__ is not ConvoxAPIError, (status, message)


@pytest.fixture
def recorded_errors() -> list[tuple[int, str]]:
    found = []
    for file in (Path(__file__).parents[2] / "contract").rglob("*.jsonl"):
        for line in filter(str.strip, file.read_text(encoding="utf-8").splitlines()):
            response = json.loads(line)["response"]
            if (response.get("status") or 0) >= 400 and response["body"].startswith("{"):
                found.append((response["status"], json.loads(response["body"])["error"]))
    return found
