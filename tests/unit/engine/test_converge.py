# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The engine, with a noun and steps of the test."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

import pytest

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._noun import Context, Step
from tests.unit.engine.world import Absent, Await, Fail, Kick, Names, Put, World, run


def test_nothing_to_do_is_one_observation() -> None:
    world = World("a")
    outcome = run(Names(Put("a")), world)
    assert (outcome.changed, outcome.steps, world.observed, world.applied) == (False, (), 1, [])
    assert outcome.result == {"there": ["a"]}


def test_what_is_missing_is_done_and_read_back() -> None:
    world = World("a")
    outcome = run(Names(Put("a"), Put("b"), Put("c")), world)
    assert outcome.changed
    assert (world.applied, world.observed) == (["b", "c"], 2)
    assert outcome.result == {"there": ["a", "b", "c"]}
    assert outcome.answer(diff=True)["diff"] == {"before": {}, "after": {"b": "there", "c": "there"}}


def test_check_mode_does_nothing_and_tells_the_same() -> None:
    world = World()
    outcome = run(Names(Put("a")), world, check_mode=True)
    assert outcome.changed
    assert (world.applied, world.observed) == ([], 1)
    assert outcome.answer(diff=True) == {
        "changed": True,
        "there": [],
        "diff": {"before": {}, "after": {"a": "there"}},
    }


@pytest.mark.parametrize("check_mode", [True, False])
def test_a_wait_alone_is_no_change(check_mode: bool) -> None:
    world = World()
    outcome = run(Names(Await("a")), world, check_mode=check_mode)
    assert not outcome.changed
    assert world.applied == ([] if check_mode else ["a"])


def test_a_wait_beside_work_does_not_hide_it_in_check_mode() -> None:
    assert run(Names(Await("a"), Put("b")), World(), check_mode=True).changed


def test_a_wait_that_leads_to_work_is_a_change() -> None:
    """Somebody's rollout is waited for and ends badly: then we do what we came for."""

    class Later(Names):
        def plan(self, observed: set[str], desired: None) -> list[Put]:
            return [Await("a")] if "a" not in observed else [] if "b" in observed else [Put("b")]

    world = World()
    assert run(Later(), world).changed
    assert world.applied == ["a", "b"]


def test_an_action_is_not_done_twice() -> None:
    world = World()
    outcome = run(Names(Kick("again")), world)
    assert outcome.changed
    assert (world.applied, world.observed) == (["again"], 2)


def test_what_got_lost_is_done_again_and_then_named() -> None:
    world, noun = World(), Names(Put("a"), Put("deaf", heard=False), Kick("again"))
    with pytest.raises(errors.ConvoxIgnoredError, match="ignored: deaf"):
        run(noun, world)
    assert world.applied == ["a", "deaf", "again", "deaf", "deaf"]
    assert noun.missing == ["deaf"]


def test_a_noun_that_names_nothing_does_not_make_it_good() -> None:
    with pytest.raises(errors.ConvoxIgnoredError, match="still not there"):
        run(Names(Put("deaf", heard=False), verified=""), World())


@pytest.mark.parametrize(
    ("steps", "written"),
    [
        ((Put("a"), Fail("b")), True),
        ((Await("a"), Fail("b")), False),
        ((Fail("b"), Put("a")), False),
        # What a step sent before it failed counts, too: a cancel on the way to a rollback.
        ((Fail("b", writes=1),), True),
        ((Await("a"), Fail("b", writes=2)), True),
        ((Put("a", writes=0), Fail("b")), False),
    ],
)
def test_a_failure_knows_whether_something_was_done(steps: tuple[Put, ...], written: bool) -> None:
    world = World()
    with pytest.raises(errors.ConvoxConflictError):
        run(Names(*steps), world)
    assert (world.ledger.writes > 0) is written


def test_a_step_that_had_nothing_to_do_is_no_change_and_not_in_the_diff() -> None:
    """Somebody else did it between our look and our request: the rack said so."""
    world = World()
    outcome = run(Names(Put("theirs", writes=0)), world)
    assert not outcome.changed
    assert outcome.answer(diff=True)["diff"] == {"before": {}, "after": {}}
    outcome = run(Names(Put("more theirs", writes=0), Put("ours")), world)
    assert outcome.changed
    assert outcome.answer(diff=True)["diff"] == {"before": {}, "after": {"ours": "there"}}


def test_a_step_that_wrote_once_stays_in_the_diff() -> None:
    """What we set got lost, and somebody else set it before our second attempt."""

    @dataclass(frozen=True)
    class Lost(Put):
        def apply(self, client: t.Any, context: Context) -> object:
            first = not client.applied
            client.applied.append(self.name)
            client.ledger.wrote(self.name) if first else client.there.add(self.name)
            return None

    outcome = run(Names(Lost("a")), World())
    assert outcome.changed and outcome.answer(diff=True)["diff"]["after"] == {"a": "there"}


def test_what_a_wait_led_to_is_in_the_diff() -> None:
    class Later(Names):
        def plan(self, observed: set[str], desired: None) -> list[Put]:
            return [Await("a")] if "a" not in observed else [] if "b" in observed else [Put("b")]

    assert run(Later(), World()).answer(diff=True)["diff"] == {"before": {}, "after": {"b": "there"}}


def test_a_noun_hears_what_each_step_has_made() -> None:
    noun, first, second = Names(Put("a"), Await("b")), Put("a"), Await("b")
    run(noun, World())
    assert noun.made == [(first, "made a"), (second, "made b")]


def test_what_an_earlier_task_would_make_is_taken_as_made_in_check_mode() -> None:
    world = World()
    outcome = run(Absent(Put("a")), world, check_mode=True)
    assert (outcome.changed, world.applied) == (True, [])
    assert outcome.answer(diff=True) == {
        "changed": True,
        "predicted": ["a", "assumed"],
        "diff": {"before": {}, "after": {"a": "there"}},
    }


@pytest.mark.parametrize(
    ("check_mode", "not_yet", "assumes"),
    [(False, True, True), (True, False, True), (True, True, False), (False, False, True)],
)
def test_nothing_else_is_taken_as_made(check_mode: bool, not_yet: bool, assumes: bool) -> None:
    with pytest.raises(errors.ConvoxNotFoundError):
        run(Absent(Put("a"), not_yet=not_yet, assumes=assumes), World(), check_mode=check_mode)


def test_a_prediction_is_for_check_mode_alone() -> None:
    class Both(Names):
        def predict(self, observed: set[str], desired: None) -> dict[str, t.Any]:
            return {"predicted": True}

    assert run(Both(Put("a")), World(), check_mode=True).result == {"predicted": True}
    assert run(Both(Put("a")), World()).result == {"there": ["a"]}
    assert run(Both(Put("a")), World("a"), check_mode=True).result == {"predicted": True}


def test_the_context_knows_the_step_that_is_being_applied() -> None:
    seen: list[Step | None] = []

    @dataclass(frozen=True)
    class Seen(Put):
        def apply(self, client: t.Any, context: Context) -> object:
            seen.append(context.step)
            return super().apply(client, context)

    first, second = Seen("a"), Seen("b")
    run(Names(first, second), World())
    assert seen == [first, second]
