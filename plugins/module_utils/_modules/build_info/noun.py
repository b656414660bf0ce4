# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the noun of convox_build_info, which builds an app has."""

from __future__ import annotations

import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api.client import PAGE, Client, absent_is_none
from ansible_collections.convox.rack.plugins.module_utils._api.resources import apps, builds
from ansible_collections.convox.rack.plugins.module_utils._info import (
    LIST,
    InfoNoun,
    check_count,
    fits,
    include_of,
    includes,
    names_of,
)
from ansible_collections.convox.rack.plugins.module_utils._noun import Context

LOGS = "logs"
# How many builds are asked for at a time; how many times more at each further look for those that are wanted,
# and how many at most.
_AT_A_TIME = 8
_FURTHER = 10
_MOST = 2000


class Desired(t.NamedTuple):
    """Which builds to read; None where it makes no difference. ``status``: patterns, ``git_sha``: how it
    begins."""

    app: str
    ids: tuple[str, ...] | None
    status: tuple[str, ...] | None
    git_sha: str | None
    limit: int
    logs: bool

    def wants(self, build: builds.Build) -> bool:
        """Whether a build is one of those."""
        sha = self.git_sha
        return fits(build.status, self.status) and (
            sha is None or build.git_sha.lower().startswith(sha.lower())
        )


class Observed(t.NamedTuple):
    """The builds asked for, newest first, and the lines of their logs, None where there is no log."""

    builds: tuple[builds.Build, ...] = ()
    logs: tuple[list[str] | None, ...] = ()

    def __repr__(self) -> str:
        return type(self).__name__


class BuildInfoNoun(InfoNoun[Desired, Observed]):
    """Which builds an app has."""

    ARGUMENTS: t.ClassVar[dict[str, dict[str, t.Any]]] = {
        "app": {"type": "str", "required": True},
        "id": LIST,
        "status": LIST,
        "git_sha": {"type": "str"},
        "limit": {"type": "int", "default": 20},
        **include_of(LOGS),
    }

    def desired(self, options: dict[str, t.Any]) -> Desired:
        """Raises ConvoxOptionError for a limit that lists nothing, and for an id that no build has."""
        status = options.get("status")
        return Desired(
            app=options["app"],
            ids=names_of(options, "id"),
            status=None if status is None else tuple(status),
            git_sha=options.get("git_sha") or None,
            limit=check_count(options, "limit", "how many builds to list"),
            logs=includes(options, LOGS),
        )

    def observe(self, client: Client, desired: Desired, context: Context) -> Observed:
        """One request for the list, or one for each id; with ``logs`` one more for the env, and one a build.
        Raises ConvoxNotFoundError for an app that is not there."""
        found = _by_id(client, desired, context) if desired.ids is not None else _newest(client, desired)
        if not desired.logs or not found:
            return Observed(tuple(found))
        # Here, because a module compiles what it imports each time it runs, and few tasks ask for logs.
        from ansible_collections.convox.rack.plugins.module_utils._modules.build_info import logs

        return Observed(tuple(found), logs.read(client, context, desired.app, found, _AT_A_TIME))

    def assumed(self, desired: Desired) -> Observed:
        """An app that was just made has none."""
        return Observed()

    def result(self, observed: Observed, desired: Desired) -> dict[str, t.Any]:
        """``builds``, with ``logs`` where they are included."""
        described = [build.as_info() for build in observed.builds]
        if desired.logs:
            for build, lines in zip(described, observed.logs, strict=False):
                build[LOGS] = lines
        return {"builds": described}


def _by_id(client: Client, desired: Desired, context: Context) -> list[builds.Build]:
    from ansible_collections.convox.rack.plugins.module_utils._shared.parallel import in_parallel

    def read(id_: str) -> builds.Build | None:
        return absent_is_none(lambda: builds.get(client, desired.app, id_), "build", id_)

    there = [build for build in in_parallel(context, desired.ids or (), read, _AT_A_TIME) if build]
    if not there:
        apps.get(client, desired.app)
    wanted = [build for build in there if desired.wants(build)]
    return sorted(wanted, key=lambda build: (build.started or "", build.id), reverse=True)[: desired.limit]


def _newest(client: Client, desired: Desired) -> list[builds.Build]:
    """The newest builds that are wanted; a rack cannot choose, so more and more of its list are read."""
    chooses = desired.status is not None or desired.git_sha is not None
    asked = max(desired.limit, PAGE) if chooses else desired.limit
    while True:
        listed = builds.newest(client, desired.app, limit=asked)
        found = [build for build in listed if desired.wants(build)]
        if len(found) >= desired.limit or len(listed) < asked or asked >= _MOST:
            return found[: desired.limit]
        asked = min(asked * _FURTHER, max(_MOST, asked))
