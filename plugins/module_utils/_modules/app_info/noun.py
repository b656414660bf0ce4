# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the noun of convox_app_info, which apps a rack has, and what belongs to them."""

from __future__ import annotations

import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import apps
from ansible_collections.convox.rack.plugins.module_utils._info import (
    LIST,
    PARALLEL,
    InfoNoun,
    check_count,
    fits,
    include_of,
    includes,
    names_of,
)
from ansible_collections.convox.rack.plugins.module_utils._noun import Context
from ansible_collections.convox.rack.plugins.module_utils._shared import metrics
from ansible_collections.convox.rack.plugins.module_utils._shared.parallel import in_parallel

DIAGNOSE = "diagnose"
INCLUDE = (
    "services",
    "processes",
    "resources",
    "balancers",
    "builds",
    "releases",
    "budget",
    "configs",
    metrics.INCLUDE,
    DIAGNOSE,
    "manifest",
)
DIAGNOSE_ARGUMENTS: dict[str, dict[str, t.Any]] = {
    "checks": LIST,
    "services": LIST,
    "lines": {"type": "int"},
}


class Desired(t.NamedTuple):
    """Which apps to read, and what of each; None where it makes no difference. ``status``: patterns;
    ``metrics``, ``diagnose``: what to ask the rack for."""

    names: tuple[str, ...] | None
    status: tuple[str, ...] | None
    locked: bool | None
    include: tuple[str, ...]
    metrics: dict[str, str]
    diagnose: dict[str, str]
    parallel: int

    def wants(self, app: apps.App) -> bool:
        """Whether an app is one of those."""
        return (
            (self.names is None or app.name in self.names)
            and fits(app.status, self.status)
            and self.locked in (None, app.locked)
        )


class Found(t.NamedTuple):
    """An app, and what was included of it."""

    app: apps.App
    included: dict[str, t.Any]


class Observed(t.NamedTuple):
    """The apps asked for, by their names."""

    apps: tuple[Found, ...] = ()

    def __repr__(self) -> str:
        return type(self).__name__


class AppInfoNoun(InfoNoun[Desired, Observed]):
    """Which apps a rack has, and what belongs to them."""

    ARGUMENTS: t.ClassVar[dict[str, dict[str, t.Any]]] = {
        "name": LIST,
        "status": LIST,
        "locked": {"type": "bool"},
        **include_of(*INCLUDE),
        **metrics.METRICS_ARGUMENTS,
        **DIAGNOSE_ARGUMENTS,
        **PARALLEL,
    }

    def desired(self, options: dict[str, t.Any]) -> Desired:
        """Raises ConvoxOptionError for what no rack knows, and for options of what is not included."""
        status = options.get("status")
        with_metrics = includes(options, metrics.INCLUDE, *metrics.METRICS_ARGUMENTS)
        return Desired(
            names=names_of(options, "name"),
            status=None if status is None else tuple(status),
            locked=options.get("locked"),
            include=tuple(part for part in INCLUDE if part in options["include"]),
            metrics=metrics.query_of(options) if with_metrics else {},
            diagnose=_diagnose_query(options),
            parallel=check_count(options, "parallel", "how many apps to ask for at a time"),
        )

    def observe(self, client: Client, desired: Desired, context: Context) -> Observed:
        """One request, and one for each app and part that is included."""
        found = [app for app in _listed(client, desired, context) if desired.wants(app)]
        if not desired.include or not found:
            return Observed(tuple(Found(app, {}) for app in found))
        # Here, because a module compiles what it imports each time it runs, and a list needs none of it.
        from ansible_collections.convox.rack.plugins.module_utils._modules.app_info import parts

        included = parts.Reader(client, context, desired.metrics, desired.diagnose).read(
            found, desired.include, desired.parallel
        )
        return Observed(tuple(Found(app, included[app.name]) for app in found if app.name in included))

    def result(self, observed: Observed, desired: Desired) -> dict[str, t.Any]:
        """``apps``, each with a key for each part that is included."""
        return {"apps": [{**found.app.model_dump(), **found.included} for found in observed.apps]}


def _listed(client: Client, desired: Desired, context: Context) -> list[apps.App]:
    """The apps that may be wanted: one alone is asked for by its name."""
    names = desired.names
    if names is not None and len(names) == 1:
        one = apps.find(client, names[0])
        return [one] if one else []
    try:
        return apps.list_all(client)
    except errors.ConvoxForbiddenError:
        # A plain deploy key may read an app and not list them.
        if not names:
            raise
    each = in_parallel(context, names, lambda name: apps.find(client, name), desired.parallel)
    return [app for app in each if app is not None]


def _diagnose_query(options: dict[str, t.Any]) -> dict[str, str]:
    """What to ask a diagnosis for. Raises ConvoxOptionError for a name that is none."""
    query = {}
    if includes(options, DIAGNOSE, *DIAGNOSE_ARGUMENTS):
        for option in ("checks", "services"):
            names = names_of(options, option)
            if names is not None:
                query[option] = ",".join(names)
        if options.get("lines") is not None:
            query["lines"] = str(check_count(options, "lines", "how many lines of each log to read"))
    return query
