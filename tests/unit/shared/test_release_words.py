# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Descriptions of releases, written and read again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._api.env_text import Change
from ansible_collections.convox.rack.plugins.module_utils._shared import release_words

IDS = st.from_regex(r"R[A-Z]{10}", fullmatch=True)
KEYS = st.text(
    st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="="), min_size=1, max_size=12
)
CHANGES = st.builds(
    lambda added, changed, removed: Change(
        dict.fromkeys(added, "canary"), dict.fromkeys(changed, "canary"), removed
    ),
    st.frozensets(KEYS, max_size=4),
    st.frozensets(KEYS, max_size=4),
    st.frozensets(KEYS, max_size=4),
)


def test_a_description_names_what_changed_and_what_it_was_computed_from() -> None:
    change = Change({"B": "1", "A": "2"}, {"C": "3"}, frozenset({"D"}))
    text = release_words.describe(change, "RABCDEFGHIJ")
    assert text == "env add:A add:B change:C remove:D · after RABCDEFGHIJ"
    assert release_words.describe(change, "RABCDEFGHIJ", "by hand") == f"by hand · {text}"
    assert release_words.describe(change, "").endswith(" · after none")
    assert release_words.describe(Change(), "RABCDEFGHIJ") == "env carried on · after RABCDEFGHIJ"


def test_an_env_taken_over_as_a_whole() -> None:
    text = release_words.describe_whole("RABCDEFGHIJ", "RKLMNOPQRST", "rolled back")
    assert text == "rolled back · env of RABCDEFGHIJ · after RKLMNOPQRST"
    assert release_words.said(text) == release_words.Said("RKLMNOPQRST", "RABCDEFGHIJ", None)


@given(st.one_of(IDS, st.just("")), st.one_of(st.none(), IDS.map(" · after {}".format)))
def test_a_release_without_an_env_of_its_own_names_no_base(seen: str, extra: str | None) -> None:
    text = release_words.describe_carried(seen, extra)
    assert text.endswith(f"env carried on · seen {seen or 'none'}")
    assert release_words.said(text) == release_words.Said(seen=seen or "none")
    assert release_words.base_of(text) is None


@given(
    CHANGES,
    st.one_of(IDS, st.just("")),
    st.one_of(st.none(), st.text(max_size=30), IDS.map(" · after {}".format)),
)
def test_what_is_described_is_read_again(change: Change, base: str, extra: str | None) -> None:
    text = release_words.describe(change, base, extra)
    assert "canary" not in text
    found = release_words.said(text)
    assert found.after == (base or "none")
    assert found.env_of is None
    assert found.names == change.names
    assert release_words.base_of(text) == (base or "none")


@pytest.mark.parametrize(
    "description",
    [
        "",
        "first",
        "env add:A change:B",
        "build 0a1b2c3d4e Fix it · after lunch",
        "all · after RABCDEFGHIJ and more",
        "· after",
    ],
)
def test_other_descriptions_say_nothing(description: str) -> None:
    assert release_words.said(description) == release_words.Said()


@pytest.mark.parametrize("description", ["by hand · after RABCDEFGHIJ", "after RABCDEFGHIJ"])
def test_words_that_name_no_variables(description: str) -> None:
    assert release_words.said(description) == release_words.Said("RABCDEFGHIJ")


def test_a_long_list_is_cut_and_the_base_is_not() -> None:
    change = Change({f"A_VARIABLE_{number:03}": "1" for number in range(200)})
    text = release_words.describe(change, "RABCDEFGHIJ")
    assert len(text) < 1100
    assert "add:A_VARIABLE_000 " in text
    assert " more · after RABCDEFGHIJ" in text
    assert release_words.said(text) == release_words.Said("RABCDEFGHIJ")
