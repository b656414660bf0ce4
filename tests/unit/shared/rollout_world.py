# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""A practice rack with a release to promote, and processes that crash."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._noun import Context
from tests.practice_rack.conditions import Condition, When, crash_loop
from tests.practice_rack.memory import MemoryRack
from tests.unit.tasks import RackClock, client_of

CANARY = "canary-value"
# A crash as diagnose tells it.
TOLD = Condition("crashed", hint="look at the log", previous_logs=f"one\nboom {CANARY}\n")


def world(fate: str = "", **settings: Any) -> tuple[MemoryRack, str, str]:
    """A rack with an active release and a newer one, of which this becomes; their ids."""
    rack = MemoryRack(**settings)
    rack.add_app("web")
    old = rack.add_release("A=1").id
    new = rack.add_release(f"A=2 SECRET={CANARY}", build="B2").id
    rack.activate(old)
    rack.state.settle()
    rack.fate(new, fate)
    return rack, old, new


def run_of(rack: MemoryRack, **facts: Any) -> Context:
    """The context of a task, on the rack's clock."""
    return Context(clock=RackClock(rack), **facts)


def apply(rack: MemoryRack, step: Any, run: Context | None = None) -> Client:
    """Apply a step as a task of its own, with this client."""
    client = client_of(rack)
    step.apply(client, run or run_of(rack))
    return client


def fails(rack: MemoryRack, step: Any, run: Context, kind: type[errors.ConvoxError]) -> errors.ConvoxError:
    """The error with which a step fails."""
    with pytest.raises(kind) as caught:
        apply(rack, step, run)
    return caught.value


def crashing(rack: MemoryRack, since: float = 2.0, until: float = 1e9, crashed: When = "crashed") -> None:
    """A crash loop of the newest release: for a moment in every six seconds the process runs."""
    rack.ill("worker", crash_loop(since, until, crashed=crashed))
