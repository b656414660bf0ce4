# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""An app with some releases."""

from __future__ import annotations

from typing import Any

from tests.unit.fake_rack import FakeRack

# Ids are given in this order.
R1, R2, R3, R4, R5 = (f"RAAAAAAAAA{letter}" for letter in "BCDEF")
STORY = (("A=1", "B1"), ("A=1 B=2", "B1"), ("A=1 B=2", "B2"))


def world(active: int = 0, story: Any = STORY, lag: float = 0.0, status: str = "running") -> FakeRack:
    """An app with these releases (env, build, description), the ``active``-th one running (-1: none)."""
    rack = FakeRack()
    rack.add_app("web")
    for env, build, *description in story:
        rack.add_release(env, build, *description)
    app = rack.apps["web"]
    if active >= 0:
        app.release = app.releases[active].id
    app.status = status
    rack.lag = lag
    return rack


def content(rack: FakeRack, release: str) -> tuple[str, dict[str, str]]:
    found = rack._release(rack.apps["web"], release)
    return found.build, found.variables
