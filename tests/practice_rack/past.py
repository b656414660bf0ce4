# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads that are answered from the past, as from a cache that lags behind (``stale_seconds``)."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.practice_rack.state import State


class Past:
    """What all apps were like, from the first request on."""

    def __init__(self) -> None:
        self._kept: list[tuple[float, bytes]] = []

    def keep(self, state: State) -> None:
        """Remember what is there at this moment, if reads are to be old at all."""
        if not state.settings.stale_seconds:
            return
        apps = pickle.dumps(state.apps)
        if not self._kept or self._kept[-1][1] != apps:
            self._kept.append((state.now, apps))

    @contextmanager
    def shown(self, state: State, *, reading: bool) -> Iterator[None]:
        """Inside, when ``reading``, the rack's apps are those of ``stale_seconds`` ago (not from before the
        first request)."""
        limit = state.now - state.settings.stale_seconds
        old = [apps for at, apps in self._kept if at <= limit] or [apps for _at, apps in self._kept[:1]]
        if not reading or not state.settings.stale_seconds or not old:
            yield
            return
        true, state.apps = state.apps, pickle.loads(old[-1])
        try:
            yield
        finally:
            state.apps = true
