# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds of every task, whatever it was given and whatever the rack answered."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from hypothesis import HealthCheck, settings

from tests.fuzz import files, nouns, worlds
from tests.practice_rack.memory import MemoryRack
from tests.unit.special_files import at_most

LONG = "CONVOX_FUZZ" in os.environ
TRIES = int(os.environ.get("CONVOX_FUZZ") or 60)
# What a task was given, and what the rack keeps.
GIVEN = (nouns.BUILD_CANARY, nouns.OPTION_CANARY, files.FILE_CANARY, worlds.KEY_CANARY)
CANARIES = (*GIVEN, nouns.ENV_CANARY, *worlds.CANARIES)
# After the task's own deadline, seconds: a last request, the lag that is allowed for, and where the rack puts
# the old release back, the wait for that.
GRACE = 60.0
# Of the processor for one try, seconds; and of real time before it counts as stuck, on a busy machine.
WORK, STUCK = 2.0, 60.0

fuzz = settings(
    max_examples=TRIES,
    # The short run is the same each time; the long one goes where it was not yet.
    derandomize=not LONG,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    database=None,
)


def share(part: int) -> settings:
    """Settings for one try where the others have ``part``."""
    return settings(fuzz, max_examples=max(20, TRIES // part))


@contextmanager
def in_time() -> Iterator[None]:
    """What is inside neither gets stuck nor works for long."""
    began = time.process_time()
    with at_most(STUCK):
        yield
    worked = time.process_time() - began
    assert worked <= WORK, f"{worked:.1f} s of work"


def carried(answer: object) -> None:
    """What core can carry: JSON, in UTF-8."""
    json.dumps(answer, allow_nan=False, ensure_ascii=False).encode("utf-8")


def silent(said: str, canaries: Sequence[str] = CANARIES) -> None:
    """No secret is in these words."""
    found = [canary for canary in canaries if canary in said]
    assert not found, (found, said)


def sound(
    ran: worlds.Ran,
    rack: MemoryRack,
    options: dict[str, Any],
    *,
    check: bool = False,
    wrote: Callable[[bool], bool] | None = None,
    revealed: bool | None = None,
) -> None:
    """A task that was run on this rack with these options kept every rule.

    ``wrote``: whether a file of this machine was written, when told whether the task failed. ``revealed``:
    whether the answer may hold what the rack keeps in secret, by default with ``reveal``.
    """
    answer = ran.answer
    words = str(answer.get("msg", ""))
    assert "error of its own" not in words, f"{words}\n{answer.get('exception', '')}"
    carried([answer, ran.lines, ran.warnings])
    shown = bool(options.get("reveal")) if revealed is None else revealed
    silent(ran.said, GIVEN if shown else CANARIES)
    if answer.get("failed"):
        assert words.strip(), answer
    written = wrote is not None and wrote(bool(answer.get("failed")))
    _tells_what_changed(answer, rack, check=check, written=written)
    limit = options.get("wait_timeout")
    # A command may take its own time.
    if isinstance(limit, int) and 0 < limit < 1000 and not rack.asked("/exec$"):
        assert ran.seconds <= (2 if "on_failure" in options else 1) * limit + GRACE, (ran.seconds, answer)


def _tells_what_changed(answer: dict[str, Any], rack: MemoryRack, *, check: bool, written: bool) -> None:
    if check:
        assert not rack.sent, rack.sent
        return
    # A source that was stored and not built yet is nothing of the app's.
    if set(rack.kinds) - {"objects.store", ""} and rack.true_writes:
        assert answer["changed"] is True, (rack.sent, answer)
    if answer.get("changed"):
        sockets = [record for record in rack.requests if record.method == "SOCKET"]
        assert rack.sent or sockets or written, answer
    elif not answer.get("failed"):
        assert not written, answer
