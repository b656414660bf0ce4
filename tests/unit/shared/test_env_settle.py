# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a writer of an env does next."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._api import env_text
from ansible_collections.convox.rack.plugins.module_utils._api.env_text import Change
from ansible_collections.convox.rack.plugins.module_utils._shared import release_list

from .env_schedule import Posted
from .env_story import ENVS, name, release, setting, unsetting, window


def test_first_look() -> None:
    story = window(release(0, "A=1", "", "B0"))
    assert release_list.settle(story, setting(A="1")) == release_list.Done(name(0))
    assert release_list.settle(story, unsetting("B")) == release_list.Done(name(0))
    answer = release_list.settle(story, setting(A="2", B="1"))
    assert isinstance(answer, release_list.Repair)
    assert (answer.env, answer.base, answer.build, answer.at_once) == (
        {"A": "2", "B": "1"},
        name(0),
        "B0",
        True,
    )
    assert release_list.describe(answer.change, answer.base) == f"env add:B change:A · after {name(0)}"


def test_first_look_at_an_app_without_releases() -> None:
    answer = release_list.settle([], setting(A="1"), whole=True)
    assert isinstance(answer, release_list.Repair)
    assert (answer.env, answer.base, answer.at_once) == ({"A": "1"}, "", True)
    assert release_list.describe(answer.change, answer.base) == "env add:A · after none"
    assert release_list.settle([], unsetting("A"), whole=True) == release_list.Done("")


def test_who_finds_what_it_wants_leaves_the_repair_to_others_for_a_pause_alone() -> None:
    """They may be gone: B is in the true env, and whoever promotes the newest would run without it."""
    story = window(release(0, "A=1"), release(1, "A=1 B=1", "B<0"), release(2, "A=1 C=1", "C<0"))
    for change, at_once in ((setting(A="1"), False), (unsetting("X"), False), (setting(B="1"), True)):
        answer = release_list.settle(story, change)
        assert isinstance(answer, release_list.Repair)
        assert answer.env == {"A": "1", "B": "1", "C": "1"}
        assert not answer.change
        assert answer.at_once is at_once


def test_a_value_that_only_the_newest_env_holds_is_claimed() -> None:
    story = window(release(0, "A=1"), release(1, "A=2", "A<0"), release(2, "A=1 B=1", "B<0"))
    answer = release_list.settle(story, setting(A="1"))
    assert isinstance(answer, release_list.Repair)
    assert answer.change.names == {"A"}


def test_a_race_is_repaired_by_who_was_last_at_once_and_by_the_other_after_a_pause() -> None:
    story = window(release(0, "", "", "B0"), release(1, "A=1", "A<0", "B0"), release(2, "B=1", "B<0", "B0"))
    last = release_list.settle(story, setting(B="1"), [name(2)])
    other = release_list.settle(story, setting(A="1"), [name(1)])
    assert isinstance(last, release_list.Repair)
    assert isinstance(other, release_list.Repair)
    assert last.env == other.env == {"A": "1", "B": "1"}
    assert (last.at_once, other.at_once) == (True, False)
    assert release_list.describe(last.change, last.base) == f"env carried on · after {name(2)}"
    repaired = window(*reversed(story), release(3, "A=1 B=1", "<2", "B0"))
    assert release_list.settle(repaired, setting(A="1"), [name(1)]) == release_list.Done(name(3))
    assert release_list.settle(repaired, setting(B="1"), [name(2), name(3)]) == release_list.Done(name(3))


def test_two_values_from_the_same_base_are_a_conflict_for_both_and_nobody_fights() -> None:
    story = window(release(0, ""), release(1, "A=1", "A<0"), release(2, "A=2", "A<0"))
    assert release_list.settle(story, setting(A="1"), [name(1)]) == release_list.Done(name(2), ("A",))
    assert release_list.settle(story, setting(A="2"), [name(2)]) == release_list.Done(name(2), ("A",))
    same = window(release(0, ""), release(1, "A=1", "A<0"), release(2, "A=1", "A<0"))
    assert release_list.settle(same, setting(A="1"), [name(1)]) == release_list.Done(name(2))


def test_set_and_unset_from_the_same_base_are_a_conflict() -> None:
    story = window(release(0, "A=1"), release(1, "A=2", "A<0"), release(2, "", "A<0"))
    assert release_list.settle(story, setting(A="2"), [name(1)]) == release_list.Done(name(2), ("A",))
    assert release_list.settle(story, unsetting("A"), [name(2)]) == release_list.Done(name(2), ("A",))


def test_a_later_change_by_who_saw_ours_is_no_conflict() -> None:
    story = window(release(0, ""), release(1, "A=1", "A<0"), release(2, "A=2", "A<1"))
    assert release_list.settle(story, setting(A="1"), [name(1)]) == release_list.Done(name(2))


@pytest.mark.parametrize(
    ("change", "before", "ours"),
    [(setting(A="2"), "A=1", "A=2"), (setting(A="2"), "", "A=2"), (unsetting("A"), "A=1", "")],
)
def test_what_a_build_or_the_cli_puts_back_is_made_again(change: Change, before: str, ours: str) -> None:
    stale = release(2, f"{before} X=1", "a build", "B1")
    story = [release(0, before), release(1, ours, "A<0"), stale]
    answer = release_list.settle(window(*story), change, [name(1)])
    assert isinstance(answer, release_list.Repair)
    assert answer.env == env_text.apply(stale.variables, change)
    assert answer.change.names == {"A"}
    assert answer.build == "B1"
    assert not answer.conflicts
    again = Posted(name(3), answer.env, release_list.describe(answer.change, answer.base), answer.build)
    assert release_list.settle(window(*story, again), change, [name(1), name(3)]) == release_list.Done(
        name(3)
    )


def test_another_value_set_by_the_cli_after_ours_stays() -> None:
    story = window(release(0, "A=1"), release(1, "A=2", "A<0"), release(2, "A=3", "env change:A"))
    assert release_list.settle(story, setting(A="2"), [name(1)]) == release_list.Done(name(2))


def test_a_rollback_after_ours_stays_and_is_reported() -> None:
    back = Posted(name(2), {"A": "1"}, release_list.describe_whole(name(0), name(1)))
    story = window(release(0, "A=1"), release(1, "A=2 B=1", "A,B<0"), back)
    assert release_list.settle(story, setting(A="2", B="1"), [name(1)]) == release_list.Done(
        name(2), ("A", "B")
    )


def test_an_exact_env_spares_what_others_add_meanwhile() -> None:
    first = window(release(0, "A=1 B=1"))
    exact = env_text.difference(release_list.true_env(first), {"A": "2"})
    answer = release_list.settle(first, exact)
    assert isinstance(answer, release_list.Repair)
    assert answer.env == {"A": "2"}
    story = window(release(0, "A=1 B=1"), release(1, "A=1 B=1 C=1", "C<0"), release(2, "A=2", "A,B<0"))
    answer = release_list.settle(story, exact, [name(2)])
    assert isinstance(answer, release_list.Repair)
    assert answer.env == {"A": "2", "C": "1"}


def test_no_answer_shows_a_value() -> None:
    story = window(release(0, "A=canary"), release(1, "A=canary B=canary", "B<0"))
    assert "canary" not in repr(release_list.settle(story, setting(C="canary")))


@given(st.lists(ENVS, min_size=1, max_size=4), ENVS, st.frozensets(st.sampled_from("ABCD"), max_size=2))
def test_posting_what_is_asked_for_ends_it(
    envs: list[dict[str, str]], values: dict[str, str], removed: frozenset[str]
) -> None:
    change = Change(changed=values, removed=removed - frozenset(values))
    story = [Posted(name(number), env) for number, env in enumerate(envs)]
    answer = release_list.settle(window(*story), change)
    if isinstance(answer, release_list.Repair):
        new = Posted(name(20), answer.env, release_list.describe(answer.change, answer.base), answer.build)
        story.append(new)
        answer = release_list.settle(window(*story), change, [new.id])
    assert answer == release_list.Done(story[-1].id)
    assert env_text.apply(story[-1].variables, change) == story[-1].variables
