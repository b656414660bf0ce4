# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each module against a server that is no rack: its 404 is never taken for "absent" or "done"."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.practice_rack.exchange import Record, Reply
from tests.practice_rack.memory import MemoryRack
from tests.unit.test_lesser_racks import CASES, Case, Turn, run

JSON = {"Content-Type": "application/json"}
FOREIGN = {
    "nothing": Reply(404),
    "a proxy's text": Reply(404, {"Content-Type": "text/plain"}, b"default backend - 404\n"),
    "a page": Reply(404, {"Content-Type": "text/html"}, b"<html><body>Not Found</body></html>"),
    "json": Reply(404, JSON, b'{"error":"Not Found"}'),
    "a console": Reply(404, JSON, b'{"error":"no such rack"}'),
}


def foreign(reply: Reply) -> Turn:
    def turn(rack: MemoryRack) -> None:
        def altered(_asked: Record, _reply: Reply) -> Reply:
            return reply

        rack.alter = altered

    return turn


@pytest.mark.parametrize("case", CASES, ids=str)
def test_nothing_is_taken_for_absent_or_done(case: Case, tmp_path: Path) -> None:
    for who, reply in FOREIGN.items():
        answer, rack = run(case, tmp_path, foreign(reply))
        asked = [record for record in rack.requests if record.method != "SOCKET"]
        if not asked:
            continue
        assert answer.get("failed"), (who, answer)
        assert not answer["changed"], (who, answer)
        assert "rack.test" in answer["msg"] or answer["error"] == "ConvoxOptionError", (who, answer["msg"])
