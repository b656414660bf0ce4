# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which core runs which test, where two cores share the work.

The oldest: the nouns' playbooks as they are, both ways, compared; and all that runs the long way. The newest:
the nouns' playbooks with each task checked, done and done again; and everything else, but for the plays side
by side: what they look at is the client's, whatever the core, and starting one costs the newest core half as
much again. So each test runs somewhere, and each noun's playbook with both. Without CONVOX_TEST_SHARE every
core runs every test.
"""

from __future__ import annotations

from typing import Any

OLDEST, NEWEST = "oldest", "newest"
AS_THEY_ARE = (
    "test_it_passes_in_process",
    "test_it_passes_as_a_module",
    "test_both_ways_give_the_same_results",
    "test_audits_count_the_app_of_each_task",
)
SIDE_BY_SIDE = "tests.integration.test_concurrency"


def share_of(item: Any) -> str:
    """The share that a collected test belongs to."""
    way = item.callspec.params.get("way") if hasattr(item, "callspec") else None
    oldest = item.originalname in AS_THEY_ARE or way == "long" or item.module.__name__ == SIDE_BY_SIDE
    return OLDEST if oldest else NEWEST
