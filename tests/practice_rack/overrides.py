# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Overrides of a service: written from the description of their routes, for no recording has them."""

from __future__ import annotations

import json
from typing import Any

from tests.practice_rack import pods, rollout, wire
from tests.practice_rack.state import Deployment
from tests.practice_rack.web import OK, Call
from tests.practice_rack.wire import RackError

# Types of triggers -> the fields that show their thresholds.
SHOWN = {
    "cpu": "cpu-threshold",
    "memory": "mem-threshold",
    "gpuUtilization": "gpu-threshold",
    "queueDepth": "queue-threshold",
}


def _service(call: Call) -> Deployment:
    found = call.app().deployments.get(call.path["service"])
    if found is None:
        raise RackError(500, f"no such service: {call.path['service']}")
    return found


def scale(call: Call) -> Any:
    """While it is on a promote leaves a count of zero as it is."""
    _service(call).scale_override = wire.is_true(call.form.get("active", ""))
    return OK


def _threshold(type_: Any, value: Any) -> int:
    if type_ not in SHOWN:
        raise RackError(400, f"unknown trigger type: {type_}")
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise RackError(400, "threshold must be greater than 0")
    return value


def enable(call: Call) -> Any:
    """An autoscaler with these bounds and thresholds, in place of what the manifest says."""
    d = _service(call)
    try:
        opts = json.loads(call.form.get("opts", ""))
        low, high = int(opts["min"]), int(opts["max"])
        found = {each["type"]: _threshold(each["type"], each["threshold"]) for each in opts["triggers"]}
    except (KeyError, TypeError, ValueError):
        raise RackError(400, "invalid opts") from None
    if low < 0 or high < 1 or high < low or not found:
        raise RackError(400, "invalid opts")
    d.triggers, d.bounds = found, (low, high)
    d.count = min(max(d.count, low), high)
    pods.reconcile(call.state, call.app(), d)
    return OK


def disable(call: Call) -> Any:
    """What the manifest says counts again; that it was on already off is no error."""
    d = _service(call)
    if d.triggers is not None:
        d.triggers = d.bounds = None
        d.hash = rollout.template(call.state, call.app(), d)
    return OK


def threshold(call: Call) -> Any:
    """Of an override that is on."""
    d = _service(call)
    value = _threshold(call.form.get("type"), wire.atoi(call.form.get("threshold", "")))
    if d.triggers is None:
        raise RackError(400, "triggers override is not active")
    d.triggers[call.form["type"]] = value
    return OK
