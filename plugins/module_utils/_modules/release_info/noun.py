# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the noun of convox_release_info: look and report, nothing else."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.convox.rack.plugins.module_utils._api import errors, models
from ansible_collections.convox.rack.plugins.module_utils._api.rack import Rack as Client
from ansible_collections.convox.rack.plugins.module_utils._noun import Context, Step

ARGUMENTS: dict[str, dict[str, t.Any]] = {
    "app": {"type": "str", "required": True},
    "name": {"type": "str"},
    "limit": {"type": "int", "default": 10},
    "reveal": {"type": "bool", "default": False},
}
CONSTRAINTS: dict[str, t.Any] = {}
SECRET_OPTIONS: tuple[str, ...] = ()
MAX_ATTEMPTS = 1


@dataclass(frozen=True)
class Desired:
    """Which releases to tell of. ``name``: an id, ``active``, ``latest``, or None for the list."""

    app: str
    name: str | None
    limit: int
    reveal: bool


@dataclass(frozen=True, repr=False)
class Observed:
    """The app and the releases asked for."""

    app: models.App
    releases: tuple[models.Release, ...]


def desired(options: dict[str, t.Any]) -> Desired:
    """Raises ConvoxOptionError for a limit that lists nothing."""
    if options["limit"] < 1:
        raise errors.ConvoxOptionError("limit", "is below 1", "give how many releases to list")
    return Desired(options["app"], options.get("name"), options["limit"], options["reveal"])


def observe(client: Client, desired: Desired, context: Context) -> Observed:
    """Two requests: the app and its releases."""
    app = client.app(desired.app)
    if desired.name is None:
        return Observed(app, tuple(client.releases(desired.app, limit=desired.limit)))
    if desired.name == "latest":
        return Observed(app, tuple(client.releases(desired.app, limit=1)))
    name = app.release if desired.name == "active" else desired.name
    return Observed(app, (client.release(desired.app, name),) if name else ())


def plan(observed: Observed, desired: Desired) -> list[Step]:
    """Nothing: it only reads."""
    return []


def verify(observed: Observed, desired: Desired, missing: t.Sequence[Step]) -> None:
    """Nothing is ever missing."""


def result(observed: Observed, desired: Desired, context: Context) -> dict[str, t.Any]:
    """``releases`` with the names of their variables, with values only where ``reveal`` asks; ``active``."""
    releases = [_described(release, observed.app, desired.reveal) for release in observed.releases]
    return {"releases": releases, "active": observed.app.release or None}


def _described(release: models.Release, app: models.App, reveal: bool) -> dict[str, t.Any]:
    as_result = release.model_dump(exclude={"env"})
    as_result["active"] = release.id == app.release
    as_result["variables"] = sorted(release.variables)
    if reveal:
        as_result["env"] = dict(release.variables)
    return as_result
