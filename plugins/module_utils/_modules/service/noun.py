# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the noun of convox_service, the scale of a service and restarts."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import processes, services
from ansible_collections.convox.rack.plugins.module_utils._modules.service import scale, steps, triggers
from ansible_collections.convox.rack.plugins.module_utils._modules.service.read_back import Scaled
from ansible_collections.convox.rack.plugins.module_utils._noun import WAIT_ARGUMENTS, Context, Noun, Step
from ansible_collections.convox.rack.plugins.module_utils._shared.scaling import matches, own_processes

UNITS = {"cpu": " (thousandths of a core)", "memory": " (MiB)"}


@dataclass(frozen=True)
class Desired:
    """The scale a service should have, or a restart. ``name`` None means every service of the app."""

    app: str
    name: str | None
    restarted: bool = False
    scale: dict[str, t.Any] = field(default_factory=dict)
    triggers: triggers.Triggers | None = None
    scale_override: bool | None = None


class Observed(t.NamedTuple):
    """The services that the task is about; of a service to scale also its processes.

    ``assumed``: nothing of them is there yet, but for what an earlier task of the play would make.
    """

    services: tuple[services.Service, ...]
    processes: tuple[processes.Process, ...] | None = None
    assumed: bool = False


def goal(service: services.Service, desired: Desired) -> dict[str, t.Any]:
    """The values that the service should have, from what it has and what is desired."""
    wanted = dict(desired.scale)
    if wanted.get("gpu") == 0:
        # No GPUs have no vendor: a rack need not keep one.
        wanted.pop("gpu_vendor", None)
    return wanted


def _unfinished(observed: Observed, desired: Desired, service: services.Service) -> list[Step]:
    count, exact = scale.expected(service, {})
    if observed.processes is None or matches(observed.processes, count, exact=exact):
        return []
    return [steps.AwaitScaled(desired.app, service.name, count, exact, service.agent)]


def _plan_assumed(desired: Desired) -> list[Step]:
    if desired.restarted:
        return [steps.Restart(desired.app, desired.name or "every service", 0)]
    name = desired.name or ""
    planned: list[Step] = []
    if desired.scale_override:
        planned.append(triggers.SetOverride(desired.app, name, True))
    if desired.triggers:
        planned.append(triggers.SetTriggers(desired.app, name, {}, desired.triggers))
    return planned + ([steps.Scale(desired.app, name, dict(desired.scale))] if desired.scale else [])


def _described(service: services.Service, *, assumed: bool) -> dict[str, t.Any]:
    """A service as a result has it; of one that is not there yet only the name is known."""
    described = {**service.as_result(), **{name: service.value(name) for name in scale.FIELDS}}
    return {**dict.fromkeys(described), "name": service.name} if assumed else described


def _ignored_hint(names: list[str]) -> str:
    if {"min", "max"} & set(names):
        return "Racks before 3.24.6 ignore min and max: give a fixed count."
    if {"scale_override", "triggers"} & set(names):
        return "Somebody may have changed it at the same moment: run the task again, or look in the console."
    return (
        "A promote that somebody starts at the same time puts cpu, memory and gpu back to those of the "
        "manifest: run the task again."
    )


def _check_values(wanted: scale.Scale) -> None:
    for name, least in scale.LEAST.items():
        if name in wanted and wanted[name] < least:
            raise errors.ConvoxOptionError(
                name, f"{wanted[name]} is below {least}", f"give {least} or more{UNITS.get(name, '')}"
            )
    if "count" in wanted and ("min" in wanted or "max" in wanted):
        raise errors.ConvoxOptionError(
            "count", "stands beside min or max", "give a fixed count, or the bounds min and max, not both"
        )
    if "min" in wanted and "max" in wanted and wanted["min"] > wanted["max"]:
        raise errors.ConvoxOptionError("min", "is above max", "give a min that is at most max")


def _check_bounds(service: services.Service, wanted: scale.Scale) -> None:
    """A bound that is given alone has to fit the other one, which stays."""
    if not ({"min", "max"} & set(wanted)) or not (service.autoscaled or "max" in wanted):
        return
    least, most = wanted.get("min", service.min), wanted.get("max", service.max)
    if least is not None and most is not None and least > most:
        given, other = ("min", "max") if "min" in wanted else ("max", "min")
        side = "above" if given == "min" else "below"
        raise errors.ConvoxOptionError(
            given, f"is {side} the {other} of {service.name}, {service.value(other)}", f"give {other}, too"
        )


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
        "triggers": {"type": "dict"},
        "scale_override": {"type": "bool"},
        **WAIT_ARGUMENTS,
    }
    CONSTRAINTS: t.ClassVar[dict[str, t.Any]] = {"required_by": {"gpu_vendor": ("gpu",)}}
    MAX_ATTEMPTS: t.ClassVar[int] = 2

    def __init__(self) -> None:
        #: The service as it was read after its scale was set.
        self._scaled: services.Service | None = None

    def desired(self, options: dict[str, t.Any]) -> Desired:
        """Raises ConvoxOptionError for values out of bounds and options that contradict each other."""
        wanted = {name: options[name] for name in scale.FIELDS if options.get(name) is not None}
        restarted = options["state"] == "restarted"
        _check_values(wanted)
        others = [name for name in ("scale_override", "triggers") if options.get(name) is not None]
        if restarted and (wanted or others):
            raise errors.ConvoxOptionError(
                sorted([*wanted, *others])[0],
                "means nothing with state: restarted",
                "scale in a task of its own",
            )
        if not restarted and not options.get("name"):
            raise errors.ConvoxOptionError("name", "is missing", "name the service to scale")
        asked = triggers.desired(options)
        if asked:
            # They are the bounds of the triggers then.
            wanted = {name: value for name, value in wanted.items() if name not in triggers.BOUNDS}
        return Desired(
            app=options["app"],
            name=options.get("name"),
            restarted=restarted,
            scale=wanted,
            triggers=asked,
            scale_override=options.get("scale_override"),
        )

    def observe(self, client: Client, desired: Desired, context: Context) -> Observed:
        """Two requests at most; none after a scaling, which has read the service back. Raises
        ConvoxOptionError for an app without a release, and for an absent service."""
        if self._scaled is not None:
            return Observed((self._scaled,))
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
        agent = chosen[0].agent
        return Observed(chosen, tuple(own_processes(client, desired.app, desired.name, agent=agent)))

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
                steps.Restart(desired.app, service.name, *scale.expected(service, {}), service.agent)
                for service in observed.services
            ]
        service = observed.services[0]
        wanted = goal(service, desired)
        differing = scale.differing(service, wanted)
        overrides = triggers.plan(desired.app, service, desired.triggers, desired.scale_override)
        if not differing and not overrides:
            return _unfinished(observed, desired, service)
        if service.agent:
            raise errors.ConvoxOptionError(
                "name",
                f"{service.name} is an agent: it runs once on every instance and cannot be scaled",
                "change its scale in convox.yml",
            )
        if not differing:
            return overrides
        _check_bounds(service, wanted)
        before = {name: scale.current(service, name, wanted) for name in differing}
        return [*overrides, steps.Scale(desired.app, service.name, differing, before)]

    def applied(self, step: Step, made: object) -> None:
        """A scaling gives the service as it has read it back."""
        if isinstance(made, Scaled):
            self._scaled = made.service

    def verify(self, observed: Observed, desired: Desired, missing: t.Sequence[Step]) -> None:
        """Name the values that the rack did not keep. Raises ConvoxIgnoredError."""
        names = sorted(
            {
                name
                for step in missing
                for name in (step.scale if isinstance(step, steps.Scale) else [step.changes()[0].where[1]])
            }
        )
        raise errors.ConvoxIgnoredError(
            f"the rack answered ok and ignored for service {desired.name} of {desired.app}: "
            f"{', '.join(names)}",
            hint=_ignored_hint(names),
        )

    def result(self, observed: Observed, desired: Desired) -> dict[str, t.Any]:
        """``service``, or ``services`` for a restart."""
        found = [_described(service, assumed=observed.assumed) for service in observed.services]
        return {"services": found} if desired.restarted else {"service": found[0]}

    def predict(self, observed: Observed, desired: Desired) -> dict[str, t.Any]:
        """The service with the values it would have; null for what nobody knows of one that is not there
        yet."""
        result = self.result(observed, desired)
        if not desired.restarted:
            service = observed.services[0]
            wanted = goal(service, desired)
            if not observed.assumed:
                wanted = scale.predicted(service, scale.differing(service, wanted))
                wanted |= triggers.predicted(service, desired.triggers, desired.scale_override)
            else:
                wanted |= triggers.assumed(desired.triggers, desired.scale_override)
            result["service"].update(wanted)
        return result
