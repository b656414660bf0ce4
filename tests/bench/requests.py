# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many requests a task sends that has nothing to do."""

from __future__ import annotations

from typing import Any

from tests.bench.stage import APP, SOURCE, Budget, Rack

# Each module with something that is so after its first run, and the requests it then needs.
UNCHANGED: dict[str, tuple[dict[str, Any], int]] = {
    "convox_app": ({"name": APP}, 1),
    "convox_app, parameters": ({"name": APP, "parameters": {"BuildMem": "1024"}}, 1),
    "convox_env": ({"app": APP, "variables": {"GREETING": "hello"}}, 2),
    "convox_service": ({"app": APP, "name": "web", "count": 1}, 2),
    "convox_build": ({"app": APP, "url": SOURCE, "git_sha": "a" * 40, "reuse": True}, 3),
    "convox_release": ({"app": APP, "release": "latest"}, 2),
    "convox_release_info": ({"app": APP}, 2),
    "convox_log_info": ({"app": APP}, 2),
    "convox_api": ({"path": f"/apps/{APP}"}, 1),
    "convox_app_info": ({}, 1),
    "convox_app_info, services": ({"name": APP, "include": ["services"]}, 2),
    "convox_service_info": ({"app": APP}, 1),
    "convox_process_info": ({"app": APP}, 1),
    "convox_build_info": ({"app": APP}, 1),
}
LOOKUP = "{{ lookup('convox.rack.convox_env', 'GREETING', app='" + APP + "') }}"


def measure(rack: Rack) -> list[Budget]:
    """Run each task twice and count the requests of the second time; any that writes is a miss."""
    found = []
    for what, (arguments, limit) in UNCHANGED.items():
        task = {"name": "Twice", f"convox.rack.{what.partition(',')[0]}": arguments}
        rack.must_play("first", [task])
        rack.take_requests()
        rack.must_play("second", [task])
        found += _rows(what, rack, limit)
    rack.must_play("lookup", [{"ansible.builtin.debug": {"msg": LOOKUP * 3}}])
    return found + _rows("lookup, 3 in a template", rack, 2)


def _rows(what: str, rack: Rack, limit: int) -> list[Budget]:
    requests = rack.take_requests()
    paths = ", ".join(f"{each['method']} {each['path']}" for each in requests)
    print(f"  {what}: {paths}", flush=True)
    rows = [Budget(f"requests, unchanged: {what}", len(requests), limit)]
    writes = sum(each["write"] for each in requests)
    return [*rows, Budget(f"writing requests, unchanged: {what}", writes, 0)] if writes else rows
