# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a rack is apart from its apps: its version, its parameters, and how it changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.practice_rack.state import State


@dataclass
class Itself:
    """``version``: "" for that of the settings. ``runs``: the workflows that were started.
    ``updates``, ``keys``: how many there were. ``newest_instance``: its number."""

    version: str = ""
    status: str = "running"
    count: int = 0
    type: str = ""
    parameters: dict[str, str] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)
    runs: list[dict[str, str]] = field(default_factory=list)
    updates: int = 0
    newest_instance: int = 0
    keys: int = 0


def update(state: State, *, parameters: dict[str, str] | None = None, **values: Any) -> None:
    """Change the rack: it is ``updating`` from a moment on, and the other one afterwards. An empty parameter
    goes. ``lose_updates`` are forgotten; ``failed_updates`` end with what was before."""
    settings, itself = state.settings, state.itself
    if settings.lose_updates > 0:
        settings.lose_updates -= 1
        return
    itself.updates += 1
    fails = settings.failed_updates > 0
    settings.failed_updates -= fails

    def show() -> None:
        itself.status = "updating"

    def finish() -> None:
        itself.status = "running"
        if fails:
            return
        for name, value in values.items():
            setattr(itself, name, value)
        for name, text in (parameters or {}).items():
            itself.parameters[name] = text
            if not text:
                del itself.parameters[name]

    if settings.update_shows_seconds > 0:
        state.at(settings.update_shows_seconds, show)
    else:
        show()
    state.at(settings.update_shows_seconds + settings.update_seconds, finish)
