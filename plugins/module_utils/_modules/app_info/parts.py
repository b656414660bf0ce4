# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: what convox_app_info can include, each part of an app by a request of its own."""

from __future__ import annotations

import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources.apps import App
from ansible_collections.convox.rack.plugins.module_utils._noun import Context
from ansible_collections.convox.rack.plugins.module_utils._shared.parallel import in_parallel

# The newest builds and releases, so many.
NEWEST = 10
_COST_TRACKING_OFF = 422


class Job(t.NamedTuple):
    """One part of one app to read."""

    app: App
    part: str


class Done(t.NamedTuple):
    """What came of it: ``gone``: the app is not there any more; ``lacks``: why the rack cannot tell."""

    value: t.Any = None
    gone: bool = False
    lacks: str = ""


class Reader:
    """Reads parts of apps, for one task. Each part has a method of its name; imports stand in them, because a
    module compiles what it imports each time it runs, and few tasks include many parts."""

    def __init__(
        self, client: Client, context: Context, metrics: t.Mapping[str, str], diagnose: t.Mapping[str, str]
    ) -> None:
        self._client = client
        self._context = context
        self._metrics = metrics
        self._diagnose = diagnose

    def read(
        self, found: t.Sequence[App], include: t.Sequence[str], parallel: int
    ) -> dict[str, dict[str, t.Any]]:
        """The parts of each app by its name. Apps that were deleted meanwhile are left out. What a rack
        cannot tell is None, and a warning says why. Raises the error of the first part that fails."""
        jobs = [Job(app, part) for app in found for part in include]
        done = in_parallel(self._context, jobs, self._one, parallel, lambda job: job.app.name)
        gone = {job.app.name for job, each in zip(jobs, done, strict=True) if each.gone}
        included: dict[str, dict[str, t.Any]] = {app.name: {} for app in found if app.name not in gone}
        lacks: dict[str, str] = {}
        for job, each in zip(jobs, done, strict=True):
            if job.app.name in included:
                included[job.app.name][job.part] = each.value
            if each.lacks:
                lacks.setdefault(job.part, each.lacks)
        for part, why in lacks.items():
            self._context.warn(f"This rack cannot tell {part} of apps ({why.rstrip('.')}), so {part} is null")
        return included

    def _one(self, job: Job) -> Done:
        part: t.Callable[[App], t.Any] = getattr(self, job.part)
        try:
            return Done(part(job.app))
        except errors.ConvoxNotFoundError as error:
            if not error.is_about("app", job.app.name):
                raise
            return Done(gone=True)
        except errors.ConvoxNotImplementedError as error:
            return Done(lacks=error.message)
        except errors.ConvoxValidationError as error:
            if error.status_code != _COST_TRACKING_OFF:
                raise
            return Done(lacks=error.message)

    def services(self, app: App) -> list[dict[str, t.Any]]:
        from ansible_collections.convox.rack.plugins.module_utils._api.resources import service_details

        return [service.as_result() for service in service_details.list_all(self._client, app.name)]

    def processes(self, app: App) -> list[dict[str, t.Any]]:
        from ansible_collections.convox.rack.plugins.module_utils._api.resources import processes

        found = processes.list_all(self._client, app.name)
        return [process.as_result() for process in sorted(found, key=lambda process: process.id)]

    def resources(self, app: App) -> list[dict[str, t.Any]]:
        from ansible_collections.convox.rack.plugins.module_utils._api.resources import app_resources

        if not app.release:
            # A rack answers 500 here.
            return []
        return [resource.model_dump() for resource in app_resources.list_all(self._client, app.name)]

    def balancers(self, app: App) -> list[dict[str, t.Any]]:
        from ansible_collections.convox.rack.plugins.module_utils._api.resources import balancers

        return [balancer.model_dump() for balancer in balancers.list_all(self._client, app.name)]

    def builds(self, app: App) -> list[dict[str, t.Any]]:
        from ansible_collections.convox.rack.plugins.module_utils._api.resources import builds

        found = [build.as_info() for build in builds.newest(self._client, app.name, limit=NEWEST)]
        return [{name: value for name, value in build.items() if name != "manifest"} for build in found]

    def releases(self, app: App) -> list[dict[str, t.Any]]:
        from ansible_collections.convox.rack.plugins.module_utils._api.model import utc
        from ansible_collections.convox.rack.plugins.module_utils._api.resources import releases

        return [
            {
                **release.model_dump(exclude={"env", "manifest"}),
                "created": utc(release.created),
                "active": release.id == app.release,
                "variables": sorted(release.variables),
            }
            for release in releases.newest(self._client, app.name, limit=NEWEST)
        ]

    def budget(self, app: App) -> dict[str, t.Any] | None:
        from ansible_collections.convox.rack.plugins.module_utils._api.resources import budgets

        return budgets.get(self._client, app.name).as_result()

    def configs(self, app: App) -> list[str]:
        from ansible_collections.convox.rack.plugins.module_utils._api.resources import configs

        return [config.name for config in configs.list_all(self._client, app.name)]

    def metrics(self, app: App) -> list[dict[str, t.Any]]:
        from ansible_collections.convox.rack.plugins.module_utils._api.resources import metrics

        return [metric.as_result() for metric in metrics.of_app(self._client, app.name, self._metrics)]

    def diagnose(self, app: App) -> dict[str, t.Any]:
        from ansible_collections.convox.rack.plugins.module_utils._api.resources import diagnosis
        from ansible_collections.convox.rack.plugins.module_utils._modules.app_info import report

        # Asked for first: a log of which no secret is known must not be read.
        secrets = report.secrets_of(self._client, self._context, app.name)
        found = diagnosis.report(self._client, app.name, self._diagnose)
        return report.as_result(found, secrets)

    def manifest(self, app: App) -> str | None:
        from ansible_collections.convox.rack.plugins.module_utils._api.resources import releases

        if not app.release:
            return None
        return releases.get(self._client, app.name, app.release).manifest
