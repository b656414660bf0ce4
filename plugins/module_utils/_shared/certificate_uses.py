# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: which services use which certificates of a rack.

A v2 rack shows it at the ports of a service. A v3 rack does not: there convox.yml names the certificate, so
the manifest that an app runs is read as well.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api import manifests
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import apps, releases, services
from ansible_collections.convox.rack.plugins.module_utils._noun import Context
from ansible_collections.convox.rack.plugins.module_utils._shared.parallel import in_parallel

# Ids of certificates are made of these.
_WORD = re.compile(r"[\w:/.-]+")


class Use(t.NamedTuple):
    """A place where a certificate is used. ``service`` None: somewhere in the app's convox.yml; ``port``
    None: wherever the service answers to https."""

    app: str
    service: str | None
    port: int | None

    def words(self) -> str:
        return f"{self.app}/{self.service}" if self.service else self.app


def of_certificates(
    client: Client, context: Context, ids: t.Collection[str], parallel: int = 8
) -> dict[str, list[Use]]:
    """The uses of each of these certificates: one request for the apps, two for each one that runs
    something."""
    found: dict[str, list[Use]] = {id_: [] for id_ in ids}
    running = [app for app in apps.list_all(client) if app.release] if ids else []
    releases_of = {app.name: app.release for app in running}
    each = in_parallel(
        context, list(releases_of), lambda name: _of_app(client, name, releases_of[name], ids), parallel
    )
    for uses in each:
        for id_, use in uses:
            if use not in found[id_]:
                found[id_].append(use)
    return found


def _of_app(client: Client, app: str, release: str, ids: t.Collection[str]) -> list[tuple[str, Use]]:
    found = [
        (port.certificate, Use(app, service.name, port.balancer))
        for service in services.list_all(client, app)
        for port in service.ports
        if port.certificate in ids
    ]
    shown = {(id_, use.service) for id_, use in found}
    named = in_manifest(releases.get(client, app, release).manifest, ids)
    return found + [(id_, Use(app, service, None)) for id_, service in named if (id_, service) not in shown]


def in_manifest(manifest: str, ids: t.Collection[str]) -> list[tuple[str, str | None]]:
    """The certificates that a convox.yml names, and the services that do; None for a service where nobody
    knows which."""
    wanted = set(_WORD.findall(manifest)) & set(ids)
    if not wanted:
        return []
    found = [
        (id_, name)
        for name, service in manifests.services(manifest)
        for id_ in sorted(wanted & _texts(service))
    ]
    known = {id_ for id_, _name in found}
    return [*found, *((id_, None) for id_ in sorted(wanted - known))]


def _texts(node: t.Any) -> set[str]:
    """All texts below a node, each node looked at once."""
    todo, seen, found = [node], set(), set()
    while todo:
        one = todo.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        value = getattr(one, "value", None)
        if isinstance(value, str):
            found.add(value)
        elif isinstance(value, list):
            todo += [part for item in value for part in (item if isinstance(item, tuple) else (item,))]
    return found
