# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""An app with some releases on a practice rack in memory."""

from __future__ import annotations

from typing import Any

from tests.practice_rack.memory import MemoryRack

# Ids are given in this order.
R1, R2, R3, R4, R5 = (f"RAAAAAAAAA{letter}" for letter in "BCDEF")
STORY = (("A=1", "B1"), ("A=1 B=2", "B1"), ("A=1 B=2", "B2"))
# The releases of a story are so many seconds old when a task begins: no list hides them any more.
OLD = 1000.0


def world(active: int = 0, story: Any = STORY, lag: float = 0.0, **settings: Any) -> MemoryRack:
    """An app with these releases (env, build, description), the ``active``-th one running (-1: none).

    ``lag``: for so many seconds the list misses a new release. ``settings``: of the rack.
    """
    rack = MemoryRack(lag_seconds=lag, **settings)
    rack.add_app("web")
    for env, build, *description in story:
        rack.add_release(env, build, *description)
    if active >= 0:
        rack.activate(rack.app().releases[active].id)
    rack.clock.sleep(OLD)
    rack.state.settle()
    return rack


def passed(rack: MemoryRack) -> float:
    """Seconds since the world was made."""
    return rack.clock.now() - OLD


def content(rack: MemoryRack, release: str) -> tuple[str, dict[str, str]]:
    """Build and env of a release."""
    return rack.release(release).build, rack.env(release)
