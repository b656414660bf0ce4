# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the noun of convox_service, the scale of a service and restarts."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.convox.rack.plugins.module_utils._api import errors, models
from ansible_collections.convox.rack.plugins.module_utils._api.rack import Rack
from ansible_collections.convox.rack.plugins.module_utils._steps import service as steps
from ansible_collections.convox.rack.plugins.module_utils._steps.step import Run, Step
from ansible_collections.convox.rack.plugins.module_utils._steps.waits import WAIT_ARGUMENTS

ARGUMENTS: dict[str, dict[str, t.Any]] = {
    "app": {"type": "str", "required": True},
    "name": {"type": "str"},
    "state": {"type": "str", "choices": ["present", "restarted"], "default": "present"},
    "count": {"type": "int"},
    "cpu": {"type": "int"},
    "memory": {"type": "int"},
    "gpu": {"type": "int"},
    "gpu_vendor": {"type": "str"},
    "min": {"type": "int"},
    "max": {"type": "int"},
    **WAIT_ARGUMENTS,
}
CONSTRAINTS: dict[str, t.Any] = {"required_by": {"gpu_vendor": ("gpu",)}}
MASKED: tuple[str, ...] = ()
ROUNDS = 2

# The least value of each option. The rack takes 0 for cpu and memory and a negative count stays in its
# cache although it is refused (recordings: rejected_scale), so all is checked before a request.
LEAST = {"count": 0, "cpu": 1, "memory": 1, "gpu": 0, "min": 0, "max": 1}
FIELDS = (*LEAST, "gpu_vendor")
UNITS = {"cpu": " (thousandths of a core)", "memory": " (MiB)"}


@dataclass(frozen=True)
class Wish:
    """The scale a service should have, or a restart. ``name`` None means every service of the app."""

    app: str
    name: str | None
    restarted: bool = False
    scale: dict[str, t.Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Picture:
    """The services that the task is about; of a service to scale also its processes."""

    services: tuple[models.Service, ...]
    processes: tuple[models.Process, ...] | None = None


def wish(options: dict[str, t.Any]) -> Wish:
    """Raises ConvoxOptionError for values out of bounds and options that contradict each other."""
    scale = {name: options[name] for name in FIELDS if options.get(name) is not None}
    restarted = options["state"] == "restarted"
    for name, least in LEAST.items():
        if name in scale and scale[name] < least:
            raise errors.ConvoxOptionError(
                name, f"{scale[name]} is below {least}", f"give {least} or more{UNITS.get(name, '')}"
            )
    if "count" in scale and ("min" in scale or "max" in scale):
        raise errors.ConvoxOptionError(
            "count", "stands beside min or max", "give a fixed count, or the bounds min and max, not both"
        )
    if "min" in scale and "max" in scale and scale["min"] > scale["max"]:
        raise errors.ConvoxOptionError("min", "is above max", "give a min that is at most max")
    if restarted and scale:
        raise errors.ConvoxOptionError(
            sorted(scale)[0], "means nothing with state: restarted", "scale in a task of its own"
        )
    if not restarted and not options.get("name"):
        raise errors.ConvoxOptionError("name", "is missing", "name the service to scale")
    return Wish(options["app"], options.get("name"), restarted, scale)


def look(rack: Rack, wish: Wish, run: Run) -> Picture:
    """Two requests at most. Raises ConvoxOptionError for an app without a release, and for an absent
    service."""
    services = rack.services(wish.app)
    if not services:
        raise errors.ConvoxOptionError(
            "app",
            f"{wish.app} has no services: nothing was promoted yet",
            "promote a release with convox_release first",
        )
    if wish.name is None:
        return Picture(tuple(services))
    chosen = tuple(service for service in services if service.name == wish.name)
    if not chosen:
        there = ", ".join(service.name for service in services)
        raise errors.ConvoxOptionError(
            "name", f"{wish.app} has no service {wish.name}", f"its services are: {there}"
        )
    if not wish.scale or run.check_mode:
        return Picture(chosen)
    return Picture(chosen, tuple(steps.kept(rack, wish.app, wish.name)))


def plan(now: Picture, wish: Wish) -> list[Step]:
    """One step a service that is to restart, or one with the values that differ.

    Where nothing differs and the processes are not there yet (a task before gave up waiting), it waits.
    """
    if wish.restarted:
        return [steps.Restart(wish.app, service.name, *expected(service, {})) for service in now.services]
    service = now.services[0]
    scale = goal(service, wish)
    differing = {name: value for name, value in scale.items() if current(service, name, scale) != value}
    if not differing:
        return _unfinished(now.processes, wish, service)
    if service.agent:
        raise errors.ConvoxOptionError(
            "name",
            f"{service.name} is an agent: it runs once on every instance and cannot be scaled",
            "change its scale in convox.yml",
        )
    if "gpu" in differing and "gpu_vendor" in scale:
        differing["gpu_vendor"] = scale["gpu_vendor"]
    before = {name: current(service, name, scale) for name in differing}
    return [steps.Scale(wish.app, service.name, differing, before, *expected(service, differing))]


def goal(service: models.Service, wish: Wish) -> dict[str, t.Any]:
    """The values that the service should have, from what it has and what is wished."""
    return dict(wish.scale)


def _unfinished(
    processes: tuple[models.Process, ...] | None, wish: Wish, service: models.Service
) -> list[Step]:
    count, exact = expected(service, {})
    if processes is None or steps.matches(processes, count, exact=exact):
        return []
    return [steps.AwaitScaled(wish.app, service.name, count, exact)]


def expected(service: models.Service, scale: dict[str, t.Any]) -> tuple[int, bool]:
    """How many processes run with these values, and whether exactly so many: what an autoscaler runs
    between its bounds is its own business."""
    if "count" in scale:
        return scale["count"], True
    if service.autoscaled or "max" in scale:
        return scale.get("min", service.min or 0), False
    return scale.get("min", service.count), True


def current(service: models.Service, name: str, scale: dict[str, t.Any]) -> t.Any:
    """What a wished value is compared with.

    Without an autoscaler ``min`` alone sets the number of replicas, and what is read back as ``min`` stays
    the manifest's (recordings: services): there the count tells.
    """
    if name == "min" and not service.autoscaled and "max" not in scale:
        return service.count
    return service.value(name)


def verify(now: Picture, wish: Wish, missing: t.Sequence[Step]) -> None:
    """Name the values that the rack did not keep."""
    names = sorted({name for step in missing if isinstance(step, steps.Scale) for name in step.scale})
    raise errors.ConvoxIgnoredError(
        f"the rack answered ok and ignored for service {wish.name} of {wish.app}: {', '.join(names)}",
        hint="Racks before 3.24.6 ignore min and max; other values are lost when someone promotes meanwhile.",
    )


def report(now: Picture, wish: Wish, run: Run) -> dict[str, t.Any]:
    """``service``, or ``services`` for a restart."""
    services = [
        {**service.told(), **{name: service.value(name) for name in FIELDS}} for service in now.services
    ]
    if wish.restarted:
        return {"services": services}
    service = services[0]
    if run.check_mode:
        service.update(goal(now.services[0], wish))
    return {"service": service}
