# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the noun of convox_service, the scale of a service and restarts."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import processes, services
from ansible_collections.convox.rack.plugins.module_utils._modules.service import steps
from ansible_collections.convox.rack.plugins.module_utils._noun import Context, Noun, Step
from ansible_collections.convox.rack.plugins.module_utils._shared.scaling import matches, own_processes
from ansible_collections.convox.rack.plugins.module_utils._shared.waits import WAIT_ARGUMENTS

# The least value of each option. The rack takes 0 for cpu and memory and a negative count stays in its
# cache although it is refused (recordings: rejected_scale), so all is checked before a request.
LEAST = {"count": 0, "cpu": 1, "memory": 1, "gpu": 0, "min": 0, "max": 1}
FIELDS = (*LEAST, "gpu_vendor")
UNITS = {"cpu": " (thousandths of a core)", "memory": " (MiB)"}


@dataclass(frozen=True)
class Desired:
    """The scale a service should have, or a restart. ``name`` None means every service of the app."""

    app: str
    name: str | None
    restarted: bool = False
    scale: dict[str, t.Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Observed:
    """The services that the task is about; of a service to scale also its processes.

    ``assumed``: nothing of them is there yet, but for what an earlier task of the play would make.
    """

    services: tuple[services.Service, ...]
    processes: tuple[processes.Process, ...] | None = None
    assumed: bool = False


def goal(service: services.Service, desired: Desired) -> dict[str, t.Any]:
    """The values that the service should have, from what it has and what is desired."""
    scale = dict(desired.scale)
    if scale.get("gpu") == 0:
        # No GPUs have no vendor: a rack need not keep one.
        scale.pop("gpu_vendor", None)
    return scale


def _unfinished(
    processes: tuple[processes.Process, ...] | None, desired: Desired, service: services.Service
) -> list[Step]:
    count, exact = expected(service, {})
    if processes is None or matches(processes, count, exact=exact):
        return []
    return [steps.AwaitScaled(desired.app, service.name, count, exact)]


def expected(service: services.Service, scale: dict[str, t.Any]) -> tuple[int, bool]:
    """How many processes run with these values, and whether exactly so many: what an autoscaler runs
    between its bounds is its own business."""
    if "count" in scale:
        return scale["count"], True
    if service.autoscaled or "max" in scale:
        return scale.get("min", service.min or 0), False
    return scale.get("min", service.count), True


def current(service: services.Service, name: str, scale: dict[str, t.Any]) -> t.Any:
    """What a desired value is compared with.

    Without an autoscaler ``min`` alone sets the number of replicas, and what is read back as ``min`` stays
    the manifest's (recordings: services): there the count tells.
    """
    if name == "min" and not service.autoscaled and "max" not in scale:
        return service.count
    return service.value(name)


def _plan_assumed(desired: Desired) -> list[Step]:
    if desired.restarted:
        return [steps.Restart(desired.app, desired.name or "every service", 0)]
    return [steps.Scale(desired.app, desired.name or "", dict(desired.scale))] if desired.scale else []


class ServiceNoun(Noun[Desired, Observed]):
    """The scale of a service, and restarts."""

    ARGUMENTS: t.ClassVar[dict[str, dict[str, t.Any]]] = {
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
    CONSTRAINTS: t.ClassVar[dict[str, t.Any]] = {"required_by": {"gpu_vendor": ("gpu",)}}
    MAX_ATTEMPTS: t.ClassVar[int] = 2

    def desired(self, options: dict[str, t.Any]) -> Desired:
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
        return Desired(options["app"], options.get("name"), restarted, scale)

    def observe(self, client: Client, desired: Desired, context: Context) -> Observed:
        """Two requests at most. Raises ConvoxOptionError for an app without a release, and for an absent
        service."""
        there = services.list_all(client, desired.app)
        if not there:
            raise errors.ConvoxOptionError(
                "app",
                f"{desired.app} has no services: nothing was promoted yet",
                "promote a release with convox_release first",
                not_yet=True,
            )
        if desired.name is None:
            return Observed(tuple(there))
        chosen = tuple(service for service in there if service.name == desired.name)
        if not chosen:
            names = ", ".join(service.name for service in there)
            raise errors.ConvoxOptionError(
                "name",
                f"{desired.app} has no service {desired.name}",
                f"its services are: {names}",
                not_yet=True,
            )
        if not desired.scale or context.check_mode:
            return Observed(chosen)
        return Observed(chosen, tuple(own_processes(client, desired.app, desired.name)))

    def assumed(self, desired: Desired) -> Observed:
        """A service of which nothing is known but its name."""
        named = (services.Service.model_validate({"name": desired.name}),) if desired.name else ()
        return Observed(named, assumed=True)

    def plan(self, observed: Observed, desired: Desired) -> list[Step]:
        """One step a service that is to restart, or one with the values that differ.

        Where nothing differs and the processes are not there yet (a task before gave up waiting), it waits.
        """
        if observed.assumed:
            return _plan_assumed(desired)
        if desired.restarted:
            return [
                steps.Restart(desired.app, service.name, *expected(service, {}))
                for service in observed.services
            ]
        service = observed.services[0]
        scale = goal(service, desired)
        differing = {name: value for name, value in scale.items() if current(service, name, scale) != value}
        if not differing:
            return _unfinished(observed.processes, desired, service)
        if service.agent:
            raise errors.ConvoxOptionError(
                "name",
                f"{service.name} is an agent: it runs once on every instance and cannot be scaled",
                "change its scale in convox.yml",
            )
        if "gpu" in differing and "gpu_vendor" in scale:
            differing["gpu_vendor"] = scale["gpu_vendor"]
        before = {name: current(service, name, scale) for name in differing}
        return [steps.Scale(desired.app, service.name, differing, before, *expected(service, differing))]

    def verify(self, observed: Observed, desired: Desired, missing: t.Sequence[Step]) -> None:
        """Name the values that the rack did not keep."""
        names = sorted({name for step in missing if isinstance(step, steps.Scale) for name in step.scale})
        raise errors.ConvoxIgnoredError(
            f"the rack answered ok and ignored for service {desired.name} of {desired.app}: "
            f"{', '.join(names)}",
            hint="Racks before 3.24.6 ignore min and max; other values are lost when someone promotes "
            "meanwhile.",
        )

    def result(self, observed: Observed, desired: Desired) -> dict[str, t.Any]:
        """``service``, or ``services`` for a restart."""
        found = [
            {**service.as_result(), **{name: service.value(name) for name in FIELDS}}
            for service in observed.services
        ]
        return {"services": found} if desired.restarted else {"service": found[0]}

    def predict(self, observed: Observed, desired: Desired) -> dict[str, t.Any]:
        """The service with the values it would have; null for what nobody knows of one that is not there
        yet."""
        result = self.result(observed, desired)
        if observed.assumed:
            known = {"name": desired.name}
            result = {
                key: [{**dict.fromkeys(each), **known} for each in value]
                if isinstance(value, list)
                else {**dict.fromkeys(value), **known}
                for key, value in result.items()
            }
        if not desired.restarted:
            result["service"].update(goal(observed.services[0], desired))
        return result
