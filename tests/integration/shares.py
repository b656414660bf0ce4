# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which core runs which test, where two cores share the work.

The oldest: the nouns' playbooks as they are, both ways, compared; and all that runs the long way. The newest:
the nouns' playbooks with each task checked, done and done again; and everything else, but for the plays side
by side: what they look at is the client's, whatever the core, and starting one costs the newest core half as
much again. So each test runs somewhere, and each noun's playbook with both; but for those of the modules that
only read, as modules: one engine runs them all, and `make integration CORE=2.16` runs them. Without
CONVOX_TEST_SHARE every core runs every test.
"""

from __future__ import annotations

from typing import Any

OLDEST, NEWEST, NONE = "oldest", "newest", "none"
AS_THEY_ARE = (
    "test_it_passes_in_process",
    "test_it_passes_as_a_module",
    "test_both_ways_give_the_same_results",
    "test_audits_count_the_app_of_each_task",
)
BOTH_WAYS = AS_THEY_ARE[1:3]
SIDE_BY_SIDE = "tests.integration.test_concurrency"


def share_of(item: Any) -> str:
    """The share that a collected test belongs to."""
    params = item.callspec.params if hasattr(item, "callspec") else {}
    way, target = params.get("way"), str(params.get("target", ""))
    # One of them is left, for all.
    if item.originalname in BOTH_WAYS and target.endswith("_info") and target != "app_info":
        return NONE
    oldest = item.originalname in AS_THEY_ARE or way == "long" or item.module.__name__ == SIDE_BY_SIDE
    return OLDEST if oldest else NEWEST
