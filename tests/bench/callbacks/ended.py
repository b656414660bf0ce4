# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""A callback of the benchmark: when each task ended, one JSON line each."""

from __future__ import annotations

import json
import os
import time

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: ended
type: aggregate
short_description: When each task ended
description: Writes a line of JSON for each task that ended well into the file named by E(BENCH_TIMES).
options: {}
"""


class CallbackModule(CallbackBase):
    """Writes times and nothing else."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "ended"
    CALLBACK_NEEDS_ENABLED = True

    def v2_runner_on_ok(self, result) -> None:
        task = getattr(result, "task", None) or result._task
        with open(os.environ["BENCH_TIMES"], "a", encoding="utf-8") as times:
            times.write(json.dumps({"task": task.get_name(), "time": time.time()}) + "\n")
