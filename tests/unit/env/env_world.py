# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""An app with releases, for tasks of convox_env; and what they sent, in short."""

from __future__ import annotations

import base64
from typing import Any

from ansible_collections.convox.rack.plugins.module_utils._api import env_text
from tests.practice_rack.memory import MemoryRack
from tests.unit.release.release_world import content, passed, world
from tests.unit.tasks import Task

__all__ = ["active", "newest", "passed", "sent", "world"]


def sent(task: Task) -> list[tuple[Any, ...]]:
    """Requests in short: ("make", "A=1 B=2", build or parent), ("promote", id), ("mask", names)."""
    short: list[tuple[Any, ...]] = []
    for kind, (_method, path, form) in zip(task.kinds, task.sent, strict=True):
        if kind == "releases.create":
            env = env_text.parse(form["env"])
            text = " ".join(f"{key}={value}" for key, value in sorted(env.items()))
            short.append(("make", text, form.get("build") or form.get("parent-release")))
        elif kind == "releases.promote":
            short.append(("promote", path.split("/")[-2]))
        else:
            short.append(("mask", base64.b64decode(form["value"]).decode()))
    return short


def newest(rack: MemoryRack) -> tuple[str, dict[str, str]]:
    """Build and env of the newest release."""
    return content(rack, rack.release().id)


def active(rack: MemoryRack) -> tuple[str, dict[str, str]] | None:
    """Build and env of the active release."""
    found = rack.app().release
    return content(rack, found) if found else None
