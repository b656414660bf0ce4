# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""How a connection becomes a websocket (RFC 6455). Private to convox.rack; may change at any time."""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Mapping
from typing import Any

from ansible_collections.convox.rack.plugins.module_utils._api import third_party
from ansible_collections.convox.rack.plugins.module_utils._api._http.deadline import Deadline
from ansible_collections.convox.rack.plugins.module_utils._api._http.ledger import Ledger
from ansible_collections.convox.rack.plugins.module_utils._api._http.transport import Transport
from ansible_collections.convox.rack.plugins.module_utils._api.errors import (
    ConvoxGatewayError,
    ConvoxMissingLibraryError,
)

INSTALL = "pip install 'websockets>=13'"
# What a server mixes into its answer to prove that it understood the upgrade.
_PROOF = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
# A finished build's whole log comes as one frame.
_MOST_BYTES = 64 * 1024 * 1024


def upgraded(
    transport: Transport,
    path: str,
    headers: Mapping[str, str],
    operation: str,
    ledger: Ledger,
    deadline: Deadline,
    writes: bool = False,
) -> Any:
    """The open answer to an upgrade that was understood. writes: see ``Transport.upgrade``."""
    key = base64.b64encode(os.urandom(16)).decode("ascii")
    upgrade = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Key": key,
        "Sec-WebSocket-Version": "13",
    }
    response = transport.upgrade(
        path,
        operation=operation,
        ledger=ledger,
        headers={**headers, **upgrade},
        deadline=deadline,
        writes=writes,
    )
    if response.headers.get("sec-websocket-accept") == _proof(key):
        return response
    response.close()
    raise ConvoxGatewayError(101, "the answer to the upgrade is no websocket's", operation=operation)


def new_protocol(operation: str) -> Any:
    """What takes frames apart and puts them together. Raises ConvoxMissingLibraryError without it."""
    protocol = third_party.frame_protocol(_MOST_BYTES)
    if protocol is None:
        raise ConvoxMissingLibraryError(
            "reading a stream needs the library websockets",
            hint=f"Install it with: {INSTALL}.",
            operation=operation,
        )
    old = third_party.too_old_for_streams()
    if old is not None:
        raise ConvoxMissingLibraryError(
            f"reading a stream needs a newer library: {old}",
            hint="Install it with: pip install 'httpcore>=1.0.4'.",
            operation=operation,
        )
    return protocol


def _proof(key: str) -> str:
    return base64.b64encode(hashlib.sha1((key + _PROOF).encode("ascii")).digest()).decode("ascii")
