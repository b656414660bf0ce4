# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""What a console wants to know, and its sessions. Private to convox.rack; may change at any time.

Facts: rack-api.md "Transport". A console reads the rack's name and the CLI's version from headers.
A login that is not a deploy key also needs a session: the console answers 401 with a challenge
`Session path="/session" token="false"`, and a POST to that path gives one.
"""

from __future__ import annotations

import re

from ansible_collections.convox.rack.plugins.module_utils._api._auth.credentials import (
    Connection,
    basic_credentials,
)
from ansible_collections.convox.rack.plugins.module_utils._api._http.responses import Response, read_json
from ansible_collections.convox.rack.plugins.module_utils._api.errors import ConvoxAuthError

# The version of the CLI whose requests ours are like; consoles refuse clients without one.
CLI_VERSION = "3.24.9"
_CHALLENGE = re.compile(r'^Session path="([^"]+)" token="([^"]+)"$')


def headers_for(connection: Connection) -> dict[str, str]:
    """The headers of every request and websocket of a connection, except a session's."""
    headers = {
        "Accept": "application/json",
        # Answers are small; what the other codings would need is not everywhere installed.
        "Accept-Encoding": "gzip",
        "Authorization": f"Basic {basic_credentials(connection.username, connection.api_key)}",
        "User-Agent": "ansible-convox.rack",
    }
    if connection.rack or connection.machine:
        headers |= {"Version": CLI_VERSION, "User-Agent": f"convox.go/{CLI_VERSION}"}
    if connection.rack:
        headers["Rack"] = connection.rack
    if connection.actor:
        headers["Convox-Actor"] = connection.actor
    return headers


def session_path(answer: Response, operation: str) -> str | None:
    """The path to ask for a session, if the answer is a console's challenge, else None.

    Raises ConvoxAuthError if the console wants a hardware key, which only the CLI can ask for.
    """
    if answer.status != 401:
        return None
    found = _CHALLENGE.match(answer.headers.get("www-authenticate", "").strip())
    if found is None:
        return None
    path, token = found.groups()
    if token != "false":
        raise ConvoxAuthError(
            401,
            "the console wants this login confirmed with a security key",
            answer.request_id,
            hint="Run a command of the convox CLI for this rack first, for instance `convox rack`: its "
            "session is used then. Or use a deploy key.",
            operation=operation,
        )
    # The key goes with the request: never to another host.
    return path if path.startswith("/") and not path.startswith("//") else None


def session_id(answer: Response) -> str | None:
    """The session that a console gave, None if it is not readable as one."""
    try:
        found = read_json(answer.content)
    except ValueError:
        return None
    session = found.get("id") if isinstance(found, dict) else None
    return session if isinstance(session, str) and session else None
