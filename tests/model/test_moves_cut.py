# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""migrate_app and restore, broken off at a request and run again: what is there in the end is the same each
time, and nothing is there twice.

``make fuzz ARGS="-k moves_cut"`` cuts every request in turn, before and, where it changes something, after
the work is done. ``make test`` cuts a few.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from tests.fuzz.sound import LONG, TRIES
from tests.integration.harness import QUICK, Harness
from tests.integration.moves import backup, migration, play, restore, whole
from tests.practice_rack.faults import Fault
from tests.practice_rack.server import PracticeRack

Again = Callable[[Harness, PracticeRack, PracticeRack], Any]
# What is asked for may be there and the answer lost: the sample of `make test`.
SAMPLE = {"migrate": "/builds/import", "restore": "/data"}
WORKERS = 4


class Cut(NamedTuple):
    """Which request of a play is cut: the number ``skip`` of one rack."""

    side: str
    skip: int
    kind: str


def migrate(harness: Harness, rack: PracticeRack, other: PracticeRack) -> Any:
    given = migration(rack, other)
    for name in ("migrate_from", "migrate_to"):
        given[name]["max_retries"] = 0
    return play(harness, "migrate_app", **given)


def bring_back(harness: Harness, rack: PracticeRack, other: PracticeRack) -> Any:
    to = {"host": other.url, "api_key": other.password, "max_retries": 0}
    return restore(harness, other, restore_to=to)


PLAYS: dict[str, Again] = {"migrate": migrate, "restore": bring_back}


def cuts(name: str, rack: PracticeRack, other: PracticeRack) -> list[Cut]:
    """Every cut of the play whose requests the racks have just seen, those of writes first; or the one of the
    sample."""
    writes, reads = [], []
    for side, at in (("target", other), ("source", rack)):
        for number, request in enumerate(at.requests):
            if request.write:
                writes += [Cut(side, number, "cut_before"), Cut(side, number, "cut_after")]
            else:
                # What is read is the same before and after.
                reads.append(Cut(side, number, "cut_before"))
    if LONG:
        return [*writes, *reads][:TRIES]
    found = [number for number, request in enumerate(other.requests) if request.path.endswith(SAMPLE[name])]
    return [Cut("target", next(n for n in found if other.requests[n].write), "cut_after")]


@pytest.mark.parametrize("worker", range(WORKERS if LONG else 1))
@pytest.mark.parametrize("name", PLAYS if LONG else ["migrate"])
def test_a_move_that_is_cut_and_run_again(
    name: str, worker: int, harness: Harness, rack: PracticeRack
) -> None:
    if name == "restore":
        backup(harness).must()
    rack.requests.clear()
    with PracticeRack(**QUICK) as other:
        PLAYS[name](harness, rack, other).must()
        planned = cuts(name, rack, other)
        expected = whole(other)
    # A read more or less, as a wait had to ask once more, moves the numbers behind it: no cut is left out.
    mine = planned[worker :: WORKERS if LONG else 1]
    assert mine
    for cut in mine:
        with PracticeRack(**QUICK) as other:
            at = rack if cut.side == "source" else other
            at.faults.append(Fault(cut.kind, skip=cut.skip))
            PLAYS[name](harness, rack, other)
            at.faults.clear()
            done = PLAYS[name](harness, rack, other)
            assert done.rc == 0, f"{cut}\n{done.output[-4000:]}"
            assert whole(other) == expected, cut
            assert len(other.state.apps) == 1, cut
