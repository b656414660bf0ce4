# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: promote a release, watch its rollout, and say why it failed."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import apps, releases
from ansible_collections.convox.rack.plugins.module_utils._noun import Change, Context, Step
from ansible_collections.convox.rack.plugins.module_utils._shared import release_list
from ansible_collections.convox.rack.plugins.module_utils._shared.read_back import Promoted, is_newer
from ansible_collections.convox.rack.plugins.module_utils._shared.rollout_goal import Rollout

if t.TYPE_CHECKING:
    from ansible_collections.convox.rack.plugins.module_utils._shared.rollout_watch import Watch

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
    """Promote a release; done when it runs. ``before`` is the release that was active when the task observed
    the app, "" for none or an unknown one.

    ``yielding``: where somebody made another release active meanwhile, leave it at that (convox_env observes
    and plans again). ``also`` are further changes that the promote brings, for the diff.
    """

    app: str
    release: str
    before: str
    how: How = field(default_factory=How)
    yielding: bool = False
    also: tuple[Change, ...] = ()
    way_out: t.ClassVar[str] = "End it with convox_release and state: cancelled."

    def changes(self) -> t.Sequence[Change]:
        return [Change(("release",), self.before or None, self.release), *self.also]

    def apply(self, client: Client, context: Context) -> Promoted | None:
        """What was promoted; None where somebody else's release was left active."""
        begun = self._start(client, context)
        if begun is None:
            return None
        if context.wait:
            how = self.how
            rollout = Rollout(self.app, self.release, self.before, how.fail_fast_after, self.yielding)
            shown = begun.release == self.release
            finish(client, context, rollout, shown=shown, restore=how.restore)
        return Promoted(self.app, self.release, self.before, context.clock.now())

    def _start(self, client: Client, context: Context) -> apps.App | None:
        """Send the promote as soon as the app is free for it, unless it is under way already. The app as it
        was then; None where the promote is not to be sent any more."""
        while True:
            app = apps.get(client, self.app)
            if app.release == self.release and app.status in ("updating", "running"):
                return app
            if not app.running and not self.how.force:
                from ansible_collections.convox.rack.plugins.module_utils._shared.waits import until_running

                until_running(client, context, self.app)
                continue
            if self.yielding and app.release != self.before:
                return None
            try:
                context.progress(self.app, f"promote {self.release}")
                releases.promote(client, self.app, self.release, **self.how.on_the_wire(context))
                return app
            except errors.ConvoxBusyError:
                if context.time_left() <= 1.0:
                    raise
                context.clock.sleep(BUSY_PAUSE)
            except errors.ConvoxValidationError as error:
                if not (self.yielding and "older release" in error.message):
                    raise
                # A newer one became active since we observed the app, a moment ago.
                return None


def finish(client: Client, context: Context, rollout: Rollout, *, shown: bool, restore: bool) -> None:
    """Watch a rollout that was started, and clean up where it fails: end one that still goes on, where that
    is ours to do, and bring back the release that was active before (``restore``).

    Raises as ``Watch.until_it_runs``. What fails while cleaning up is added to the error's words.
    """
    # Here, because a module compiles what it imports each time it runs, and most tasks promote nothing.
    from ansible_collections.convox.rack.plugins.module_utils._shared.rollout_watch import Watch

    watch = Watch(client, context, rollout, shown=shown)
    try:
        watch.until_it_runs()
    except (errors.ConvoxRolloutError, errors.ConvoxWaitError) as error:
        error.extra.setdefault("release", rollout.release)
        error.extra.setdefault("failure", watch.observer.failure())
        error.extra.setdefault("reverted_to", None)
        late = isinstance(error, errors.ConvoxWaitError)
        if not watch.gone and not (late and not restore):
            _clean_up(watch, error, restore=restore)
        raise


def _clean_up(watch: Watch, error: errors.ConvoxError, *, restore: bool) -> None:
    from ansible_collections.convox.rack.plugins.module_utils._shared.cancel import cancel_promote
    from ansible_collections.convox.rack.plugins.module_utils._shared.waits import until_running

    client, context, rollout = watch.client, watch.context, watch.rollout
    try:
        if not watch.over:
            cancel_promote(client, context, rollout.app, rollout.release)
        active = until_running(client, context, rollout.app, at_least=REVERT_WAIT).release
        error.extra["reverted_to"] = _restored(client, context, rollout, active) if restore else active
    except errors.ConvoxError as second:
        error.message += f" Then putting the old release back failed: {errors.describe(second)}"


def _restored(client: Client, context: Context, rollout: Rollout, active: str) -> str:
    """The release that runs in the end: the one of before, or a copy of it, or somebody else's newer one."""
    app, before = rollout.app, rollout.before
    if not before or active == before or is_newer(client, app, active, rollout.release):
        return active
    listed = releases.newest(client, app)
    newest = listed[0].id if listed else rollout.release
    old = releases.get(client, app, before)
    copy = releases.create(
        client,
        app,
        newer_than=newest,
        build=old.build,
        env=old.env,
        description=release_list.describe_whole(before, newest, f"rollback to {before}"),
    )
    how = How(fail_fast_after=rollout.fail_fast_after)
    Promote(app, copy.id, active, how).apply(client, context.anew())
    return copy.id
