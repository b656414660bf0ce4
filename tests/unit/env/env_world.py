# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""An app with releases, for tasks of convox_env; and what they sent, in short."""

from __future__ import annotations

from typing import Any

from ansible_collections.convox.rack.plugins.module_utils._api import env_text
from tests.unit.fake_rack import FakeRack
from tests.unit.release.release_world import world

__all__ = ["active", "newest", "sent", "world"]


def sent(task: Any) -> list[tuple[Any, ...]]:
    """Requests in short: ("make", "A=1 B=2", build or parent), ("promote", id), ("mask", names)."""
    short: list[tuple[Any, ...]] = []
    for kind, *facts in task.sent:
        if kind == "create_release":
            build, parent, env, _description = facts
            text = " ".join(f"{key}={value}" for key, value in sorted(env_text.parse(env).items()))
            short.append(("make", text, build or parent))
        elif kind == "promote":
            short.append(("promote", facts[0]))
        else:
            short.append(("mask", facts[2]))
    return short


def newest(rack: FakeRack) -> tuple[str, dict[str, str]]:
    """Build and env of the newest release."""
    found = rack.apps["web"].releases[-1]
    return found.build, found.variables


def active(rack: FakeRack) -> tuple[str, dict[str, str]] | None:
    """Build and env of the active release."""
    app = rack.apps["web"]
    if not app.release:
        return None
    found = rack._release(app, app.release)
    return found.build, found.variables
