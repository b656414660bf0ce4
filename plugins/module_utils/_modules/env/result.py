# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the result of convox_env: names of variables, never values."""

from __future__ import annotations

import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api import env_text
from ansible_collections.convox.rack.plugins.module_utils._modules.env.state import (
    Desired,
    Memory,
    Observed,
    apart,
)
from ansible_collections.convox.rack.plugins.module_utils._modules.env.steps import MakeRelease
from ansible_collections.convox.rack.plugins.module_utils._noun import Step


def result(observed: Observed, desired: Desired, memory: Memory) -> dict[str, t.Any]:
    """The result's keys; names only, never values."""
    change = observed.change
    changed = sorted(name for name in change.values if _differs(name, change, memory.before))
    removed = sorted(name for name in change.removed if _differs(name, change, memory.before))
    release, promoted = _place(observed, desired)
    newest = observed.newest
    return {
        "release": release,
        "promoted": promoted,
        "set": changed,
        "unset": removed,
        "unchanged": sorted((set(change.values) | set(change.removed)) - {*changed, *removed}),
        "pending_release": newest.id if newest and apart(observed, desired) else None,
        "conflicts": list(observed.settled().conflicts) if observed.own else [],
    }


def predict(
    observed: Observed, desired: Desired, memory: Memory, planned: t.Sequence[Step]
) -> dict[str, t.Any]:
    """The result's keys in check mode: nobody knows the id of a release that would be made."""
    answer = result(observed, desired, memory)
    from ansible_collections.convox.rack.plugins.module_utils._shared.rollout import Promote

    for step in planned:
        if isinstance(step, Promote):
            answer["release"], answer["promoted"] = step.release, True
        if isinstance(step, MakeRelease):
            if apart(observed, desired):
                answer["pending_release"] = None
            if not answer["promoted"]:
                answer["release"] = None
                answer["promoted"] = desired.promote and _gets_build(step, observed)
    return answer


def _gets_build(step: MakeRelease, observed: Observed) -> bool:
    """Whether a release that would be made can be promoted."""
    if observed.blind:
        return bool(observed.app.release)
    known = [observed.fork, observed.active, observed.newest]
    source = next((release for release in known if release and release.id == step.parent), observed.newest)
    return bool(step.build or (source and source.build))


def _differs(name: str, change: env_text.Change, before: tuple[dict[str, str], ...]) -> bool:
    return not before or any(env.get(name) != change.values.get(name) for env in before)


def by_others(observed: Observed, memory: Memory) -> list[str]:
    """Ids of the releases that somebody else made since the first observation, newest first."""
    known = {*observed.own, *memory.seen}
    return [release.id for release in observed.releases if release.id not in known]


def _place(observed: Observed, desired: Desired) -> tuple[str | None, bool]:
    """The release that holds the change, and whether it is the active one."""
    if observed.blind:
        return (observed.made.id if observed.made else None), bool(
            observed.made and observed.app.release == observed.made.id
        )
    active, newest = observed.active, observed.newest
    if active is not None and observed.fork is not None:
        target = observed.fork.build, env_text.apply(observed.fork.variables, observed.change)
        holds = (active.build, active.variables) == target
    else:
        holds = active is not None and observed.holds(active) and (desired.promote or newest is active)
    if holds and active is not None:
        return active.id, True
    return (newest.id if newest else None), False
