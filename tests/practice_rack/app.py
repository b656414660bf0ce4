# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""All routes of the practice rack, and the layers around them."""

from __future__ import annotations

from collections.abc import Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, WebSocketRoute

from tests.practice_rack import (
    apps,
    budget,
    builds,
    certificates,
    cluster,
    diagnose,
    files,
    objects,
    processes,
    registries,
    releases,
    resources,
    services,
    sockets,
    system,
    transfer,
)
from tests.practice_rack.state import State
from tests.practice_rack.web import Operation, endpoint

ADMIN = "admin role required"

OPERATIONS = [
    Operation("GET", "/auth", system.check, deploy_key=True),
    Operation("GET", "/system", system.get, deploy_key=True),
    Operation("PUT", "/system", system.update),
    Operation("GET", "/system/capacity", cluster.capacity),
    Operation("GET", "/system/processes", cluster.processes),
    Operation("GET", "/system/metrics", system.unimplemented),
    Operation("GET", "/system/releases", system.history),
    Operation("POST", "/system/jwt/token", system.token),
    Operation("PUT", "/system/jwt/rotate", system.rotate, admin=ADMIN),
    Operation("GET", "/apps", apps.list_apps),
    Operation("POST", "/apps", apps.create),
    Operation("GET", "/apps/{name}", apps.get, deploy_key=True),
    Operation("PUT", "/apps/{name}", apps.update),
    Operation("DELETE", "/apps/{name}", apps.delete),
    Operation("POST", "/apps/{name}/cancel", apps.cancel),
    Operation("GET", "/apps/{name}/metrics", apps.metrics),
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
    Operation("GET", "/apps/{app}/builds/{id}", builds.get, deploy_key=True),
    Operation("PUT", "/apps/{app}/builds/{id}", builds.update, deploy_key=True),
    Operation("GET", "/apps/{app}/services", services.list_services),
    Operation("PUT", "/apps/{app}/services/{name}", services.update),
    Operation("POST", "/apps/{app}/services/{name}/restart", services.restart),
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
    Operation("GET", "/instances", cluster.instances),
    Operation("POST", "/instances/keyroll", system.unimplemented),
    Operation("DELETE", "/instances/{id}", cluster.terminate),
    Operation("GET", "/registries", registries.list_registries),
    Operation("POST", "/registries", registries.add),
    Operation("DELETE", "/registries/{server:path}", registries.remove),
    Operation("OPTIONS", "/resources", registries.kinds),
    Operation("GET", "/resources", registries.list_webhooks),
    Operation("POST", "/resources", registries.create),
    Operation("GET", "/resources/{name}", registries.get),
    Operation("PUT", "/resources/{name}", registries.unavailable),
    Operation("DELETE", "/resources/{name}", registries.delete),
    Operation("POST", "/resources/{name}/links", registries.unavailable),
    Operation("DELETE", "/resources/{name}/links/{app}", registries.unavailable),
]


async def _empty(request: Request, error: Exception) -> Response:
    """Unknown routes and wrong methods: an empty body and no Request-Id."""
    return Response(status_code=getattr(error, "status_code", 404))


def build(state_of: Callable[[], State]) -> Starlette:
    routes: list[BaseRoute] = []
    for operation in OPERATIONS:
        route = Route(operation.path, endpoint(state_of, operation), methods=[operation.method])
        route.methods = {operation.method}  # Starlette lets HEAD in with GET; a rack does not
        routes.append(route)
    for path, handler in sockets.ROUTES:
        routes.append(WebSocketRoute(path, sockets.endpoint(state_of, handler)))
    app = Starlette(routes=routes, exception_handlers={404: _empty, 405: _empty})
    app.router.redirect_slashes = False
    app.router.default = sockets.NotFound(app.router.default)
    return app
