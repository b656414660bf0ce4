# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""A rack whose connection breaks at one write."""

from __future__ import annotations

from typing import Any

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from tests.unit.fake_rack import FakeRack

WRITES = (
    "create_app update_app delete_app cancel set_config create_release promote update_service restart_service"
).split()


class Breaking:
    """A rack whose ``at``-th write fails, before it is done or ``after`` it."""

    def __init__(self, rack: FakeRack, at: int, *, after: bool) -> None:
        self._rack, self._at, self._after = rack, at, after
        self.broke = False

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._rack, name)
        if name not in WRITES:
            return method

        def write(*args: Any, **options: Any) -> Any:
            self._at -= 1
            if self._at != -1:
                return method(*args, **options)
            self.broke = True
            if self._after:
                method(*args, **options)
            raise errors.ConvoxConnectionError("the connection was lost", unsettled=True)

        return write
