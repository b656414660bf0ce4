# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the noun of convox_service_info, which services an app has."""

from __future__ import annotations

import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import service_details
from ansible_collections.convox.rack.plugins.module_utils._info import (
    LIST,
    PARALLEL,
    InfoNoun,
    check_count,
    include_of,
    includes,
    names_of,
)
from ansible_collections.convox.rack.plugins.module_utils._noun import Context
from ansible_collections.convox.rack.plugins.module_utils._shared import metrics as asked_metrics

Metrics = list[dict[str, t.Any]]


class Desired(t.NamedTuple):
    """Which services to read, all with ``names`` None; ``metrics``: what to ask for, None for none."""

    app: str
    names: tuple[str, ...] | None
    metrics: dict[str, str] | None
    parallel: int


class Observed(t.NamedTuple):
    """The services asked for, by their names; ``metrics`` of each, None where the rack keeps none."""

    services: tuple[service_details.DetailedService, ...] = ()
    metrics: tuple[Metrics | None, ...] = ()


class ServiceInfoNoun(InfoNoun[Desired, Observed]):
    """Which services an app has."""

    ARGUMENTS: t.ClassVar[dict[str, dict[str, t.Any]]] = {
        "app": {"type": "str", "required": True},
        "name": LIST,
        **include_of(asked_metrics.INCLUDE),
        **asked_metrics.METRICS_ARGUMENTS,
        **PARALLEL,
    }

    def desired(self, options: dict[str, t.Any]) -> Desired:
        """Raises ConvoxOptionError for metrics of which nobody knows what they are, and the like."""
        with_metrics = includes(options, asked_metrics.INCLUDE, *asked_metrics.METRICS_ARGUMENTS)
        return Desired(
            app=options["app"],
            names=names_of(options, "name"),
            metrics=asked_metrics.query_of(options) if with_metrics else None,
            parallel=check_count(options, "parallel", "how many services to ask for at a time"),
        )

    def observe(self, client: Client, desired: Desired, context: Context) -> Observed:
        """One request, and one a service with ``metrics``. Raises ConvoxNotFoundError for an app that is not
        there."""
        found = tuple(
            each
            for each in service_details.list_all(client, desired.app)
            if desired.names is None or each.service.name in desired.names
        )
        if desired.metrics is None:
            return Observed(found)
        return Observed(found, _metrics(client, desired, context, [each.service.name for each in found]))

    def assumed(self, desired: Desired) -> Observed:
        """An app that was just made has none."""
        return Observed()

    def result(self, observed: Observed, desired: Desired) -> dict[str, t.Any]:
        """``services``, with ``metrics`` where they are included."""
        described = [each.as_result() for each in observed.services]
        if desired.metrics is not None:
            for service, metrics in zip(described, observed.metrics, strict=False):
                service["metrics"] = metrics
        return {"services": described}


def _metrics(
    client: Client, desired: Desired, context: Context, names: t.Sequence[str]
) -> tuple[Metrics | None, ...]:
    # Here, because a module compiles what it imports each time it runs, and few tasks ask for metrics.
    from ansible_collections.convox.rack.plugins.module_utils._api.resources import metrics
    from ansible_collections.convox.rack.plugins.module_utils._shared.parallel import in_parallel

    query = desired.metrics or {}

    def read(name: str) -> Metrics:
        return [each.as_result() for each in metrics.of_service(client, desired.app, name, query)]

    try:
        return tuple(in_parallel(context, names, read, desired.parallel))
    except errors.ConvoxNotImplementedError as error:
        context.warn(f"This rack keeps no metrics of services ({error.message}), so metrics are null")
        return (None,) * len(names)
