# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""How answers are built and masked."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils import _failure, _outcome
from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api._http.classify import error_for
from ansible_collections.convox.rack.plugins.module_utils._noun import (
    HIDDEN,
    HIDDEN_CHANGED,
    Change,
    Context,
    secret_change,
)


def test_a_diff_holds_what_differs_and_nothing_else() -> None:
    changes = [
        Change(("locked",), False, True),
        Change(("parameters", "A"), None, "1"),
        Change(("parameters", "B"), "2", None),
        Change(("web", "count"), 0, 3),
    ]
    assert _outcome.difference(changes) == {
        "before": {"locked": False, "parameters": {"B": "2"}, "web": {"count": 0}},
        "after": {"locked": True, "parameters": {"A": "1"}, "web": {"count": 3}},
    }


def test_without_diff_mode_there_is_no_diff() -> None:
    outcome = _outcome.Outcome(True, (), {"app": None})
    assert outcome.answer(diff=False) == {"changed": True, "app": None}
    assert outcome.answer(diff=True)["diff"] == {"before": {}, "after": {}}


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        (None, "canary", (None, HIDDEN)),
        ("canary", None, (HIDDEN, None)),
        ("canary", "canary2", (HIDDEN, HIDDEN_CHANGED)),
        ("canary", "canary", (HIDDEN, HIDDEN)),
        ("", None, (HIDDEN, None)),
    ],
)
def test_a_secret_change_shows_its_name_alone(before: str | None, after: str | None, shown: Any) -> None:
    change = secret_change(("variables", "KEY"), before, after)
    assert (change.before, change.after) == shown
    assert "canary" not in repr(change)


def test_a_failure_of_the_rack() -> None:
    error = error_for(409, "app is locked: web", "req-1", "delete app web")
    error.extra["more"] = [1]
    answer = _failure.failure(error, changed=True)
    assert answer == {
        "changed": True,
        "failed": True,
        "msg": "Delete app web: app is locked: web (HTTP 409, request req-1). Unlock the app first.",
        "error": "ConvoxConflictError",
        "status": 409,
        "request_id": "req-1",
        "unsettled": False,
        "more": [1],
    }


def test_a_failure_without_an_answer_has_the_same_keys() -> None:
    answer = _failure.failure(errors.ConvoxOptionError("name", "is bad", "take another"), changed=False)
    assert answer == {
        "changed": False,
        "failed": True,
        "msg": "name: is bad. Take another.",
        "error": "ConvoxOptionError",
        "status": None,
        "request_id": None,
        "unsettled": False,
    }


@pytest.mark.parametrize(
    ("value", "masked"),
    [
        (
            {"A": "canary", "B": None, "C": {"deep": "canary"}, "D": True},
            {"A": HIDDEN, "B": None, "C": HIDDEN, "D": HIDDEN},
        ),
        (["A=canary", "B=", "canary", "C=a=b"], [f"A={HIDDEN}", f"B={HIDDEN}", HIDDEN, f"C={HIDDEN}"]),
        ("A=canary", HIDDEN),
        (7, HIDDEN),
        (True, HIDDEN),
        ("", HIDDEN),
        (None, None),
        ({}, {}),
        ([], []),
    ],
)
def test_masks(value: Any, masked: Any) -> None:
    assert _outcome.mask(value) == masked
    options = {"variables": value, "app": "web"}
    spec: dict[str, Any] = {"variables": {"type": "raw"}, "app": {"type": "str"}}
    assert _outcome.masked_options(options, ("variables",), spec) == {"variables": masked, "app": "web"}
    assert options["variables"] is value


CANARY = "canary-in-a-mine"
NESTED = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.just(CANARY),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(max_size=5), NESTED, max_size=5))
def test_no_value_of_a_masked_option_is_shown(value: dict[str, Any]) -> None:
    shown = _outcome.mask({**value, "last": [f"x{CANARY}y"]})
    assert CANARY not in json.dumps(shown["last"])
    assert {name.partition("=")[0] for name in shown} == {name.partition("=")[0] for name in (*value, "last")}
    assert set(shown.values()) <= {None, HIDDEN}


SPEC: dict[str, Any] = {
    "app": {"type": "str"},
    "api_key": {"type": "str", "no_log": True, "aliases": ["password"]},
    "host": {"type": "str"},
    "proxy": {"type": "str"},
    "url": {"type": "str"},
    "timeout": {"type": "float"},
    "wait": {"type": "bool"},
    "unset": {"type": "list", "elements": "str"},
    "numbers": {"type": "list", "elements": "int"},
    "parameters": {"type": "dict"},
    "description": {"type": "str"},
    "variables": {"type": "dict"},
}


@pytest.mark.parametrize(
    ("option", "value", "shown"),
    [
        # a misspelt option
        ("varables", {"A": "canary"}, {"A": HIDDEN}),
        ("varables", "canary", HIDDEN),
        ("keys", ["canary", "A=canary"], [HIDDEN, f"A={HIDDEN}"]),
        ("token", 17, HIDDEN),
        # a value of a wrong type
        ("timeout", "canary", HIDDEN),
        ("timeout", {"A": "canary"}, {"A": HIDDEN}),
        ("wait", "canary", HIDDEN),
        ("parameters", ["canary"], [HIDDEN]),
        ("numbers", ["canary", 1], [HIDDEN, HIDDEN]),
        # a name that holds a value
        ("unset", ["A", "B=canary=x"], ["A", f"B={HIDDEN}"]),
        ("variables", {"A=canary": "x"}, {f"A={HIDDEN}": HIDDEN}),
        ("parameters", {"A=canary": "x"}, {f"A={HIDDEN}": "x"}),
        # a url with a login, whatever is in it, or with a query
        ("host", "https://user:canary@rack.test:5443/x", f"https://{HIDDEN}@rack.test:5443/x"),
        ("host", "https://user:can/ary@rack.test", f"https://{HIDDEN}@rack.test"),
        ("host", "https://user:can@ary@rack.test", f"https://{HIDDEN}@rack.test"),
        ("host", "https://user:can'a\"ry@rack.test", f"https://{HIDDEN}@rack.test"),
        ("host", "https://user:can ary@rack.test", f"https://{HIDDEN}@rack.test"),
        ("host", "convox:canary@rack.test", f"{HIDDEN}@rack.test"),
        ("proxy", "http://me:canary@proxy.test:3128", f"http://{HIDDEN}@proxy.test:3128"),
        ("url", "https://s3.test/a.tgz?Signature=canary&X=1", f"https://s3.test/a.tgz?{HIDDEN}"),
        (
            "description",
            "see https://u:canary@h.test/?a=canary or ask",
            f"see https://{HIDDEN}@h.test/?{HIDDEN} or ask",
        ),
        ("unset", ["https://u:canary@h.test/?a=canary"], [f"https://{HIDDEN}@h.test/?{HIDDEN}"]),
        ("parameters", {"Hook": "https://u:canary@h.test/"}, {"Hook": f"https://{HIDDEN}@h.test/"}),
        # all else is shown
        ("host", "rack.test:5443", "rack.test:5443"),
        ("url", "https://s3.test/a.tgz", "https://s3.test/a.tgz"),
        ("description", "a=b, or what? mail me@home.test", "a=b, or what? mail me@home.test"),
        ("timeout", "7.5", "7.5"),
        ("wait", "yes", "yes"),
        ("unset", None, None),
        ("numbers", ["1", 2], ["1", 2]),
        ("password", "left to Ansible", "left to Ansible"),
    ],
)
def test_what_invocation_shows(option: str, value: Any, shown: Any) -> None:
    found = _outcome.masked_options({option: value}, ("variables",), SPEC)
    assert found == {option: shown}
    assert "canary" not in json.dumps(found)


def test_an_option_whose_name_holds_a_value() -> None:
    assert _outcome.masked_options({"A=canary": "x"}, (), SPEC) == {f"A={HIDDEN}": HIDDEN}


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("unable to convert to float: 'canary'", f"unable to convert to float: {HIDDEN}"),
        ('"x" cannot be converted', f"{HIDDEN} cannot be converted"),
        ("an x in it stays", "an x in it stays"),
        ("canary without quotes", f"{HIDDEN} without quotes"),
    ],
)
def test_words_of_core_without_the_values_of_a_wrong_type(words: str, shown: str) -> None:
    values = _failure.wrong_values({"timeout": "canary", "wait": "x", "app": "web"}, SPEC)
    assert values == ["canary", "x"]
    assert _failure.without_values(words, values) == shown


@given(NESTED)
def test_cleaned_takes_secrets_out_of_any_text(value: Any) -> None:
    answer = {"changed": True, "msg": f"it said {CANARY}!", "deep": [value, {"x": CANARY}]}
    clean = _outcome.cleaned(answer, {CANARY})
    assert CANARY not in json.dumps(clean)
    assert clean["changed"] is True


def test_cleaned_keeps_truth_and_nothing() -> None:
    """A key named `true` must not make `changed` a text."""
    answer = {"changed": True, "failed": False, "status": None, "msg": "true and None"}
    clean = _outcome.cleaned(answer, {"True", "False", "None", "true"})
    assert (clean["changed"], clean["failed"], clean["status"]) == (True, False, None)
    assert clean["msg"] == "******** and ********"


def test_cleaned_without_secrets_changes_nothing() -> None:
    answer = {"changed": False, "app": {"locked": True, "n": 1, "parameters": {}}, "list": [None, "x"]}
    assert _outcome.cleaned(answer, ()) == answer


def test_logs_are_redacted() -> None:
    context = Context()
    context.add_secrets(["canary-long", "canary-longer", "short", ""])
    assert (
        context.redact("a canary-longer, a canary-long, a short one")
        == f"a {HIDDEN}, a {HIDDEN}, a short one"
    )
    assert "canary" not in repr(context)


@pytest.mark.parametrize(
    ("unsettled", "operation", "words"),
    [
        ((), "read app web", "Read app web: the connection was lost."),
        (
            ("create app web",),
            "read app web",
            "Create app web: sent, but no answer came, so it may have been done. "
            "Read app web: the connection was lost.",
        ),
        (
            ("create app web",),
            "create app web",
            "Create app web: the connection was lost. No answer told whether it was done: it may have been.",
        ),
        (
            ("update app web", "promote R of web"),
            "promote R of web",
            "Update app web: sent, but no answer came, so it may have been done. "
            "Promote R of web: the connection was lost. "
            "No answer told whether it was done: it may have been.",
        ),
    ],
)
def test_a_failure_says_what_was_sent_and_may_have_been_done(
    unsettled: tuple[str, ...], operation: str, words: str
) -> None:
    error = errors.ConvoxConnectionError("the connection was lost", operation=operation)
    answer = _failure.failure(error, changed=False, unsettled=unsettled)
    assert answer["msg"] == words
    assert answer["changed"] is bool(unsettled)
    assert answer["unsettled"] is bool(unsettled)


def test_what_core_cannot_carry_is_written_out() -> None:
    """Half letters (lone surrogates) are no UTF-8, and core refuses nan and inf."""
    value = {
        "a\ud800": ["é\udfff", {"b": float("inf"), "c": float("nan")}],
        "d": [1, 1.5, None, True, "😀"],
    }
    assert _outcome.cleaned(value, []) == {
        "a\\ud800": ["é\\udfff", {"b": "inf", "c": "nan"}],
        "d": [1, 1.5, None, True, "😀"],
    }
