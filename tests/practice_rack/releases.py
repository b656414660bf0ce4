# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Releases: made, listed, promoted."""

from __future__ import annotations

from typing import Any

from tests.practice_rack import env_text, events, rollout, wire
from tests.practice_rack.builds import find as find_build
from tests.practice_rack.state import App, Release, State
from tests.practice_rack.web import OK, Call
from tests.practice_rack.wire import RackError

LIMIT = 10


def as_json(state: State, release: Release) -> dict[str, Any]:
    return {
        "id": release.id,
        "app": release.app,
        "build": release.build,
        "env": release.env,
        "manifest": release.manifest,
        "description": release.description,
        "created": state.nanos(release.at),
    }


def _find(app: App, id_: str) -> Release:
    found = rollout.find_release(app, id_)
    if found is None:
        raise RackError(500, f'releases.convox.com "{id_.lower()}" not found')
    return found


def list_releases(call: Call) -> Any:
    """Newest first; the newest may be missing for a while."""
    app, limit = call.app(), call.limit(LIMIT)
    lag = call.state.lag(call.settings.lag_seconds)
    seen = [r for r in reversed(app.releases) if call.state.now - r.at >= lag]
    return [as_json(call.state, r) for r in seen[: max(limit, 0)]]


def get(call: Call) -> Any:
    release = _find(call.app(), call.path["id"])
    if call.state.now - release.at < call.state.lag(call.settings.find_lag_seconds):
        raise RackError(500, f'releases.convox.com "{release.id.lower()}" not found')
    return as_json(call.state, release)


def create(call: Call) -> Any:
    """From the newest release or ``parent-release``; then ``build`` and ``env`` replace theirs."""
    app, form, state = call.app(), call.form, call.state
    if app.status == "deleting":
        namespace = f"{call.settings.rack_name}-{app.name}"
        raise RackError(
            500,
            "releases.convox.com is forbidden: unable to create new content in namespace "
            f"{namespace} because it is being terminated",
        )
    base = _base(app, form.get("parent-release", ""))
    build_id = form.get("build") or (base.build if base else "")
    build = find_build(app, build_id) if build_id else None
    old = base.env if base else ""
    env = form.get("env", old)
    env_text.check(env)
    description = form.get("description") or env_text.difference(old, env)
    release = rollout.add_release(state, app, build, env, description or (build.description if build else ""))
    events.tell(state, "release:create", {"app": app.name, "id": release.id, "actor": events.actor(call)})
    return as_json(state, release)


def _base(app: App, parent: str) -> Release | None:
    if parent:
        return _find(app, parent)
    return app.releases[-1] if app.releases else None


def promote(call: Call) -> Any:
    """Answers ``ok`` at once; what becomes of it shows in the app's status and release."""
    app, form = call.app(), call.form
    if app.status != "running" and not wire.is_true(form.get("force", "")):
        raise RackError(403, "app is currently updating")
    for name in ("min", "max"):
        wire.optional_int(form, name)
    timeout = wire.optional_int(form, "timeout")
    if call.settings.budget_tripped:
        raise RackError(409, "budget cap exceeded")
    release = _find(app, call.path["id"])
    if not release.manifest:
        raise RackError(400, "can not promote a release with an empty manifest")
    active = rollout.find_release(app, app.release)
    if active and app.releases.index(release) < app.releases.index(active):
        raise RackError(400, "can not promote an older release, try rollback")
    before_update = app.before_update
    app.actor = events.actor(call)
    rollout.start(call.state, app, release.id, timeout or call.settings.rollout_timeout, promoted=True)
    started = {"app": app.name, "id": release.id, "actor": app.actor}
    events.tell(call.state, "release:promote", started, "start")
    if call.settings.revert_locks and before_update:
        call.settings.revert_locks -= 1
        app.locked, app.parameters = before_update
    app.before_update = None
    return OK
