# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""A practice rack in memory: the same handlers without sockets and threads, on a clock that is handed in.

    rack = MemoryRack(promote_seconds=9.0)            # any setting of settings.py; the clock stands still
    rack.add_app("web")
    old = rack.add_release("A=1", build="B1").id      # RAAAAAAAAAB
    rack.activate(old)
    new = rack.add_release("A=2", build="B2").id
    rack.fate(new, "fail")                            # or "stick", "hang"
    rack.ill("worker", crash_loop(since=2))           # its processes of the newest release

    client = httpx.Client(transport=rack.transport(), base_url=rack.url, auth=("convox", rack.password))
    client.post(f"/apps/web/releases/{new}/promote", data={"timeout": "600"})
    rack.clock.sleep(30)                              # only this lets time pass
    assert client.get("/apps/web").json()["release"] == old
    assert rack.sent == [("POST", f"/apps/web/releases/{new}/promote", {"timeout": "600"})]
    assert rack.kinds == ["releases.promote"]

How it misbehaves: ``rack.fail(503, "words", "GET", "/diagnose$", times=-1)``,
``rack.lose("PUT", "/apps/web$")``, ``rack.break_write(1, after=True)``, ``rack.faults.append(Fault(…))``
(faults.py), ``rack.play("/logs$", ["a line\n", 5.0, CUT])`` for a websocket, settings such as
``lag_seconds``, ``early_cancels``, ``generation``.
Who else is there: ``rack.act("PUT", "/apps/web", {"lock": "true"})``,
``rack.promote(id)``, ``rack.at(5.0, act)``, ``rack.meanwhile(act, "POST", "/releases$", before=True)``.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Sequence
from typing import Any

from tests.practice_rack import routes
from tests.practice_rack.clock import Clock, StillClock
from tests.practice_rack.exchange import Asked, Record, Reply
from tests.practice_rack.layers import console_reply
from tests.practice_rack.memory_streams import Part
from tests.practice_rack.memory_transport import MemoryTransport
from tests.practice_rack.rack import Rack


class MemoryRack(Rack):
    """See the module. ``clock``: by default one that stands still until somebody sleeps. Ids are counted.

    ``alter``, if set, gets each answer and its line in the log and gives the one that is sent instead.
    """

    counted_ids = True
    url = "http://rack.test"

    def __init__(self, *, clock: Clock | None = None, seed: int | None = 0, **settings: Any) -> None:
        super().__init__(seed, clock or StillClock(), settings)
        self.alter: Callable[[Record, Reply], Reply] | None = None
        self.lock = threading.RLock()
        self._plays: list[tuple[str, Sequence[Part]]] = []

    def transport(self, left: Callable[[], float | None] | None = None) -> MemoryTransport:
        """For ``httpx.Client(transport=…)``; ``left`` tells how many seconds the caller still has."""
        return MemoryTransport(self, left)

    def answer(self, asked: Asked, record: Record) -> Reply:
        """The answer to a plain request, the console's in front of the rack's. Raises web.Dropped."""
        with self.lock:
            reply = console_reply(self.state, asked.method, asked.path, asked.headers)
            if reply is None:
                reply = routes.answer(self.state, asked, record)
        return reply if self.alter is None else self.alter(record, reply)

    def play(self, path: str, parts: Sequence[Part]) -> None:
        """The next websocket with such a path (a regex) brings these parts (memory_streams.py), no more."""
        self._plays.append((path, parts))

    def played(self, path: str) -> Sequence[Part] | None:
        """What the next websocket of this path is to bring instead of what the rack has, once."""
        for number, (pattern, parts) in enumerate(self._plays):
            if re.search(pattern, path):
                del self._plays[number]
                return parts
        return None
