# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the waits for an app that several nouns share."""

from __future__ import annotations

import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import apps
from ansible_collections.convox.rack.plugins.module_utils._api.waiting import Wait, wait_for
from ansible_collections.convox.rack.plugins.module_utils._noun import Context

# For so many seconds after a write a rack's reads may show what was before it.
LAG = 5.0

_GOES_ON = "The rack goes on by itself. Wait longer (wait_timeout)"


def _anything(app: apps.App) -> bool:
    return True


class Written(t.NamedTuple):
    """A write of this task that the rack answered ``ok``: until ``LAG`` seconds after it, reads may show what
    was before.

    ``at``: when it was sent, by the context's clock. ``made``: the app is new, so that reads may not find it.
    ``promotes``: it starts a promote, which a v2 rack may show late. ``shown``: whether an app that was read
    is one after the write.
    """

    at: float
    made: bool = False
    promotes: bool = False
    shown: t.Callable[[apps.App], bool] = _anything

    def may_lag(self, context: Context) -> bool:
        return context.clock.now() - self.at < LAG


def app_words(app: apps.App | None) -> str:
    """An app's state in words: what the rack calls it, the active release, and what that means."""
    if app is None:
        return "no app"
    active = f", release {app.release}" if app.release else ""
    meaning = _meaning(app)
    return f"status {app.status}{active}" + (f" ({meaning})" if meaning else "")


def _meaning(app: apps.App) -> str:
    if app.status == "updating":
        return "a promote or a change goes on" if app.release else "it is being made"
    return {
        "creating": "it is being made",
        "rollback": "the rack puts the former release back",
        "deleting": "it is being deleted",
        "unknown": "the rack does not know its state",
    }.get(app.status, "")


def _advice(app: apps.App | None) -> str:
    """What to do about an app that is not running at the deadline."""
    if app is not None and app.status == "updating" and app.release:
        return f"{_GOES_ON}, or end the promote under way with convox_release and state: cancelled."
    return f"{_GOES_ON}, or look at the app with the CLI (convox apps info)."


def lost(name: str, app: apps.App | None) -> errors.ConvoxError:
    """The error for an app that will never run: it is gone (None), or will be."""
    state = "is not there any more: somebody has deleted it" if app is None else "is being deleted"
    return errors.ConvoxError(
        f"app {name} {state}", hint="If it is to be there, make it again with convox_app."
    )


class _Running:
    """What counts in a wait for a running app."""

    def __init__(self, context: Context, name: str, written: Written | None) -> None:
        self.context = context
        self.name = name
        self.written = written
        self.last: apps.App | None = None

    def good(self, app: apps.App | None) -> bool:
        if app is None or not app.running:
            return False
        if self.written is None or not self.written.may_lag(self.context):
            return True
        starts_late = self.written.promotes and app.generation == "2"
        return self.written.shown(app) and not starts_late

    def bad(self, app: apps.App | None) -> errors.ConvoxError | None:
        if app is not None and app.status != "deleting":
            return None
        is_old = self.written is not None and self.written.made and self.written.may_lag(self.context)
        return None if is_old else lost(self.name, app)

    def words(self, app: apps.App | None) -> str:
        is_old = app is not None and app.running and not self.good(app)
        return app_words(app) + (", without what was written" if is_old else "")

    def tell(self, app: apps.App | None) -> None:
        self.last = app
        if app is not None and not app.running:
            self.context.progress(self.name, f"waiting until it is running: {app_words(app)}", "status")


def until_running(
    client: Client, context: Context, name: str, *, at_least: float = 0.0, written: Written | None = None
) -> apps.App:
    """Wait until an app is running, whatever its release.

    After a write of this task (``written``) it counts only when it shows the write, or when reads lag no
    more: then the caller sees from the app whether the rack has ignored it. Raises ConvoxWaitError at the
    deadline, which is the task's, but ``at_least`` so many seconds away; ConvoxError as soon as the app is
    gone or being deleted.
    """
    running = _Running(context, name, written)
    wait = Wait(
        what=f"app {name} to be running",
        read=lambda: apps.find(client, name),
        good=running.good,
        bad=running.bad,
        words=running.words,
        advice="",
        timeout=max(at_least, context.time_left()),
        poll_interval=context.poll_interval,
        confirm=0,
        tell=running.tell,
    )
    try:
        return t.cast(apps.App, wait_for(wait, context.clock))
    except errors.ConvoxWaitError as error:
        error.hint = _advice(running.last)
        raise


class _Gone:
    """What counts in a wait for an app to be gone."""

    def __init__(self, context: Context, name: str, since: float) -> None:
        self.context = context
        self.name = name
        self.since = since
        self.seen_deleting = False

    def _lives(self, app: apps.App | None) -> bool:
        return app is not None and app.status != "deleting" and self.context.clock.now() - self.since >= LAG

    def good(self, app: apps.App | None) -> bool:
        return app is None or self._lives(app)

    def bad(self, app: apps.App | None) -> errors.ConvoxError | None:
        if app is not None and app.status == "deleting":
            self.seen_deleting = True
        if not (self.seen_deleting and self._lives(app)):
            return None
        return errors.ConvoxError(
            f"app {self.name} was made anew by somebody while it was being deleted",
            hint="Run the task again if that one is to be deleted, too.",
        )

    def tell(self, app: apps.App | None) -> None:
        if app is not None:
            self.context.progress(self.name, f"waiting until it is gone: {app_words(app)}", "status")


def until_gone(client: Client, context: Context, name: str, since: float) -> apps.App | None:
    """Wait until an app that is being deleted is gone; ``since``: when its deletion was seen or answered
    ``ok``, by the context's clock.

    None, or the app where it shows no sign of being deleted after the time for which reads may lag. Raises
    ConvoxWaitError at the deadline; ConvoxError where somebody makes the app anew.
    """
    gone = _Gone(context, name, since)
    return wait_for(
        Wait(
            what=f"app {name} to be gone",
            read=lambda: apps.find(client, name),
            good=gone.good,
            bad=gone.bad,
            words=app_words,
            advice="The rack goes on deleting it by itself. Wait longer (wait_timeout) or look again later.",
            timeout=context.time_left(),
            poll_interval=context.poll_interval,
            confirm=0,
            tell=gone.tell,
        ),
        context.clock,
    )


def until_shown(
    client: Client,
    context: Context,
    name: str,
    since: float,
    shown: t.Callable[[apps.App | None], bool],
) -> apps.App | None:
    """The app as soon as it shows what was written at ``since`` (by the context's clock), or as it is when
    reads lag no more."""
    return wait_for(
        Wait(
            what=f"app {name} to show what was written",
            read=lambda: apps.find(client, name),
            good=lambda app: shown(app) or context.clock.now() - since >= LAG,
            words=app_words,
            advice=f"{_GOES_ON}.",
            timeout=2 * LAG,
            poll_interval=context.poll_interval,
            confirm=0,
        ),
        context.clock,
    )
