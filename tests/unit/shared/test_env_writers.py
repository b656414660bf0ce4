# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many writers at once, thousands of schedules: nothing is lost, and the plain way does lose."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._api import env_text
from ansible_collections.convox.rack.plugins.module_utils._api.env_text import Change
from ansible_collections.convox.rack.plugins.module_utils._shared import release_list

from . import env_schedule
from .env_schedule import Post, ReleaseList, Writer

Make = Callable[[list[Change], random.Random, list[str]], Writer]


def careful(changes: list[Change], chance: random.Random, conflicts: list[str]) -> Writer:
    return env_schedule.careful(changes, chance, conflicts)


def plain(changes: list[Change], chance: random.Random, conflicts: list[str]) -> Writer:
    return env_schedule.plain(changes, chance)


def own_keys(writer: int, many: int) -> list[Change]:
    """Sets a new key each time, and takes away the one before the last."""
    return [
        Change(
            changed={f"W{writer}_{number}": str(number)},
            removed=frozenset({f"W{writer}_{number - 2}"} if number > 1 else ()),
        )
        for number in range(many)
    ]


def own_key(writer: int, many: int) -> list[Change]:
    """Sets, changes, removes and sets again one key."""
    return [
        Change(removed=frozenset({f"W{writer}"}))
        if number % 4 == 3
        else Change(changed={f"W{writer}": str(number)})
        for number in range(many)
    ]


def race(
    seed: int,
    changes: list[list[Change]],
    make: Make = careful,
    *,
    builds: int = 0,
    lag: float = 0.0,
    empty: bool = False,
) -> tuple[ReleaseList, list[str]]:
    """Run one writer for each list of changes; return the list and the conflicts reported."""
    chance = random.Random(seed)
    releases = ReleaseList(chance, lag)
    if not empty:
        releases.post(Post({"BASE": "1"}, "first", "B0"))
    releases.posts = 0
    conflicts: list[str] = []
    writers = [make(list_, chance, conflicts) for list_ in changes]
    writers += [env_schedule.builder(chance, builds)] if builds else []
    env_schedule.run(releases, writers, lambda: chance.expovariate(1 / 0.15))
    return releases, conflicts


def expected(changes: list[list[Change]], base: dict[str, str]) -> dict[str, str]:
    env = base
    for list_ in changes:
        for change in list_:
            env = env_text.apply(env, change)
    return env


@pytest.mark.parametrize("kind", [own_keys, own_key])
def test_eight_writers_lose_nothing(kind: Callable[[int, int], list[Change]]) -> None:
    posts = 0
    for seed in range(15):
        changes = [kind(writer, 5) for writer in range(8)]
        releases, _unused = race(seed, changes, builds=2, lag=0.025)
        assert releases.newest.variables == expected(changes, {"BASE": "1"}), seed
        assert releases.newest.build == "B1", seed
        posts += releases.posts - 2
    assert posts / (15 * 40) < 2.0


@pytest.mark.parametrize("empty", [False, True])
@pytest.mark.parametrize("kind", [own_keys, own_key])
def test_thousands_of_small_races_lose_nothing(kind: Callable[[int, int], list[Change]], empty: bool) -> None:
    for seed in range(400):
        changes = [kind(writer, 3) for writer in range(3)]
        releases, conflicts = race(seed, changes, empty=empty)
        assert releases.newest.variables == expected(changes, {} if empty else {"BASE": "1"}), seed
        assert not conflicts, seed


def test_the_plain_way_loses_some() -> None:
    """So that the tests above can fail."""
    lost = 0
    for seed in range(30):
        changes = [own_keys(writer, 2) for writer in range(8)]
        releases, _unused = race(seed, changes, plain)
        wanted = expected(changes, {"BASE": "1"})
        lost += sum(releases.newest.variables.get(key) != value for key, value in wanted.items())
    assert lost > 10


def test_repairs_that_claim_what_they_carry_lose_some(monkeypatch: pytest.MonkeyPatch) -> None:
    """Why a description names only what its author changed: a slow repair else undoes a change."""

    def claims_everything(releases, change, own=(), *, whole=False):  # type: ignore[no-untyped-def]
        answer = settle(releases, change, own, whole=whole)
        if isinstance(answer, release_list.Repair) and releases:
            everything = env_text.difference(releases[0].variables, answer.env)
            return release_list.Repair(answer.env, answer.base, answer.build, everything, answer.at_once)
        return answer

    settle = release_list.settle
    monkeypatch.setattr(release_list, "settle", claims_everything)
    lost = 0
    for seed in range(20):
        changes = [own_key(writer, 5) for writer in range(8)]
        releases, _unused = race(seed, changes)
        wanted = expected(changes, {"BASE": "1"})
        lost += sum(releases.newest.variables.get(key) != value for key, value in wanted.items())
    assert lost > 0


@settings(max_examples=150, deadline=None)
@given(
    st.integers(0, 2**32),
    st.lists(
        st.lists(
            st.builds(
                lambda values, removed: Change(changed=values, removed=removed - frozenset(values)),
                st.dictionaries(st.sampled_from("ABC"), st.sampled_from("123"), max_size=2),
                st.frozensets(st.sampled_from("ABC"), max_size=1),
            ),
            min_size=1,
            max_size=3,
        ),
        min_size=1,
        max_size=4,
    ),
)
def test_writers_of_the_same_keys_agree_and_none_fights_for_ever(
    seed: int, changes: list[list[Change]]
) -> None:
    releases, conflicts = race(seed, changes, builds=1)
    final = releases.newest.variables
    assert release_list.true_env(list(reversed(releases.releases))) == final
    for key in "ABC":
        wished = {change.values.get(key) for list_ in changes for change in list_ if key in change.names}
        assert final.get(key) in wished | ({None} if not wished else set())
    if len(changes) == 1:
        assert not conflicts
        assert final == expected(changes, {"BASE": "1"})
