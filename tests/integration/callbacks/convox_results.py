# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""A callback of the tests: every result as it left the task, one JSON line each.

It does not depend on what is printed: ``invocation``, ``diff``, ``warnings`` and ``deprecations`` are kept at
every verbosity.
"""

from __future__ import annotations

import json
import os

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: convox_results
type: aggregate
short_description: Results as JSON lines
description: Writes each result as a line of JSON into the file named by E(CONVOX_TEST_RESULTS).
options: {}
"""


class CallbackModule(CallbackBase):
    """Writes results and nothing else."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "convox_results"
    CALLBACK_NEEDS_ENABLED = True

    def _write(self, kind, result):
        # `result` and `task` are public since 2.19 only.
        answer = getattr(result, "result", None)
        answer = result._result if answer is None else answer
        task = getattr(result, "task", None) or result._task
        host = getattr(result, "host", None) or result._host
        line = {
            "kind": kind,
            "task": task.get_name(),
            "action": str(task.action),
            "host": host.get_name(),
            "result": answer,
        }
        with open(os.environ["CONVOX_TEST_RESULTS"], "a", encoding="utf-8") as file:
            file.write(json.dumps(line, default=str) + "\n")

    def v2_runner_on_ok(self, result):
        self._write("ok", result)

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self._write("failed", result)

    def v2_runner_on_skipped(self, result):
        self._write("skipped", result)

    def v2_runner_on_unreachable(self, result):
        self._write("unreachable", result)

    def v2_runner_retry(self, result):
        self._write("retry", result)

    def v2_runner_item_on_ok(self, result):
        self._write("item_ok", result)

    def v2_runner_item_on_failed(self, result):
        self._write("item_failed", result)
