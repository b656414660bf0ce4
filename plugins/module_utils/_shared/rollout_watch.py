# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: a rollout that was started, watched to its end."""

from __future__ import annotations

from dataclasses import dataclass

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import apps, processes
from ansible_collections.convox.rack.plugins.module_utils._api.waiting import Wait, wait_for
from ansible_collections.convox.rack.plugins.module_utils._noun import Context
from ansible_collections.convox.rack.plugins.module_utils._shared.failures import Observer
from ansible_collections.convox.rack.plugins.module_utils._shared.read_back import (
    SHOWN_WITHIN,
    is_newer,
    not_taken_up,
)
from ansible_collections.convox.rack.plugins.module_utils._shared.rollout_goal import Rollout
from ansible_collections.convox.rack.plugins.module_utils._shared.scaling import state_words
from ansible_collections.convox.rack.plugins.module_utils._shared.waits import app_words

# A v2 rack may still say ``running`` before it starts: believe it only after so many seconds.
V2_START = 5.0
# Another end than the one that is waited for counts only when it is still there after so many seconds.
REVERT_CONFIRM = 0.5


@dataclass
class Seen:
    """One observation of a rollout; no ``app`` where it is gone."""

    app: apps.App | None
    processes: list[processes.Process]


class Watch:
    """Watches one rollout. ``shown``: the rack's reads have shown it already.

    ``over``: it has ended by itself, so there is nothing left to cancel. ``gone``: with its app.
    """

    def __init__(self, client: Client, context: Context, rollout: Rollout, *, shown: bool) -> None:
        self.client = client
        self.context = context
        self.rollout = rollout
        self.observer = Observer(client, context, rollout.app, rollout.release)
        self.over = False
        self.gone = False
        self._shown = shown
        self._started = context.clock.now()
        self._reverting = False
        self._ended_since: float | None = None
        self._newer: dict[str, bool | None] = {}

    def until_it_runs(self) -> None:
        """Return when the release runs. Raises ConvoxRolloutError with ``reverted_to`` and ``failure``, and
        ConvoxWaitError at the deadline."""
        rollout = self.rollout
        wait_for(
            Wait(
                what=f"release {rollout.release} of {rollout.app} to run",
                read=self._read,
                good=self._good,
                bad=self._bad,
                words=lambda seen: self._words(seen.app),
                tell=self._tell,
                advice="The rollout goes on by itself, and the rack puts the old release back if it fails. "
                "Wait longer (wait_timeout), or end it with state: cancelled.",
                timeout=self.context.time_left(),
                poll_interval=self.context.poll_interval,
            ),
            self.context.clock,
        )

    def _read(self) -> Seen:
        try:
            app = apps.get(self.client, self.rollout.app)
        except errors.ConvoxNotFoundError as error:
            if not error.not_yet:
                raise
            return Seen(None, [])
        if app.running or app.release != self.rollout.release:
            return Seen(app, [])
        processes = self.observer.processes()
        self.observer.observe(processes)
        return Seen(app, processes)

    def _good(self, seen: Seen) -> bool:
        app = seen.app
        if (
            app is None
            or not app.running
            or not (app.release == self.rollout.release or self._passed_over(app))
        ):
            return False
        return app.generation != "2" or self._waited() >= V2_START

    def _bad(self, seen: Seen) -> errors.ConvoxError | None:
        app = seen.app
        if app is not None and app.release == self.rollout.release:
            self._shown = True
            self._reverting = self._reverting or app.status == "rollback"
            limit = self.rollout.fail_fast_after
            if limit and app.status == "updating" and self.observer.hopeless_for() >= limit:
                return self._error(f"its processes kept failing for {limit:.0f} s, and it was cancelled")
        if not self._ended(app):
            self._ended_since = None
            return None
        return self._verdict(app) if self._certain(app) else None

    def _ended(self, app: apps.App | None) -> bool:
        """Whether it has come to another end than the one that is waited for."""
        if app is None or app.status == "deleting":
            return True
        return app.running and app.release != self.rollout.release and not self._passed_over(app)

    def _certain(self, app: apps.App | None) -> bool:
        """Whether what is seen is no read that lags behind, nor a v2 rack that has not started yet."""
        now = self.context.clock.now()
        self._ended_since = now if self._ended_since is None else self._ended_since
        if app is not None and app.status == "deleting":
            return True
        if app is not None and app.generation == "2" and self._waited() < V2_START:
            return False
        known = (
            app is None or self._reverting or self._waited() >= SHOWN_WITHIN or self._is_newer(app.release)
        )
        return now - self._ended_since >= REVERT_CONFIRM and bool(known)

    def _verdict(self, app: apps.App | None) -> errors.ConvoxError:
        self.over = True
        if app is None or app.status == "deleting":
            self.gone = True
            return self._error("the app is being deleted" if app else "the app was deleted meanwhile")
        newer = self._is_newer(app.release)
        if newer:
            return self._error(f"{app.release} runs instead: someone promoted it meanwhile", app.release)
        if not self._shown:
            return not_taken_up(self.rollout.app, self.rollout.release, app.release)
        if not app.release:
            return self._error(f"the rack took it back, and {app.name} runs no release", "")
        if self._reverting or newer is False or app.release == self.rollout.before:
            return self._error("the rack put the old release back", app.release)
        return self._error(f"{app.release} runs instead", app.release)

    def _is_newer(self, release: str) -> bool | None:
        if not release or release == self.rollout.before:
            return False
        if self._newer.get(release) is None:
            self._newer[release] = is_newer(self.client, self.rollout.app, release, self.rollout.release)
        return self._newer[release]

    def _passed_over(self, app: apps.App) -> bool:
        """Somebody made another release active meanwhile, and that is fine with us."""
        if not self.rollout.yielding or app.release in ("", self.rollout.before, self.rollout.release):
            return False
        newer = self._is_newer(app.release)
        return self._waited() >= SHOWN_WITHIN if newer is None else newer

    def _waited(self) -> float:
        return self.context.clock.now() - self._started

    def _words(self, app: apps.App | None) -> str:
        """The state of the wait, for the message at its deadline."""
        if app is None or app.status == "rollback" or app.release == self.rollout.release:
            return app_words(app)
        active = f"release {app.release}" if app.release else "no release"
        missing = "does not show yet" if app.running else "no longer shows"
        return f"status {app.status}, {active}: the rack {missing} {self.rollout.release}"

    def _error(self, what: str, reverted_to: str | None = None) -> errors.ConvoxRolloutError:
        reasons = "" if self.gone else f". {self.observer.words()}"
        return errors.ConvoxRolloutError(
            f"the rollout failed, {what}{reasons}",
            operation=self.rollout.operation,
            extra={
                "release": self.rollout.release,
                "reverted_to": reverted_to,
                "failure": self.observer.failure(),
            },
        )

    def _tell(self, seen: Seen) -> None:
        app, said = seen.app, self.context.progress
        if app is None:
            return
        said(app.name, f"{app.status}, release {app.release or '(none)'}", "status")
        services: dict[str, list[processes.Process]] = {}
        for process in seen.processes:
            services.setdefault(process.service, []).append(process)
        for service, found in sorted(services.items()):
            said(app.name, f"{service}: {state_words(found)}", service)
        for service, trouble in sorted(self.observer.troubles.items()):
            said(app.name, trouble.words(), f"trouble {service}")
