# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Promotes and what they do: pods replaced, the status course, the way back after a failure."""

from __future__ import annotations

from typing import Any

from tests.practice_rack import env_text, pods
from tests.practice_rack import manifest as mf
from tests.practice_rack.state import App, Build, Deployment, Release, State


def find_release(app: App, id_: str) -> Release | None:
    return next((r for r in app.releases if r.id == id_), None)


def add_release(state: State, app: App, build: Build | None, env: str, description: str) -> Release:
    release = Release(
        id=state.new_id("R"),
        app=app.name,
        build=build.id if build else "",
        env=env,
        manifest=build.manifest if build else "",
        description=description,
        at=state.now,
    )
    app.releases.append(release)
    return release


def start(state: State, app: App, release_id: str, timeout: float, *, may_stick: bool = False) -> None:
    """Make a release the active one; the app is ``updating`` with its id from now on."""
    settings = state.settings
    app.previous = app.release
    app.release = release_id
    app.status = "updating"
    app.promote_at = state.now
    app.rollout += 1
    number = app.rollout
    release = find_release(app, release_id)
    changed, crashing = apply(state, app, release)
    if crashing:
        state.at(min(timeout, settings.revert_seconds), lambda: revert(state, app, number))
    elif may_stick and settings.stuck_promotes:
        settings.stuck_promotes -= 1
        state.at(timeout, lambda: revert(state, app, number))
    else:
        seconds = settings.promote_seconds if changed else settings.settle_seconds
        state.at(seconds, lambda: _finish(state, app, number))


def _finish(state: State, app: App, number: int) -> None:
    if state.alive(app) and app.rollout == number and app.status == "updating":
        app.status = "running"


def revert(state: State, app: App, number: int) -> None:
    """Put the former release back: ``rollback`` with the new id, with the old one, then ``running``."""
    if not state.alive(app) or app.rollout != number or app.status != "updating":
        return
    app.status = "rollback"
    state.at(state.settings.rollback_seconds / 10, lambda: _put_back(state, app, number))


def _put_back(state: State, app: App, number: int) -> None:
    if not state.alive(app) or app.rollout != number:
        return
    app.release = app.previous
    apply(state, app, find_release(app, app.release))
    state.at(state.settings.rollback_seconds, lambda: _reverted(state, app, number))


def _reverted(state: State, app: App, number: int) -> None:
    if state.alive(app) and app.rollout == number and app.status == "rollback":
        app.status = "running"


def cancel(state: State, app: App) -> None:
    """End the rollout under way; for a moment the app still says ``updating``."""
    number = app.rollout
    state.at(state.settings.settle_seconds, lambda: revert(state, app, number))


def apply(state: State, app: App, release: Release | None) -> tuple[bool, bool]:
    """Make the deployments a release's manifest names: (did anything change, does a service crash)."""
    wanted = mf.services(mf.load(release.manifest)) if release else {}
    changed = False
    for name in list(app.deployments):
        if name not in wanted:
            del app.deployments[name]
            pods.remove_service(app, name)
            changed = True
    for name, spec in wanted.items():
        assert release is not None
        deployment = _deployment(state, app, release, name, spec)
        before = deployment.hash
        deployment.hash = template(state, app, deployment)
        changed = changed or before != deployment.hash
        pods.reconcile(state, app, deployment)
    if release:
        made = mf.made_resources(mf.load(release.manifest), env_text.parse(release.env))
        pods.reconcile_resources(state, app, made)
    return changed, any(mf.crashes(s) and mf.bounds(s)[0] for s in wanted.values())


def _deployment(state: State, app: App, release: Release, name: str, spec: dict[str, Any]) -> Deployment:
    """The live count survives when it is not zero; cpu, memory and gpu go back to the manifest's."""
    low = mf.bounds(spec)[0]
    found = app.deployments.get(name)
    if found is None:
        found = Deployment(name, spec, release.id, release.build, low, 0, 0)
        app.deployments[name] = found
    if found.count == 0 and not state.settings.scale_override:
        found.count = low
    found.spec, found.release, found.build = spec, release.id, release.build
    found.cpu, found.memory, found.gpu = mf.cpu(spec), mf.memory(spec), mf.gpu(spec)
    found.bounds, found.asked = None, {}
    return found


def template(state: State, app: App, d: Deployment) -> str:
    return state.template_hash(
        app.name,
        app.at,
        d.name,
        d.release,
        d.cpu,
        d.memory,
        d.gpu,
        d.gpu_vendor,
        d.restarts,
        mf.command(d.spec),
    )
