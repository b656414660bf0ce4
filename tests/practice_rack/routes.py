# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""All routes of the practice rack, and the way to one."""

from __future__ import annotations

import re

from starlette.routing import compile_path

from tests.practice_rack import (
    apps,
    budget,
    builds,
    certificates,
    cluster,
    console,
    diagnose,
    events,
    files,
    metrics,
    objects,
    overrides,
    processes,
    rack_resources,
    registries,
    releases,
    resources,
    services,
    system,
    transfer,
)
from tests.practice_rack.exchange import Asked, Record, Reply
from tests.practice_rack.state import State
from tests.practice_rack.web import Operation, respond

ADMIN = "admin role required"

OPERATIONS = [
    Operation("GET", "/auth", system.check, deploy_key=True),
    Operation("GET", "/system", system.get, deploy_key=True),
    Operation("PUT", "/system", system.update),
    Operation("GET", "/system/capacity", cluster.capacity),
    Operation("GET", "/system/processes", cluster.processes),
    Operation("GET", "/system/metrics", metrics.of_rack),
    Operation("GET", "/system/releases", system.history),
    Operation("POST", "/system/jwt/token", system.token),
    Operation("PUT", "/system/jwt/rotate", system.rotate, admin=ADMIN),
    Operation("GET", "/apps", apps.list_apps),
    Operation("POST", "/apps", apps.create),
    Operation("GET", "/apps/{name}", apps.get, deploy_key=True),
    Operation("PUT", "/apps/{name}", apps.update),
    Operation("DELETE", "/apps/{name}", apps.delete),
    Operation("POST", "/apps/{name}/cancel", apps.cancel),
    Operation("GET", "/apps/{name}/metrics", metrics.of_app),
    Operation("GET", "/apps/{app}/balancers", apps.balancers),
    Operation("GET", "/apps/{app}/configs", apps.config_list),
    Operation("GET", "/apps/{app}/configs/{name}", apps.config_get),
    Operation("PUT", "/apps/{app}/configs/{name}", apps.config_set),
    Operation("GET", "/apps/{app}/releases", releases.list_releases),
    Operation("POST", "/apps/{app}/releases", releases.create, deploy_key=True),
    Operation("GET", "/apps/{app}/releases/{id}", releases.get),
    Operation("POST", "/apps/{app}/releases/{id}/promote", releases.promote, deploy_key=True),
    Operation("GET", "/apps/{app}/builds", builds.list_builds, deploy_key=True),
    Operation("POST", "/apps/{app}/builds", builds.create, deploy_key=True),
    Operation("POST", "/apps/{app}/builds/import", transfer.import_build, deploy_key=True),
    Operation("GET", "/apps/{app}/builds/{id}.tgz", transfer.export, deploy_key=True),
    Operation("POST", "/apps/{app}/builds/{id}/image", transfer.import_image, deploy_key=True),
    Operation("POST", "/apps/{app}/builds/{id}/cancel", builds.cancel, enabled=lambda s: s.cancel_builds),
    Operation("GET", "/apps/{app}/builds/{id}", builds.get, deploy_key=True),
    Operation("PUT", "/apps/{app}/builds/{id}", builds.update, deploy_key=True),
    Operation("GET", "/apps/{app}/services", services.list_services),
    Operation("PUT", "/apps/{app}/services/{name}", services.update),
    Operation("POST", "/apps/{app}/services/{name}/restart", services.restart),
    Operation("GET", "/apps/{app}/services/{service}/metrics", metrics.of_service),
    Operation("POST", "/apps/{app}/services/{service}/scale-override", overrides.scale, since=(3, 24, 6)),
    Operation("POST", "/apps/{app}/services/{service}/triggers/enable", overrides.enable, since=(3, 24, 6)),
    Operation("POST", "/apps/{app}/services/{service}/triggers/disable", overrides.disable, since=(3, 24, 6)),
    Operation(
        "POST", "/apps/{app}/services/{service}/triggers/threshold", overrides.threshold, since=(3, 24, 6)
    ),
    Operation("GET", "/apps/{app}/manifest/services/{service}", services.manifest_service),
    Operation("POST", "/apps/{app}/services/{service}/processes", processes.run, deploy_key=True),
    Operation("GET", "/apps/{app}/processes", processes.list_processes),
    Operation("GET", "/apps/{app}/processes/{pid}", processes.get, deploy_key=True),
    Operation("DELETE", "/apps/{app}/processes/{pid}", processes.stop, deploy_key=True),
    Operation("GET", "/apps/{app}/processes/{pid}/files", files.download),
    Operation("POST", "/apps/{app}/processes/{pid}/files", files.upload),
    Operation("DELETE", "/apps/{app}/processes/{pid}/files", files.delete),
    Operation("GET", "/apps/{app}/objects", objects.list_objects),
    Operation("GET", "/apps/{app}/objects/{key:path}", objects.fetch),
    Operation("HEAD", "/apps/{app}/objects/{key:path}", objects.exists),
    Operation("POST", "/apps/{app}/objects/{key:path}", objects.store, deploy_key=True),
    Operation("DELETE", "/apps/{app}/objects/{key:path}", objects.delete),
    Operation("GET", "/apps/{app}/resources", resources.list_resources),
    Operation("GET", "/apps/{app}/resources/{name}", resources.get),
    Operation("GET", "/apps/{app}/resources/{name}/data", resources.export_data),
    Operation("PUT", "/apps/{app}/resources/{name}/data", resources.import_data),
    Operation("GET", "/apps/{app}/diagnose", diagnose.report, since=(3, 24, 0), enabled=lambda s: s.diagnose),
    Operation("GET", "/apps/{app}/budget", budget.get),
    Operation(
        "POST",
        "/apps/{app}/budget",
        budget.set_budget,
        admin="AppBudgetSet: admin role required to set budget cap",
    ),
    Operation(
        "DELETE",
        "/apps/{app}/budget",
        budget.clear,
        admin="AppBudgetClear: admin role required to remove budget config",
    ),
    Operation("POST", "/apps/{app}/budget/reset", budget.reset, admin=f"AppBudgetReset: {ADMIN}"),
    Operation("GET", "/apps/{app}/budget/shutdown-state", budget.shutdown_state),
    Operation("POST", "/apps/{app}/budget/simulate-shutdown", budget.simulate),
    Operation("POST", "/apps/{app}/budget/dismiss-recovery", budget.dismiss),
    Operation("GET", "/apps/{app}/cost", budget.cost),
    Operation("PUT", "/apps/{app}/ssl/{service}/{port}", certificates.apply),
    Operation("GET", "/certificates", certificates.list_certificates),
    Operation("POST", "/certificates", certificates.create),
    Operation("POST", "/certificates/generate", certificates.generate),
    Operation("DELETE", "/certificates/{id}", certificates.delete),
    Operation("POST", "/certificates/{id}/renew", certificates.renew),
    Operation("GET", "/letsencrypt/config", certificates.letsencrypt),
    Operation("PUT", "/letsencrypt/config", certificates.letsencrypt_apply),
    Operation("POST", "/events", events.send),
    Operation("GET", "/instances", cluster.instances),
    Operation("POST", "/instances/keyroll", cluster.keyroll),
    Operation("DELETE", "/instances/{id}", cluster.terminate),
    Operation("GET", "/registries", registries.list_registries),
    Operation("POST", "/registries", registries.add),
    Operation("DELETE", "/registries/{server:path}", registries.remove),
    *console.OPERATIONS,
    Operation("OPTIONS", "/resources", rack_resources.kinds),
    Operation("GET", "/resources", rack_resources.list_resources),
    Operation("POST", "/resources", rack_resources.create),
    Operation("GET", "/resources/{name}", rack_resources.get),
    Operation("PUT", "/resources/{name}", rack_resources.update),
    Operation("DELETE", "/resources/{name}", rack_resources.delete),
    Operation("POST", "/resources/{name}/links", rack_resources.link),
    Operation("DELETE", "/resources/{name}/links/{app}", rack_resources.unlink),
    *console.OPERATIONS,
]

_BY_METHOD: dict[str, list[tuple[re.Pattern[str], Operation]]] = {}
for _operation in OPERATIONS:
    _BY_METHOD.setdefault(_operation.method, []).append((compile_path(_operation.path)[0], _operation))


def find(method: str, path: str) -> tuple[Operation, dict[str, str]] | int:
    """The operation and what stands in its path for its variables; or 404, or 405 for a wrong method."""
    for pattern, operation in _BY_METHOD.get(method, ()):
        match = pattern.match(path)
        if match:
            return operation, match.groupdict()
    others = (pattern for routes in _BY_METHOD.values() for pattern, _unused in routes)
    return 405 if any(pattern.match(path) for pattern in others) else 404


def answer(state: State, asked: Asked, record: Record) -> Reply:
    """The whole answer to a plain request; that of an unknown route is empty and has no Request-Id.

    Raises Dropped where the server breaks down under it.
    """
    state, asked = console.forwarded(state, asked)
    found = find(asked.method, asked.path)
    if isinstance(found, int):
        return Reply(found)
    return respond(state, *found, asked, record)
