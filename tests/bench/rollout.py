# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long a task goes on after the rack is done with a rollout of ten seconds."""

from __future__ import annotations

import threading
import time

from tests.bench.stage import APP, Budget, Rack

SECONDS = 10
# A wait asks every two seconds, confirms after half a second, and Ansible needs its time for the result.
LIMIT = 3.0


def _watch(rack: Rack, seen: list[float]) -> None:
    """Note the time at which the app is running again after it was updating."""
    updating = False
    while not seen:
        status = rack.ask("GET", f"/apps/{APP}").json()["status"]
        updating = updating or status == "updating"
        if updating and status == "running":
            seen.append(time.time())
        time.sleep(0.02)


def measure(rack: Rack) -> list[Budget]:
    """Change the environment, which promotes, and compare the two ends."""
    rack.ask("PUT", "/_practice/settings", json={"promote_seconds": SECONDS})
    seen: list[float] = []
    watch = threading.Thread(target=_watch, args=(rack, seen), daemon=True)
    watch.start()
    change = {"app": APP, "variables": {"ROLLOUT": str(time.time())}}
    task = {"name": "Rollout", "convox.rack.convox_env": change}
    run = rack.must_play("rollout", [task])
    watch.join(10)
    rack.ask("PUT", "/_practice/settings", json={"promote_seconds": 0.7})
    after = run.ended["Rollout"] - seen[0]
    return [Budget(f"task's end after a rollout of {SECONDS} s", after, LIMIT, unit=" s")]
