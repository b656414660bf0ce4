# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the noun of convox_resource, a resource of the rack or the data of an app's."""

from __future__ import annotations

import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources.resources import LinkedApp, Resource
from ansible_collections.convox.rack.plugins.module_utils._modules.resource import options as reading
from ansible_collections.convox.rack.plugins.module_utils._modules.resource import state, steps
from ansible_collections.convox.rack.plugins.module_utils._modules.resource.state import (
    Desired,
    Observed,
    missing_parameters,
)
from ansible_collections.convox.rack.plugins.module_utils._noun import WAIT_ARGUMENTS, Context, Noun, Step
from ansible_collections.convox.rack.plugins.module_utils._shared.resource_result import described


class ResourceNoun(Noun[Desired, Observed]):
    """A resource of the rack, or the data of an app's resource."""

    ARGUMENTS: t.ClassVar[dict[str, dict[str, t.Any]]] = {
        "name": {"type": "str", "required": True},
        "app": {"type": "str"},
        "state": {
            "type": "str",
            "choices": ["present", "absent", "exported", "imported"],
            "default": "present",
        },
        "type": {"type": "str"},
        # Not no_log, for it damages results; the values are masked by us.
        "parameters": {"type": "dict", "no_log": False},
        "links": {"type": "list", "elements": "str"},
        "dest": {"type": "path"},
        "force": {"type": "bool", "default": True},
        "src": {"type": "path"},
        "receipt": {"type": "path"},
        "compare": {"type": "bool", "default": False},
        "encryption_key": {"type": "str", "no_log": True},
        **WAIT_ARGUMENTS,
        "wait_timeout": {"type": "int", "default": 1800},
    }
    SECRET_OPTIONS: t.ClassVar[tuple[str, ...]] = ("parameters",)

    def __init__(self) -> None:
        #: What the last step has left.
        self._seen: Observed | None = None

    def desired(self, options: dict[str, t.Any]) -> Desired:
        """Raises ConvoxOptionError for options that contradict each other."""
        return reading.desired(options)

    def observe(self, client: Client, desired: Desired, context: Context) -> Observed:
        """See ``state.observe``; nothing is asked after a step, which has read the resource back."""
        if self._seen is None:
            self._seen = state.observe(client, desired, context)
        return self._seen

    def assumed(self, desired: Desired) -> Observed:
        """An app that was just made has the resources of its convox.yml after its first promote."""
        return Observed(None)

    def plan(self, observed: Observed, desired: Desired) -> list[Step]:
        """Raises ConvoxOptionError for what this resource cannot become."""
        if desired.app is not None:
            return _moves(observed, desired)
        if desired.state == "absent":
            return _removal(observed)
        if observed.resource is None:
            return _creation(observed, desired)
        return _changes(observed.resource, observed.updates, desired)

    def applied(self, step: Step, made: object) -> None:
        """Every step gives what it has left."""
        before = self._seen or Observed(None)
        if isinstance(made, steps.Seen):
            self._seen = before._replace(resource=made.resource)
        else:
            self._seen = before._replace(size=getattr(made, "size", None), kept=True)

    def verify(self, observed: Observed, desired: Desired, missing: t.Sequence[Step]) -> None:
        """Name what the rack did not keep. Raises ConvoxIgnoredError."""
        words = "it is still there" if desired.state == "absent" else "it is not there"
        if observed.resource is not None and desired.state == "present":
            names = sorted(missing_parameters(observed.resource, desired))
            words = f"it did not keep {', '.join(names) if names else 'the links'}"
        raise errors.ConvoxIgnoredError(
            f"the rack answered well for resource {desired.name}, and {words}",
            hint="Somebody else may have changed it at the same moment: run the task again.",
        )

    def result(self, observed: Observed, desired: Desired) -> dict[str, t.Any]:
        """``resource``, None when it is gone or was not asked for; ``dest`` and ``size`` of data."""
        found: dict[str, t.Any] = {"resource": described(observed.resource) if observed.resource else None}
        if desired.dest is not None:
            found["dest"] = desired.dest.path
        if desired.app is not None:
            found["size"] = observed.size
        return found

    def predict(self, observed: Observed, desired: Desired) -> dict[str, t.Any]:
        """The resource with what would be set; its status is ``absent`` where it would be made."""
        if desired.app is not None or desired.state == "absent":
            gone = desired.state == "absent"
            return self.result(observed._replace(resource=None) if gone else observed, desired)
        new = {"name": desired.name, "type": desired.type or "", "status": "absent"}
        found = observed.resource or Resource.model_validate(new)
        links = found.links if desired.links is None else desired.links
        after = found.model_copy(
            update={
                "parameters": {**found.parameters, **desired.parameters},
                "apps": tuple(LinkedApp(name=name) for name in links),
            }
        )
        return self.result(observed._replace(resource=after), desired)


def _moves(observed: Observed, desired: Desired) -> list[Step]:
    if observed.kept or desired.app is None:
        return []
    # Here, because a module compiles what it imports each time it runs, and webhooks need none of it.
    from ansible_collections.convox.rack.plugins.module_utils._modules.resource import data

    if desired.dest is not None:
        return [data.Export(desired.app, desired.name, desired.dest, desired.key)]
    return [data.Import(desired.app, desired.name, desired.src, desired.receipt, desired.key)]


def _removal(observed: Observed) -> list[Step]:
    if observed.resource is None:
        return []
    if observed.resource.status == "deleting":
        return [steps.Await(observed.resource, gone=True)]
    return [steps.Delete(observed.resource)]


def _creation(observed: Observed, desired: Desired) -> list[Step]:
    if not desired.type:
        raise errors.ConvoxOptionError(
            "type",
            f"is missing, and there is no resource {desired.name} yet",
            "name its type: webhook, or on a v2 rack another",
        )
    return _made(desired, desired.type, observed.updates)


def _made(desired: Desired, kind: str, updates: bool) -> list[Step]:
    _check_links(updates, (), desired)
    planned: list[Step] = [steps.Create(desired.name, kind, desired.parameters)]
    if desired.links:
        planned.append(steps.Link(desired.name, (), desired.links))
    return planned


def _changes(found: Resource, updates: bool, desired: Desired) -> list[Step]:
    if found.status == "deleting":
        kind = desired.type or found.type
        return [steps.Await(found, gone=True), *_made(desired, kind, updates)]
    if desired.type is not None and desired.type != found.type:
        raise errors.ConvoxOptionError(
            "type",
            f"cannot become {ascii(desired.type)}, for {desired.name} is a {found.type}",
            "give the new one another name, or delete this one first",
        )
    _check_links(updates, found.links, desired)
    planned: list[Step] = []
    missing = missing_parameters(found, desired)
    if missing:
        planned.append(steps.Update(found, missing) if updates else steps.Replace(found, missing))
    if desired.links is not None and desired.links != found.links:
        planned.append(steps.Link(found.name, found.links, desired.links))
    if not planned and steps.is_busy(found):
        planned.append(steps.Await(found, gone=False))
    return planned


def _check_links(known: bool, before: tuple[str, ...], desired: Desired) -> None:
    if desired.links is not None and desired.links != before and not known:
        raise errors.ConvoxOptionError(
            "links",
            "exist on v2 racks alone",
            "take them out: on a v3 rack an app names its resources in its convox.yml",
        )
