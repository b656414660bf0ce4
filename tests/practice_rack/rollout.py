# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Promotes and what they do: pods replaced, the status course, the way back after a failure."""

from __future__ import annotations

from tests.practice_rack import env_text, events, pods
from tests.practice_rack import manifest as mf
from tests.practice_rack.state import App, Build, Deployment, Release, State

# What a test may want to become of a release's promote: the rack puts the old one back after
# ``revert_seconds``; it goes on until the promote's own deadline and is put back then; it goes on for ever.
FATES = ("fail", "stick", "hang")


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


def start(state: State, app: App, release_id: str, timeout: float, *, promoted: bool = False) -> None:
    """Make a release the active one; the app is ``updating`` with its id from now on.

    ``promoted``: by a promote, not by a change of the app. Raises ManifestError before anything is done.
    """
    settings = state.settings
    release = find_release(app, release_id)
    if release:
        mf.of_text(release.manifest, release.env)
    if promoted:
        _over(state, app, "cancelled", "superseded-by-newer-promote")
        app.promoting = release_id
    app.previous = app.release
    app.release = release_id
    app.status = "updating"
    app.promote_at = state.now
    app.rollout += 1
    number = app.rollout
    fate = state.fates.get(release_id, "") if promoted else ""
    changed, crashing = apply(state, app, release)
    if promoted and not crashing and settings.stuck_promotes:
        settings.stuck_promotes -= 1
        fate = "stick"
    if crashing or fate == "fail":
        state.at(min(timeout, settings.revert_seconds), lambda: revert(state, app, number))
    elif fate == "stick":
        state.at(timeout, lambda: revert(state, app, number))
    elif fate != "hang":
        seconds = settings.promote_seconds if changed else settings.settle_seconds
        state.at(seconds, lambda: _finish(state, app, number))


def place(state: State, app: App, release: Release) -> None:
    """Make a release the active one at once, all its processes running, as if promoted long ago."""
    app.previous, app.release, app.status = app.release, release.id, "running"
    app.rollout += 1
    apply(state, app, release)
    pods.start_all(state, app)


def _finish(state: State, app: App, number: int) -> None:
    if state.alive(app) and app.rollout == number and app.status == "updating":
        app.status = "running"
        pods.remove_old(app)
        _over(state, app, "completed")


def _over(state: State, app: App, end: str, words: str = "") -> None:
    """Tell once what became of the promote under way."""
    release, app.promoting = app.promoting, ""
    if release:
        events.promoted(state, app, release, end, words)


def revert(state: State, app: App, number: int) -> None:
    """Put the former release back: ``rollback`` with the new id, with the old one, then ``running``."""
    if not state.alive(app) or app.rollout != number or app.status != "updating":
        return
    app.status = "rollback"
    _over(state, app, "errored", "rollback: Rollback")
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
    manifest = mf.of_text(release.manifest, release.env) if release else mf.Manifest()
    wanted = manifest.services
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
        seconds = min(state.settings.process_seconds, state.settings.promote_seconds)
        pods.reconcile(state, app, deployment, seconds)
    if release:
        pods.reconcile_resources(state, app, manifest.made_resources(env_text.parse(release.env)))
    return changed, any(s.crashes and s.scale.low for s in wanted.values())


def _deployment(state: State, app: App, release: Release, name: str, spec: mf.Service) -> Deployment:
    """The live count survives when it is not zero; cpu, memory and gpu go back to the manifest's."""
    low = spec.scale.low
    found = app.deployments.get(name)
    if found is None:
        found = Deployment(name, spec, release.id, release.build, low, 0, 0)
        app.deployments[name] = found
    if found.count == 0 and not (state.settings.scale_override or found.scale_override):
        found.count = low
    found.spec, found.release, found.build = spec, release.id, release.build
    found.cpu, found.memory = spec.scale.cpu, spec.scale.memory
    found.gpu, found.gpu_vendor = spec.scale.gpu, spec.scale.gpu_vendor
    # An override of the autoscaler outlasts a promote.
    found.bounds, found.asked = found.bounds if found.triggers else None, {}
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
        d.spec.command,
    )
