# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every recorded exchange, replayed against a practice rack over a real socket."""

from __future__ import annotations

from functools import cache

import pytest

from tests.contract.exchanges import FILES, Exchange, load
from tests.contract.not_yet import NOT_YET
from tests.contract.replay import Replay
from tests.contract.setups import SETUPS
from tests.practice_rack.server import PracticeRack

ALL = [exchange for file in FILES for exchange in load(file)]


@cache
def replayed(file: str) -> list[str | None]:
    """What differs, for each exchange of a file (they depend on one another: one rack, in order)."""
    setup = SETUPS[file]
    with PracticeRack(password="secret", **setup.settings) as rack:
        return Replay(rack, setup).run(load(file))


@pytest.mark.parametrize("exchange", ALL, ids=lambda e: e.id)
def test_exchange(exchange: Exchange) -> None:
    problem = replayed(exchange.file)[exchange.index]
    if (exchange.file, exchange.index, exchange.note) in NOT_YET:
        assert problem is not None, "this works now: take it off the list of what does not yet"
    else:
        assert problem is None, f"{exchange.file} {exchange.index} {exchange.note}: {problem}"


def test_every_file_has_a_setup() -> None:
    assert sorted(SETUPS) == FILES


def test_the_list_of_what_does_not_work_yet_names_recorded_exchanges() -> None:
    assert {(e.file, e.index, e.note) for e in ALL} >= NOT_YET
