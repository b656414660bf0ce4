# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: tokens of a rack. It has no list of them, and none can be ended alone."""

from __future__ import annotations

from ansible_collections.convox.rack.plugins.module_utils._api import model
from ansible_collections.convox.rack.plugins.module_utils._api._http.transport import route
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.third_party import pydantic


class Token(model.Model):
    """``POST /system/jwt/token`` (recordings: tokens)."""

    token: str = pydantic.Field(min_length=1, repr=False)


def issue(client: Client, role: str, hours: int) -> str:
    """``POST /system/jwt/token``: a token with the role ``read``, ``write`` or ``admin``, for so many hours,
    1 to 8760. Raises ConvoxForbiddenError for one of an admin asked for by somebody else.

    It may be repeated: nobody has the token of an answer that was lost.
    """
    answer = client.send(
        "POST",
        route("system", "jwt", "token"),
        form={"role": role, "durationInHour": str(hours)},
        operation=f"issue a token with the role {role}",
        repeatable=True,
        expect="json",
    )
    return model.read(Token, answer).token


def rotate(client: Client) -> None:
    """``PUT /system/jwt/rotate``: every token ends, once the rack's API has restarted. Needs an admin."""
    client.send(
        "PUT", route("system", "jwt", "rotate"), operation="rotate the key of the tokens", expect="ok"
    )
