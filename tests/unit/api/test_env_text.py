# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Env text: read as the rack reads it, written as the CLI writes it, refused by name."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._api import env_text, errors

KEYS = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp"), exclude_characters="="), min_size=1
)
VALUES = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\n\0")).filter(
    lambda value: not value.endswith("\r")
)
ENVS = st.dictionaries(KEYS, VALUES, max_size=6)
SMALL = st.dictionaries(st.sampled_from("ABCDE"), st.sampled_from("123"), max_size=5)


# --- reading and writing


@pytest.mark.parametrize(
    ("text", "env"),
    [
        ("", {}),
        ("A=", {"A": ""}),
        ("A=b=c", {"A": "b=c"}),
        ("JUSTAKEY", {}),
        ("# x=1\nA=1", {"# x": "1", "A": "1"}),
        ("A=\"q\"\nB='s'", {"A": '"q"', "B": "'s'"}),
        (" A = 1 ", {"A": " 1 "}),
        ("A=grüße", {"A": "grüße"}),
        ("A=1\r\nB=2\r\n", {"A": "1\r", "B": "2\r"}),
        ("PEM=-----BEGIN\nline2\nEND-----", {"PEM": "-----BEGIN"}),
        ("Z=1\nA=2", {"Z": "1", "A": "2"}),
        ("A=1\nA=2", {"A": "2"}),
        ("export A=1", {"export A": "1"}),
        ("a.b-c=1", {"a.b-c": "1"}),
        ("\n\nA=1\n\n", {"A": "1"}),
        ("=1\n =2\nA=3", {"A": "3"}),
        ("\xa0A\u3000=1", {"A": "1"}),
        ("\x1cA=1", {"\x1cA": "1"}),
        ("A=1\u2028B=2", {"A": "1\u2028B=2"}),
    ],
)
def test_parse_reads_what_the_rack_reads(text: str, env: dict[str, str]) -> None:
    assert env_text.parse(text) == env


def test_render_sorts_lines_as_the_cli_does() -> None:
    assert env_text.render({"B": "2", "A": "1", "A-B": "3"}) == "A-B=3\nA=1\nB=2"


@given(ENVS)
def test_what_is_rendered_is_read_back(env: dict[str, str]) -> None:
    assert env_text.parse(env_text.render(env)) == env


@given(ENVS)
def test_what_is_checked_is_read_back(env: dict[str, str]) -> None:
    assert env_text.parse(env_text.render(env_text.check(env))) == env


@given(st.text())
def test_parse_takes_any_text_and_settles(text: str) -> None:
    once = env_text.parse(text)
    assert env_text.parse(env_text.render(once)) == once


# --- values of a task


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (False, "false"),
        (1, "1"),
        (-3, "-3"),
        (1.5, "1.5"),
        (1.0, "1.0"),
        ("", ""),
        (" spaces stay ", " spaces stay "),
        ("a=b", "a=b"),
        ("1.10", "1.10"),
        (datetime.date(2026, 11, 24), "2026-11-24"),
    ],
)
def test_check_makes_text(value: object, text: str) -> None:
    assert env_text.check({"A": value}) == {"A": text}


def test_check_takes_text_of_any_subclass() -> None:
    class Tagged(str):
        __slots__ = ()

    assert env_text.check({"A": Tagged("1")}) == {"A": "1"}


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"PEM": "canary\nx"}, "newline"),
        ({"PEM": "canary\r"}, "carriage return"),
        ({"PEM": "canary\0"}, "NUL"),
        ({"PEM": "canary\ud800"}, "Unicode"),
        ({"PEM": {"a": "canary"}}, "to_json"),
        ({"PEM": ["canary"]}, "to_json"),
        ({"PEM": b"canary"}, "to_json"),
        ({"PEM": "canary" * 11000}, "64 KiB"),
        ({"PEM": "ü" * 32767 + "canary"}, "64 KiB"),
        ({"PEM X": "canary"}, "a space"),
        ({"PEM=": "canary"}, "`=`"),
        ({"PEM\t": "canary"}, "control character"),
        ({"PEM\x85": "canary"}, "control character"),
        ({"PEM\u2028": "canary"}, "a space"),
    ],
)
@pytest.mark.parametrize("option", ["variables", "src"])
def test_check_refuses_by_name(variables: dict[str, object], named: str, option: str) -> None:
    with pytest.raises(errors.ConvoxOptionError) as caught:
        env_text.check({"OTHER": "canary", **variables}, option)
    words = f"{caught.value} {caught.value!r} {caught.value.message} {caught.value.hint}"
    assert "PEM" in words
    assert option in words
    assert named in words
    assert "canary" not in words
    assert "OTHER" not in words


def test_check_refuses_an_empty_name_and_a_number() -> None:
    with pytest.raises(errors.ConvoxOptionError, match="no name"):
        env_text.check({"": "1"})
    with pytest.raises(errors.ConvoxOptionError, match="quotes"):
        env_text.check({1: "1"})  # type: ignore[dict-item]  # YAML gives numbers as keys


def test_check_names_all_that_share_a_fault_and_no_endless_list() -> None:
    with pytest.raises(errors.ConvoxOptionError) as caught:
        env_text.check({f"KEY{number:02}": "a\nb" for number in range(14)})
    assert "KEY00, KEY01" in caught.value.message
    assert "and 4 more" in caught.value.message


def test_a_name_is_shown_on_one_line_and_cut() -> None:
    with pytest.raises(errors.ConvoxOptionError) as caught:
        env_text.check({"A\nB" + "x" * 500: "1"})
    assert "A\\nB" in caught.value.message
    assert len(caught.value.message) < 400


def test_the_longest_line_a_rack_reads_passes() -> None:
    assert env_text.check({"BIG": "x" * 65531})
    with pytest.raises(errors.ConvoxOptionError):
        env_text.check({"BIG": "x" * 65532})


# --- changes


@given(SMALL, SMALL)
def test_a_difference_applied_gives_the_new_env(old: dict[str, str], new: dict[str, str]) -> None:
    change = env_text.difference(old, new)
    assert env_text.apply(old, change) == new
    assert env_text.apply(new, change) == new
    assert bool(change) == (old != new)
    assert not change.names & {key for key in old if new.get(key) == old[key]}


@given(SMALL)
def test_an_env_does_not_differ_from_itself(env: dict[str, str]) -> None:
    assert not env_text.difference(env, env)


def test_a_difference_tells_added_changed_and_removed() -> None:
    change = env_text.difference({"A": "1", "B": "2", "C": "3"}, {"B": "4", "C": "3", "D": "5"})
    assert (change.added, change.changed, change.removed) == ({"D": "5"}, {"B": "4"}, frozenset("A"))
    assert change.values == {"B": "4", "D": "5"}
    assert change.names == frozenset("ABD")


def test_a_change_never_shows_values() -> None:
    change = env_text.difference({"A": "canary1"}, {"A": "canary2", "B": "canary3"})
    assert "canary" not in f"{change} {change!r}"
    assert "'A'" in repr(change)


@given(SMALL, SMALL, SMALL)
def test_a_merge_keeps_both_sides(base: dict[str, str], ours: dict[str, str], theirs: dict[str, str]) -> None:
    merged, conflicts = env_text.merge(base, ours, theirs)
    for key in {*base, *ours, *theirs}:
        if ours.get(key) != base.get(key):
            assert merged.get(key) == ours.get(key)
        elif theirs.get(key) != base.get(key):
            assert merged.get(key) == theirs.get(key)
        else:
            assert merged.get(key) == base.get(key)
    turned, the_same = env_text.merge(base, ours=theirs, theirs=ours)
    assert the_same == conflicts
    differing = {key for key in {*merged, *turned} if merged.get(key) != turned.get(key)}
    assert differing == conflicts


@given(SMALL, SMALL)
def test_a_merge_with_nothing_new_changes_nothing(base: dict[str, str], ours: dict[str, str]) -> None:
    assert env_text.merge(base, ours, base) == (ours, frozenset())
    assert env_text.merge(base, base, ours) == (ours, frozenset())
    assert env_text.merge(base, ours, ours) == (ours, frozenset())
