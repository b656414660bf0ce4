# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who comes in: the rack's password, deploy keys, JWTs; and what each may do."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.practice_rack.state import State
from tests.practice_rack.wire import RackError, quoted

ROLES = {"read": "r", "write": "rw", "admin": "rwa"}


@dataclass(frozen=True)
class Principal:
    """``role`` r, rw or rwa; a plain deploy key has none but a list of what it may do."""

    role: str
    name: str
    plain_key: bool = False


def _unauthorized(detail: str = "") -> RackError:
    if detail:
        return RackError(401, f"invalid authentication: {detail}")
    return RackError(401, "invalid authentication", {"WWW-Authenticate": 'Basic realm="convox"'})


def authenticate(state: State, headers: Mapping[str, str]) -> Principal:
    """The user name counts only when it is ``jwt``: then the password is a token."""
    user, password = basic(headers.get("authorization", ""))
    if user == "jwt":
        return Principal(_role_of(state, password), "jwt")
    if password and hmac.compare_digest(password.encode(), state.settings.password.encode()):
        return Principal("rwa", "rack-password")
    if password in state.settings.deploy_keys:
        role = state.settings.deploy_keys[password]
        return Principal(role or "", "deploy-key", plain_key=role is None)
    raise _unauthorized()


def basic(header: str) -> tuple[str, str]:
    kind, _unused, encoded = header.partition(" ")
    if kind.lower() != "basic":
        return "", ""
    try:
        user, _unused, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return user, password


def basic_header(password: str) -> str:
    return "Basic " + base64.b64encode(f"convox:{password}".encode()).decode()


def check_rights(who: Principal, method: str, admin: str, deploy_key: bool) -> None:
    """A read token may only GET; some operations want an admin; a plain key has its list."""
    if who.plain_key:
        if not deploy_key:
            raise RackError(403, "operation not permitted for deploy keys")
        return
    if method not in ("GET", "HEAD", "OPTIONS") and "w" not in who.role:
        raise RackError(401, "you are unauthorized to access this")
    if admin and "a" not in who.role:
        raise RackError(403, admin)


# -- tokens


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _sign(state: State, text: str) -> str:
    return _encode(hmac.new(state.token_key, text.encode(), hashlib.sha256).digest())


def make_token(state: State, role: str, hours: int) -> str:
    head = _encode(b'{"alg":"HS256","typ":"JWT"}')
    expires = state.wall(state.now) // 10**9 + hours * 3600
    claims = {"expiresAt": expires, "role": ROLES[role], "user": f"system-{role}"}
    body = head + "." + _encode(json.dumps(claims, separators=(",", ":")).encode())
    return body + "." + _sign(state, body)


def _role_of(state: State, token: str) -> str:
    parts = token.split(".")
    if len(parts) != 3:
        raise _unauthorized("token contains an invalid number of segments")
    _json_part(parts[0])
    claims = _json_part(parts[1])
    if not hmac.compare_digest(_sign(state, f"{parts[0]}.{parts[1]}"), parts[2]):
        raise _unauthorized("signature is invalid")
    if claims["expiresAt"] < state.wall(state.now) // 10**9:
        raise _unauthorized("token is expired")
    return str(claims["role"])


def _json_part(text: str) -> Any:
    """A part of a token, with the words of Go's JSON reader where it is none."""
    try:
        data = _decode(text)
    except (binascii.Error, ValueError):
        raise _unauthorized("illegal base64 data at input byte 0") from None
    try:
        return json.loads(data)
    except ValueError:
        first = chr(data[0]) if data else ""
        shown = quoted(first)[1:-1] if first.isprintable() else f"\\u{ord(first):04x}" if first else ""
        raise _unauthorized(f"invalid character '{shown}' looking for beginning of value") from None
