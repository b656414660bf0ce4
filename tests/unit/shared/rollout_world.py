# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""A rack with a release to promote, and processes that crash."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.convox.rack.plugins.module_utils._api import errors, models
from ansible_collections.convox.rack.plugins.module_utils._noun import Context
from tests.unit.fake_rack import FakeRack


def world(fate: str = "good", **facts: Any) -> tuple[FakeRack, str, str]:
    """A rack with an active release and a newer one; their ids."""
    rack = FakeRack()
    rack.add_app("web", **facts)
    old = rack.add_release("A=1").id
    new = rack.add_release("A=2 SECRET=canary-value", build="B2").id
    rack.apps["web"].release = old
    rack.fates[new] = fate
    return rack, old, new


def run_of(rack: FakeRack, **facts: Any) -> Context:
    return Context(clock=rack.clock, **facts)


def process(service: str = "worker", status: str = "crashed", name: str = "") -> models.Process:
    return models.Process(id=name or f"{service}-aaaa-abcde", service=service, status=status)


def pod(name: str = "worker-aaaa-abcde", **facts: Any) -> models.Pod:
    as_result = {
        "stateDetail": "CrashLoopBackOff",
        "hint": "look at the log",
        "previousLogs": "one\nboom canary-value\n",
    }
    return models.Pod(name=name, **{**as_result, **facts})


def fails(rack: FakeRack, step: Any, run: Context, kind: type[errors.ConvoxError]) -> errors.ConvoxError:
    with pytest.raises(kind) as caught:
        step.apply(rack, run)
    return caught.value


def crashing(rack: FakeRack, since: float = 2.0, until: float = 1e9) -> None:
    """A crash loop: for a moment in every six seconds the process runs."""

    def ill(seconds: float) -> list[models.Process]:
        status = "crashed" if since <= seconds < until and seconds % 6 < 4 else "running"
        return [process(status=status), process("web", "running")]

    rack.ill = ill
