# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: which release an app runs after a promote, on a rack whose reads lag behind."""

from __future__ import annotations

from dataclasses import dataclass

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import apps, releases
from ansible_collections.convox.rack.plugins.module_utils._api.waiting import pause_after
from ansible_collections.convox.rack.plugins.module_utils._noun import Context

# Nothing is concluded from reads that do not show a promote or a release, which the rack has answered well,
# for so many seconds. More than the lag of other writes: what would be concluded is that others are at work.
SHOWN_WITHIN = 10.0


@dataclass(frozen=True)
class Promoted:
    """A promote that the rack answered ``ok``. ``before``: the release that was active then, "" for none.
    ``at``: the last moment, by the task's clock, at which nothing spoke against it."""

    app: str
    release: str
    before: str
    at: float


def is_newer(client: Client, app: str, release: str, than: str) -> bool | None:
    """Whether ``release`` was made after ``than``. None where nobody knows: this key may not read the list
    of releases, or it does not show both."""
    try:
        ids = [listed.id for listed in releases.newest(client, app)]
    except errors.ConvoxError:
        return None
    return ids.index(release) < ids.index(than) if {release, than} <= set(ids) else None


def app_after(client: Client, context: Context, promoted: Promoted) -> apps.App:
    """The app, once it shows the release that was promoted, or a newer one, which is somebody else's.

    What it shows otherwise is read again for ``SHOWN_WITHIN`` seconds. Raises ConvoxIgnoredError after that.
    """
    while True:
        app = apps.get(client, promoted.app)
        if app.release == promoted.release:
            return app
        old = app.release in ("", promoted.before)
        if not old and is_newer(client, promoted.app, app.release, promoted.release):
            return app
        waited = context.clock.now() - promoted.at
        if waited >= SHOWN_WITHIN:
            raise not_taken_up(promoted.app, promoted.release, app.release)
        context.clock.sleep(min(SHOWN_WITHIN - waited, pause_after(waited, context.poll_interval)))


def not_taken_up(app: str, release: str, active: str) -> errors.ConvoxIgnoredError:
    """The error for a promote that was answered ``ok`` and does not show."""
    return errors.ConvoxIgnoredError(
        f"the rack answered ok, and {SHOWN_WITHIN:.0f} s later {app} runs {active or 'no release'}",
        operation=f"promote {release} of {app}",
        hint="Run the task again; if it fails again, look at the app with the CLI.",
    )
