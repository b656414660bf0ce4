# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Broken answers and strange options, through every noun: none may break a task, or make it lie or talk.

A short run with a fixed seed is a part of `make test`; `make fuzz` tries many thousand times a noun.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz import files, nouns, worlds
from tests.fuzz.mutations import MUTATIONS, Mutations, spoil
from tests.fuzz.sound import fuzz, in_time, share, sound
from tests.practice_rack.memory import MemoryRack

Task = tuple[dict[str, Any], worlds.World, Mutations, bool]
Way = Callable[..., worlds.Ran]
# What the rack answers, whatever it is, as its page says.
RETURNS_ANYTHING = {"api"}


def _task(noun: str) -> st.SearchStrategy[Task]:
    quick = st.fixed_dictionaries({"wait_timeout": st.sampled_from([5, 40])})
    waits = "wait_timeout" in nouns.NOUNS[noun].ARGUMENTS
    chosen = st.tuples(nouns.options(noun), quick if waits else st.just({}))
    options = chosen.map(lambda pair: {**pair[1], **pair[0], "timeout": 5.0, "max_retries": 1})
    return st.tuples(options, st.sampled_from(worlds.WORLDS), MUTATIONS, st.booleans())


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the files lie that options name."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    return here


def _run(way: Way, noun: str, task: Task, folder: Path) -> tuple[worlds.Ran, MemoryRack, bool]:
    """Run it and see that it kept every rule; whether it wrote a file."""
    options, world, mutations, check = task
    files.prepare(folder)
    before, rack, wrote = files.state(folder), world(), []
    spoil(rack, mutations)
    with in_time():
        ran = way(nouns.NOUNS[noun], options, rack, check=check)

    def written(failed: bool) -> bool:
        # What GET of convox_api writes is no change, as its page says.
        wrote.append(files.written(folder, before, failed=failed, check=check) and noun != "api")
        return wrote[0]

    revealed = bool(options.get("reveal")) or noun in RETURNS_ANYTHING
    sound(ran, rack, options, check=check, wrote=written, revealed=revealed)
    return ran, rack, wrote[0]


@pytest.mark.parametrize("noun", sorted(nouns.NOUNS))
def test_in_process(noun: str, folder: Path) -> None:
    @fuzz
    @given(_task(noun))
    def holds(task: Task) -> None:
        options, world, mutations, check = task
        ran, rack, wrote = _run(worlds.in_process, noun, task, folder)
        if mutations or check or ran.answer.get("failed"):
            return
        changed = ran.answer["changed"]
        # A request of convox_api that may write counts, whatever it does.
        sent = bool(rack.sent) if noun == "api" else bool(rack.true_writes or rack.asked("/exec$"))
        assert changed is (sent or wrote), rack.sent
        checked = _run(worlds.in_process, noun, (options, world, [], True), folder)[0].answer
        assert not checked.get("failed"), checked
        assert checked["changed"] is changed or checked.get("skipped"), (checked, rack.sent)

    holds()


@pytest.mark.parametrize("noun", sorted(nouns.NOUNS))
def test_as_a_module(noun: str, folder: Path) -> None:
    @share(20)
    @given(_task(noun))
    def holds(task: Task) -> None:
        _run(worlds.as_module, noun, task, folder)

    holds()
