# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""A rack brought into a state at once, and what others do on it, for tests."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import yaml

from tests.practice_rack import apps, builds, env_text, pods, rollout, routes, services, web
from tests.practice_rack.auth import basic_header
from tests.practice_rack.conditions import Script
from tests.practice_rack.exchange import FORM, Asked
from tests.practice_rack.state import App, Build, Deployment, Pod, Release, State
from tests.practice_rack.wire import RackError

Env = str | Mapping[str, str]


def env_of(env: Env) -> str:
    """``A=1 B=2``, whole lines or a dict as the text of a release."""
    if isinstance(env, Mapping):
        return "\n".join(f"{name}={value}" for name, value in env.items())
    return env if "\n" in env else "\n".join(env.split())


class Prepared:
    """What a test prepares, and what somebody else does; none of it stands in the log of requests."""

    state: State

    # -- things that are there

    def add_app(
        self,
        name: str = "web",
        *,
        status: str = "running",
        seconds: float = math.inf,
        services: Mapping[str, Any] | None = None,
        **facts: Any,
    ) -> App:
        """An app. One that is not ``running`` is so after so many ``seconds``; a ``deleting`` one is gone.

        ``services``: of its manifest, built, released and running. ``facts``: locked, parameters, configs.
        """
        app = apps.make(self.state, name)
        for fact, value in facts.items():
            if not hasattr(app, fact):
                raise TypeError(f"an app has no {fact}")
            setattr(app, fact, value)
        app.status = "running"
        if services is not None:
            manifest = yaml.safe_dump({"services": dict(services)}, sort_keys=False)
            self.activate(
                self.add_release(build=self.add_build(app=name, manifest=manifest).id, app=name).id, name
            )
        if status != "running":
            self.busy(name, seconds, status)
        return app

    def busy(self, app: str = "web", seconds: float = math.inf, status: str = "updating") -> None:
        """The app has another status for so many seconds; a ``deleting`` one is gone afterwards."""
        state, found = self.state, self.state.apps[app]
        found.status = status
        if status == "deleting":
            apps.start_deleting(state, found, seconds)
        else:
            state.at(seconds, lambda: setattr(found, "status", "running") if found.status == status else None)

    def add_build(
        self,
        id: str = "",
        *,
        app: str = "web",
        manifest: str | None = None,
        status: str = "complete",
        lines: Sequence[str] = (),
        **facts: Any,
    ) -> Build:
        """A build that ended a moment ago, without a release. ``facts``: description, git_sha, …"""
        text = self.state.settings.kind.manifest if manifest is None else manifest
        return builds.place(
            self.state, self.state.apps[app], id or self.state.new_id("B"), text, status, lines, facts
        )

    def start_build(
        self,
        seconds: float,
        lines: Sequence[str] = (),
        status: str = "complete",
        *,
        app: str = "web",
        **facts: Any,
    ) -> Build:
        """A build that somebody started. It ends with this status after so many ``seconds``."""
        return builds.begin(self.state, self.state.apps[app], seconds, lines, status, facts)

    def remove_build(self, id: str, app: str = "web") -> None:
        """A build that the rack no longer keeps."""
        found = self.state.apps[app]
        found.builds = [build for build in found.builds if build.id != id]

    def add_release(
        self, env: Env = "", build: str = "B1", description: str = "", *, app: str = "web"
    ) -> Release:
        """A release made by somebody, with this env and build (made if it is not there; "" for none)."""
        found = self.state.apps[app]
        made = next((b for b in found.builds if b.id == build), None)
        if build and made is None:
            made = self.add_build(build, app=app)
        return rollout.add_release(self.state, found, made, env_of(env), description)

    def activate(self, release: str, app: str = "web") -> None:
        """The release runs, as if it had been promoted long ago."""
        rollout.place(self.state, self.state.apps[app], self.release(release, app))

    def add_service(self, name: str = "web", *, app: str = "web", **facts: Any) -> Deployment:
        """A service that runs. The next promote makes of it what the release's manifest says.

        ``facts``: count, cpu, memory, gpu, gpu_vendor, bounds (of an autoscaler), spec (as in a manifest).
        """
        return services.place(self.state, self.state.apps[app], name, facts)

    def add_process(
        self,
        service: str = "web",
        status: str = "running",
        *,
        app: str = "web",
        release: str = "",
        id: str = "",
    ) -> Pod:
        """A process that convox run started."""
        state, found = self.state, self.state.apps[app]
        pod = Pod(
            id or f"{service}-{state.suffix()}",
            app,
            service,
            "run",
            "",
            release or found.release,
            "",
            state.now,
        )
        pod.status, pod.host = status, state.host()
        if status != "pending":
            pod.running_at = state.now
        if status in ("failed", "complete"):
            pod.ended_at = state.now
        found.pods[pod.id] = pod
        return pod

    # -- what will be

    def fate(self, release: str, what: str) -> None:
        """What becomes of promotes of this release: fail, stick, hang (see rollout.FATES), or "" for good."""
        if what and what not in rollout.FATES:
            raise ValueError(f"unknown fate: {what}")
        self.state.fates[release] = what

    def ill(self, service: str, script: Script, *, release: str = "", app: str = "web") -> None:
        """How a service's processes of a release (by default the newest) are after its promote."""
        release = release or self.state.apps[app].releases[-1].id
        self.state.scripts[app, release, service] = script

    def at(self, seconds: float, act: Callable[[], object]) -> None:
        """Let something happen in so many seconds."""
        self.state.at(seconds, act)

    def meanwhile(
        self, act: Callable[[], object], method: str, path: str, *, before: bool = False, times: int = 1
    ) -> None:
        """Somebody does something just ``before`` or after the work for a request (path as a regex)."""
        self.state.hooks.append(web.Hook(act, method, path, before, times))

    # -- what others do

    def act(self, method: str, path: str, form: Mapping[str, str] | None = None, **headers: str) -> Any:
        """Somebody with the rack's password sends a request; the answer's value. Raises RackError."""
        self.state.settle()
        found = routes.find(method, path)
        if isinstance(found, int):
            raise RackError(found, "")
        sent = {k.lower().replace("_", "-"): v for k, v in headers.items()}
        sent |= {"authorization": basic_header(self.state.settings.password), "content-type": FORM}
        body = urlencode(form or {}).encode()
        given = web.work(self.state, *found, Asked(method, path, "", sent, body))
        self.state.note()
        return "ok" if given is web.OK else given

    def promote(self, release: str, app: str = "web", **form: str) -> None:
        self.act("POST", f"/apps/{app}/releases/{release}/promote", form)

    # -- what is there

    @property
    def apps(self) -> dict[str, App]:
        self.state.settle()
        return self.state.apps

    def app(self, name: str = "web") -> App:
        self.state.settle()
        return self.state.apps[name]

    def release(self, id: str = "", app: str = "web") -> Release:
        """A release, by default the newest."""
        found = self.app(app)
        chosen = rollout.find_release(found, id) if id else found.releases[-1]
        if chosen is None:
            raise KeyError(id)
        return chosen

    def env(self, release: str = "", app: str = "web") -> dict[str, str]:
        """The env of a release, by default of the newest."""
        return env_text.parse(self.release(release, app).env)

    def statuses(self, service: str = "web", app: str = "web") -> list[str]:
        """The statuses of a service's processes."""
        return [self.state.status(pod) for pod in pods.of_service(self.app(app), service)]
