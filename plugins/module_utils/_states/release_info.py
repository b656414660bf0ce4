# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the noun of convox_release_info: look and report, nothing else."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.convox.rack.plugins.module_utils._api import errors, models
from ansible_collections.convox.rack.plugins.module_utils._api.rack import Rack
from ansible_collections.convox.rack.plugins.module_utils._steps.step import Run, Step

ARGUMENTS: dict[str, dict[str, t.Any]] = {
    "app": {"type": "str", "required": True},
    "name": {"type": "str"},
    "limit": {"type": "int", "default": 10},
    "reveal": {"type": "bool", "default": False},
}
CONSTRAINTS: dict[str, t.Any] = {}
MASKED: tuple[str, ...] = ()
ROUNDS = 1


@dataclass(frozen=True)
class Wish:
    """Which releases to tell of. ``name``: an id, ``active``, ``latest``, or None for the list."""

    app: str
    name: str | None
    limit: int
    reveal: bool


@dataclass(frozen=True, repr=False)
class Picture:
    """The app and the releases asked for."""

    app: models.App
    releases: tuple[models.Release, ...]


def wish(options: dict[str, t.Any]) -> Wish:
    """Raises ConvoxOptionError for a limit that lists nothing."""
    if options["limit"] < 1:
        raise errors.ConvoxOptionError("limit", "is below 1", "give how many releases to list")
    return Wish(options["app"], options.get("name"), options["limit"], options["reveal"])


def look(rack: Rack, wish: Wish, run: Run) -> Picture:
    """Two requests: the app and its releases."""
    app = rack.app(wish.app)
    if wish.name is None:
        return Picture(app, tuple(rack.releases(wish.app, limit=wish.limit)))
    if wish.name == "latest":
        return Picture(app, tuple(rack.releases(wish.app, limit=1)))
    name = app.release if wish.name == "active" else wish.name
    return Picture(app, (rack.release(wish.app, name),) if name else ())


def plan(now: Picture, wish: Wish) -> list[Step]:
    """Nothing: it only reads."""
    return []


def verify(now: Picture, wish: Wish, missing: t.Sequence[Step]) -> None:
    """Nothing is ever missing."""


def report(now: Picture, wish: Wish, run: Run) -> dict[str, t.Any]:
    """``releases`` with the names of their variables, with values only where ``reveal`` asks; ``active``."""
    releases = [_described(release, now.app, wish.reveal) for release in now.releases]
    return {"releases": releases, "active": now.app.release or None}


def _described(release: models.Release, app: models.App, reveal: bool) -> dict[str, t.Any]:
    told = release.model_dump(exclude={"env"})
    told["active"] = release.id == app.release
    told["variables"] = sorted(release.variables)
    if reveal:
        told["env"] = dict(release.variables)
    return told
