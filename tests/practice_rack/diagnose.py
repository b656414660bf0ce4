# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Diagnose: what a rack tells of an app's processes while a rollout goes on."""

from __future__ import annotations

from typing import Any

from tests.practice_rack import logs, pods, wire
from tests.practice_rack.state import App, Pod, State
from tests.practice_rack.web import Call
from tests.practice_rack.wire import RackError

ORDER = ("unhealthy", "not-ready", "new", "healthy")
EXITED = (
    "Process exited successfully but is not expected to stop -- check your command does not exit on its own"
)
LOOPING = "Process is crash-looping on startup -- check the logs below for the error"


def report(call: Call) -> Any:
    state, name = call.state, call.path["app"]
    age, tail = _number(call, "age", 300), _number(call, "lines", 200)
    namespace = f"{call.settings.rack_name}-{name}"
    app = state.apps.get(name)
    if app is None:
        raise RackError(500, f"namespace {namespace} not found -- verify rack and app names")
    answer: dict[str, Any] = {
        "namespace": namespace,
        "rack": call.settings.rack_name,
        "app": name,
        "timestamp": state.nanos(state.now),
    }
    if call.query.get("checks", "overview") != "overview" and "overview" not in call.query["checks"].split(
        ","
    ):
        return answer
    wanted = [s for s in call.query.get("services", "").split(",") if s]
    previous = call.query.get("previous", "true") == "true"
    found = [p for p in app.pods.values() if not wanted or p.service in wanted]
    told = [_pod(state, p, age, tail, previous) for p in found]
    told.sort(key=lambda p: (ORDER.index(p["classification"]), p["name"]))
    answer["overview"] = {"services": _services(state, app, wanted) or None}
    if told:
        answer["pods"] = told
    answer["summary"] = {
        "total": len(told),
        "unhealthy": _count(told, "unhealthy"),
        "notReady": _count(told, "not-ready"),
        "new": _count(told, "new"),
        "healthy": _count(told, "healthy"),
    }
    return answer


def _number(call: Call, name: str, default: int) -> int:
    return wire.atoi(call.query[name]) if name in call.query else default


def _count(told: list[dict[str, Any]], kind: str) -> int:
    return sum(p["classification"] == kind for p in told)


def _services(state: State, app: App, wanted: list[str]) -> list[dict[str, Any]]:
    """The overview calls a service ``running`` while its new pods crash, as long as old ones run."""
    found = []
    for name, d in sorted(app.deployments.items()):
        if wanted and name not in wanted:
            continue
        there = pods.of_service(app, name)
        ready = sum(state.status(p) == "running" for p in there)
        found.append(
            {
                "name": name,
                "desiredReplicas": d.count,
                "readyReplicas": min(ready, d.count),
                "updatedReplicas": sum(p.hash == d.hash for p in there),
                "status": "running"
                if ready >= d.count
                else "stalled"
                if _crashing(state, there)
                else "pending",
            }
        )
    return found


def _crashing(state: State, there: list[Pod]) -> bool:
    return any(state.status(p) == "crashed" for p in there)


def _pod(state: State, pod: Pod, age: int, tail: int, previous: bool) -> dict[str, Any]:
    """One pod; what it has no value for is left out."""
    seconds = int(state.now - pod.at)
    phase, ready, kind, detail, hint = "Running", "1/1", "new" if seconds < age else "healthy", "", ""
    restarts = 0
    status, played = state.status(pod), state.condition(pod)
    if status == "crashed":
        ready, kind, detail, hint = "0/1", "not-ready", "CrashLoopBackOff", LOOPING
        restarts = 1 + int(state.now - (pod.running_at or pod.at))
    elif status == "complete":
        phase, ready, kind, detail, hint = "Succeeded", "0/1", "unhealthy", "Terminated:Completed", EXITED
    elif status == "failed":
        phase, ready, kind, detail = "Failed", "0/1", "unhealthy", "Terminated:Error"
    elif status in ("pending", "starting"):
        phase, ready, kind, detail = "Pending", "0/1", "not-ready", "ContainerCreating"
    elif status != "running":
        ready, kind = "0/1", "unhealthy"
    if played is not None:
        detail = detail if played.detail is None else played.detail
        hint = hint if played.hint is None else played.hint
    told: dict[str, Any] = {
        "name": pod.id,
        "service": pod.service,
        "phase": phase,
        "ready": ready,
        "ageSeconds": seconds,
        "restarts": restarts,
        "classification": kind,
    }
    text, before = (
        "".join(f"{line}\n" for _unused, line in logs.lines(state, pod, previous=p)[-tail:])
        for p in (False, True)
    )
    told |= {"stateDetail": detail} if detail else {}
    told |= {"hint": hint} if hint else {}
    told |= {"logs": text} if text else {}
    told |= {"previousLogs": before} if previous and restarts and before else {}
    return told
