# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The release list read as a log: what the true env is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._shared import release_list

from .env_schedule import Posted
from .env_story import ENVS, name, release, setting, window

# --- the fold


@pytest.mark.parametrize(
    ("story", "true"),
    [
        ([release(0, "A=1")], "A=1"),
        # one after the other
        ([release(0, "A=1"), release(1, "A=1 B=1", "B<0")], "A=1 B=1"),
        # two from the same base
        ([release(0, ""), release(1, "A=1", "A<0"), release(2, "B=1", "B<0")], "A=1 B=1"),
        # two in an app without releases
        ([release(0, "A=1", "A<"), release(1, "B=1", "B<")], "A=1 B=1"),
        # unset and set from the same base
        ([release(0, "A=1"), release(1, "", "A<0"), release(2, "A=1 B=1", "B<0")], "B=1"),
        # the same key: what is last in the list
        ([release(0, ""), release(1, "A=1", "A<0"), release(2, "A=2", "A<0")], "A=2"),
        # a repair carries what was lost
        (
            [release(0, ""), release(1, "A=1", "A<0"), release(2, "B=1", "B<0"), release(3, "A=1 B=1", "<2")],
            "A=1 B=1",
        ),
        # a repair that is too late to see a change of what it carries
        (
            [
                release(0, ""),
                release(1, "A=1", "A<0"),
                release(2, "B=1", "B<0"),
                release(3, "A=2 B=1", "A<2"),
                release(4, "A=1 B=1", "<2"),
            ],
            "A=2 B=1",
        ),
        # the same, where the loss lies before the window
        ([release(2, "B=1"), release(3, "A=2 B=1", "A<2"), release(4, "A=1 B=1", "<2")], "A=2 B=1"),
        # a repair is all that is left of a change before the window
        ([release(2, "B=1"), release(3, "A=1 B=1", "<2")], "A=1 B=1"),
        # no marks: to its predecessor
        ([release(0, "A=1"), release(1, "A=1 B=1", "B<0"), release(2, "A=1 C=1", "env add:C")], "A=1 C=1"),
        # a build inherits
        (
            [
                release(0, ""),
                release(1, "A=1", "A<0"),
                release(2, "B=1", "B<0"),
                release(3, "B=1", "build x", "B2"),
            ],
            "A=1 B=1",
        ),
        # a base that is gone: to its predecessor
        ([release(5, "A=1"), release(6, "A=1 B=1", "B<1")], "A=1 B=1"),
    ],
)
def test_the_true_env(story: list[Posted], true: str) -> None:
    assert release_list.true_env(window(*story)) == release(0, true).variables


def test_no_release_no_env() -> None:
    assert release_list.true_env([]) == {}


def test_an_env_taken_over_as_a_whole_replaces_what_was_there() -> None:
    back = Posted(name(3), {"A": "1"}, release_list.describe_whole(name(0), name(2)))
    story = [release(0, "A=1"), release(1, "A=1 B=1", "B<0"), release(2, "A=1 C=1", "C<0"), back]
    assert release_list.true_env(window(*story)) == {"A": "1"}
    assert release_list.true_env(window(*story, release(4, "A=1 D=1", "D<3"))) == {"A": "1", "D": "1"}


def test_a_release_without_an_env_of_its_own_has_that_of_the_newest_and_undoes_nothing() -> None:
    """Release 2 came late and buried B; 3 was made by who had seen 1, and got the env of 2."""
    words = release_list.describe_carried(name(1), "build B2 again")
    story = [
        release(0, "A=1", "", "B1"),
        release(1, "A=1 B=1", "", "B1"),
        release(2, "A=2", "A<0", "B1"),
        Posted(name(3), {"A": "2"}, words, "B2"),
    ]
    last = release_list.fold(window(*story))[-1]
    assert (last.env, last.build) == ({"A": "2", "B": "1"}, "B2")


def test_a_list_that_was_cut_counts_what_differs_from_raw_and_true() -> None:
    cut = f"env add:B and 9 more · after {name(2)}"
    story = [
        release(0, ""),
        release(1, "A=1", "A<0"),
        release(2, "", "<0"),
        release(3, "A=2", "A<2"),
        Posted(name(4), {"A": "1", "B": "1"}, cut),
    ]
    entries = release_list.fold(window(*story))
    assert entries[-1].change.names == {"B"}
    assert entries[-1].env == {"A": "2", "B": "1"}


def test_a_release_listed_before_its_base() -> None:
    story = [release(0, ""), release(1, "A=1 B=1", "B<2"), release(2, "A=1", "A<0")]
    assert release_list.true_env(window(*story)) == {"A": "1", "B": "1"}


@given(st.lists(ENVS, min_size=1, max_size=6))
def test_a_list_without_marks_is_worth_its_newest_env(envs: list[dict[str, str]]) -> None:
    story = [Posted(name(number), env) for number, env in enumerate(envs)]
    assert release_list.true_env(window(*story)) == envs[-1]


@given(st.lists(ENVS, min_size=1, max_size=6), st.data())
def test_the_fold_does_not_mind_where_a_release_lands(
    envs: list[dict[str, str]], data: st.DataObject
) -> None:
    """Writers of different keys from one base: the true env is the same in every order."""
    posted = [Posted(name(0), envs[0])]
    for number, key in enumerate("EFGH", start=1):
        posted.append(
            Posted(name(number), {**envs[0], key: "1"}, release_list.describe(setting(**{key: "1"}), name(0)))
        )
    order = data.draw(st.permutations(posted[1:]))
    assert release_list.true_env(window(posted[0], *order)) == {**envs[0], **dict.fromkeys("EFGH", "1")}


# --- the build


@pytest.mark.parametrize(
    ("story", "build"),
    [
        ([release(0, "", "", "B0"), release(1, "A=1", "A<0", "B0")], "B0"),
        ([release(0, "", "", "B0"), release(1, "", "a build", "B1"), release(2, "A=1", "A<0", "B0")], "B1"),
        ([release(0, "", "", "B0"), release(1, "", "a build", "B1"), release(2, "A=1", "A<1", "B1")], "B1"),
        # the repair of that one was slower than the next build
        (
            [
                release(0, "", "", "B0"),
                release(1, "", "a build", "B1"),
                release(2, "A=1", "A<0", "B0"),
                release(3, "A=1", "a build", "B2"),
                release(4, "A=1", "<2", "B1"),
            ],
            "B2",
        ),
    ],
)
def test_the_build_to_go_on_with(story: list[Posted], build: str) -> None:
    assert release_list.fold(window(*story))[-1].build == build
    answer = release_list.settle(window(*story), setting(X="1"))
    assert isinstance(answer, release_list.Repair)
    assert answer.build == build


# --- the window


def test_a_window_reaches_every_base_but_that_of_the_oldest() -> None:
    one, two, three = release(1, "A=1", "A<0"), release(2, "B=1", "B<1"), release(3, "C=1", "C<0")
    assert release_list.window_is_enough(window(one, two))
    assert not release_list.window_is_enough(window(one, two, three))
    assert release_list.window_is_enough(window(release(0, ""), one, two, three))
    assert release_list.window_is_enough([])


def test_a_window_holds_our_own_releases_and_their_bases() -> None:
    one, two = release(1, "A=1", "A<0"), release(2, "A=1 B=1", "B<1")
    assert release_list.window_is_enough(window(one, two), [two.id])
    assert not release_list.window_is_enough(window(one, two), [one.id])
    assert not release_list.window_is_enough(window(two), [one.id])
    first = release(0, "A=1", "A<")
    assert release_list.window_is_enough(window(first), [first.id])


def test_needs_more_unless_that_is_all_there_is() -> None:
    story = window(release(1, "A=1"), release(2, "A=1 B=1", "B<0"))
    assert release_list.settle(story, setting(C="1")) == release_list.NeedMore(frozenset({name(0)}))
    assert isinstance(release_list.settle(story, setting(C="1"), whole=True), release_list.Repair)


def test_needs_more_while_our_own_release_is_not_in_the_list() -> None:
    story = window(release(0, "A=1"))
    assert release_list.settle(story, setting(B="1"), [name(1)], whole=True) == release_list.NeedMore(
        frozenset({name(1)})
    )
