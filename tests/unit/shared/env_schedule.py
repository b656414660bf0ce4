# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writers of one env against a release list in memory, in virtual time and in any order."""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.convox.rack.plugins.module_utils._api import env_text
from ansible_collections.convox.rack.plugins.module_utils._api.env_text import Change
from ansible_collections.convox.rack.plugins.module_utils._shared import release_list


@dataclass(frozen=True)
class Posted:
    id: str
    variables: dict[str, str] = field(default_factory=dict)
    description: str = ""
    build: str = ""


@dataclass(frozen=True)
class Read:
    limit: int


@dataclass(frozen=True)
class Post:
    env: dict[str, str] | None
    description: str = ""
    build: str | None = None


@dataclass(frozen=True)
class Pause:
    seconds: float


Writer = Generator[Read | Post | Pause, Any, None]


class ReleaseList:
    """The list of a rack: newest first to a reader, sometimes without the newest ones."""

    def __init__(self, chance: random.Random, lag: float = 0.0) -> None:
        self.releases: list[Posted] = []
        self.chance = chance
        self.lag = lag
        self.posts = 0

    def read(self, limit: int) -> list[Posted]:
        seen = self.releases
        if self.chance.random() < self.lag:
            seen = seen[: -self.chance.randint(1, 2)]
        return list(reversed(seen))[:limit]

    def post(self, post: Post) -> str:
        newest = self.releases[-1] if self.releases else Posted("")
        number = len(self.releases)
        letters = ""
        for _unused in range(10):
            number, digit = divmod(number, 26)
            letters = chr(65 + digit) + letters
        env = newest.variables if post.env is None else dict(post.env)
        build = newest.build if post.build is None else post.build
        self.releases.append(Posted("R" + letters, env, post.description, build))
        self.posts += 1
        return "R" + letters

    @property
    def newest(self) -> Posted:
        return self.releases[-1]


def run(releases: ReleaseList, writers: Sequence[Writer], latency: Callable[[], float]) -> None:
    """Let the writers work at the same time. A request reaches the list after one latency and its answer
    comes back after another."""
    queue: list[tuple[float, int, Writer, Any, Any]] = []
    count = 0

    def later(when: float, writer: Writer, desired: Any, answer: Any) -> None:
        nonlocal count
        count += 1
        heapq.heappush(queue, (when, count, writer, desired, answer))

    for writer in writers:
        later(latency(), writer, None, None)
    while queue:
        now, _unused, writer, desired, answer = heapq.heappop(queue)
        if isinstance(desired, Read):
            later(now + latency(), writer, None, releases.read(desired.limit))
            continue
        if isinstance(desired, Post):
            later(now + latency(), writer, None, releases.post(desired))
            continue
        try:
            wanted = writer.send(answer)
        except StopIteration:
            continue
        if isinstance(wanted, Pause):
            later(now + wanted.seconds, writer, None, None)
        else:
            later(now + latency(), writer, wanted, None)


def observe(window: int) -> Generator[Read, list[Posted], tuple[list[Posted], bool]]:
    """Read the list as the noun does; whether the list ends in the window."""
    found = yield Read(window)
    return found, len(found) < window


def careful(
    changes: Sequence[Change],
    chance: random.Random,
    conflicts: list[str],
    window: int = release_list.FIRST_WINDOW,
) -> Writer:
    """A writer that follows release_list."""
    for change in changes:
        own: list[str] = []
        size, waited = window, False
        while True:
            releases, whole = yield from observe(size)
            answer = release_list.settle(releases, change, own, whole=whole)
            if isinstance(answer, release_list.NeedMore):
                size = size * 2 if not whole else size
                yield Pause(chance.uniform(0.05, 0.2))
            elif isinstance(answer, release_list.Done):
                conflicts.extend(answer.conflicts)
                break
            elif answer.at_once or waited:
                description = release_list.describe(answer.change, answer.base)
                own.append((yield Post(answer.env, description, answer.build or None)))
                waited = False
            else:
                waited = True
                yield Pause(chance.uniform(0.2, 2.0))


def plain(changes: Sequence[Change], chance: random.Random) -> Writer:
    """A writer that reads, posts, and looks whether its own change is there."""
    for change in changes:
        while True:
            releases, _unused = yield from observe(5)
            env = dict(releases[0].variables) if releases else {}
            if env_text.apply(env, change) == env:
                break
            yield Post(env_text.apply(env, change))


def builder(chance: random.Random, builds: int) -> Writer:
    """Builds that end while env changes: the env is what the newest release has at that moment."""
    for number in range(builds):
        yield Pause(chance.uniform(0, 4))
        yield Post(None, f"build {number}", f"B{number}")
