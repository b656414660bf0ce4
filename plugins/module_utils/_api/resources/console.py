# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: what a console knows of racks by itself.

Read from the CLI's source, never recorded: so names of fields are matched whatever their case, as the CLI
does, and of an update's answer only its status counts.
"""

from __future__ import annotations

import json
import typing as t
from collections.abc import Mapping

from ansible_collections.convox.rack.plugins.module_utils._api import errors, model
from ansible_collections.convox.rack.plugins.module_utils._api._http.transport import route
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client, given
from ansible_collections.convox.rack.plugins.module_utils._api.third_party import pydantic


class ConsoleModel(model.Model):
    """An answer of a console: its names may be written in any case."""

    @pydantic.model_validator(mode="before")
    @classmethod
    def _any_case(cls, data: t.Any) -> t.Any:
        if not isinstance(data, dict):
            return data
        return {str(name).lower(): value for name, value in data.items()}


class Organization(ConsoleModel):
    """Whose rack it is."""

    name: str = ""


class Rack(ConsoleModel):
    """``GET /racks/{org}/{name}``. ``parameters`` None: the console does not know them. ``managed``: the
    console holds the state of its Terraform (which is full of secrets, and not kept here), so it updates the
    rack."""

    name: str
    organization: Organization | None = None
    provider: str = ""
    status: str = ""
    version: str = ""
    deletable: bool = False
    managed: bool = False
    parameters: dict[str, str] | None = pydantic.Field(None, repr=False)

    @pydantic.model_validator(mode="before")
    @classmethod
    def _without_state(cls, data: t.Any) -> t.Any:
        if not isinstance(data, dict):
            return data
        state = [value for name, value in data.items() if str(name).lower() == "state"]
        kept = {name: value for name, value in data.items() if str(name).lower() not in ("state", "managed")}
        return {**kept, "managed": any(value is not None for value in state)}

    @property
    def full_name(self) -> str:
        return f"{self.organization.name}/{self.name}" if self.organization else self.name


def racks(client: Client) -> list[Rack]:
    """``GET /racks``: those that the key may see. Needs no rack to be named."""
    return model.read_list(Rack, client.get(route("racks"), "list the console's racks"))


def own_name(client: Client) -> str | None:
    """The rack's name at its console, org/name; None for a rack that is asked directly."""
    name = client.transport.connection.rack
    return name if name is not None and name.count("/") == 1 and all(name.split("/")) else None


def find(client: Client, name: str) -> Rack | None:
    """``GET /racks/{org}/{name}``; None where the host has no such route: it is the rack itself."""
    try:
        return model.read(Rack, client.get(_path(name), f"read rack {name} at the console"))
    except errors.ConvoxNotImplementedError:
        return None


def update(
    client: Client,
    name: str,
    *,
    version: str,
    parameters: Mapping[str, str] | None = None,
    force: bool | None = None,
) -> None:
    """``PUT /racks/{org}/{name}``: parameters (an empty one goes) go with the version that is there; another
    version goes without any. The update goes on after the answer."""
    params = json.dumps(dict(sorted(parameters.items()))) if parameters else "null"
    form = given(params=params, version=version, force=force)
    client.send("PUT", _path(name), form=form, operation=f"update rack {name}", expect="any")


def _path(name: str, *more: str) -> str:
    return route("racks", *name.split("/"), *more)


class Machine(ConsoleModel):
    """One of ``GET /machines``: a cloud machine."""

    id: str
    name: str = ""
    organization_info: Organization | None = None

    @property
    def full_name(self) -> str:
        return f"{self.organization_info.name}/{self.name}" if self.organization_info else self.name


def machines(client: Client) -> list[Machine]:
    """``GET /machines``: those that the key may see."""
    return model.read_list(Machine, client.get(route("machines"), "list the cloud machines"))
