# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: what convox_release is asked for, observes and remembers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from ansible_collections.convox.rack.plugins.module_utils._api.resources import apps
from ansible_collections.convox.rack.plugins.module_utils._api.resources.releases import Release
from ansible_collections.convox.rack.plugins.module_utils._shared.read_back import Promoted
from ansible_collections.convox.rack.plugins.module_utils._shared.rollout import How

ROLLED_BACK = "rollback to "


class Desired(NamedTuple):
    """What is to become of the app's releases. Names as the options of convox_release."""

    app: str
    state: str = "promoted"
    release: str | None = None
    build: str | None = None
    build_from: str | None = None
    env_from: str | None = None
    description: str | None = None
    restore_env: bool = False
    how: How = How()


@dataclass(repr=False)
class Memory:
    """What a task remembers from one observation of the releases to the next.

    ``previous``: the release that was active at first. ``latest``: the id that ``latest`` meant then.
    ``target``: what to return to, and why. ``made``: the release the task made; ``promoted``: the promote
    that the rack answered ``ok``. ``cancelled``: the release whose promote it ended; ``reverting``: the rack
    was seen putting the old release back.
    """

    previous: str | None = None
    latest: str = ""
    target: tuple[Release | None, str] | None = None
    made: Release | None = None
    promoted: Promoted | None = None
    cancelled: str = ""
    reverting: bool = False


class Observed(NamedTuple):
    """The app, the releases read (newest first), and those that the task names.

    ``target`` is the release to promote or to return to, ``reason`` why it was chosen. ``cancelled`` is the
    release whose promote this task has ended. ``assumed``: the app is yet to be made.
    """

    app: apps.App
    releases: tuple[Release, ...] = ()
    active: Release | None = None
    target_id: str = ""
    target: Release | None = None
    reason: str = ""
    build_source: Release | None = None
    env_source: Release | None = None
    cancelled: str = ""
    assumed: bool = False

    @property
    def newest(self) -> Release | None:
        return self.releases[0] if self.releases else None

    def active_equals(self, release: Release) -> bool:
        """Whether the active release runs the same build with the same env."""
        active = self.active
        return active is not None and content(active) == content(release)

    def copy_of(self, release: Release, *, said: bool) -> Release | None:
        """A copy of a release that was made and is not promoted yet: newer than the active one. ``said``: its
        description must say so, or nobody could tell later that the app went back."""
        for candidate in self.releases:
            if candidate.id == self.app.release:
                return None
            if content(candidate) == content(release) and (
                not said or candidate.description.startswith(f"{ROLLED_BACK}{release.id}")
            ):
                return candidate
        return None

    def __repr__(self) -> str:
        return type(self).__name__


def content(release: Release) -> tuple[str, dict[str, str]]:
    """What a release runs."""
    return release.build, release.variables
