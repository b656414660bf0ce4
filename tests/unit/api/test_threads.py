# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""One transport under many threads: sessions, warnings and counts do not get into each other's way."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api._http.ledger import Ledger
from ansible_collections.convox.rack.plugins.module_utils._api._http.session import Session
from tests.unit.api.clients import Client, at_most, error_of
from tests.unit.api.servers import Server, Talk, answer

THREADS = 16


class Console:
    """A console whose sessions serve so many requests, and which then wants another."""

    def __init__(self, each: int) -> None:
        self.each = each
        self.sessions = 0
        self._left = 0
        self._lock = threading.Lock()

    def __call__(self, talk: Talk) -> None:
        with self._lock:
            reply = self._reply(talk)
        talk.send(reply)

    def _reply(self, talk: Talk) -> bytes:
        if talk.seen.target == "/session":
            self.sessions += 1
            self._left = self.each
            return answer(200, {"id": f"session-{self.sessions}"})
        if talk.seen.headers.get("session") != f"session-{self.sessions}" or self._left <= 0:
            header = 'Session path="/session" token="false"'
            return answer(401, {"error": "session required"}, WWW_Authenticate=header)
        self._left -= 1
        return answer(200, {"path": talk.seen.target, "body": talk.seen.body.decode()})


def together(count: int, act: Callable[[int], object]) -> list[object]:
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(act, range(count)))


def test_a_session_that_expires_under_many_threads() -> None:
    console = Console(each=25)
    with Server((console,)) as rack, Client(rack.url, rack="acme/staging", session="session-0") as client:

        def work(number: int) -> int:
            good = 0
            for turn in range(20):
                ledger = Ledger()
                path = f"/apps/{number}-{turn}"
                try:
                    given = client.send("POST", path, form={"n": str(number)}, ledger=ledger).json()
                except errors.ConvoxAuthError:
                    # Other threads used up the session that this one was given for its second try.
                    assert ledger.requests >= 3
                    continue
                assert given == {"path": path, "body": f"n={number}"}
                assert ledger.requests >= 1 and ledger.writes == 1
                good += 1
            return good

        good = sum(int(str(each)) for each in together(THREADS, work))
        # A session is renewed once when it is over, not once a thread.
        assert good > THREADS * 20 * 0.8
        assert good / console.each <= console.sessions <= good / console.each + THREADS
        assert rack.connections <= THREADS


def test_a_session_is_renewed_by_one_call_alone() -> None:
    session = Session("old")
    asked: list[str] = []

    def ask() -> str:
        time.sleep(0.1)
        asked.append("asked")
        return "new"

    assert together(8, lambda _number: session.renew("old", ask, 5.0)) == ["new"] * 8
    assert (asked, session.current(), session.known()) == (["asked"], "new", ("old", "new"))
    session.prove("old")
    assert session.is_unproved()
    session.prove("new")
    assert not session.is_unproved()


def test_who_waits_for_another_call_s_session_keeps_its_deadline() -> None:
    def hang(talk: Talk) -> None:
        if talk.seen.target == "/session":
            talk.silence()
        talk.send(answer(401, {}, WWW_Authenticate='Session path="/session" token="false"'))

    with Server((hang,)) as rack, Client(rack.url, rack="acme/staging", max_retries=0) as client:
        first = threading.Thread(target=lambda: client.fails(timeout=3.0))
        first.start()
        time.sleep(0.3)
        with at_most(1.5):
            error = client.fails(timeout=0.5)
        assert isinstance(error, errors.ConvoxTimeoutError)
        assert "session" in error.message
        first.join()


def test_warnings_and_counts_go_to_the_call_s_own_ledger() -> None:
    def busy(talk: Talk) -> None:
        count[talk.seen.target] = count.get(talk.seen.target, 0) + 1
        talk.send(answer(503, {"error": f"busy {talk.seen.target}"}) if count[talk.seen.target] < 3 else good)

    count: dict[str, int] = {}
    good = answer(200, "ok")
    with Server((busy,)) as rack, Client(rack.url) as client:
        warned: dict[int, list[str]] = {number: [] for number in range(THREADS)}
        ledgers = {number: Ledger(warned[number].append) for number in range(THREADS)}
        together(THREADS, lambda number: client.send("PUT", f"/apps/{number}", ledger=ledgers[number]))
        for number, ledger in ledgers.items():
            assert [warning.split(";")[0] for warning in warned[number]] == [
                f"do it: busy /apps/{number}"
            ] * 2
            assert (ledger.requests, ledger.writes) == (3, 3)


def test_a_thread_that_waits_for_a_connection_keeps_its_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    from ansible_collections.convox.rack.plugins.module_utils._api._http import wire

    monkeypatch.setattr(wire, "_CONNECTIONS", 1)
    with Server((lambda talk: talk.silence(3.0),)) as rack, Client(rack.url, max_retries=0) as client:
        first = threading.Thread(target=lambda: client.fails(timeout=3.0))
        first.start()
        time.sleep(0.2)
        with at_most(1.5):
            error = error_of(lambda: client.send("POST", timeout=0.4))
        assert isinstance(error, errors.ConvoxTimeoutError)
        assert not error.unsettled
        first.join()
