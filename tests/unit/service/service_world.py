# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Racks with the app shop: the service web as a test wants it, and job, which has two processes."""

from __future__ import annotations

from typing import Any

from tests.practice_rack import pods
from tests.practice_rack.memory import MemoryRack
from tests.practice_rack.state import Deployment

MANIFEST = {"job": {"scale": {"count": 2}}, "web": {"scale": {"count": 1}}}


def world(settings: dict[str, Any] | None = None, **facts: Any) -> MemoryRack:
    """``facts``: of web, as MemoryRack.add_service takes them."""
    rack = MemoryRack(**(settings or {}))
    rack.add_app("shop", services=MANIFEST)
    rack.add_service("web", app="shop", **{"count": 1, **facts})
    return rack


def service(rack: MemoryRack, name: str = "web") -> Deployment:
    return rack.app("shop").deployments[name]


def autoscale(rack: MemoryRack, count: int, name: str = "web") -> None:
    """Its autoscaler runs another number of processes."""
    found = service(rack, name)
    found.count = count
    pods.reconcile(rack.state, rack.app("shop"), found)


def script(rack: MemoryRack, conditions: Any, name: str = "web") -> None:
    """How the service's processes are from now on, old and new ones alike."""
    rack.ill(name, conditions, app="shop", release=rack.app("shop").release)


def scaled(**fields: Any) -> tuple[str, str, dict[str, str]]:
    """The request that sets these values of web."""
    form = {name.replace("_", "-"): str(value) for name, value in fields.items()}
    return ("PUT", "/apps/shop/services/web", form)


def restarted(name: str) -> tuple[str, str, dict[str, str]]:
    return ("POST", f"/apps/shop/services/{name}/restart", {})
