# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Event filter for ansible-rulebook: what rules want to know of a rack's event, on top of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

DOCUMENTATION = r"""
---
short_description: Put app, release, actor and outcome of a rack's event on top
description:
  - Adds C(action), C(app), C(release), C(build), C(actor), C(rack), C(outcome), C(message) and C(timestamp) to an event of
    C(convox.rack.convox_webhook) or C(convox.rack.convox_poll). What the event does not say is an
    empty text. The rack's own words stay under C(payload). Other events are left alone.
  - C(outcome) is C(started), C(succeeded), C(failed), C(cancelled), or C(unknown). What became of a promote says
    C(app:promote:completed), C(app:promote:errored) or C(app:promote:cancelled) alone; C(release:promote) says that it began.
  - C(app), C(release), C(build) and C(rack) are empty where they are not such names, and templates in C(actor) and C(message)
    are defused, so that a playbook may be given all of them.
options: {}
"""

EXAMPLES = r"""
- convox.rack.convox_webhook:
    port: 5000
  filters:
    - convox.rack.convox_normalize:
"""

_NAME = re.compile(r"[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?")
_RACK = re.compile(r"[\w.-]{1,64}(?:/[\w.-]{1,64})?", re.ASCII)
_RELEASE = re.compile(r"R[A-Z0-9]{1,31}")
_BUILD = re.compile(r"B[A-Z0-9]{1,31}")
_ACTION = re.compile(r"[\w:.-]{1,128}", re.ASCII)
_STAMP = re.compile(r"[0-9T:.Z+-]{1,40}")
_MOST = 1000
_ENDS = {"completed": "succeeded", "errored": "failed", "cancelled": "cancelled"}
_STATUSES = {"start": "started", "success": "succeeded", "error": "failed", "cancelled": "cancelled"}


def _fitting(pattern: re.Pattern[str], *values: Any) -> str:
    """The first of the values that the pattern fits wholly; else an empty text."""
    return next((each for each in values if isinstance(each, str) and pattern.fullmatch(each)), "")


def _plain(value: Any) -> str:
    """A text as one line without control characters and without anything that Jinja would act on."""
    text = "".join(letter if letter.isprintable() else " " for letter in str(value or "")[:_MOST])
    return re.sub(r"\{(?=[{%#])", "{ ", text)


def _outcome(action: str, status: str) -> str:
    last = action.rpartition(":")[2]
    if action.startswith("app:promote:") and last in _ENDS:
        return _ENDS[last]
    found = _STATUSES.get(status, "unknown")
    # Some racks call it a success that the promote was taken.
    return "started" if action == "release:promote" and found == "succeeded" else found


def _ids(action: str, data: Mapping[str, Any]) -> tuple[str, str]:
    """The release and the build: ``id`` is the one or the other, by the kind of event."""
    release = _fitting(_RELEASE, data.get("release_id"), data.get("release"), data.get("id"))
    build = _fitting(_BUILD, data.get("build_id"), data.get("build"), data.get("id"))
    return release, build


def main(event: dict[str, Any]) -> dict[str, Any]:
    """The event with what it says on top."""
    payload = event.get("payload")
    if not isinstance(payload, dict) or not isinstance(payload.get("action"), str):
        return event
    given = payload.get("data")
    data: Mapping[str, Any] = given if isinstance(given, dict) else {}
    action, status = _fitting(_ACTION, payload["action"]), str(payload.get("status"))
    release, build = _ids(action, data)
    named = data.get("name") if action in ("app:create", "app:delete") else None
    return {
        **event,
        "action": action,
        "app": _fitting(_NAME, data.get("app"), named),
        "release": release,
        "build": build,
        "actor": _plain(data.get("actor")),
        "rack": _fitting(_RACK, data.get("rack")),
        "outcome": _outcome(action, status),
        "message": _plain(data.get("message")),
        "timestamp": _fitting(_STAMP, payload.get("timestamp")),
    }
