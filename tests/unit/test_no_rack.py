# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each module against a server that is no rack: its 404 is never taken for "absent" or "done"."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.practice_rack.faults import Fault
from tests.practice_rack.memory import MemoryRack
from tests.unit.test_lesser_racks import CASES, Case, run

JSON = {"Content-Type": "application/json"}
FOREIGN: dict[str, dict[str, Any]] = {
    "nothing": {},
    "a proxy's text": {"body": "default backend - 404\n"},
    "a page": {"body": "<html><body>Not Found</body></html>", "headers": {"Content-Type": "text/html"}},
    "json": {"body": '{"error":"Not Found"}', "headers": JSON},
    "a console": {"body": '{"error":"no such rack"}', "headers": JSON},
}


def no_rack(answered: dict[str, Any], rack: MemoryRack) -> None:
    """Let every request of a rack be answered by somebody else."""
    rack.faults.append(Fault("status", status=404, times=-1, **answered))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_nothing_is_taken_for_absent_or_done(case: Case, tmp_path: Path) -> None:
    for who, answered in FOREIGN.items():
        answer, rack = run(case, tmp_path, partial(no_rack, answered))
        if not rack.requests:
            # What check mode can tell without a rack, and files of this machine that are not there.
            assert case.check or answer["error"] == "ConvoxOptionError", (who, answer)
            continue
        assert answer.get("failed"), (who, answer)
        assert not answer["changed"], (who, answer)
        assert "rack.test" in answer["msg"], (who, answer["msg"])
