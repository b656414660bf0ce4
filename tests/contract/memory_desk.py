# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""A practice rack in memory and a client of it."""

from __future__ import annotations

from typing import Any

from tests.contract.conftest import BASIC
from tests.contract.reach import MemoryReach
from tests.practice_rack.memory import MemoryRack

AUTH = {"Authorization": BASIC}


class Desk:
    """A rack in memory and a client that has its password."""

    def __init__(self, **settings: Any) -> None:
        self.rack = MemoryRack(**settings)
        self.reach = MemoryReach(self.rack)
        self.client = self.reach.client(auth=("convox", "secret"), headers={"Accept": "application/json"})

    def get(self, path: str) -> Any:
        return self.client.get(path).raise_for_status().json()

    def app(self) -> tuple[str, str]:
        found = self.get("/apps/web")
        return found["status"], found["release"]

    def promote(self, release: str, **form: str) -> None:
        self.client.post(f"/apps/web/releases/{release}/promote", data=form).raise_for_status()


def two_releases(**settings: Any) -> tuple[Desk, str, str]:
    """An app that runs the older of two releases."""
    desk = Desk(**settings)
    desk.rack.add_app()
    old, new = desk.rack.add_release("A=1").id, desk.rack.add_release("A=2", "B2").id
    desk.rack.activate(old)
    return desk, old, new
