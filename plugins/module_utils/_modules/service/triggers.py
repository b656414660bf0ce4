# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the overrides of a service: what scales it instead of its manifest, and whether it
keeps a count of zero."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import services
from ansible_collections.convox.rack.plugins.module_utils._modules.service.read_back import (
    Scaled,
    read_back,
)
from ansible_collections.convox.rack.plugins.module_utils._noun import Change, Context, Step
from ansible_collections.convox.rack.plugins.module_utils._shared.scaling import until_scaled

# Our names of what is watched -> the field of a service that holds its threshold.
FIELDS = {
    "cpu": "cpu_threshold",
    "memory": "mem_threshold",
    "gpu": "gpu_threshold",
    "queue": "queue_threshold",
}
BOUNDS = {"min": 0, "max": 1}
_OPTION = "triggers"
_Error = errors.ConvoxOptionError

Triggers = dict[str, int]


def desired(options: t.Mapping[str, t.Any]) -> Triggers | None:
    """Thresholds with the bounds beside them, ``{}`` for none, None where the option is not given. The bounds
    may stand in ``triggers`` or in the options ``min`` and ``max``. Raises ConvoxOptionError."""
    given = options.get(_OPTION)
    if given is None:
        return None
    unknown = sorted(set(given) - {*FIELDS, *BOUNDS})
    if unknown:
        raise _Error(_OPTION, f"holds {', '.join(unknown)}", "give cpu, memory, gpu, queue, min and max")
    found = {name: _number(name, value) for name, value in given.items() if value is not None}
    if not found:
        return {}
    if not set(found) & set(FIELDS):
        raise _Error(_OPTION, "has bounds and no threshold", "give cpu, memory, gpu or queue, too")
    for name in BOUNDS:
        outer = options.get(name)
        if outer is not None and found.setdefault(name, outer) != outer:
            raise _Error(_OPTION, f"has another {name} than the option {name}", "give it once")
    if "min" in found and "max" in found and found["min"] > found["max"]:
        raise _Error(_OPTION, "has a min above its max", "give a min that is at most max")
    if options.get("count") is not None:
        raise _Error("count", "stands beside triggers", "give the bounds min and max: triggers set the count")
    return found


def _number(name: str, value: t.Any) -> int:
    """A whole number, as text too; not what YAML reads as true."""
    least = BOUNDS.get(name, 1)
    try:
        if isinstance(value, bool) or int(value) != float(value):
            raise ValueError
        number = int(value)
    except (TypeError, ValueError, OverflowError):
        raise _Error(_OPTION, f"{name} is no whole number", f"give {least} or more") from None
    if not least <= number < 2**31:
        raise _Error(_OPTION, f"{name} is below {least} or too large", f"give {least} or more")
    return number


def current(service: services.Service) -> Triggers:
    """The override that is on, as ``desired`` has it; nothing where none is."""
    if not service.triggers_override_active:
        return {}
    found = {name: getattr(service.autoscale, field_, None) for name, field_ in FIELDS.items()}
    found |= {"min": service.min, "max": service.max}
    return {name: value for name, value in found.items() if value is not None}


def wanted(service: services.Service, given: Triggers) -> Triggers:
    """What the override shall be: bounds that are not given stay. Raises ConvoxOptionError where there are
    none yet."""
    if not given:
        return {}
    there = current(service)
    whole = {**{name: there[name] for name in BOUNDS if name in there}, **given}
    missing = [name for name in BOUNDS if name not in whole]
    if missing:
        raise _Error(
            _OPTION,
            f"of {service.name} are off, and there is no {' and no '.join(missing)}",
            "give min and max beside the thresholds",
        )
    if whole["min"] > whole["max"]:
        raise _Error(
            _OPTION, f"would have the min {whole['min']} and the max {whole['max']}", "give both min and max"
        )
    return whole


def plan(app: str, service: services.Service, given: Triggers | None, override: bool | None) -> list[Step]:
    """The steps from what a service has to what is desired. Raises ConvoxOptionError."""
    steps: list[Step] = []
    if override is not None and override != service.scale_override_active:
        steps.append(SetOverride(app, service.name, override))
    if given is not None:
        there, whole = current(service), wanted(service, given)
        if there != whole:
            steps.append(_step(app, service.name, there, whole))
    return steps


def _step(app: str, name: str, there: Triggers, whole: Triggers) -> Step:
    differing = [each for each in whole if there.get(each) != whole[each]]
    if set(there) == set(whole) and len(differing) == 1 and differing[0] in FIELDS:
        return SetThreshold(app, name, differing[0], there[differing[0]], whole[differing[0]])
    return SetTriggers(app, name, there, whole)


def predicted(service: services.Service, given: Triggers | None, override: bool | None) -> dict[str, t.Any]:
    """What a rack will show of a service after these steps."""
    found: dict[str, t.Any] = {}
    if override is not None:
        found["scale_override_active"] = override
    if given is not None:
        whole = wanted(service, given)
        found["triggers_override_active"] = bool(whole)
        if whole and whole != current(service):
            found |= {name: whole[name] for name in BOUNDS}
            found["count"] = min(max(service.count, whole["min"]), whole["max"])
            autoscale = services.Autoscale.model_validate({"enabled": True}).model_dump()
            found["autoscale"] = autoscale | {FIELDS[n]: v for n, v in whole.items() if n in FIELDS}
    return found


def assumed(given: Triggers | None, override: bool | None) -> dict[str, t.Any]:
    """The same of a service that is not there yet."""
    found: dict[str, t.Any] = {} if override is None else {"scale_override_active": override}
    if given is not None:
        found["triggers_override_active"] = bool(given)
        found |= {name: given[name] for name in BOUNDS if name in given}
    return found


@dataclass(frozen=True)
class SetOverride(Step):
    """Turn the scale override of a service on or off: with it a count of zero outlasts a promote."""

    app: str
    service: str
    active: bool

    def changes(self) -> t.Sequence[Change]:
        return [Change((self.service, "scale_override"), not self.active, self.active)]

    def apply(self, client: Client, context: Context) -> Scaled:
        at = context.clock.now()
        services.set_scale_override(client, self.app, self.service, active=self.active)
        return Scaled(
            read_back(
                client,
                context,
                self.app,
                self.service,
                lambda service: service.scale_override_active == self.active,
                at,
            )
        )


class _Triggers(Step):
    """What all changes of triggers have in common."""

    app: str
    service: str

    def send(self, client: Client) -> None:
        """The request."""
        raise NotImplementedError

    def shown(self, service: services.Service) -> bool:
        """Whether a rack shows it."""
        raise NotImplementedError

    @property
    def least(self) -> int:
        """How many processes will run at least; 0 where nobody waits."""
        return 0

    def apply(self, client: Client, context: Context) -> Scaled:
        at = context.clock.now()
        self.send(client)
        found = read_back(client, context, self.app, self.service, self.shown, at)
        if context.wait and self.least and found is not None and self.shown(found):
            until_scaled(client, context, self.app, self.service, self.least, set(), exact=False)
            found = read_back(client, context, self.app, self.service, self.shown, at)
        return Scaled(found)


@dataclass(frozen=True)
class SetTriggers(_Triggers):
    """Turn the autoscaling override of a service on with these thresholds and bounds; without any, off."""

    app: str
    service: str
    before: Triggers = field(default_factory=dict)
    after: Triggers = field(default_factory=dict)

    def changes(self) -> t.Sequence[Change]:
        return [Change((self.service, "triggers"), dict(self.before), dict(self.after))]

    def send(self, client: Client) -> None:
        if not self.after:
            services.disable_triggers(client, self.app, self.service)
            return
        thresholds = {name: value for name, value in self.after.items() if name in FIELDS}
        services.enable_triggers(
            client,
            self.app,
            self.service,
            thresholds,
            least=self.after["min"],
            most=self.after["max"],
        )

    def shown(self, service: services.Service) -> bool:
        return current(service) == self.after

    @property
    def least(self) -> int:
        return self.after.get("min", 0)


@dataclass(frozen=True)
class SetThreshold(_Triggers):
    """Set one threshold of an autoscaling override that is on."""

    app: str
    service: str
    name: str
    before: int
    after: int

    def changes(self) -> t.Sequence[Change]:
        return [Change((self.service, "triggers", self.name), self.before, self.after)]

    def send(self, client: Client) -> None:
        services.set_threshold(client, self.app, self.service, self.name, self.after)

    def shown(self, service: services.Service) -> bool:
        return current(service).get(self.name) == self.after
