# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the env may be after all that was done, and which builds may run, told without the collection's code.

Where acts overlap, a variable may have any value that one of them gave it; where they do not, the last one's.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from ansible_collections.convox.rack.plugins.module_utils._api.resources import releases
from ansible_collections.convox.rack.plugins.module_utils._shared import release_list
from tests.model.hands import KEYS, Cli, Done, Task, Value
from tests.practice_rack import releases as answers
from tests.practice_rack.memory import MemoryRack

Allowed = dict[str, set[Value]]


def truth_of(rack: MemoryRack) -> tuple[str, dict[str, str]]:
    """The true build and env by the fold over all releases."""
    app = rack.app()
    listed = [
        releases.Release.model_validate(answers.as_json(rack.state, each)) for each in reversed(app.releases)
    ]
    last = release_list.fold(listed)[-1]
    return last.build, dict(last.env)


def allowed_after(
    before: dict[str, str], newest: dict[str, str], dones: Sequence[Done], rack: MemoryRack
) -> Allowed:
    """What each variable may be after these acts, which overlapped, on a true env that was ``before`` while
    the newest release had the env ``newest``."""
    allowed: Allowed = {}
    envs = [rack.env(release.id) for release in rack.app().releases]
    for key in KEYS:
        old = {before.get(key), newest.get(key)}
        values: set[Value] = set()
        # What may be put back unseen, unless somebody has set the variable and looked after that.
        back: set[Value] = {before.get(key)}
        surely = False
        for done in dones:
            if not done.good and not done.wrote(rack):
                continue
            sets = _given(done, key, alone=len(dones) == 1)
            if sets is not None:
                values |= sets
                surely = surely or (done.good and not _blind(done, key, rack) and _seen(done, dones, rack))
            elif done.act.whole:
                # A writer that sees it leaves it at that, and tells of a conflict.
                values |= {env.get(key) for env in envs}
            elif isinstance(done.act, Cli):
                # It may have read what was there before the others, or what is beside a pending build.
                back |= {*old, done.read.get(key)}
            elif done.act.options.get("purge"):
                # It takes what came before its first look.
                values |= {None}
        allowed[key] = values if surely else values | back
    return allowed


def _given(done: Done, key: str, *, alone: bool) -> set[Value] | None:
    """The value that an act gives a variable; None where it says nothing about it, or not for sure."""
    act = done.act
    if key in act.change:
        return {act.change[key]}
    if alone and isinstance(act, Task) and act.options.get("purge"):
        return {None}
    return None


def _blind(done: Done, key: str, rack: MemoryRack) -> bool:
    """Whether an act's release does not show that it set the variable. The CLI goes by the newest release
    alone, which may lack what nobody has repaired yet, or be a fork beside a pending build: where it finds
    what it wants there, it changes nothing. And its release says what it changed only by its difference to
    the one before it, which may be such a fork, made after it had read."""
    if not isinstance(done.act, Cli) or not done.posted:
        return False
    made = [release.id for release in rack.app().releases]
    before = rack.env(made[max(made.index(done.posted) - 1, 0)])
    return done.act.change[key] in (done.read.get(key), before.get(key))


def _seen(done: Done, dones: Sequence[Done], rack: MemoryRack) -> bool:
    """Whether an act can answer for its change: after its last look the CLI may undo it."""
    others = [
        # A late one lands after all looks.
        (math.inf if record.fault == "delay" else place, record.at)
        for other in dones
        if other is not done and isinstance(other.act, Cli)
        for place, record in other.numbered(rack)
        if record.changed and record.operation == "releases.create"
    ]
    looks = [(place, r.at) for place, r in done.numbered(rack) if r.operation == "releases.list_releases"]
    if not others or not looks or isinstance(done.act, Cli):
        return not others
    lag = rack.settings.lag_seconds + rack.settings.read_lag_seconds
    (their_place, theirs), (place, at) = max(others), max(looks)
    return place > their_place and at >= theirs + lag
