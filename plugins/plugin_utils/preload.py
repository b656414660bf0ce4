# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to convox.rack: what modules import only when they need it, loaded once a play.

As a module each file is packed and compiled for every task, so a noun imports in a function what most of its
tasks do without. In process that would cost each forked worker the import again: here the parent does it,
before it forks. A test says when something is missing.
"""

from __future__ import annotations

from ansible_collections.convox.rack.plugins.module_utils._api import (
    dotenv,
    placeholders,
    text_files,
    waiting,
)
from ansible_collections.convox.rack.plugins.module_utils._api._auth import cli_files
from ansible_collections.convox.rack.plugins.module_utils._api._http import (
    channel,
    failures,
    handshake,
    proxy_pools,
    redaction,
    redirects,
    retry,
    websocket,
    wire,
)
from ansible_collections.convox.rack.plugins.module_utils._api.resources import (
    app_resources,
    balancers,
    budgets,
    configs,
    metrics,
    service_details,
)
from ansible_collections.convox.rack.plugins.module_utils._build_context import archive, git
from ansible_collections.convox.rack.plugins.module_utils._modules.app import steps
from ansible_collections.convox.rack.plugins.module_utils._modules.app_info import parts, report
from ansible_collections.convox.rack.plugins.module_utils._modules.build import watch
from ansible_collections.convox.rack.plugins.module_utils._modules.build_info import logs
from ansible_collections.convox.rack.plugins.module_utils._shared import (
    cancel,
    parallel,
    rollout,
    rollout_watch,
    waits,
)

__all__ = [
    "app_resources",
    "archive",
    "balancers",
    "budgets",
    "cancel",
    "channel",
    "cli_files",
    "configs",
    "dotenv",
    "failures",
    "git",
    "handshake",
    "logs",
    "metrics",
    "parallel",
    "parts",
    "placeholders",
    "proxy_pools",
    "redaction",
    "redirects",
    "report",
    "retry",
    "rollout",
    "rollout_watch",
    "service_details",
    "steps",
    "text_files",
    "waiting",
    "waits",
    "watch",
    "websocket",
    "wire",
]
