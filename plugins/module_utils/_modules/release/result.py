# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the result of convox_release."""

from __future__ import annotations

import typing as t

from ansible_collections.convox.rack.plugins.module_utils._modules.release.state import (
    Desired,
    Memory,
    Observed,
)
from ansible_collections.convox.rack.plugins.module_utils._modules.release.steps import Cancel, Create
from ansible_collections.convox.rack.plugins.module_utils._noun import Step
from ansible_collections.convox.rack.plugins.module_utils._shared.rollout import Promote


def result(observed: Observed, desired: Desired, memory: Memory) -> dict[str, t.Any]:
    """The result's keys; never a value of the env."""
    answer: dict[str, t.Any] = {
        "release": observed.app.release or None,
        "previous_release": memory.previous or None,
        "app": observed.app.model_dump(),
    }
    if desired.state == "created":
        made = observed.target or observed.newest
        answer["release"] = made.id if made else None
    if desired.state == "cancelled":
        answer["cancelled"] = observed.cancelled or None
    if desired.state == "rolled_back":
        answer["rolled_back_to"] = observed.target.id if observed.target else None
        answer["reason"] = observed.reason
    return answer


def predict(
    observed: Observed, desired: Desired, memory: Memory, planned: t.Sequence[Step]
) -> dict[str, t.Any]:
    """The result's keys in check mode: ``release`` is null where nobody knows its id yet."""
    answer = result(observed, desired, memory)
    if desired.state == "promoted":
        answer["release"] = observed.target_id or None
    for step in planned:
        if isinstance(step, Create):
            answer["release"] = None
        elif isinstance(step, Promote) and desired.state == "rolled_back":
            answer["release"] = None if observed.assumed else step.release
        elif isinstance(step, Cancel):
            answer["release"], answer["cancelled"] = None, step.release
    return answer
