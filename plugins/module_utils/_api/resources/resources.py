# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: resources: an app's, which its convox.yml names, and the rack's own."""

from __future__ import annotations

import typing as t
import urllib.parse

from ansible_collections.convox.rack.plugins.module_utils._api import errors, model
from ansible_collections.convox.rack.plugins.module_utils._api._http.secrets import secrets_of_url
from ansible_collections.convox.rack.plugins.module_utils._api._http.transport import route
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client, absent_is_none
from ansible_collections.convox.rack.plugins.module_utils._api.third_party import pydantic

R = t.TypeVar("R")


class LinkedApp(model.Model):
    """An app that uses a resource of a v2 rack."""

    name: str


class Resource(model.Model):
    """``GET /resources/{name}``, ``GET /apps/{app}/resources/{name}`` (recordings: resources). ``url`` holds
    the password of a database; an app's resource has no ``parameters``, and only v2 racks name ``apps``."""

    name: str
    type: str = ""
    status: str = ""
    url: str = pydantic.Field("", repr=False)
    parameters: dict[str, str] = pydantic.Field({}, repr=False)
    apps: tuple[LinkedApp, ...] = ()

    @property
    def links(self) -> tuple[str, ...]:
        """The names of the apps that use it."""
        return tuple(sorted(app.name for app in self.apps))

    def secrets(self) -> list[str]:
        """What no message may hold: the url with its password, and the values of parameters."""
        return [*secrets_of_url(self.url), *filter(None, self.parameters.values())]


class ResourceParameter(model.Model):
    """What a kind of resource can be given."""

    name: str
    description: str = ""
    default: str = ""


class ResourceType(model.Model):
    """``OPTIONS /resources`` (recordings: resources)."""

    name: str
    parameters: tuple[ResourceParameter, ...] = ()


# --- of an app


def of_app(client: Client, app: str) -> list[Resource]:
    """``GET /apps/{app}/resources``, by name. Raises ConvoxNotFoundError for an app that is not there, or
    that has no release yet: what it has, nobody knows."""
    path = route("apps", app, "resources")
    answer = _of_release(app, lambda: client.get(path, f"list the resources of {app}"))
    return sorted(model.read_list(Resource, answer), key=lambda each: each.name)


def of_app_named(client: Client, app: str, name: str) -> Resource:
    """``GET /apps/{app}/resources/{name}``. Raises as ``of_app``, and for a resource that is not there."""
    path = route("apps", app, "resources", name)
    return model.read(Resource, _of_release(app, lambda: client.get(path, f"read resource {name} of {app}")))


def data_path(app: str, name: str) -> str:
    """``GET`` and ``PUT /apps/{app}/resources/{name}/data``: the data of a postgres, mysql or mariadb as a
    stream. An export that fails is 200 with the words in it. An import answers ``ok`` when all is in; done
    twice it may put the same rows in twice."""
    return route("apps", app, "resources", name, "data")


def _of_release(app: str, read: t.Callable[[], R]) -> R:
    try:
        return read()
    except errors.ConvoxServerError as error:
        if error.message != f"no release for app: {app}":
            raise
        raise errors.ConvoxNotFoundError(
            error.status_code,
            f"{app} has no resources: nothing was promoted yet",
            error.request_id,
            operation=error.operation,
            hint="The resources in its convox.yml are made by the first promote.",
            not_yet=True,
            missing=("release", app),
        ) from None


# --- of the rack


def of_rack(client: Client) -> list[Resource]:
    """``GET /resources``, by name."""
    answer = client.get(route("resources"), "list the resources of the rack")
    return sorted(model.read_list(Resource, answer), key=lambda each: each.name)


def types(client: Client) -> list[ResourceType]:
    """``OPTIONS /resources``: what a rack can make, by name."""
    answer = client.send("OPTIONS", route("resources"), operation="list the types of resources")
    return sorted(model.read_list(ResourceType, answer), key=lambda each: each.name)


def find(client: Client, name: str) -> Resource | None:
    """``GET /resources/{name}``, or None where there is none."""
    path = route("resources", name)
    return absent_is_none(
        lambda: model.read(Resource, client.get(path, f"read resource {name}")), "resource", name
    )


def create(client: Client, name: str, kind: str, parameters: t.Mapping[str, str]) -> Resource:
    """``POST /resources``; one of the name that is there after a lost answer is ours."""
    form = {"kind": kind, "name": name, **_encoded(parameters)}

    def send() -> Resource:
        operation = f"create resource {name}"
        answer = client.send("POST", route("resources"), form=form, operation=operation, expect="json")
        return model.read(Resource, answer)

    return client.settled(send, lambda: find(client, name))


def update(client: Client, name: str, parameters: t.Mapping[str, str]) -> None:
    """``PUT /resources/{name}``; 400 ``unavailable on v3 racks``."""
    form = _encoded(parameters)
    client.send(
        "PUT", route("resources", name), form=form, operation=f"update resource {name}", expect="json"
    )


def delete(client: Client, name: str) -> None:
    """``DELETE /resources/{name}``. One that is gone after a lost answer was deleted by us."""
    path = route("resources", name)
    operation = f"delete resource {name}"
    gone = absent_is_none(
        lambda: client.send("DELETE", path, operation=operation, expect="ok"), "resource", name
    )
    if gone is None:
        client.ledger.settle(operation)


def link(client: Client, name: str, app: str) -> None:
    """``POST /resources/{name}/links``; 400 ``unavailable on v3 racks``. Twice is as good as once."""
    client.send(
        "POST",
        route("resources", name, "links"),
        form={"app": app},
        operation=f"link resource {name} to {app}",
        expect="json",
        repeatable=True,
    )


def unlink(client: Client, name: str, app: str) -> None:
    """``DELETE /resources/{name}/links/{app}``; 400 ``unavailable on v3 racks``."""
    path = route("resources", name, "links", app)
    client.send("DELETE", path, operation=f"unlink resource {name} from {app}", expect="json")


def _encoded(parameters: t.Mapping[str, str]) -> dict[str, str]:
    """Parameters as one urlencoded field: the only form the server reads."""
    return {"parameters": urllib.parse.urlencode(sorted(parameters.items()))} if parameters else {}
