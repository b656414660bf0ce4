# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Dotenv files: read, or refused by the number of a line, with the way out that works."""

from __future__ import annotations

import base64
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._api import dotenv, env_text, errors

VALUES = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\n\0")).filter(
    lambda value: not value.endswith("\r")
)


@pytest.mark.parametrize(
    ("text", "env"),
    [
        ("", {}),
        ("# comment\n\n  # another\nA=1\n", {"A": "1"}),
        ("export A=1", {"A": "1"}),
        ("export\tA=1", {"A": "1"}),
        ("export=1", {"export": "1"}),
        ("export =1", {"export": "1"}),
        (" A = 1 ", {"A": "1"}),
        ("A=", {"A": ""}),
        ("A=b=c", {"A": "b=c"}),
        ("A=1 # comment", {"A": "1"}),
        ("A= # comment", {"A": ""}),
        ("A=#value", {"A": "#value"}),
        ("A=a#b", {"A": "a#b"}),
        ("A='lit $X \\n # x' # comment", {"A": "lit $X \\n # x"}),
        ('A=" a \\" b \\\\ \\$X \\n \\q # x "#c', {"A": ' a " b \\ $X \n \\q # x '}),
        ('A=say "hi"', {"A": 'say "hi"'}),
        ("A=$HOME/${X}", {"A": "$HOME/${X}"}),
        ("A=1\r\nB='2'\r\n", {"A": "1", "B": "2"}),
        ("\ufeffA=1", {"A": "1"}),
        ("A=1\nA=2", {"A": "2"}),
        ("a.b-c=1", {"a.b-c": "1"}),
    ],
)
def test_dotenv(text: str, env: dict[str, str]) -> None:
    assert dotenv.parse(text, "prod.env") == env


@pytest.mark.parametrize(
    "line",
    [
        "canary",
        "=canary",
        "canary 1=x",
        "A='canary",
        'A="canary',
        "A='canary' x",
        'A="canary" x',
        'A="canary\\"',
    ],
)
def test_a_malformed_line_is_named_by_number_only(line: str) -> None:
    with pytest.raises(errors.ConvoxOptionError) as caught:
        dotenv.parse(f"B=1\n\n{line}\n", "prod.env")
    words = f"{caught.value} {caught.value!r} {caught.value.message} {caught.value.hint}"
    assert "line 3 of prod.env" in words
    assert "src" in words
    assert "canary" not in words


@given(st.dictionaries(st.from_regex(r"[A-Z][A-Z0-9_]{0,5}", fullmatch=True), VALUES, max_size=5))
def test_what_is_quoted_is_read_back(env: dict[str, str]) -> None:
    def quoted(value: str) -> str:
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$") + '"'

    text = "\n".join(f"{key}={quoted(value)}" for key, value in env.items())
    assert dotenv.parse(text, "prod.env") == env


@given(st.text())
def test_dotenv_reads_or_refuses_any_text(text: str) -> None:
    try:
        env = dotenv.parse(text, "prod.env")
    except errors.ConvoxOptionError:
        return
    assert all(key and "=" not in key for key in env)


# What a rack cannot keep, and shells take otherwise: the way out in the message is tried.

PEM = "-----BEGIN EC PRIVATE KEY-----\\nMHcCAQEEIcanary==\\n-----END EC PRIVATE KEY-----\\n"


def refused(text: str) -> errors.ConvoxOptionError:
    with pytest.raises(errors.ConvoxOptionError) as caught:
        env_text.check(dotenv.parse(text, "prod.env"), "src")
    assert "canary" not in f"{caught.value} {caught.value!r}"
    assert caught.value.option == "src"
    return caught.value


def taken(text: str) -> dict[str, str]:
    return env_text.check(dotenv.parse(text, "prod.env"), "src")


def test_a_newline_in_double_quotes_has_a_way_out_that_works() -> None:
    error = refused(f'A=1\nKEY="{PEM}"')
    assert error.problem == "a value holds a newline, which a rack cannot keep: KEY"
    assert "between single quotes" in error.way_out
    assert taken(f"KEY='{PEM}'") == {"KEY": PEM}
    assert "write \\\\n" in error.way_out
    doubled = PEM.replace("\\n", "\\\\n")
    assert taken(f'KEY="{doubled}"') == {"KEY": PEM}
    assert "base64" in error.way_out
    encoded = base64.b64encode(PEM.replace("\\n", "\n").encode()).decode()
    assert taken(f"KEY={encoded}") == {"KEY": encoded}


@pytest.mark.parametrize("quote", ['"', "'", ""])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_key_over_several_lines_has_a_way_out_that_works(quote: str, end: str) -> None:
    """The last line of its base64 ends in =, and would be read as a variable."""
    lines = PEM.removesuffix("\\n").replace("\\n", end)
    error = refused(f"A=1{end}KEY={quote}{lines}{quote}{end}B=2{end}")
    assert error.problem == "line 2 of prod.env begins a value of several lines, which a rack cannot keep"
    example = re.search(r"KEY='[^']*'", error.way_out)
    assert example is not None
    assert taken(example[0]) == {"KEY": "first\\nsecond"}
    assert taken(f"KEY='{PEM}'") == {"KEY": PEM}
    assert "base64" in error.way_out


@pytest.mark.parametrize(
    "line",
    [
        r"KEY='canary'\''s'",
        "KEY='it'canary's'",
        "KEY='canary'\"'\"'s'",
        'KEY="say "canary""',
        'KEY="canary" "more"',
    ],
)
def test_quotes_as_a_shell_joins_them_have_a_way_out_that_works(line: str) -> None:
    error = refused(line)
    assert re.fullmatch(
        r"line 1 of prod.env has a (single|double) quote inside the value, or something behind it",
        error.problem,
    )
    examples = re.findall(r'KEY="(?:[^"\\]|\\.)*"', error.way_out)
    assert [taken(example)["KEY"] for example in examples] == ["it's", 'say "hi"']


@pytest.mark.parametrize(
    ("line", "mended"),
    [("A='canary", "A='canary'"), ('A="canary', 'A="canary"'), ("A='canary\nB='x'", "A='canary'\nB='x'")],
)
def test_a_quote_that_does_not_end_has_a_way_out_that_works(line: str, mended: str) -> None:
    error = refused(line)
    assert "does not end the value" in error.problem
    kind = "single" if "'" in mended else "double"
    assert error.way_out == f"end it with a {kind} quote"
    assert taken(mended)["A"] == "canary"


def test_a_certificate_on_one_line_is_a_value() -> None:
    assert taken("A=-----BEGIN X-----abc-----END X-----\nB=2") == {
        "A": "-----BEGIN X-----abc-----END X-----",
        "B": "2",
    }
