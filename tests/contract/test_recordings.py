# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every recorded exchange, replayed against a practice rack: over a real socket, and in memory."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache

import pytest

from tests.contract.exchanges import FILES, Exchange, load
from tests.contract.not_yet import NOT_YET
from tests.contract.reach import MemoryReach, SocketReach
from tests.contract.replay import Replay
from tests.contract.setups import SETUPS
from tests.practice_rack.memory import MemoryRack
from tests.practice_rack.server import PracticeRack

ALL = [exchange for file in FILES for exchange in load(file)]

Problems = list[str | None]
Replays = dict[str, Future[Problems]]


def replayed(file: str) -> Problems:
    """What differs, for each exchange of a file (they depend on one another: one rack, in order)."""
    setup = SETUPS[file]
    with PracticeRack(password="secret", **setup.settings) as rack:
        replay = Replay(SocketReach(rack), setup)
        with replay.client:
            return replay.run(load(file))


@cache
def replayed_in_memory(file: str) -> Problems:
    setup = SETUPS[file]
    replay = Replay(MemoryReach(MemoryRack(password="secret", **setup.settings)), setup)
    with replay.client:
        return replay.run(load(file))


@pytest.fixture(scope="module")
def replays(request: pytest.FixtureRequest) -> Iterator[Replays]:
    """Some files at a time (a replay mostly waits), and only those that are asked for."""
    found = [getattr(item, "callspec", None) for item in request.session.items]
    wanted = {s.params["exchange"].file for s in found if s is not None and "exchange" in s.params}
    with ThreadPoolExecutor(4) as pool:
        yield {file: pool.submit(replayed, file) for file in FILES if file in wanted}


def check(exchange: Exchange, problem: str | None) -> None:
    if (exchange.file, exchange.index, exchange.note) in NOT_YET:
        assert problem is not None, "this works now: take it off the list of what does not yet"
    else:
        assert problem is None, f"{exchange.file} {exchange.index} {exchange.note}: {problem}"


@pytest.mark.parametrize("exchange", ALL, ids=lambda e: e.id)
def test_exchange(exchange: Exchange, replays: Replays) -> None:
    check(exchange, replays[exchange.file].result()[exchange.index])


@pytest.mark.parametrize("exchange", ALL, ids=lambda e: e.id)
def test_exchange_in_memory(exchange: Exchange) -> None:
    check(exchange, replayed_in_memory(exchange.file)[exchange.index])


def test_every_file_has_a_setup() -> None:
    assert sorted(SETUPS) == FILES


def test_the_list_of_what_does_not_work_yet_names_recorded_exchanges() -> None:
    assert {(e.file, e.index, e.note) for e in ALL} >= NOT_YET
