# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to convox.rack: what the connection imports only when it needs it, loaded once a play.

As a module each file is packed and compiled for every task, so it imports in a function what most tasks do
without. In process that would cost each forked worker the import again: here the parent does it, before it
forks. What a noun imports late stands in its action plugin.
"""

from __future__ import annotations

from ansible_collections.convox.rack.plugins.module_utils import _failure
from ansible_collections.convox.rack.plugins.module_utils._api import placeholders, text_files
from ansible_collections.convox.rack.plugins.module_utils._api._auth import cli_files
from ansible_collections.convox.rack.plugins.module_utils._api._http import (
    channel,
    failures,
    handshake,
    proxy_pools,
    redaction,
    redirects,
    retry,
    tls,
    websocket,
    wire,
)

__all__ = [
    "_failure",
    "channel",
    "cli_files",
    "failures",
    "handshake",
    "placeholders",
    "proxy_pools",
    "redaction",
    "redirects",
    "retry",
    "text_files",
    "tls",
    "websocket",
    "wire",
]

wire.bare_context()
tls.prebuild()
