# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rack's instances, capacity and own processes."""

from __future__ import annotations

import math
from typing import Any

from tests.practice_rack import pods
from tests.practice_rack.state import Pod
from tests.practice_rack.web import OK, Call
from tests.practice_rack.wire import RackError


def _pods(call: Call) -> list[Pod]:
    return [p for app in call.state.apps.values() for p in app.pods.values()]


def instances(call: Call) -> Any:
    return [_instance(call, id_) for id_ in call.state.instances]


def _instance(call: Call, id_: str) -> dict[str, Any]:
    number = int(id_.rpartition("-")[2])
    return {
        "agent": False,
        "cpu": 0.35,
        "cpu-capacity": 4,
        "cpu-allocatable": 3.9,
        "gpu-capacity": 0,
        "gpu-allocatable": 0,
        "id": id_,
        "memory": 1024,
        "memory-capacity": 16384,
        "memory-allocatable": 15360,
        "private-ip": f"10.0.0.{10 + number}",
        "processes": len(_own(call)) + len(_pods(call)) if number == 1 else 0,
        "public-ip": f"203.0.113.{number}",
        "status": "running",
        "started": call.state.seconds(call.state.start_mono),
    }


def terminate(call: Call) -> Any:
    """Cordons, drains, removes; on a cloud another one comes for it."""
    state, seconds = call.state, call.settings.instance_seconds
    if call.path["id"] not in state.instances:
        raise RackError(404, f"instance not found: {call.path['id']}")
    numbers = [int(id_.rpartition("-")[2]) for id_ in state.instances]
    state.instances.remove(call.path["id"])
    if seconds > 0:
        newest = state.itself.newest_instance = max(2, state.itself.newest_instance, *numbers) + 1
        state.at(seconds, lambda: state.instances.append(f"node-{newest}"))
    return OK


def keyroll(call: Call) -> Any:
    """A v2 rack's instances get another key; those of a v3 rack have none."""
    if call.settings.generation != "2":
        raise RackError(501, "unimplemented")
    call.state.itself.keys += 1
    name = f"{call.settings.rack_name}-keypair-{call.state.itself.keys}"
    return {
        "name": name,
        "private-key": f"-----BEGIN RSA PRIVATE KEY-----\ncanary-key-{name}\n-----END RSA PRIVATE KEY-----",
    }


def capacity(call: Call) -> Any:
    """cpu in thousandths of a core, memory in millions of bytes, rounded up for each process."""
    listed = [p for p in _pods(call) if p.kind != "resource"]
    deployments = [call.state.apps[p.app].deployments[p.service] for p in listed if p.kind == "service"]
    return {
        "cluster-cpu": 4000 * len(call.state.instances),
        "cluster-gpu": 0,
        "cluster-memory": _millions(16384) * len(call.state.instances),
        "process-count": len(_own(call)) + len(listed),
        "process-cpu": sum(d.cpu for d in deployments),
        "process-gpu": 0,
        "process-memory": sum(_millions(d.memory) for d in deployments),
    }


def _millions(mebibytes: int) -> int:
    return math.ceil(mebibytes * 2**20 / 10**6)


def _own(call: Call) -> list[Pod]:
    version, kind = call.settings.rack_version, call.settings.kind
    found = []
    for name, ports in kind.system_processes:
        hash_ = call.state.template_hash("system", name)
        pod = Pod(
            id=f"{name}-{hash_}-{hash_[:5]}" if not kind.hex_hashes else f"{name}-{hash_}-bcdfg",
            app="system",
            service=name,
            kind="service",
            image=f"convox/convox:{version}",
            release=version,
            command=name if kind.system_commands else "",
            at=call.state.start_mono,
            ports=list(ports) or None,
            status="running",
            host="10.1.1.1",
        )
        found.append(pod)
    return found


def processes(call: Call) -> Any:
    """The rack's own; ``all`` adds those of every app."""
    found = _own(call)
    if call.query.get("all") == "true":
        found += [p for p in _pods(call) if p.kind != "resource"]
    return [pods.as_json(call.state, p) for p in sorted(found, key=lambda p: (p.app, p.id))]
