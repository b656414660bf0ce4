# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""A rack in memory, with the methods of ``Rack`` that the nouns use, and a clock of its own.

It behaves as the recordings do as far as a noun can tell: a promote answers at once and goes on by itself,
a busy app refuses, a failed rollout goes back in steps, unknown parameters are dropped without a word.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ansible_collections.convox.rack.plugins.module_utils._api import env_text, errors, models
from tests.unit.fake_app import App, answer
from tests.unit.fake_clock import FakeClock

KNOWN_PARAMETERS = ("BuildCpu", "BuildLabels", "BuildMem")


class FakeRack:
    """See the module. ``writes`` are the requests that change something, as tuples; ``reads`` counts others.

    ``fates``: release → "fail" for rollouts that the rack puts back after ``revert_seconds``; "hang" never
    ends. ``lag``: for so many seconds the list misses what was made last. ``lose``: so many PUTs of an app
    are answered and forgotten. ``blind``: a plain deploy key asks.
    """

    def __init__(self, clock: FakeClock | None = None) -> None:
        self.clock = clock or FakeClock()
        self.apps: dict[str, App] = {}
        self.writes: list[tuple[Any, ...]] = []
        self.reads = 0
        self.fates: dict[str, str] = {}
        self.promote_seconds = 0.7
        self.revert_seconds = 20.0
        self.update_seconds = 0.1
        self.scale_seconds = 0.6
        self.lag = 0.0
        self.lose = 0
        self.blind = False
        self.ill: Callable[[float], list[models.Process]] = lambda seconds: []
        self.pods: list[models.Pod] | Exception = []
        self.diagnosed: list[float] = []
        self.log: list[str] | Exception = []
        self.early_cancels = 0
        self._made = 0
        self._hidden_until = 0.0

    # What a test prepares and looks at.

    def add_app(self, name: str = "web", **facts: Any) -> App:
        self.apps[name] = App(name, **facts)
        return self.apps[name]

    def add_release(
        self, env: str = "", build: str = "B1", description: str = "", app: str = "web"
    ) -> models.Release:
        """A release made by somebody; ``env`` as ``A=1 B=2``."""
        return self._add(self.apps[app], "\n".join(env.split()), build, description)

    def _add(self, app: App, env: str, build: str, description: str) -> models.Release:
        self._made += 1
        letters = f"{self._made:010d}".translate(str.maketrans("0123456789", "ABCDEFGHIJ"))
        release = models.Release(
            id=f"R{letters}", app=app.name, build=build, env=env, manifest=build, description=description
        )
        app.releases.append(release)
        if build:
            app.builds.add(build)
        return release

    def env_of(self, release: str, app: str = "web") -> dict[str, str]:
        return env_text.parse(self._release(self.apps[app], release).env)

    def _tick(self, name: str) -> App:
        app = self.apps.get(name)
        if app is None:
            raise errors.error_for(404, f"app not found: {name}")
        while app.later and app.later[0][0] <= self.clock.now():
            app.later.pop(0)[1]()
        if name not in self.apps:
            raise errors.error_for(404, f"app not found: {name}")
        return app

    def _at(self, app: App, seconds: float, status: str, release: str | None = None) -> None:
        def happen() -> None:
            app.status = status
            if release is not None:
                app.release = release

        app.later.append((self.clock.now() + seconds, happen))

    def _role(self) -> None:
        if self.blind:
            raise errors.error_for(403, "operation not permitted for deploy keys")

    # Apps.

    def app(self, name: str) -> models.App:
        self.reads += 1
        app = self._tick(name)
        facts = {key: getattr(app, key) for key in ("name", "status", "release", "generation", "locked")}
        return models.App(**facts, parameters=dict(app.parameters), router="router.test")

    def find_app(self, name: str) -> models.App | None:
        try:
            return self.app(name)
        except errors.ConvoxNotFoundError:
            return None

    def system(self) -> models.System:
        self.reads += 1
        return models.System(name="rack1", version="3.24.6")

    def create_app(self, name: str) -> models.App:
        self.writes.append(("create_app", name))
        if name in self.apps:
            raise errors.error_for(409, f"app already exists: {name}")
        app = self.add_app(name, status="updating")
        self._at(app, 0.4, "running")
        return self.app(name)

    def update_app(
        self, name: str, *, lock: bool | None = None, parameters: dict[str, str] | None = None
    ) -> None:
        self.writes.append(("update_app", name, lock, dict(parameters or {})))
        app = self._tick(name)
        app.status = "updating"
        self._at(app, self.update_seconds, "running")
        if self.lose > 0:
            self.lose -= 1
            return
        if lock is not None:
            app.locked = lock
        known = {key: value for key, value in (parameters or {}).items() if key in KNOWN_PARAMETERS}
        app.parameters = {key: value for key, value in {**app.parameters, **known}.items() if value}

    def delete_app(self, name: str) -> None:
        self.writes.append(("delete_app", name))
        app = self._tick(name)
        if app.locked:
            raise errors.error_for(409, f"app is locked: {name}")
        if app.status != "deleting":
            app.status = "deleting"
            app.later = [(self.clock.now() + 3.0, lambda: self.apps.pop(name) and None)]

    def cancel(self, name: str) -> None:
        self.writes.append(("cancel", name))
        self._role()
        app = self._tick(name)
        if self.early_cancels > 0:
            self.early_cancels -= 1
            raise errors.error_for(403, "app is not updating")
        if app.status != "updating":
            raise errors.error_for(403, "app is not updating")
        app.later = []
        self._go_back(app, 0.0)

    def _go_back(self, app: App, seconds: float) -> None:
        self._at(app, seconds + 0.1, "rollback")
        self._at(app, seconds + 0.6, "rollback", app.fallback)
        self._at(app, seconds + 1.6, "running", app.fallback)

    def find_config(self, app: str, name: str) -> str | None:
        self.reads += 1
        return self._tick(app).configs.get(name)

    def set_config(self, app: str, name: str, value: str) -> None:
        self.writes.append(("set_config", app, name, value))
        self._tick(app).configs[name] = value

    # Releases and builds.

    def releases(self, app: str, limit: int = 20) -> list[models.Release]:
        self.reads += 1
        found = self._tick(app)
        self._role()
        shown = found.releases
        if self.clock.now() < self._hidden_until:
            shown = shown[:-1]
        return list(reversed(shown))[:limit]

    def release(self, app: str, release: str) -> models.Release:
        self.reads += 1
        found = self._tick(app)
        self._role()
        return self._release(found, release)

    def _release(self, app: App, release: str) -> models.Release:
        for candidate in app.releases:
            if candidate.id == release:
                return candidate
        raise errors.error_for(500, f'releases.convox.com "{release.lower()}" not found')

    def build(self, app: str, build: str) -> models.Build:
        self.reads += 1
        if build not in self._tick(app).builds:
            raise errors.error_for(500, f'builds.convox.com "{build.lower()}" not found')
        return models.Build(id=build, status="complete")

    def create_release(
        self,
        app: str,
        *,
        newer_than: str,
        env: str | None = None,
        build: str | None = None,
        parent: str | None = None,
        description: str | None = None,
    ) -> models.Release:
        self.writes.append(("create_release", build, parent, env, description))
        found = self._tick(app)
        start = self._release(found, parent) if parent else found.newest()
        old_env, old_build = (start.env, start.build) if start else ("", "")
        self._hidden_until = self.clock.now() + self.lag
        return self._add(
            found,
            old_env if env is None else env,
            old_build if build is None else build,
            description or "env",
        )

    def promote(self, app: str, release: str, **options: Any) -> None:
        given = {name: value for name, value in options.items() if value is not None}
        self.writes.append(("promote", release, given))
        found = self._tick(app)
        target = self._release(found, release)
        if found.status != "running" and not options.get("force"):
            raise errors.error_for(403, "app is currently updating")
        if not target.build:
            raise errors.error_for(400, "can not promote a release with an empty manifest")
        ids = [candidate.id for candidate in found.releases]
        if found.release and ids.index(release) < ids.index(found.release):
            raise errors.error_for(400, "can not promote an older release, try rollback")
        found.fallback, found.release, found.status = found.release, release, "updating"
        found.promoted_at, found.later = self.clock.now(), []
        fate = self.fates.get(release, "good")
        if fate == "fail":
            self._go_back(found, self.revert_seconds)
        elif fate == "good":
            self._at(found, self.promote_seconds, "running")

    # Services and processes.

    def services(self, app: str) -> list[models.Service]:
        self.reads += 1
        return [service.model() for _name, service in sorted(self._tick(app).services.items())]

    def update_service(self, app: str, service: str, **fields: Any) -> None:
        self.writes.append(("update_service", service, fields))
        found = self._tick(app).services[service]
        for name, value in fields.items():
            if name == "min" and not found.autoscaled and "max" not in fields:
                found.count = value
            else:
                setattr(found, name, value)
        if "max" in fields:
            found.autoscaled = True
        if found.autoscaled:
            found.count = max(found.min or 0, min(found.count, found.max or found.count))
        if set(fields) & {"cpu", "memory", "gpu", "gpu_vendor"}:
            found.wave += 1

    def restart_service(self, app: str, service: str) -> None:
        self.writes.append(("restart_service", service))
        self._tick(app).services[service].wave += 1

    def processes(
        self, app: str, *, service: str | None = None, release: str | None = None
    ) -> list[models.Process]:
        self.reads += 1
        self._role()
        found = self._tick(app)
        if release is not None:
            return self.ill(self.clock.now() - found.promoted_at)
        shown = []
        for name, one in found.services.items():
            if service in (None, name):
                number = one.count if one.running is None else one.running
                shown += [
                    models.Process(
                        id=f"{name}-5d46c{one.wave}-{'x' * 4}{place}", service=name, status="running"
                    )
                    for place in range(number)
                ]
        return shown

    def diagnose(self, app: str, *, lines: int = 50) -> models.Diagnosis:
        self.diagnosed.append(self.clock.now())
        return models.Diagnosis(pods=answer(self.pods))

    def service_log(self, app: str, service: str, *, tail: int, timeout: float = 15.0) -> Iterator[str]:
        yield from answer(self.log)
