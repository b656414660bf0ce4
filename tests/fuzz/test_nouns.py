# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Broken answers and strange options, through every noun: none may break a task, or make it lie or talk.

A short run with a fixed seed is a part of `make test`; `make fuzz` tries many thousand times a noun.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz import nouns, worlds
from tests.fuzz.mutations import MUTATIONS, Mutations, spoil
from tests.fuzz.sound import fuzz, in_time, share, sound

Task = tuple[dict[str, Any], worlds.World, Mutations, bool]


def _task(noun: str) -> st.SearchStrategy[Task]:
    quick = st.fixed_dictionaries({"wait_timeout": st.sampled_from([5, 40])})
    waits = "wait_timeout" in nouns.NOUNS[noun].ARGUMENTS
    chosen = st.tuples(nouns.options(noun), quick if waits else st.just({}))
    options = chosen.map(lambda pair: {**pair[1], **pair[0], "timeout": 5.0, "max_retries": 1})
    return st.tuples(options, st.sampled_from(worlds.WORLDS), MUTATIONS, st.booleans())


@pytest.mark.parametrize("noun", sorted(nouns.NOUNS))
def test_in_process(noun: str) -> None:
    @fuzz
    @given(_task(noun))
    def holds(task: Task) -> None:
        options, world, mutations, check = task
        rack = world()
        spoil(rack, mutations)
        with in_time():
            ran = worlds.in_process(nouns.NOUNS[noun], options, rack, check=check)
        sound(ran, rack, options, check=check)
        if not mutations and not check and not ran.answer.get("failed"):
            _is_what_check_mode_said(noun, options, world, ran.answer["changed"], rack)

    holds()


def _is_what_check_mode_said(
    noun: str, options: dict[str, Any], world: worlds.World, changed: bool, rack: Any
) -> None:
    # A request of convox_api counts, whatever it does.
    assert changed is bool(rack.sent if noun == "api" else rack.true_writes), rack.sent
    checked = worlds.in_process(nouns.NOUNS[noun], options, world(), check=True).answer
    assert not checked.get("failed"), checked
    assert checked["changed"] is changed, (checked, rack.sent)


@pytest.mark.parametrize("noun", sorted(nouns.NOUNS))
def test_as_a_module(noun: str) -> None:
    @share(20)
    @given(_task(noun))
    def holds(task: Task) -> None:
        options, world, mutations, check = task
        rack = world()
        spoil(rack, mutations)
        with in_time():
            ran = worlds.as_module(nouns.NOUNS[noun], options, rack, check=check)
        sound(ran, rack, options, check=check)

    holds()
