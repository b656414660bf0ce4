# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the names of processes, services and releases as tasks give them."""

from __future__ import annotations

import re

from ansible_collections.convox.rack.plugins.module_utils._api import errors

# What racks of both kinds call their processes, services and releases. All else would be another route, or
# another header.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,252}", re.ASCII)


def check(option: str, name: str | None, way_out: str) -> None:
    """Raises ConvoxOptionError for what can be no name on a rack. ``way_out``: what to give instead."""
    if name is not None and not _NAME.fullmatch(name):
        problem = "is empty" if not name else "holds what no name on a rack holds"
        raise errors.ConvoxOptionError(option, problem, way_out)
