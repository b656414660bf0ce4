# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the options of waiting, and the waits that several nouns share."""

from __future__ import annotations

import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import apps
from ansible_collections.convox.rack.plugins.module_utils._api.waiting import Wait, wait_for
from ansible_collections.convox.rack.plugins.module_utils._noun import Context

WAIT_ARGUMENTS: dict[str, dict[str, t.Any]] = {
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "int", "default": 600},
    "poll_interval": {"type": "float", "default": 2.0},
}


def app_words(app: apps.App | None) -> str:
    """An app's state in words."""
    if app is None:
        return "no app"
    return f"status {app.status}" + (f", release {app.release}" if app.release else "")


def until_running(client: Client, context: Context, name: str, *, at_least: float = 0.0) -> apps.App:
    """Wait until an app is running, whatever its release. Raises ConvoxWaitError at the deadline, which is
    the task's, but ``at_least`` so many seconds away."""
    return wait_for(
        Wait(
            what=f"app {name} to be running",
            read=lambda: apps.get(client, name),
            good=lambda app: app.running,
            words=app_words,
            advice="The rack goes on by itself. Wait longer (wait_timeout), or end the promote under way "
            "with convox_release and state: cancelled.",
            timeout=max(at_least, context.time_left()),
            poll_interval=context.poll_interval,
            confirm=0,
            tell=lambda app: (
                None
                if app.running
                else context.progress(name, f"waiting until it is running (now {app.status})", "status")
            ),
        ),
        context.clock,
    )


def until_gone(client: Client, context: Context, name: str) -> None:
    """Wait until an app that is being deleted is gone. Raises ConvoxWaitError at the deadline."""
    wait_for(
        Wait(
            what=f"app {name} to be gone",
            read=lambda: apps.find(client, name),
            good=lambda app: app is None,
            words=app_words,
            advice="The rack goes on deleting it by itself. Wait longer (wait_timeout) or look again later.",
            timeout=context.time_left(),
            poll_interval=context.poll_interval,
            confirm=0,
            tell=lambda app: None if app is None else context.progress(name, app.status, "status"),
        ),
        context.clock,
    )
