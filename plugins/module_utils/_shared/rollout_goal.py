# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: which release a rollout is to bring."""

from __future__ import annotations

from typing import NamedTuple


class Rollout(NamedTuple):
    """A rollout. ``before``: the release that was active before it, "" for none or an unknown one.

    ``fail_fast_after``: seconds after which a crash loop ends it, 0 for never. ``yielding``: another release
    that somebody makes active meanwhile is as good.
    """

    app: str
    release: str
    before: str
    fail_fast_after: float = 60.0
    yielding: bool = False

    @property
    def operation(self) -> str:
        return f"promote {self.release} of {self.app}"
