# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Racks with the app shop, and tasks of convox_run on them."""

from __future__ import annotations

from typing import Any

from ansible_collections.convox.rack.plugins.module_utils._modules.run.noun import RunNoun
from tests.practice_rack.memory import MemoryRack
from tests.unit.tasks import Task, run_task

SERVICES = {"web": {"scale": {"count": 1}}}


def world(**settings: Any) -> MemoryRack:
    rack = MemoryRack(**settings)
    rack.add_app("shop", services=SERVICES)
    return rack


def run(rack: MemoryRack, line: str = "echo hi", **given: Any) -> Task:
    return run_task(RunNoun, rack, app="shop", service="web", command=line, **given)


def left(rack: MemoryRack) -> list[str]:
    """The one-off processes that are still there."""
    return [pod.id for pod in rack.app("shop").pods.values() if pod.kind == "run"]
