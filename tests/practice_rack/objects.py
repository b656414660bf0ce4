# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects: stored and fetched; a rack asks nobody whether the app is there."""

from __future__ import annotations

from typing import Any

from tests.practice_rack import wire
from tests.practice_rack.web import OK, Answer, Call
from tests.practice_rack.wire import RackError


def store(call: Call) -> Any:
    """Answers ``Url``, with a capital; without a key it makes one."""
    key = call.path["key"]
    if ".." in key.split("/"):
        raise RackError(400, "invalid object key")
    key = key or f"tmp/{call.state.random.randbytes(15).hex()}"
    call.state.objects[call.path["app"], key] = call.body
    return {"Url": f"object://{call.path['app']}/{key}"}


def fetch(call: Call) -> Any:
    app, key = call.path["app"], call.path["key"]
    content = call.state.objects.get((app, key))
    if content is not None:
        return Answer(content, wire.sniff(content))
    if any(a == app and k.startswith(f"{key}/") for a, k in call.state.objects):
        raise RackError(500, f"read /var/storage/objects/{app}/{key}: is a directory")
    raise RackError(404, f"object not found: {key}")


def exists(call: Call) -> Any:
    """200 whether it is there or not, as recorded."""
    return Answer(content_type="application/json")


def delete(call: Call) -> Any:
    key = call.path["key"]
    if call.state.objects.pop((call.path["app"], key), None) is None:
        raise RackError(404, f"object not found: {key}")
    return OK


def list_objects(call: Call) -> Any:
    raise RackError(501, "unimplemented")
