# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: a resource as results have it."""

from __future__ import annotations

import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api.resources.resources import Resource
from ansible_collections.convox.rack.plugins.module_utils._noun import HIDDEN


def described(resource: Resource, *, reveal: bool = False) -> dict[str, t.Any]:
    """The resource: name, type, status, links, the names of its parameters. Their values and the url, which
    hold passwords, only with ``reveal``."""
    found: dict[str, t.Any] = {
        "name": resource.name,
        "type": resource.type,
        "status": resource.status,
        "links": list(resource.links),
        "parameters": {
            name: value if reveal else HIDDEN for name, value in sorted(resource.parameters.items())
        },
    }
    if reveal:
        found["url"] = resource.url
    return found
