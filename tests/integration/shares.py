# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which core runs which test, where two cores share the work: the oldest the long way, the newest the rest.

So each test runs somewhere. The oldest core compares both ways by the playbooks of all nouns, the newest by
the one about what core itself does with a task. Without CONVOX_TEST_SHARE every core runs every test.
"""

from __future__ import annotations

from typing import Any

OLDEST, NEWEST = "oldest", "newest"
LONG = ("test_it_passes_the_long_way", "test_both_ways_give_the_same_results")


def share_of(item: Any) -> set[str]:
    """The shares that a collected test belongs to: at least one."""
    name = item.originalname
    if name == "test_it_passes_the_short_way":
        return {OLDEST, NEWEST}
    way = item.callspec.params.get("way") if hasattr(item, "callspec") else None
    return {OLDEST} if name in LONG or way == "long" else {NEWEST}
