# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: promote a release, watch its rollout, and say why it failed."""

from __future__ import annotations

import itertools
import typing as t
from dataclasses import dataclass, field

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import apps, processes, releases
from ansible_collections.convox.rack.plugins.module_utils._api.waiting import Wait, wait_for
from ansible_collections.convox.rack.plugins.module_utils._noun import Change, Context, Step
from ansible_collections.convox.rack.plugins.module_utils._shared import release_list
from ansible_collections.convox.rack.plugins.module_utils._shared.cancel import cancel_promote
from ansible_collections.convox.rack.plugins.module_utils._shared.failures import Observer
from ansible_collections.convox.rack.plugins.module_utils._shared.scaling import state_words
from ansible_collections.convox.rack.plugins.module_utils._shared.waits import app_words, until_running

# A v2 rack may still say ``running`` before it starts: believe it only after so many seconds.
V2_START = 5.0
# A release that is not ours counts as "put back" only when it is still there after so many seconds.
REVERT_CONFIRM = 0.5
# After our own deadline the rack gets so many seconds to put the old release back.
REVERT_WAIT = 120.0
BUSY_PAUSE = 0.5


@dataclass(frozen=True)
class How:
    """How to promote. ``force``, ``idle``, ``min`` and ``max`` (percent) go to the rack.

    Seconds: ``promote_timeout`` (None: what is left of wait_timeout, less a margin), ``fail_fast_after``
    (0: never). ``restore``: after a failure, bring back the release that we saw running.
    """

    force: bool = False
    idle: bool | None = None
    min: int | None = None
    max: int | None = None
    promote_timeout: int | None = None
    fail_fast_after: float = 60.0
    restore: bool = False

    def on_the_wire(self, context: Context) -> dict[str, t.Any]:
        """Options of ``POST …/promote``. The rack's own deadline comes a little before ours, so that the
        rack has put the old release back by then."""
        timeout = self.promote_timeout
        if timeout is None and context.wait:
            left = context.time_left()
            timeout = max(1, int(left - min(30.0, max(5.0, left / 10))))
        return {
            "force": True if self.force else None,
            "idle": self.idle,
            "min": self.min,
            "max": self.max,
            "timeout": timeout,
        }


@dataclass(frozen=True)
class Promote(Step):
    """Promote a release; done when it runs. ``before`` is the release that was active when we looked.

    ``yielding``: where somebody made another release active meanwhile, leave it at that (the env looks and
    plans again). ``also`` are further changes that the promote brings, for the diff.
    """

    app: str
    release: str
    before: str
    how: How = field(default_factory=How)
    yielding: bool = False
    also: tuple[Change, ...] = ()

    def changes(self) -> t.Sequence[Change]:
        return [Change(("release",), self.before or None, self.release), *self.also]

    def apply(self, client: Client, context: Context) -> None:
        started = self._start(client, context)
        if started is None or not context.wait:
            return
        Rollout(client, context, self).finish()

    def _start(self, client: Client, context: Context) -> bool | None:
        """Send the promote, as soon as the app is free for it; None where it is not to be sent any more."""
        while True:
            app = apps.get(client, self.app)
            if app.release == self.release and app.status in ("updating", "running"):
                return True
            if not app.running and not self.how.force:
                until_running(client, context, self.app)
                continue
            if self.yielding and app.release != self.before:
                return None
            try:
                context.progress(self.app, f"promote {self.release}")
                releases.promote(client, self.app, self.release, **self.how.on_the_wire(context))
                return True
            except errors.ConvoxBusyError:
                if context.time_left() <= 1.0:
                    raise
                context.clock.sleep(BUSY_PAUSE)
            except errors.ConvoxValidationError as error:
                if not (self.yielding and "older release" in error.message):
                    raise
                # A newer one became active since we looked, a moment ago.
                return None


@dataclass
class Seen:
    """One look at a rollout."""

    app: apps.App
    processes: list[processes.Process]


class Rollout:
    """A rollout that was started, watched to its end."""

    def __init__(self, client: Client, context: Context, step: Promote) -> None:
        self.client = client
        self.context = context
        self.step = step
        self.observer = Observer(client, context, step.app, step.release)
        self._started = context.clock.now()
        self._other_since: float | None = None

    def finish(self) -> None:
        """Watch it, and clean up where it failed. Raises as ``watch``."""
        try:
            self.watch()
        except (errors.ConvoxRolloutError, errors.ConvoxWaitError) as error:
            self.clean_up(error)
            raise

    def watch(self) -> None:
        """Return when the release runs. Raises ConvoxRolloutError with ``reverted_to`` and ``failure``, and
        ConvoxWaitError at the deadline."""
        step = self.step
        wait_for(
            Wait(
                what=f"release {step.release} of {step.app} to run",
                read=self._read,
                good=self._good,
                bad=self._bad,
                words=lambda seen: app_words(seen.app),
                tell=self._tell,
                advice="The rollout goes on by itself, and the rack puts the old release back if it fails. "
                "Wait longer (wait_timeout), or end it with state: cancelled.",
                timeout=self.context.time_left(),
                poll_interval=self.context.poll_interval,
            ),
            self.context.clock,
        )

    def _read(self) -> Seen:
        app = apps.get(self.client, self.step.app)
        if app.running or app.release != self.step.release:
            return Seen(app, [])
        processes = self.observer.processes()
        self.observer.observe(processes)
        return Seen(app, processes)

    def _good(self, seen: Seen) -> bool:
        if not seen.app.running or not (seen.app.release == self.step.release or self._passed_over(seen)):
            return False
        return seen.app.generation != "2" or self._waited() >= V2_START

    def _bad(self, seen: Seen) -> errors.ConvoxError | None:
        limit = self.step.how.fail_fast_after
        ours = seen.app.status == "updating" and seen.app.release == self.step.release
        if limit and ours and self.observer.hopeless_for() >= limit:
            return self._error(f"it failed for {limit:.0f} s on end and was cancelled")
        if not seen.app.running or seen.app.release == self.step.release or self._passed_over(seen):
            self._other_since = None
            return None
        if seen.app.generation == "2" and self._waited() < V2_START:
            return None
        now = self.context.clock.now()
        self._other_since = now if self._other_since is None else self._other_since
        if now - self._other_since < REVERT_CONFIRM:
            return None
        if self.step.before in ("", seen.app.release):
            return self._error("the rack put the old release back", seen.app.release)
        return self._error(
            f"{seen.app.release} runs instead: someone promoted it meanwhile", seen.app.release
        )

    def _passed_over(self, seen: Seen) -> bool:
        """Somebody made another release active meanwhile, and that is fine with us."""
        return self.step.yielding and seen.app.release not in ("", self.step.before, self.step.release)

    def _waited(self) -> float:
        return self.context.clock.now() - self._started

    def _error(self, what: str, reverted_to: str | None = None) -> errors.ConvoxRolloutError:
        return errors.ConvoxRolloutError(
            f"the rollout failed, {what}. {self.observer.words()}",
            operation=f"promote {self.step.release} of {self.step.app}",
            extra={
                "release": self.step.release,
                "reverted_to": reverted_to,
                "failure": self.observer.failure(),
            },
        )

    def _tell(self, seen: Seen) -> None:
        step = self.step
        self.context.progress(step.app, f"{seen.app.status}, release {seen.app.release}", "status")
        services: dict[str, list[processes.Process]] = {}
        for process in seen.processes:
            services.setdefault(process.service, []).append(process)
        for service, found in sorted(services.items()):
            self.context.progress(step.app, f"{service}: {state_words(found)}", service)
        for name, trouble in sorted(self.observer.troubles.items()):
            self.context.progress(step.app, trouble.words(), f"trouble {name}")

    def clean_up(self, error: errors.ConvoxError) -> None:
        """After a failure: end a rollout that still goes on, where that is ours to do, and bring back the
        release that we saw running (``restore``). What fails in it is added to the error's words."""
        error.extra.setdefault("release", self.step.release)
        error.extra.setdefault("failure", self.observer.failure())
        over = error.extra.setdefault("reverted_to", None) is not None
        if not over and isinstance(error, errors.ConvoxWaitError) and not self.step.how.restore:
            return
        try:
            error.extra["reverted_to"] = self._put_back(over)
        except errors.ConvoxError as second:
            error.message += f" Then putting the old release back failed: {errors.describe(second)}"

    def _put_back(self, over: bool) -> str:
        app = self.step.app
        if not over:
            cancel_promote(self.client, self.context, app, self.step.release)
        active = until_running(self.client, self.context, app, at_least=REVERT_WAIT).release
        before = self.step.before
        if not self.step.how.restore or not before or active == before:
            return active
        ids = [release.id for release in releases.newest(self.client, app)]
        if active in itertools.takewhile(lambda release: release != self.step.release, ids):
            # Newer than ours: somebody promoted it meanwhile.
            return active
        newest = ids[0]
        old = releases.get(self.client, app, before)
        copy = releases.create(
            self.client,
            app,
            newer_than=newest,
            build=old.build,
            env=old.env,
            description=release_list.describe_whole(before, newest, f"rollback to {before}"),
        )
        how = How(fail_fast_after=self.step.how.fail_fast_after)
        Promote(app, copy.id, active, how).apply(self.client, self.context.anew())
        return copy.id
