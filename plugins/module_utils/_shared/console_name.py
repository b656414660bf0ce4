# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the rack's name at its console, for what only a console does."""

from __future__ import annotations

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import console


def rack_of(client: Client) -> str:
    """org/name. Raises ConvoxOptionError where the rack is not named so: workflows are the console's."""
    name = console.own_name(client)
    if name is None:
        raise errors.ConvoxOptionError(
            "rack",
            "is not given as org/name, and workflows are the console's",
            "give the console as host, and the rack as org/name",
        )
    return name
