# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: services, their processes and logs."""

from __future__ import annotations

import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api import models
from ansible_collections.convox.rack.plugins.module_utils._api._http.transport import route
from ansible_collections.convox.rack.plugins.module_utils._api.client import RackBase, given, read, read_list


class ServiceCalls(RackBase):
    """Requests about services and processes."""

    def services(self, app: str) -> list[models.Service]:
        """``GET /apps/{app}/services``, sorted by name (the rack gives no order)."""
        answer = self._get(route("apps", app, "services"), f"list the services of {app}")
        return sorted(read_list(models.Service, answer), key=lambda service: service.name)

    def update_service(self, app: str, service: str, **fields: t.Any) -> None:
        """``PUT /apps/{app}/services/{name}``: ``count``, ``cpu`` (thousandths of a core), ``memory`` (MiB),
        ``gpu``, ``gpu_vendor``, ``min``, ``max``. A refused value stays in the rack's cache: check first."""
        path = route("apps", app, "services", service)
        self.transport.send("PUT", path, form=given(**fields), doing=f"scale {service} of {app}")

    def restart_service(self, app: str, service: str) -> None:
        """``POST …/services/{name}/restart``; after a lost answer, new processes tell that it was done."""
        before = {process.id for process in self.processes(app, service=service)}

        def send() -> bool:
            path = route("apps", app, "services", service, "restart")
            self.transport.send("POST", path, doing=f"restart {service} of {app}")
            return True

        def look() -> bool | None:
            now = {process.id for process in self.processes(app, service=service)}
            return True if now - before else None

        self._settled(send, look)

    def processes(
        self, app: str, *, service: str | None = None, release: str | None = None
    ) -> list[models.Process]:
        """``GET /apps/{app}/processes``. The list of an absent app is empty, no error."""
        query = given(service=service, release=release)
        answer = self._get(route("apps", app, "processes"), f"list the processes of {app}", query=query)
        return read_list(models.Process, answer)

    def diagnose(self, app: str, *, lines: int = 50) -> models.Diagnosis:
        """``GET /apps/{app}/diagnose`` (since 3.24.0); ``lines`` of log a pod. Costly for the rack."""
        answer = self._get(route("apps", app, "diagnose"), f"diagnose {app}", query={"lines": str(lines)})
        return read(models.Diagnosis, answer)

    def service_log(self, app: str, service: str, *, tail: int, timeout: float = 15.0) -> t.Iterator[str]:
        """The last ``tail`` lines of each process of a service."""
        headers = {"Follow": "false", "Tail": str(tail), "Prefix": "false", "Since": "1h"}
        path = route("apps", app, "services", service, "logs")
        return self.transport.stream_text(
            path, headers=headers, doing=f"read the log of {service}", timeout=timeout
        )
