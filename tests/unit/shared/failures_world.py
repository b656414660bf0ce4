# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""A rollout that goes on and on, and who asks why."""

from __future__ import annotations

from ansible_collections.convox.rack.plugins.module_utils._noun import Context
from ansible_collections.convox.rack.plugins.module_utils._shared.failures import Observer
from tests.practice_rack.conditions import Condition
from tests.practice_rack.memory import MemoryRack
from tests.unit.tasks import RackClock, client_of

LOOPING = "CrashLoopBackOff"


def world(key: str = "", **settings: object) -> tuple[MemoryRack, Observer, list[str]]:
    """A rollout that goes on and on, and who watches it."""
    rack = MemoryRack(**settings)
    rack.add_app("web")
    release = rack.add_release("SECRET=canary-value SHORT=abc").id
    rack.fate(release, "hang")
    rack.promote(release)
    for service in ("web", "worker"):
        rack.ill(service, "running")
    warnings: list[str] = []
    context = Context(clock=RackClock(rack), warn=warnings.append)
    return rack, Observer(client_of(rack, key=key), context, "web", release), warnings


def told(detail: str = LOOPING, hint: str = "", before: str = "", status: str = "crashed") -> Condition:
    """A process as diagnose tells of it; ``before``: its log before it crashed."""
    return Condition(status, detail=detail, hint=hint, logs="", previous_logs=before)


def observe(observer: Observer) -> None:
    observer.observe(observer.processes())


def watch(rack: MemoryRack, observer: Observer, seconds: float) -> None:
    """Look every half second for so long."""
    end = rack.clock.now() + seconds
    while rack.clock.now() < end:
        observe(observer)
        rack.clock.sleep(0.5)


def diagnosed(rack: MemoryRack) -> list[float]:
    """When the rack was asked for a diagnosis."""
    return [record.at for record in rack.asked("/diagnose$")]


def names(observer: Observer) -> dict[str, str]:
    return {service["name"]: service["state"] for service in observer.failure()["services"]}
