# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the noun of convox_rack, the rack itself."""

from __future__ import annotations

import typing as t
from dataclasses import replace

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import letsencrypt
from ansible_collections.convox.rack.plugins.module_utils._modules.rack import arguments, solvers
from ansible_collections.convox.rack.plugins.module_utils._modules.rack.arguments import Desired
from ansible_collections.convox.rack.plugins.module_utils._modules.rack.state import (
    Configured,
    Facts,
    Seen,
    read,
)
from ansible_collections.convox.rack.plugins.module_utils._noun import Context, Noun, Step
from ansible_collections.convox.rack.plugins.module_utils._shared.secret_names import masked, secrets_of

_IGNORED = (
    "Racks drop parameters that they do not know; see what there is with convox rack params. The console's "
    "page of the rack has the log of the update."
)
_ROLE = "The role is the rack's own, made by its Terraform: leave letsencrypt.role out of the task."


# Steps are imported where a plan has some: as a module a file costs each task, and most find nothing to do.


class Observed(t.NamedTuple):
    """The rack, and where a task is about them its Let's Encrypt settings. ``rewritten``: this task has set
    their credentials, which no rack shows."""

    facts: Facts
    config: letsencrypt.Config | None = None
    rewritten: bool = False


def _differing(facts: Facts, desired: Desired) -> dict[str, t.Any]:
    there = facts.parameters or {}
    parameters = {name: value for name, value in desired.parameters.items() if there.get(name, "") != value}
    values = {
        name: getattr(desired, name)
        for name in ("version", "count", "type")
        if getattr(desired, name) not in (None, getattr(facts, name))
    }
    return {**values, **({"parameters": parameters} if parameters else {})}


def _updates(facts: Facts, desired: Desired) -> list[Step]:
    """One request, or one a part where a console does it: its own route takes a version or parameters, and
    a new version comes first, because parameters may be new with it."""
    values = _differing(facts, desired)
    if "version" in values:
        arguments.check_version(facts.version, values["version"], force=desired.force)
    if not values:
        return []
    from ansible_collections.convox.rack.plugins.module_utils._modules.rack import steps

    if not facts.managed:
        return [steps.Update(desired, facts, **values)]
    parts = [{name: values[name]} for name in ("version", "parameters") if name in values]
    own = {name: values[name] for name in ("count", "type") if name in values}
    planned: list[Step] = [
        steps.Update(desired, facts, **part, by_console=True, first=number == 0)
        for number, part in enumerate(parts)
    ]
    return [*planned, *([steps.Update(desired, facts, **own, first=not parts)] if own else [])]


class RackNoun(Noun[Desired, Observed]):
    """The rack itself: version, parameters, instances, DNS solvers."""

    ARGUMENTS: t.ClassVar[dict[str, dict[str, t.Any]]] = arguments.ARGUMENTS
    CONSTRAINTS: t.ClassVar[dict[str, t.Any]] = {
        "required_one_of": [("parameters", "version", "count", "type", "letsencrypt")]
    }
    SECRET_BY_NAME: t.ClassVar[tuple[str, ...]] = ("parameters",)

    def __init__(self) -> None:
        #: The rack as the last step has left it.
        self._facts: Facts | None = None
        self._config: letsencrypt.Config | None = None
        self._rewritten = False

    def desired(self, options: dict[str, t.Any]) -> Desired:
        """Raises ConvoxOptionError for values that no rack takes."""
        return arguments.desired(options)

    def observe(self, client: Client, desired: Desired, context: Context) -> Observed:
        """One request, two where only the rack itself knows, one more for the Let's Encrypt settings; none
        for what a step has read back."""
        facts = self._facts or read(client, desired)
        context.add_secrets(secrets_of(facts.parameters))
        config = self._config
        if config is None and desired.letsencrypt is not None:
            config = letsencrypt.get(client)
        return Observed(facts, config, self._rewritten)

    def plan(self, observed: Observed, desired: Desired) -> list[Step]:
        """The requests for what differs; where nothing does and the rack is being updated, it waits. Raises
        ConvoxOptionError for a version that leaves out a minor one, and for ids of solvers that are taken."""
        planned = self._configure(observed, desired) + _updates(observed.facts, desired)
        if not planned and desired.of_the_rack and not observed.facts.running:
            from ansible_collections.convox.rack.plugins.module_utils._modules.rack import steps

            return [steps.AwaitUpdated(desired, observed.facts)]
        return planned

    @staticmethod
    def _configure(observed: Observed, desired: Desired) -> list[Step]:
        config, want = observed.config, desired.letsencrypt
        if config is None or want is None:
            return []
        after = solvers.merged(config, want, rewritten=observed.rewritten)
        role = config.role if want.role is None else want.role
        if role == config.role and after == solvers.in_order(config.solvers):
            return []
        from ansible_collections.convox.rack.plugins.module_utils._modules.rack import steps

        return [steps.Configure(config, role, tuple(after))]

    def applied(self, step: Step, made: object) -> None:
        """Every step gives what it has read last; of an update that was not waited for counts what the rack
        was told to be."""
        if isinstance(made, Configured):
            self._config, self._rewritten = made.config, True
        elif isinstance(made, Seen):
            told = made.expected
            self._facts = replace(told, status=made.facts.status) if told is not None else made.facts

    def verify(self, observed: Observed, desired: Desired, missing: t.Sequence[Step]) -> None:
        """Name what the rack answered well to and did not keep. Raises ConvoxIgnoredError."""
        from ansible_collections.convox.rack.plugins.module_utils._modules.rack import steps

        names: list[str] = []
        hint = _IGNORED
        for step in missing:
            if isinstance(step, steps.Update):
                names += sorted(step.parameters)
                names += [name for name in ("version", "count", "type") if getattr(step, name) is not None]
            elif isinstance(step, steps.Configure):
                only_role = all(change.where == ("letsencrypt", "role") for change in step.changes())
                names.append("letsencrypt.role" if only_role else "letsencrypt.solvers")
                hint = _ROLE if only_role else "This rack may not know their DNS provider."
        raise errors.ConvoxIgnoredError(
            f"rack {observed.facts.name} took the change and runs without: {', '.join(names)}", hint=hint
        )

    def result(self, observed: Observed, desired: Desired) -> dict[str, t.Any]:
        """``rack``: name, status, version, provider, parameters, count, type, letsencrypt."""
        config = observed.config
        described = {"letsencrypt": config.as_result() if config is not None else None}
        return {"rack": {**observed.facts.as_result(), **described}}

    def predict(self, observed: Observed, desired: Desired) -> dict[str, t.Any]:
        """The rack with what would be set."""
        result = self.result(observed, desired)
        facts, rack = observed.facts, result["rack"]
        parameters = {**(facts.parameters or {}), **desired.parameters}
        if desired.parameters:
            rack["parameters"] = masked({name: value for name, value in parameters.items() if value})
        for name in ("version", "count", "type"):
            if getattr(desired, name) is not None:
                rack[name] = getattr(desired, name)
        if observed.config is not None and desired.letsencrypt is not None:
            want = desired.letsencrypt
            role = observed.config.role if want.role is None else want.role
            after = letsencrypt.Config(role=role, solvers=solvers.merged(observed.config, want))
            rack["letsencrypt"] = after.as_result()
        return result
