# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""A world, a noun and steps of their own for the tests of the engine."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api._http.ledger import Ledger
from ansible_collections.convox.rack.plugins.module_utils._converge import converge
from ansible_collections.convox.rack.plugins.module_utils._noun import Change, Context, Noun, Step
from ansible_collections.convox.rack.plugins.module_utils._outcome import Outcome


class World:
    """Stands for the rack and its client: what is there, which steps were applied, what was counted."""

    def __init__(self, *there: str) -> None:
        self.there = set(there)
        self.applied: list[str] = []
        self.observed = 0
        self.ledger = Ledger()


@dataclass(frozen=True)
class Put(Step):
    """Puts a name into the world with ``writes`` requests; ``heard`` says whether the world listens."""

    name: str
    heard: bool = True
    writes: int = 1

    def changes(self) -> t.Sequence[Change]:
        return [Change((self.name,), None, "there")]

    def apply(self, client: t.Any, context: Context) -> object:
        client.applied.append(self.name)
        for _unused in range(self.writes):
            client.ledger.wrote(self.name)
        if self.heard:
            client.there.add(self.name)
        return f"made {self.name}"


@dataclass(frozen=True)
class Await(Put):
    """A wait."""

    writes: int = 0
    wait_only: t.ClassVar[bool] = True


@dataclass(frozen=True)
class Kick(Put):
    """A restart."""

    one_shot: t.ClassVar[bool] = True


@dataclass(frozen=True)
class Fail(Put):
    """A step that fails, after as many writes as it says."""

    writes: int = 0

    def apply(self, client: t.Any, context: Context) -> object:
        super().apply(client, context)
        raise errors.ConvoxConflictError(409, "no")


class Names(Noun[None, set[str]]):
    """Wants each of its steps' names to be there."""

    ARGUMENTS: t.ClassVar[dict[str, dict[str, t.Any]]] = {}
    MAX_ATTEMPTS: t.ClassVar[int] = 3

    def __init__(self, *steps: Put, verified: str = "ignored: {}") -> None:
        self.steps = steps
        self.verified = verified
        self.missing: list[str] = []
        self.made: list[tuple[Step, object]] = []

    def desired(self, options: dict[str, t.Any]) -> None:
        return None

    def observe(self, client: t.Any, desired: None, context: Context) -> set[str]:
        client.observed += 1
        return set(client.there)

    def plan(self, observed: set[str], desired: None) -> list[Put]:
        return [step for step in self.steps if step.one_shot or step.name not in observed]

    def applied(self, step: Step, made: object) -> None:
        self.made.append((step, made))

    def verify(self, observed: set[str], desired: None, missing: t.Sequence[Step]) -> None:
        self.missing = [step.name for step in missing if isinstance(step, Put)]
        if self.verified:
            raise errors.ConvoxIgnoredError(self.verified.format(", ".join(self.missing)))

    def result(self, observed: set[str], desired: None) -> dict[str, t.Any]:
        return {"there": sorted(observed)}


class Absent(Names):
    """Finds that what it is about is not there: with ``not_yet`` an earlier task has yet to make it."""

    def __init__(self, *steps: Put, not_yet: bool = True, assumes: bool = True) -> None:
        super().__init__(*steps)
        self.not_yet = not_yet
        self.assumes = assumes

    def observe(self, client: t.Any, desired: None, context: Context) -> set[str]:
        raise errors.ConvoxNotFoundError(404, "app not found: web", not_yet=self.not_yet)

    def assumed(self, desired: None) -> set[str] | None:
        return {"assumed"} if self.assumes else None

    def predict(self, observed: set[str], desired: None) -> dict[str, t.Any]:
        return {"predicted": sorted({*observed, *(step.name for step in self.plan(observed, desired))})}


def run(noun: Noun[None, set[str]], world: World, **modes: t.Any) -> Outcome:
    return converge(noun, None, world, Context(**modes))  # type: ignore[arg-type]  # a client of the test
