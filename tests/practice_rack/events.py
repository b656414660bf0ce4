# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a rack tells its webhooks, signed where it has a key. None of it is recorded: it follows the rack's
manual and what is known of its source. A rack sends each event once, to each webhook by itself."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import threading
import time
import urllib.request
from typing import TYPE_CHECKING, Any

from tests.practice_rack.web import OK, Call
from tests.practice_rack.wire import parse_form

if TYPE_CHECKING:
    from tests.practice_rack.state import App, State

SECONDS = 5


def signature(body: bytes, keys: str, at: int) -> str:
    """The header Convox-Signature: ``keys`` as the rack's parameter has them, hexadecimal, with commas."""
    made = [hmac.new(bytes.fromhex(key), b"%d." % at + body, hashlib.sha256) for key in keys.split(",")]
    return ",".join([f"t={at}", *(f"v1={each.hexdigest()}" for each in made)])


def tell(state: State, action: str, data: dict[str, str], status: str = "success", error: str = "") -> None:
    """Send an event to all webhooks, beside what the rack does."""
    told = {"actor": "unknown", **data, "rack": state.settings.rack_name}
    if error:
        status, told["message"] = "error", error
    event = {"action": action, "data": told, "status": status, "timestamp": state.nanos(state.now)}
    body = json.dumps(event, separators=(",", ":")).encode()
    state.events.append(event)
    hooks = [hook for hook in state.rack_resources.values() if hook["type"] == "webhook"]
    if state.settings.events_to:
        for _hook in hooks:
            threading.Thread(target=_send, args=(state, body), daemon=True).start()


def _send(state: State, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    if state.settings.webhook_signing_key:
        headers["Convox-Signature"] = signature(body, state.settings.webhook_signing_key, int(time.time()))
    request = urllib.request.Request(state.settings.events_to, body, headers)
    # Nobody tries it again.
    with contextlib.suppress(OSError):
        urllib.request.urlopen(request, timeout=SECONDS).close()


def actor(call: Call) -> str:
    """Whoever asks: the name that a holder of the rack's password gives, as the CLI does."""
    return call.headers.get("convox-actor", "rack-password")


def promoted(state: State, app: App, release: str, end: str, words: str = "") -> None:
    """What became of a promote: ``end`` is completed, errored or cancelled."""
    data = {"app": app.name, "id": release, "actor": app.actor or "unknown"}
    if end == "errored":
        tell(state, "app:promote:errored", data, error=words)
    else:
        more = {"message": words} if words else {}
        status = "success" if end == "completed" else "cancelled"
        tell(state, f"app:promote:{end}", {**data, **more}, status)


def send(call: Call) -> Any:
    """``POST /events``: somebody announces something to the webhooks."""
    form = call.form
    data = parse_form(form.get("data", ""))
    tell(call.state, form.get("action", ""), data, form.get("status") or "success", form.get("error", ""))
    return OK
