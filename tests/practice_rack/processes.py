# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Processes: listed, stopped, run."""

from __future__ import annotations

import re
from typing import Any

from tests.practice_rack import manifest as mf
from tests.practice_rack import pods, rollout, shell, wire
from tests.practice_rack.state import App, Pod, State
from tests.practice_rack.web import OK, Call
from tests.practice_rack.wire import RackError

RUN_NUMBERS = ("cpu", "cpu-limit", "gpu", "height", "memory", "memory-limit", "width")


def find(state: State, app_name: str, id_: str) -> Pod:
    app = state.apps.get(app_name)
    found = app.pods.get(id_) if app else None
    if found is None:
        raise RackError(500, f'pods "{id_}" not found')
    return found


def list_processes(call: Call) -> Any:
    """The list of an absent app is empty; build processes stand in it, resources do not."""
    app = call.state.apps.get(call.path["app"])
    found = [p for p in app.pods.values() if p.kind != "resource"] if app else []
    for name in ("release", "service"):
        if call.query.get(name):
            found = [p for p in found if getattr(p, name) == call.query[name]]
    return [pods.as_json(call.state, p) for p in sorted(found, key=lambda p: p.id)]


def get(call: Call) -> Any:
    return pods.as_json(call.state, find(call.state, call.path["app"], call.path["pid"]))


def stop(call: Call) -> Any:
    """Its service starts another."""
    pod = find(call.state, call.path["app"], call.path["pid"])
    app = call.state.apps[pod.app]
    del app.pods[pod.id]
    if pod.kind == "service" and pod.service in app.deployments:
        pods.reconcile(call.state, app, app.deployments[pod.service])
    return OK


def run(call: Call) -> Any:
    """A process of its own; all options are headers, those of a form are not heard."""
    app, service, headers = call.app(), call.path["service"], call.headers
    for name in RUN_NUMBERS:
        wire.optional_int(headers, name)
    if call.settings.budget_tripped:
        raise RackError(409, "budget cap exceeded")
    release = rollout.find_release(app, headers.get("release") or app.release)
    if release is None and headers.get("release"):
        raise RackError(500, f'releases.convox.com "{headers["release"].lower()}" not found')
    command = headers.get("command", "")
    wire.shell_quotes(command)
    id_ = f"{service}-{call.state.suffix()}"
    # A release that never ran has its services in its manifest, one without a build those that run.
    made = mf.of_text(release.manifest, release.env).services if release else {}
    if release is None or service not in {*made, *app.deployments}:
        raise RackError(500, f'Pod "{id_}" is invalid: spec.containers[0].image: Required value')
    env = pods.environment(app, release.id, service) | wire.parse_form(headers.get("environment", ""))
    image = headers.get("image") or pods.image(call.state, app.name, service, release.build)
    pod = Pod(id_, app.name, service, "run", image, release.id, command, call.state.now, env=env)
    app.pods[pod.id] = pod
    state = call.state
    state.at(call.settings.process_seconds, lambda: _started(state, app, pod))
    return pods.as_json(state, pod)


def _started(state: State, app: App, pod: Pod) -> None:
    if not state.alive(app) or app.pods.get(pod.id) is not pod:
        return
    pod.host, pod.running_at, pod.status = state.host(), state.now, "running"
    if not pod.command:  # the image's own command: it stays
        return
    done = shell.run(pod.command, pod.env)
    pod.lines = [(state.now, line) for line in re.split(r"(?<=\n)", done.output) if line]
    pod.lines = [(at, line.rstrip("\n")) for at, line in pod.lines]
    if done.seconds is not None:
        state.at(max(done.seconds, state.settings.run_seconds), lambda: _ended(state, app, pod, done.code))


def _ended(state: State, app: App, pod: Pod, code: int) -> None:
    pod.ended_at = state.now
    pod.status = "failed" if code else "complete"
