# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The gate that every word of a task passes."""

from __future__ import annotations

import base64
import json
import urllib.parse

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._api._http.redaction import go_quoted
from ansible_collections.convox.rack.plugins.module_utils._api._http.secrets import (
    Secrets,
    secrets_of_url,
)

VALUE = 'p"ss\\w ord&<é>/9f'


@pytest.mark.parametrize(
    "form",
    [
        VALUE,
        go_quoted(VALUE),
        json.dumps(VALUE)[1:-1],
        urllib.parse.quote(VALUE, safe=""),
        urllib.parse.quote_plus(VALUE),
        base64.b64encode(VALUE.encode()).decode(),
    ],
)
def test_a_value_goes_in_every_form_in_which_it_may_be_quoted(form: str) -> None:
    secrets = Secrets()
    secrets.add([VALUE])
    assert secrets.redact(f'failed: "{form}" is bad') == 'failed: "********" is bad'


@pytest.mark.parametrize("end", ["\r", "\n", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"])
def test_a_value_that_is_printed_by_lines_goes_piece_by_piece(end: str) -> None:
    secrets = Secrets()
    secrets.add({"KEY": f"first-piece{end}second-piece"})
    for piece in ("first-piece", "second-piece"):
        assert piece not in secrets.redact(f"app says {piece} here")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("PIN=1234", "PIN=********"),
        ('PIN="1234"', 'PIN="********"'),
        ("PIN: 1234, done", "PIN: ********, done"),
        ("the PIN 1234 is wrong", "the PIN ******** is wrong"),
        ("port 1234", "port 1234"),
        ("PIN=12345", "PIN=12345"),
        ("MYPIN=1234", "MYPIN=1234"),
    ],
)
def test_a_short_value_goes_beside_its_name_alone(text: str, shown: str) -> None:
    secrets = Secrets()
    secrets.add({"PIN": "1234"})
    assert secrets.redact(text) == shown


def test_what_a_terminal_would_obey_is_shown() -> None:
    assert Secrets().redact("\x1b[2Jgone\x9b31m\x07") == "\\x1b[2Jgone\\x9b31m\\x07"


@given(st.text(min_size=6), st.text(), st.text())
def test_no_value_outlives_the_gate(value: str, before: str, after: str) -> None:
    secrets = Secrets()
    secrets.add([value])
    assert value not in secrets.redact(before + value + after).replace("********", "")


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("postgres://app:secret@host/app", ["postgres://app:secret@host/app", "secret"]),
        (
            "https://c:p%40ss%2Fword@h",
            ["https://c:p%40ss%2Fword@h", "p%40ss%2Fword", "p@ss/word"],
        ),
        ("redis://host:6379", ["redis://host:6379"]),
        ("http://[", ["http://["]),
        ("", []),
    ],
)
def test_what_a_url_holds(url: str, wanted: list[str]) -> None:
    assert secrets_of_url(url) == wanted
