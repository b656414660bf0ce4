# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Many writers, one env, nothing lost: the release list read as a log.

Private to the collection. Pure: the noun of convox_env reads and posts, this file decides.

A rack has no compare-and-swap. Two writers that both read, change and post lose one change, and neither
sees it. But every post is a release, and the list keeps them in order. So each release that we make says in
its description what its author changed and which release its env was computed from (`release_words`), and
anyone can compute the *true* env by a fold over the list, oldest first. What a release contributes:

- `env add:A change:B · after RABCDEFGHIJ`: A and B, wherever it landed. What else differs from the release
  it was computed from was carried along for others, and counts only if nobody changed that key in between:
  else a slow repair would bring back what it was too late to see changed. A description whose list was cut
  counts every key that differs from the env of its base, raw and true.
- `… · env of RABCDEFGHIJ …`: the author wants that env as a whole (convox_release rolling back, or creating
  with `env_from`). The true env is this release's env, whatever stood there before.
- nothing of that kind (the CLI, the SDK, a build, a release made without an env): its difference to its
  predecessor in the list.

The build is folded along like one more key: a release that carries another build than the one it was
computed from brings that build. So an env release does not bury someone's pending build.

`settle` is the whole decision of a writer: read, `settle`, post what it says, read again, until it is
done.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol

from ansible_collections.convox.rack.plugins.module_utils._api import env_text
from ansible_collections.convox.rack.plugins.module_utils._api.env_text import Change
from ansible_collections.convox.rack.plugins.module_utils._shared.release_words import (
    NO_RELEASE,
    base_of,
    describe,
    describe_carried,
    describe_whole,
    said,
)

__all__ = [
    "FIRST_WINDOW",
    "NO_RELEASE",
    "Done",
    "Entry",
    "NeedMore",
    "Release",
    "Repair",
    "base_of",
    "describe",
    "describe_carried",
    "describe_whole",
    "fold",
    "settle",
    "true_env",
    "window_is_enough",
]

# How many releases to read at first. What a writer left unrepaired because it died is repaired by others,
# but only as far back as they read.
FIRST_WINDOW = 20


class Release(Protocol):
    """What the fold needs of a release; `releases.Release` is one."""

    @property
    def id(self) -> str:
        """`R` and ten letters."""

    @property
    def build(self) -> str:
        """The id of the build that it runs; "" for none."""

    @property
    def description(self) -> str:
        """Whatever who made it wrote: `release_words` reads it."""

    @property
    def variables(self) -> Mapping[str, str]:
        """Its env."""


class Entry(NamedTuple):
    """One release of the fold. ``base``: the place (oldest is 0) it was computed from, -1 for none.
    ``change``: what its author meant. ``new_build``: whether it brought a build. ``env``, ``build``: the
    true ones once it is counted."""

    release: Release
    base: int
    change: Change
    new_build: bool
    env: dict[str, str]
    build: str

    def __repr__(self) -> str:
        return type(self).__name__


class Done(NamedTuple):
    """The release ``release`` (the newest; "" where there is none) holds the true env with our change in
    it. ``conflicts``: names of variables that somebody else set to something else at the same time."""

    release: str
    conflicts: tuple[str, ...] = ()


class Repair(NamedTuple):
    """Post ``env`` with ``describe(change, base, …)`` as the description; ``build`` is the one that the new
    release should carry. Not ``at_once``: pause for a random moment, read and settle again, so that one
    writer repairs for all; then post whatever is still asked for."""

    env: dict[str, str]
    base: str
    build: str
    change: Change
    at_once: bool
    conflicts: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return type(self).__name__


class NeedMore(NamedTuple):
    """The window does not show enough: ``missing`` releases are named and not in it. Read more of the list
    if there is more, else pause for a moment and read again (lists lag)."""

    missing: frozenset[str]


def window_is_enough(releases: Sequence[Release], own: Collection[str] = ()) -> bool:
    """Whether ``releases`` (newest first) reach far enough back to be folded: every base named, the oldest
    release's apart, and all of our ``own`` releases with their bases, lie in the window."""
    return not _missing(releases, own)


def fold(releases: Sequence[Release]) -> list[Entry]:
    """Fold ``releases`` (newest first), oldest first. The last entry holds the true env and build.

    A base that is named and not in the window (retention took it away) is taken for the predecessor.
    """
    entries: list[Entry] = []
    oldest_first = list(reversed(releases))
    for release in oldest_first:
        entries.append(_entry(release, entries, oldest_first))
    return entries


def true_env(releases: Sequence[Release]) -> dict[str, str]:
    """The true env of a window that is enough (newest first); empty where there is no release."""
    return fold(releases)[-1].env if releases else {}


def settle(
    releases: Sequence[Release],
    change: Change,
    own: Collection[str] = (),
    *,
    seen: Collection[str] = (),
    whole: bool = False,
) -> Done | Repair | NeedMore:
    """What a writer has to do now.

    ``releases``: the window just read, newest first. ``change``: what the task wants (added or changed is
    all the same here); for an exact env (`purge`) the difference between `true_env` at the first read and
    that env, computed once. ``own``: ids of the releases this task has posted; ``seen``: of those that were
    there when it looked first. ``whole``: the list ends in the window.

    Before the first post the answer is `Done` (nothing to do) or the `Repair` at once that makes the change.
    """
    missing = _missing(releases, own)
    if missing and (not whole or not _ids(releases).issuperset(own)):
        return NeedMore(missing)
    if not releases:
        made = env_text.difference({}, change.values)
        return Repair(change.values, "", "", made, at_once=True) if made else Done("")
    entries = fold(releases)
    newest, truth = entries[-1].release, entries[-1]
    wanted, conflicts = _unmade(entries, change, own, seen) if own else (change, ())
    target = env_text.apply(truth.env, wanted)
    meant = env_text.difference(truth.env, target)
    if not meant and _no_need_to_write(truth):
        return Done(newest.id, conflicts)
    at_once = newest.id in own or (not own and not _held(truth, change))
    return Repair(target, newest.id, truth.build, meant, at_once, conflicts)


def _no_need_to_write(truth: Entry) -> bool:
    if truth.release.build != truth.build:
        # A writer gave up before it carried somebody's pending build on, and the builder will not come back.
        return False
    return truth.release.variables == truth.env


def _held(truth: Entry, change: Change) -> bool:
    held = dict(truth.release.variables)
    return env_text.apply(held, change) == held


def _entry(release: Release, entries: Sequence[Entry], oldest_first: Sequence[Release]) -> Entry:
    place = len(entries)
    env = dict(release.variables)
    if not entries:
        return Entry(release, -1, Change(), False, env, release.build)
    before, words = entries[-1], said(release.description)
    if words.env_of:
        return Entry(release, place - 1, env_text.difference(before.env, env), True, env, release.build)
    base = _base(words.after, place, oldest_first)
    raw = dict(oldest_first[base].variables) if base >= 0 else {}
    raw_build = oldest_first[base].build if base >= 0 else ""
    # Clocks that differ can list a release before its base: then its true env is not known yet.
    true = entries[base].env if 0 <= base < place else raw
    differs = env_text.difference(raw, env).names
    meant = words.names
    if meant is None:
        meant = frozenset(key for key in differs if env.get(key) != true.get(key))
    between = entries[min(base, place) + 1 :]
    carried = {key for key in differs - meant if not any(key in entry.change.names for entry in between)}
    brings = release.build != raw_build
    new_build = brings and not (words.after and any(entry.new_build for entry in between))
    return Entry(
        release=release,
        base=base,
        change=_taken(env, meant),
        new_build=new_build,
        env=env_text.apply(before.env, _taken(env, meant | carried)),
        build=release.build if new_build else before.build,
    )


def _base(after: str | None, place: int, oldest_first: Sequence[Release]) -> int:
    if after == NO_RELEASE:
        return -1
    for found, release in enumerate(oldest_first):
        if release.id == after:
            return found
    return place - 1


def _taken(env: Mapping[str, str], names: Iterable[str]) -> Change:
    """The change that gives ``names`` the values they have in ``env``."""
    keys = frozenset(names)
    return Change(
        changed={key: env[key] for key in keys if key in env},
        removed=frozenset(key for key in keys if key not in env),
    )


def _unmade(
    entries: Sequence[Entry], change: Change, own: Collection[str], seen: Collection[str]
) -> tuple[Change, tuple[str, ...]]:
    """The part of our change that has to be made again, and the names in conflict.

    In conflict: a variable that somebody set to something else without having seen ours, or we without
    having seen theirs (not in ``seen``). It keeps the value that comes last in the list, for both. To be made
    again: one that a release without marks (a build's, the CLI's) put back to what it was before us; that
    release was made from an env read before ours was there.
    """
    mine = next(place for place, entry in enumerate(entries) if entry.release.id in own)
    base = entries[mine].base
    # A fork of the active release is not computed from the newest, which others may have read.
    before_us: list[Mapping[str, str]] = [each.release.variables for each in entries[max(base, 0) : mine]]
    before_us += [{}] if base < 0 else []
    again: set[str] = set()
    conflicts: set[str] = set()
    for place, entry in enumerate(entries):
        if place <= base or entry.release.id in own or entry.release.id in seen:
            continue
        words = said(entry.release.description)
        for key in entry.change.names & change.names:
            got = entry.release.variables.get(key)
            again.discard(key)
            if got == change.values.get(key):
                continue
            if place > mine and not words.after and any(got == env.get(key) for env in before_us):
                again.add(key)
            elif place < mine or entry.base < mine or words.env_of:
                conflicts.add(key)
    return _taken(change.values, again), tuple(sorted(conflicts))


def _missing(releases: Sequence[Release], own: Collection[str]) -> frozenset[str]:
    needed = set(own)
    for place, release in enumerate(releases):
        base = base_of(release.description)
        oldest = place == len(releases) - 1
        if base and base != NO_RELEASE and (not oldest or release.id in own):
            needed.add(base)
    return frozenset(needed - _ids(releases))


def _ids(releases: Iterable[Release]) -> frozenset[str]:
    return frozenset(release.id for release in releases)
