# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: what convox_resource is asked for, and what it observes."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import resources, system
from ansible_collections.convox.rack.plugins.module_utils._noun import Context

if t.TYPE_CHECKING:
    from ansible_collections.convox.rack.plugins.module_utils._shared.local_dest import Dest

# The versions of v2 racks are dates.
_V2 = re.compile(r"\d{14}")
# Caches, of which no rack gives the data (recordings: resources).
_NO_DATA = ("memcached", "redis")


class Desired(t.NamedTuple):
    """A resource as it should be. ``app`` None for the rack's own. ``parameters`` are those that are given,
    ``links`` None for as they are. ``dest``: where an export goes; ``src``: what is imported, and ``receipt``
    the file that remembers it. ``force``: whether a file, or with ``compare`` data, that is there is
    replaced; ``compare``: whether the data that is there is read before an import. ``key``: what a file is
    encrypted with, "" for not at all."""

    name: str
    state: str
    app: str | None = None
    type: str | None = None
    parameters: t.Mapping[str, str] = {}
    links: tuple[str, ...] | None = None
    dest: Dest | None = None
    src: str = ""
    receipt: Dest | None = None
    force: bool = True
    compare: bool = False
    key: str = ""

    def __repr__(self) -> str:
        return type(self).__name__


class Observed(t.NamedTuple):
    """The resource, None where there is none. ``updates``: whether this rack can change one and knows links.
    ``kept``: the export or import that is asked for is there already. ``size``: bytes that went or came."""

    resource: resources.Resource | None
    updates: bool = False
    kept: bool = False
    size: int | None = None

    def __repr__(self) -> str:
        return type(self).__name__


def observe(client: Client, desired: Desired, context: Context) -> Observed:
    """One request, and one for the rack's version where the resource is to change; none for a file that is
    there already. Raises ConvoxOptionError for a file that cannot be read or written."""
    if desired.app is None:
        return _of_rack(client, desired, context)
    observed = _files(client, desired, context)
    if observed.kept:
        return observed
    found = resources.of_app_named(client, desired.app, desired.name)
    context.add_secrets(found.secrets())
    if context.check_mode and found.type in _NO_DATA:
        raise errors.ConvoxError(
            f"{desired.name} of {desired.app} is a {found.type}, of which no rack gives the data",
            operation=f"{'export' if desired.dest else 'import'} {desired.name} of {desired.app}",
        )
    if desired.compare:
        observed = observed._replace(kept=_is_same(client, desired, context))
    return observed._replace(resource=found)


def _is_same(client: Client, desired: Desired, context: Context) -> bool:
    # Here, because a module compiles what it imports each time it runs, and webhooks need none of it.
    from ansible_collections.convox.rack.plugins.module_utils._modules.resource import dump
    from ansible_collections.convox.rack.plugins.module_utils._shared import transfers

    if context.check_mode and transfers.is_missing(desired.src):
        return False
    app = desired.app or ""
    return dump.same(client, context, app, desired.name, desired.src, key=desired.key, force=desired.force)


def missing_parameters(resource: resources.Resource, desired: Desired) -> dict[str, str]:
    """The parameters that are not as desired."""
    return {
        name: value for name, value in desired.parameters.items() if resource.parameters.get(name) != value
    }


def _of_rack(client: Client, desired: Desired, context: Context) -> Observed:
    found = resources.find(client, desired.name)
    if found is not None:
        context.add_secrets(found.secrets())
    if desired.state == "absent" or (found is None and not desired.links):
        return Observed(found)
    wants_links = desired.links is not None and desired.links != (found.links if found else ())
    changes = found is not None and bool(missing_parameters(found, desired))
    updates = (changes or wants_links) and _V2.fullmatch(system.get(client).version) is not None
    return Observed(found, updates)


def _files(client: Client, desired: Desired, context: Context) -> Observed:
    """What the files say, before any request."""
    if desired.dest is not None:
        desired.dest.check(folder_may_come=context.check_mode)
        return Observed(None, kept=not desired.force and desired.dest.is_there)
    # Here, because a module compiles what it imports each time it runs, and webhooks need none of it.
    from ansible_collections.convox.rack.plugins.module_utils._modules.resource import receipt, sealed
    from ansible_collections.convox.rack.plugins.module_utils._shared import data_files, transfers

    if context.check_mode and transfers.is_missing(desired.src):
        return Observed(None)
    open_file = sealed.opener(desired.key)
    data_files.check_source(desired.src, open_file=open_file)
    if desired.receipt is None:
        return Observed(None)
    desired.receipt.check(folder_may_come=context.check_mode)
    connection, app = client.transport.connection, desired.app or ""
    words = receipt.words(connection, app, desired.name, desired.src, open_file)
    return Observed(None, kept=receipt.holds(desired.receipt, words))
