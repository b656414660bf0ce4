# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which of two releases is newer, whatever the list of releases shows of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._shared import read_back
from ansible_collections.convox.rack.plugins.module_utils._shared.read_back import (
    SHOWN_WITHIN,
    Promoted,
    app_after,
    is_newer,
)
from tests.practice_rack.memory import MemoryRack
from tests.unit.shared.rollout_world import run_of, world
from tests.unit.tasks import client_of


def with_releases(number: int, pause: float = 0.25) -> tuple[MemoryRack, list[str]]:
    """A rack with so many releases, oldest first."""
    rack = MemoryRack()
    rack.add_app("web")
    ids = []
    for count in range(number):
        ids.append(rack.add_release(f"N={count}").id)
        rack.clock.sleep(pause)
    return rack, ids


@given(st.lists(st.integers(0, 39), min_size=2, max_size=2, unique=True), st.sampled_from([0.0, 3.0, 1e6]))
def test_the_newer_of_two_releases(places: list[int], lag: float) -> None:
    """Also where the list does not reach back to them, or does not show them yet."""
    rack, ids = with_releases(40)
    rack.settings.lag_seconds = lag
    one, other = places
    assert is_newer(client_of(rack), "web", ids[one], ids[other]) is (one > other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("12:00:00.1Z", "12:00:00.099999999Z"),
        ("12:00:00.000000001Z", "12:00:00Z"),
        ("12:00:01Z", "12:00:00.9Z"),
    ],
)
def test_times_are_compared_with_all_their_digits(one: str, other: str) -> None:
    made = [read_back.releases.Release(id="R", created=f"2026-01-01T{each}") for each in (one, other)]
    assert read_back._made_at(made[0]) > read_back._made_at(made[1])
    assert read_back._made_at(read_back.releases.Release(id="R")) == ("", "")


def test_who_may_not_read_releases_does_not_know() -> None:
    rack, ids = with_releases(2)
    assert is_newer(client_of(rack, key=rack.deploy_key()), "web", ids[1], ids[0]) is None
    assert is_newer(client_of(rack), "web", "RNOTHERE", ids[0]) is None


def test_an_app_that_shows_somebodys_newer_release_is_believed_at_once() -> None:
    rack, old, new = world()
    rack.clock.sleep(1.0)
    theirs = [rack.add_release(f"N={number}", build="B3").id for number in range(30)][-1]
    rack.activate(theirs)
    assert app_after(client_of(rack), run_of(rack), Promoted("web", new, old, 1.0)).release == theirs
    assert rack.clock.now() == 1.0


def test_an_app_that_shows_an_older_release_is_read_again_and_then_not_believed() -> None:
    rack, old, new = world()
    with pytest.raises(errors.ConvoxIgnoredError):
        app_after(client_of(rack), run_of(rack), Promoted("web", new, "RBEFORE", 0.0))
    assert SHOWN_WITHIN <= rack.clock.now() <= SHOWN_WITHIN + 2
    rack, old, new = world()
    rack.at(4.0, lambda: rack.activate(new))
    assert app_after(client_of(rack), run_of(rack), Promoted("web", new, old, 0.0)).release == new
    assert 4.0 <= rack.clock.now() <= 5.0


def test_a_release_of_which_nobody_knows_counts_in_the_end() -> None:
    rack, old, new = world()
    other = rack.add_release("A=3", build="B3").id
    rack.activate(other)
    client = client_of(rack, key=rack.deploy_key())
    assert app_after(client, run_of(rack), Promoted("web", new, old, 0.0)).release == other
    assert SHOWN_WITHIN <= rack.clock.now() <= SHOWN_WITHIN + 2
