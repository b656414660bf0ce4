# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: which release an app runs after a promote, on a rack whose reads lag behind."""

from __future__ import annotations

from typing import NamedTuple

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.clock import pause_after
from ansible_collections.convox.rack.plugins.module_utils._api.resources import apps, releases
from ansible_collections.convox.rack.plugins.module_utils._noun import Context

# Nothing is concluded from reads that do not show a promote or a release, which the rack has answered well,
# for so many seconds. More than the lag of other writes: what would be concluded is that others are at work.
SHOWN_WITHIN = 10.0


class Promoted(NamedTuple):
    """A promote that the rack answered ``ok``. ``before``: the release that was active then, "" for none.
    ``at``: the last moment, by the task's clock, at which nothing spoke against it."""

    app: str
    release: str
    before: str
    at: float


def is_newer(client: Client, app: str, release: str, than: str) -> bool | None:
    """Whether ``release`` was made after ``than``: by the list of releases, which shows only the newest and
    may lag behind, else by the times at which they were made. None where nobody knows: this key may not read
    releases, or does not find them."""
    try:
        ids = [listed.id for listed in releases.newest(client, app)]
        if {release, than} <= set(ids):
            return ids.index(release) < ids.index(than)
        first, second = (_made_at(releases.get(client, app, each)) for each in (than, release))
    except errors.ConvoxError:
        return None
    return second > first if all(first) and all(second) and first != second else None


def _made_at(release: releases.Release) -> tuple[str, str]:
    """When a release was made, for comparison: racks write up to nine digits of a second, without zeros at
    the end. Empty where the rack does not say."""
    seconds, _point, fraction = (release.created or "").removesuffix("Z").partition(".")
    return (seconds, fraction.ljust(9, "0")) if seconds else ("", "")


def app_after(client: Client, context: Context, promoted: Promoted) -> apps.App:
    """The app, once it shows the release that was promoted, or a newer one, which is somebody else's.

    What it shows otherwise is read again for ``SHOWN_WITHIN`` seconds. After that, one of which nobody knows
    whether it is newer counts, too. Raises ConvoxIgnoredError for an older one.
    """
    while True:
        app = apps.get(client, promoted.app)
        if app.release == promoted.release:
            return app
        newer = _is_newer_than(client, promoted, app.release)
        if newer:
            return app
        waited = context.clock.now() - promoted.at
        if waited >= SHOWN_WITHIN and newer is None:
            return app
        if waited >= SHOWN_WITHIN:
            raise not_taken_up(promoted.app, promoted.release, app.release)
        context.clock.sleep(min(SHOWN_WITHIN - waited, pause_after(waited, context.poll_interval)))


def _is_newer_than(client: Client, promoted: Promoted, release: str) -> bool | None:
    if release in ("", promoted.before):
        return False
    return is_newer(client, promoted.app, release, promoted.release)


def not_taken_up(app: str, release: str, active: str) -> errors.ConvoxIgnoredError:
    """The error for a promote that was answered ``ok`` and does not show."""
    return errors.ConvoxIgnoredError(
        f"the rack answered ok, and {SHOWN_WITHIN:.0f} s later {app} runs {active or 'no release'}",
        operation=f"promote {release} of {app}",
        hint="Run the task again; if it fails again, look at the app with the CLI.",
    )
