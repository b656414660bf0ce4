# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Registries of images."""

from __future__ import annotations

from typing import Any

from tests.practice_rack.web import OK, Call
from tests.practice_rack.wire import RackError


def list_registries(call: Call) -> Any:
    """With their passwords in clear."""
    return [registry for _unused, registry in sorted(call.state.registries.items())]


def add(call: Call) -> Any:
    """The same server again replaces it."""
    registry = {name: call.form.get(name, "") for name in ("server", "username", "password")}
    call.state.registries[registry["server"]] = registry
    return registry


def remove(call: Call) -> Any:
    server = call.path["server"]
    if call.state.registries.pop(server, None) is None:
        raise RackError(404, f"no such registry: {server}")
    return OK
