# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the values of a service's scale, what they are compared with, and what a rack makes
of them. Pure."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

from ansible_collections.convox.rack.plugins.module_utils._api.resources import services

# The least value of each option. The rack takes 0 for cpu and memory and a negative count stays in its
# cache although it is refused (recordings: rejected_scale), so all is checked before a request.
LEAST = {"count": 0, "cpu": 1, "memory": 1, "gpu": 0, "min": 0, "max": 1}
FIELDS = (*LEAST, "gpu_vendor")

Scale = Mapping[str, t.Any]


def current(service: services.Service, name: str, scale: Scale) -> t.Any:
    """What a desired value is compared with.

    Without an autoscaler ``min`` alone sets the number of replicas, and what is read back as ``min`` stays
    the manifest's (recordings: services): there the count tells.
    """
    if name == "min" and not service.autoscaled and "max" not in scale:
        return service.count
    return service.value(name)


def differing(service: services.Service, scale: Scale) -> dict[str, t.Any]:
    """The values that a service has otherwise, and what has to be sent beside them: a rack takes a vendor
    only beside a number of GPUs, and ``min`` makes an autoscaler only beside ``max``."""
    names = {name for name, value in scale.items() if current(service, name, scale) != value}
    if "gpu_vendor" in scale and names & {"gpu", "gpu_vendor"}:
        names |= {"gpu", "gpu_vendor"}
    if "max" in scale and "min" in names and not service.autoscaled:
        names |= {"max"}
    return {name: scale[name] for name in FIELDS if name in names}


def expected(service: services.Service, scale: Scale) -> tuple[int, bool]:
    """How many processes run with these values, and whether exactly so many: what an autoscaler runs
    between its bounds is its own business."""
    if "count" in scale:
        return scale["count"], True
    if service.autoscaled or "max" in scale:
        return scale.get("min", service.min or 0), False
    return scale.get("min", service.count), True


def predicted(service: services.Service, scale: Scale) -> dict[str, t.Any]:
    """What a rack will show of a service after these values were set."""
    values = dict(scale)
    if "max" not in scale and not service.autoscaled:
        if "min" in values:
            values["count"] = values.pop("min")
    elif "count" in values:
        values["min"] = values["max"] = values["count"]
    elif "min" in values or "max" in values:
        least = values.get("min", service.min or 0)
        values["count"] = min(max(service.count, least), values.get("max", service.max or service.count))
    return values
