# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: apps, their configs and budget, and the rack itself."""

from __future__ import annotations

import base64
import urllib.parse

from ansible_collections.convox.rack.plugins.module_utils._api import models
from ansible_collections.convox.rack.plugins.module_utils._api._http.transport import route
from ansible_collections.convox.rack.plugins.module_utils._api.client import (
    RackBase,
    absent_is_none,
    given,
    read,
)


class AppCalls(RackBase):
    """Requests about apps."""

    def app(self, name: str) -> models.App:
        """``GET /apps/{name}``."""
        return read(models.App, self._get(route("apps", name), f"read app {name}"))

    def find_app(self, name: str) -> models.App | None:
        """The app, or None where there is none."""
        return absent_is_none(lambda: self.app(name))

    def create_app(self, name: str) -> models.App:
        """``POST /apps``; an app that is there after a lost answer is ours."""

        def send() -> models.App:
            answer = self.transport.send(
                "POST", route("apps"), form={"name": name}, doing=f"create app {name}"
            )
            return read(models.App, answer)

        return self._settled(send, lambda: self.find_app(name))

    def update_app(
        self, name: str, *, lock: bool | None = None, parameters: dict[str, str] | None = None
    ) -> None:
        """``PUT /apps/{name}``. Parameters go as one urlencoded field: the only form the server reads."""
        form = given(lock=lock)
        if parameters:
            form["parameters"] = urllib.parse.urlencode(sorted(parameters.items()))
        self.transport.send("PUT", route("apps", name), form=form, doing=f"update app {name}")

    def delete_app(self, name: str) -> None:
        """``DELETE /apps/{name}``; the app stays readable as ``deleting`` for a while."""
        self.transport.send("DELETE", route("apps", name), doing=f"delete app {name}")

    def cancel(self, name: str) -> None:
        """``POST /apps/{name}/cancel``: end the promote that is under way."""

        def send() -> bool:
            self.transport.send("POST", route("apps", name, "cancel"), doing=f"cancel the promote of {name}")
            return True

        self._settled(send, lambda: True if self.app(name).status != "updating" else None)

    def find_config(self, app: str, name: str) -> str | None:
        """The value of ``GET /apps/{app}/configs/{name}``, or None where there is none."""
        path = route("apps", app, "configs", name)
        config = absent_is_none(
            lambda: read(models.AppConfig, self._get(path, f"read config {name} of {app}"))
        )
        return None if config is None else config.value

    def set_config(self, app: str, name: str, value: str) -> None:
        """``PUT /apps/{app}/configs/{name}``; the value goes in as base64 and comes out as text."""
        encoded = base64.b64encode(value.encode()).decode()
        path = route("apps", app, "configs", name)
        self.transport.send("PUT", path, form={"value": encoded}, doing=f"set config {name} of {app}")

    def budget(self, app: str) -> models.Budget:
        """``GET /apps/{app}/budget``."""
        return read(models.Budget, self._get(route("apps", app, "budget"), f"read the budget of {app}"))

    def system(self) -> models.System:
        """``GET /system``."""
        return read(models.System, self._get(route("system"), "read the rack"))
