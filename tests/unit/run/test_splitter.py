# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The end of an exec's stream told from its output, wherever the stream is cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._api.resources.execs import End, Splitter

MARK = b"F1E49A85-0AD7-4AEF-A618-C249C6E6568D:"
# What a program may print to confuse us, and pieces of it.
LIKE = [
    MARK,
    MARK + b"0\n",
    MARK + b"7",
    MARK[:9],
    b"ERROR: no\n",
    b"ERR",
    b"\n",
    b"0",
    b"\xc3",
    b"\xa4",
    b"",
]
OUTPUT = st.lists(st.one_of(st.sampled_from(LIKE), st.binary(max_size=5)), max_size=6).map(b"".join)


def split(*messages: bytes) -> tuple[bytes, End]:
    splitter = Splitter()
    output = b"".join([splitter.feed(message) for message in messages])
    rest, end = splitter.end()
    return output + rest, end


def pieces(data: bytes, cuts: list[int]) -> list[bytes]:
    places = sorted({cut % (len(data) + 1) for cut in cuts} | {0, len(data)})
    return [data[a:b] for a, b in zip(places, places[1:], strict=False)]


@given(OUTPUT, st.integers(0, 255), st.lists(st.integers(0, 500), max_size=8))
def test_what_stands_before_the_last_exit_line_is_output(output: bytes, code: int, cuts: list[int]) -> None:
    whole = output + MARK + str(code).encode() + b"\n"
    assert split(*pieces(whole, cuts)) == (output, End(code, ""))


@given(OUTPUT, st.lists(st.integers(0, 500), max_size=8))
def test_an_error_behind_an_exit_line_wins(output: bytes, cuts: list[int]) -> None:
    whole = output + MARK + b"0\n" + b'ERROR: pods "none" not found\n'
    assert split(*pieces(whole, cuts)) == (output, End(0, 'pods "none" not found'))


@given(st.lists(st.binary(min_size=1, max_size=80), max_size=6))
def test_without_an_exit_line_all_is_output(messages: list[bytes]) -> None:
    messages = [message for message in messages if not message.startswith(b"ERROR: ")]
    assert split(*messages) == (b"".join(messages), End(None, ""))


def test_an_error_alone() -> None:
    assert split(b"ERROR: app not found: nope\n") == (b"", End(None, "app not found: nope"))
    assert split(b"some\n", b"ERROR: it broke\n") == (b"some\n", End(None, "it broke"))


def test_a_line_of_the_program_that_looks_like_an_error_is_output() -> None:
    assert split(b"ERROR: mine\n", b"more\n", MARK + b"1\n") == (b"ERROR: mine\nmore\n", End(1, ""))
    assert split(b"ERROR: mine\n", MARK + b"1\n") == (b"ERROR: mine\n", End(1, ""))
    assert split(b"ERROR: a\n", b"ERROR: b\n", MARK + b"0\n") == (b"ERROR: a\nERROR: b\n", End(0, ""))


def test_output_goes_on_at_once() -> None:
    splitter = Splitter()
    assert splitter.feed(b"one\n") == b"one\n"
    assert splitter.feed(b"two\nF1E4") == b"two\n"
    assert splitter.feed(b"no\n") == b"F1E4no\n"
    assert splitter.feed(MARK + b"0\nand more") == MARK + b"0\nand more"


def test_a_word_that_is_too_long_for_an_error_is_output() -> None:
    long = b"ERROR: " + b"x" * 70_000
    assert split(long, MARK + b"0\n") == (long, End(0, ""))
    assert split(MARK + b"0\n", long, MARK + b"3\n") == (MARK + b"0\n" + long, End(3, ""))


@pytest.mark.parametrize("rest", [b"", b"-", b"x\n", b"12345678901\n", b"1\nmore"])
def test_what_is_no_code(rest: bytes) -> None:
    assert split(b"out\n" + MARK + rest) == (b"out\n" + MARK + rest, End(None, ""))


def test_many_small_messages_cost_little() -> None:
    splitter = Splitter()
    for _unused in range(200_000):
        splitter.feed(b"some line of output\n")
