# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The engine, with a noun and steps of the test."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

import pytest

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._converge import converge
from ansible_collections.convox.rack.plugins.module_utils._noun import Change, Context, Step


@dataclass(frozen=True)
class Put(Step):
    """Puts a name into the world; ``heard`` says whether the world listens."""

    name: str
    heard: bool = True

    def changes(self) -> t.Sequence[Change]:
        return [Change((self.name,), None, "there")]

    def apply(self, rack: t.Any, run: Context) -> None:
        rack.acts.append(self.name)
        if self.heard:
            rack.there.add(self.name)


@dataclass(frozen=True)
class Look(Put):
    """A wait."""

    wait_only: t.ClassVar[bool] = True


@dataclass(frozen=True)
class Kick(Put):
    """A restart."""

    one_shot: t.ClassVar[bool] = True


@dataclass(frozen=True)
class Fail(Put):
    """A step that fails."""

    def apply(self, rack: t.Any, run: Context) -> None:
        raise errors.ConvoxConflictError(409, "no")


class World:
    """Stands for the rack."""

    def __init__(self, *there: str) -> None:
        self.there = set(there)
        self.acts: list[str] = []
        self.observers = 0


class Noun:
    """Wants each of its steps' names to be there."""

    ARGUMENTS: t.ClassVar[dict[str, t.Any]] = {}
    CONSTRAINTS: t.ClassVar[dict[str, t.Any]] = {}
    SECRET_OPTIONS = ()

    def __init__(self, *steps: Put, rounds: int = 3, verified: str = "ignored: {}") -> None:
        self.steps = steps
        self.MAX_ATTEMPTS = rounds
        self.verified = verified
        self.missing: list[str] = []

    def desired(self, options: dict[str, t.Any]) -> None:
        return None

    def observe(self, rack: t.Any, desired: t.Any, run: Context) -> set[str]:
        rack.observers += 1
        return set(rack.there)

    def plan(self, now: set[str], desired: t.Any) -> list[Put]:
        return [step for step in self.steps if step.one_shot or step.name not in now]

    def verify(self, now: set[str], desired: t.Any, missing: t.Sequence[Put]) -> None:
        self.missing = [step.name for step in missing]
        if self.verified:
            raise errors.ConvoxIgnoredError(self.verified.format(", ".join(self.missing)))

    def result(self, now: set[str], desired: t.Any, run: Context) -> dict[str, t.Any]:
        return {"there": sorted(now)}


def run(noun: Noun, world: World, **modes: t.Any) -> t.Any:
    return converge(noun, None, world, Context(**modes))  # type: ignore[arg-type]  # a rack of the test


def test_nothing_to_do_is_one_look() -> None:
    world = World("a")
    outcome = run(Noun(Put("a")), world)
    assert (outcome.changed, outcome.steps, world.observers, world.acts) == (False, (), 1, [])
    assert outcome.result == {"there": ["a"]}


def test_what_is_missing_is_done_and_read_back() -> None:
    world = World("a")
    outcome = run(Noun(Put("a"), Put("b"), Put("c")), world)
    assert outcome.changed
    assert (world.acts, world.observers) == (["b", "c"], 2)
    assert outcome.result == {"there": ["a", "b", "c"]}
    assert outcome.answer(diff=True)["diff"] == {"before": {}, "after": {"b": "there", "c": "there"}}


def test_check_mode_does_nothing_and_tells_the_same() -> None:
    world = World()
    outcome = run(Noun(Put("a")), world, check_mode=True)
    assert outcome.changed
    assert (world.acts, world.observers) == ([], 1)
    assert outcome.answer(diff=True) == {
        "changed": True,
        "there": [],
        "diff": {"before": {}, "after": {"a": "there"}},
    }


@pytest.mark.parametrize("check_mode", [True, False])
def test_a_wait_alone_is_no_change(check_mode: bool) -> None:
    world = World()
    outcome = run(Noun(Look("a")), world, check_mode=check_mode)
    assert not outcome.changed
    assert world.acts == ([] if check_mode else ["a"])


def test_a_wait_that_leads_to_work_is_a_change() -> None:
    """Somebody's rollout is waited for and ends badly: then we do what we came for."""

    class Later(Noun):
        def plan(self, now: set[str], desired: t.Any) -> list[Put]:
            return [Look("a")] if "a" not in now else [] if "b" in now else [Put("b")]

    world = World()
    assert run(Later(), world).changed
    assert world.acts == ["a", "b"]


def test_an_action_is_not_done_twice() -> None:
    world = World()
    outcome = run(Noun(Kick("again")), world)
    assert outcome.changed
    assert (world.acts, world.observers) == (["again"], 2)


def test_what_got_lost_is_done_again_and_then_named() -> None:
    world, noun = World(), Noun(Put("a"), Put("deaf", heard=False), Kick("again"), rounds=3)
    with pytest.raises(errors.ConvoxIgnoredError, match="ignored: deaf"):
        run(noun, world)
    assert world.acts == ["a", "deaf", "again", "deaf", "deaf"]
    assert noun.missing == ["deaf"]


def test_a_noun_that_names_nothing_does_not_make_it_good() -> None:
    with pytest.raises(errors.ConvoxIgnoredError, match="still not there"):
        run(Noun(Put("deaf", heard=False), verified=""), World())


@pytest.mark.parametrize(
    ("steps", "acted"),
    [
        ((Put("a"), Fail("b")), True),
        ((Look("a"), Fail("b")), False),
        ((Fail("b"), Put("a")), False),
    ],
)
def test_a_failure_knows_whether_something_was_done(steps: tuple[Put, ...], acted: bool) -> None:
    now = Context()
    with pytest.raises(errors.ConvoxConflictError):
        converge(Noun(*steps), None, World(), now)  # type: ignore[arg-type]  # a rack of the test
    assert now.acted is acted
