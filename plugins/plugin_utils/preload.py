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
from ansible_collections.convox.rack.plugins.module_utils._build_context import archive, git
from ansible_collections.convox.rack.plugins.module_utils._modules.app import steps
from ansible_collections.convox.rack.plugins.module_utils._modules.build import watch
from ansible_collections.convox.rack.plugins.module_utils._shared import (
    cancel,
    certificate_uses,
    parallel,
    rollout,
    rollout_watch,
    waits,
)

__all__ = [
    "archive",
    "cancel",
    "certificate_uses",
    "channel",
    "cli_files",
    "dotenv",
    "failures",
    "git",
    "handshake",
    "parallel",
    "placeholders",
    "proxy_pools",
    "redaction",
    "redirects",
    "retry",
    "rollout",
    "rollout_watch",
    "steps",
    "text_files",
    "waiting",
    "waits",
    "watch",
    "websocket",
    "wire",
]
