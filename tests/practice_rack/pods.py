# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The processes of services: started, replaced and removed as a cluster does it."""

from __future__ import annotations

from typing import Any

from tests.practice_rack import env_text
from tests.practice_rack import manifest as mf
from tests.practice_rack.state import App, Deployment, Pod, State


def image(state: State, app: str, service: str, build: str) -> str:
    return state.settings.kind.image.format(app=app) + f":{service}.{build}"


def environment(app: App, release_id: str, service: str) -> dict[str, str]:
    """What a process of a release sees: the manifest's defaults, then the release's env."""
    release = next((r for r in app.releases if r.id == release_id), None)
    if release is None:
        return {}
    found = mf.of_text(release.manifest, release.env).services.get(service)
    values = {**(found.defaults() if found else {}), **env_text.parse(release.env)}
    return {**values, "APP": app.name, "RELEASE": release.id, "BUILD": release.build, "SERVICE": service}


def remove_service(app: App, name: str) -> None:
    for pod in [p for p in app.pods.values() if p.kind == "service" and p.service == name]:
        del app.pods[pod.id]


def of_service(app: App, name: str) -> list[Pod]:
    found = [p for p in app.pods.values() if p.kind == "service" and p.service == name]
    return sorted(found, key=lambda p: p.at)


def reconcile(state: State, app: App, deployment: Deployment, seconds: float | None = None) -> None:
    """Start what is missing of the wanted template; what is old goes when the new ones run.

    ``seconds``: until a new one runs, by default ``process_seconds``.
    """
    current = [p for p in of_service(app, deployment.name) if p.hash == deployment.hash]
    for pod in current[deployment.count :]:
        del app.pods[pod.id]
    for pod in of_service(app, deployment.name):
        if pod.hash != deployment.hash and pod.status != "running":
            del app.pods[pod.id]
    for _unused in range(deployment.count - len(current)):
        _start(state, app, deployment, state.settings.process_seconds if seconds is None else seconds)
    _retire(app, deployment)


def _start(state: State, app: App, deployment: Deployment, seconds: float) -> None:
    spec = deployment.spec
    ports = [str(port) for port in (spec.port, *spec.ports) if port]
    # An agent's pods belong to no template of a deployment.
    owner = deployment.name if spec.agent else f"{deployment.name}-{deployment.hash}"
    pod = Pod(
        id=f"{owner}-{state.suffix()}",
        app=app.name,
        service=deployment.name,
        kind="service",
        image=image(state, app.name, deployment.name, deployment.build),
        release=deployment.release,
        command=spec.command,
        at=state.now,
        ports=ports or None,
        hash=deployment.hash,
        env=environment(app, deployment.release, deployment.name),
    )
    app.pods[pod.id] = pod
    state.at(seconds, lambda: _started(state, app, deployment, pod))


def _started(state: State, app: App, deployment: Deployment, pod: Pod) -> None:
    if not state.alive(app) or app.pods.get(pod.id) is not pod or pod.running_at is not None:
        return
    pod.host = state.host()
    pod.running_at = state.now
    pod.status = "crashed" if pod.command.split(" ")[0] == "crash" else "running"
    if state.condition(pod) is None:
        _retire(app, deployment)


def start_all(state: State, app: App) -> None:
    """All that is pending runs at once, and what is old is gone."""
    for pod in app.pods.values():
        if pod.kind == "service" and pod.status == "pending":
            pod.host, pod.running_at, pod.status = state.host(), state.now, "running"
    remove_old(app)


def remove_old(app: App) -> None:
    """Remove the pods of older templates."""
    for pod in [p for p in app.pods.values() if p.kind == "service"]:
        wanted = app.deployments.get(pod.service)
        if wanted is not None and pod.hash != wanted.hash:
            del app.pods[pod.id]


def _retire(app: App, deployment: Deployment) -> None:
    """Remove the pods of older templates once all of the wanted one run."""
    found = of_service(app, deployment.name)
    current = [p for p in found if p.hash == deployment.hash]
    if len(current) < deployment.count or any(p.status != "running" for p in current):
        return
    for pod in found:
        if pod.hash != deployment.hash:
            del app.pods[pod.id]


def reconcile_resources(state: State, app: App, wanted: dict[str, str]) -> None:
    """One pod for each resource of the manifest; no process list shows it, diagnose does."""
    for pod in [p for p in app.pods.values() if p.kind == "resource"]:
        if pod.env["RESOURCE"] not in wanted:
            del app.pods[pod.id]
    there = {p.env["RESOURCE"] for p in app.pods.values() if p.kind == "resource"}
    for name in wanted:
        if name not in there:
            id_ = f"resource-{name}-{state.template_hash(app.name, app.at, name)}-{state.suffix()}"
            pod = Pod(id_, app.name, "", "resource", "", "", "", state.now, env={"RESOURCE": name})
            pod.running_at = state.now
            pod.status = "running"
            app.pods[id_] = pod


def as_json(state: State, pod: Pod) -> dict[str, Any]:
    """A process as the process routes show it."""
    kind = state.settings.kind
    status = state.status(pod)
    measured = status == "running" or (status == "crashed" and kind.crashed_is_measured)
    return {
        "id": pod.id,
        "app": pod.app,
        "command": pod.command,
        "cpu": 0.012 if measured else 0,
        "gpu": 0,
        "host": pod.host,
        "image": pod.image,
        "instance": "node-1" if pod.host else kind.pending_instance,
        "memory": 48 if measured else 0,
        "name": "build" if pod.kind == "build" else pod.service,
        "ports": pod.ports,
        "release": pod.release,
        "started": state.seconds(pod.at),
        "status": status,
        "service": pod.service,
    }
