# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Broken answers and strange options, through every noun: none may break a task, or make it lie or talk.

A short run with a fixed seed is a part of `make unit`; `make fuzz` tries many thousand times a noun.
"""

from __future__ import annotations

import json
import os
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz import nouns, worlds
from tests.fuzz.mutations import MUTATIONS, Mutation, altering
from tests.practice_rack.memory import MemoryRack

TRIES = int(os.environ.get("CONVOX_FUZZ") or 60)
CANARIES = (nouns.ENV_CANARY, nouns.BUILD_CANARY, worlds.KEY_CANARY, worlds.OLD_CANARY)
# After the task's own deadline: the rack puts the old release back, and a last request may take its time.
GRACE = 200.0

fuzz = settings(
    max_examples=TRIES,
    # The short run is the same each time; the long one goes where it was not yet.
    derandomize="CONVOX_FUZZ" not in os.environ,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    database=None,
)


def _is_sound(ran: worlds.Ran, rack: MemoryRack, options: dict[str, Any], *, check: bool) -> None:
    answer = ran.answer
    words = str(answer.get("msg", ""))
    assert "error of its own" not in words, f"{words}\n{answer.get('exception', '')}"
    # What core can carry: JSON, in UTF-8.
    json.dumps(answer, allow_nan=False, ensure_ascii=False).encode("utf-8")
    if not options.get("reveal"):
        assert not [canary for canary in CANARIES if canary in ran.said]
    if answer.get("failed"):
        assert words.strip(), answer
    wrote = bool(rack.true_writes)
    assert not (check and wrote), rack.sent
    if not check and wrote and rack.kinds != ["objects.store"]:
        assert answer["changed"] is True, (rack.sent, answer)
    limit = options.get("wait_timeout")
    if isinstance(limit, int) and 0 < limit < 1000:
        assert ran.seconds <= limit + GRACE, (ran.seconds, answer)


def _task(noun: str) -> st.SearchStrategy[tuple[Any, ...]]:
    quick = st.fixed_dictionaries({"wait_timeout": st.sampled_from([5, 40])})
    waits = "wait_timeout" in nouns.NOUNS[noun].ARGUMENTS
    chosen = st.tuples(nouns.options(noun), quick if waits else st.just({}))
    options = chosen.map(lambda pair: {**pair[1], **pair[0], "timeout": 5.0, "max_retries": 1})
    return st.tuples(options, st.sampled_from(worlds.WORLDS), MUTATIONS, st.booleans())


@pytest.mark.parametrize("noun", sorted(nouns.NOUNS))
def test_in_process(noun: str) -> None:
    @fuzz
    @given(_task(noun))
    def holds(task: tuple[dict[str, Any], Any, list[Mutation], bool]) -> None:
        options, world, mutations, check = task
        rack = world()
        rack.alter = altering(mutations)
        _is_sound(worlds.in_process(nouns.NOUNS[noun], options, rack, check=check), rack, options, check=check)

    holds()


@pytest.mark.parametrize("noun", sorted(nouns.NOUNS))
def test_as_a_module(noun: str) -> None:
    @settings(fuzz, max_examples=max(20, TRIES // 20))
    @given(_task(noun))
    def holds(task: tuple[dict[str, Any], Any, list[Mutation], bool]) -> None:
        options, world, mutations, _check = task
        rack = world()
        rack.alter = altering(mutations)
        _is_sound(worlds.as_module(nouns.NOUNS[noun], options, rack), rack, options, check=False)

    holds()
