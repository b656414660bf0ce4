# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the env may be after all that was done, and which builds may run, told without the collection's code.

Where acts overlap, a variable may have any value that one of them gave it; where they do not, the last one's.
"""

from __future__ import annotations

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
        old = before.get(key)
        values: set[Value] = set()
        surely = False
        for done in dones:
            given, sure = _given(
                done, key, {old, newest.get(key)}, dones, rack, {env.get(key) for env in envs}
            )
            values |= given
            # The CLI goes by the newest release alone, which may lack what nobody has repaired yet.
            surely = surely or (sure and not (isinstance(done.act, Cli) and before != newest))
        allowed[key] = values if surely else values | {old}
    return allowed


def _given(
    done: Done, key: str, old: set[Value], dones: Sequence[Done], rack: MemoryRack, ever: set[Value]
) -> tuple[set[Value], bool]:
    """The values that an act may have left in a variable, and whether it has left one for sure."""
    act, alone = done.act, len(dones) == 1
    wrote = done.wrote(rack)
    if not wrote and not done.good:
        return set(), False
    sure = done.good and _seen(done, dones, rack)
    if key in act.change:
        return {act.change[key]}, sure
    if isinstance(act, Task) and act.options.get("purge"):
        return {None}, alone and sure
    if act.whole and wrote:
        return set(ever), False
    if isinstance(act, Cli) and not alone and wrote:
        # It read what was there before the others, and puts that back; nobody can tell this from a wish.
        return old, False
    return set(), False


def _seen(done: Done, dones: Sequence[Done], rack: MemoryRack) -> bool:
    """Whether an act can answer for its change: after its last look the CLI, or a whole env, may undo it."""
    others = [
        (place, record.at)
        for other in dones
        if other is not done and (isinstance(other.act, Cli) or other.act.whole)
        for place, record in other.numbered(rack)
        if record.changed and record.operation == "releases.create"
    ]
    looks = [(place, r.at) for place, r in done.numbered(rack) if r.operation == "releases.list"]
    if not others or not looks or isinstance(done.act, Cli):
        return not others
    lag = rack.settings.lag_seconds + rack.settings.read_lag_seconds
    (their_place, theirs), (place, at) = max(others), max(looks)
    return place > their_place and at >= theirs + lag
