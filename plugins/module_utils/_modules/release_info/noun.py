# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the noun of convox_release_info, what the releases of an app are."""

from __future__ import annotations

import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import apps, releases
from ansible_collections.convox.rack.plugins.module_utils._info import InfoNoun
from ansible_collections.convox.rack.plugins.module_utils._noun import Context


class Desired(t.NamedTuple):
    """Which releases to read. ``name``: an id, ``active``, ``latest``, or None for the list."""

    app: str
    name: str | None
    limit: int
    reveal: bool


class Observed(t.NamedTuple):
    """The app and the releases asked for, newest first."""

    app: apps.App
    releases: tuple[releases.Release, ...]

    def __repr__(self) -> str:
        return type(self).__name__


def _described(release: releases.Release, app: apps.App, reveal: bool) -> dict[str, t.Any]:
    described = release.model_dump(exclude={"env"})
    described["active"] = release.id == app.release
    described["variables"] = sorted(release.variables)
    if reveal:
        described["env"] = dict(release.variables)
    return described


class ReleaseInfoNoun(InfoNoun[Desired, Observed]):
    """What the releases of an app are."""

    ARGUMENTS: t.ClassVar[dict[str, dict[str, t.Any]]] = {
        "app": {"type": "str", "required": True},
        "name": {"type": "str"},
        "limit": {"type": "int", "default": 10},
        "reveal": {"type": "bool", "default": False},
    }

    def desired(self, options: dict[str, t.Any]) -> Desired:
        """Raises ConvoxOptionError for a limit that lists nothing."""
        if options["limit"] < 1:
            raise errors.ConvoxOptionError("limit", "is below 1", "give how many releases to list")
        return Desired(options["app"], options.get("name"), options["limit"], options["reveal"])

    def observe(self, client: Client, desired: Desired, context: Context) -> Observed:
        """Two requests: the app and its releases. Raises ConvoxNotFoundError for an app or a release that is
        not there; an app without an active release has no release ``active``."""
        app = apps.get(client, desired.app)
        if desired.name is None:
            return Observed(app, tuple(releases.newest(client, desired.app, limit=desired.limit)))
        if desired.name == "latest":
            return Observed(app, tuple(releases.newest(client, desired.app, limit=1)))
        name = app.release if desired.name == "active" else desired.name
        return Observed(app, (releases.get(client, desired.app, name),) if name else ())

    def assumed(self, desired: Desired) -> Observed:
        """An app that was just made has no release."""
        return Observed(apps.App(name=desired.app), ())

    def result(self, observed: Observed, desired: Desired) -> dict[str, t.Any]:
        """``releases`` with the names of their variables, with values only where ``reveal`` asks;
        ``active``."""
        described = [_described(release, observed.app, desired.reveal) for release in observed.releases]
        return {"releases": described, "active": observed.app.release or None}
