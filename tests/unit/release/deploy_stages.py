# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""A rack after each task of README's deploy.yml, for tests of check mode."""

from __future__ import annotations

from tests.practice_rack.memory import MemoryRack

STAGES = ("nothing", "app", "env", "build", "release", "service")
LOG_LEVEL = "LOG_LEVEL=info"


def stage(name: str) -> MemoryRack:
    """The rack after the task of this name; ``nothing``: before the first."""
    rack = MemoryRack()
    place = STAGES.index(name)
    if place >= 1:
        rack.add_app("web")
    if place >= 2:
        rack.add_release(LOG_LEVEL, build="", description="env add:LOG_LEVEL · after none")
    if place >= 3:
        rack.add_release(LOG_LEVEL, build="B1")
    if place >= 4:
        rack.activate(rack.release().id)
    if place >= 5:
        rack.act("PUT", "/apps/web/services/web", {"count": "2"})
    rack.clock.sleep(60.0)
    rack.state.settle()
    return rack
