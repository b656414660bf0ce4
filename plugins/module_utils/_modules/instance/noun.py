# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the noun of convox_instance: an instance goes, or all get another key."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import instances
from ansible_collections.convox.rack.plugins.module_utils._modules.instance.state import Left
from ansible_collections.convox.rack.plugins.module_utils._noun import WAIT_ARGUMENTS, Context, Noun, Step


@dataclass(frozen=True)
class Desired:
    """An instance that should be gone; None: another key for all of them. ``reveal``: return that key."""

    id: str | None
    reveal: bool = False


class Observed(t.NamedTuple):
    """The instances that are there; the key that this task has made."""

    instances: tuple[instances.Instance, ...] = ()
    key_pair: instances.KeyPair | None = None


class InstanceNoun(Noun[Desired, Observed]):
    """Instances of a rack."""

    ARGUMENTS: t.ClassVar[dict[str, dict[str, t.Any]]] = {
        "id": {"type": "str"},
        "state": {"type": "str", "choices": ["absent", "keyrolled"], "required": True},
        "reveal": {"type": "bool", "default": False},
        **WAIT_ARGUMENTS,
    }
    CONSTRAINTS: t.ClassVar[dict[str, t.Any]] = {"required_if": [("state", "absent", ("id",))]}

    def __init__(self) -> None:
        #: What the steps have left.
        self._left: tuple[instances.Instance, ...] | None = None
        self._key_pair: instances.KeyPair | None = None

    def desired(self, options: dict[str, t.Any]) -> Desired:
        """Raises ConvoxOptionError for an id that is none, and for options that contradict each other."""
        id_ = options.get("id")
        if options["state"] == "keyrolled":
            if id_ is not None:
                raise errors.ConvoxOptionError(
                    "id", "means nothing with state: keyrolled", "leave it out: all instances get the new key"
                )
            return Desired(None, options["reveal"])
        # These would lead to another route of the rack.
        if not id_ or id_ in (".", ".."):
            raise errors.ConvoxOptionError("id", "is no id of an instance", "see convox_instance_info")
        if options["reveal"]:
            raise errors.ConvoxOptionError(
                "reveal", "means nothing with state: absent", "only a new key can be revealed"
            )
        return Desired(id_)

    def observe(self, client: Client, desired: Desired, context: Context) -> Observed:
        """One request; none for a new key, and none for what a step has read."""
        if desired.id is None:
            return Observed((), self._key_pair)
        return Observed(tuple(instances.list_all(client)) if self._left is None else self._left)

    def plan(self, observed: Observed, desired: Desired) -> list[Step]:
        """One step: the key, or the instance that is still there."""
        if desired.id is not None and all(each.id != desired.id for each in observed.instances):
            return []
        # Here, because a module compiles what it imports each time it runs, and most find nothing to do.
        from ansible_collections.convox.rack.plugins.module_utils._modules.instance import steps

        if desired.id is None:
            return [steps.Keyroll()]
        return [steps.Terminate(desired.id, len(observed.instances))]

    def applied(self, step: Step, made: object) -> None:
        """A step gives what it has left."""
        if isinstance(made, instances.KeyPair):
            self._key_pair = made
        elif isinstance(made, Left):
            self._left = made.instances

    def verify(self, observed: Observed, desired: Desired, missing: t.Sequence[Step]) -> None:
        """The instance is still there. Raises ConvoxIgnoredError."""
        raise errors.ConvoxIgnoredError(
            f"the rack answered ok to the termination of instance {desired.id}, and it is still there",
            hint="Look at it with convox instances.",
        )

    def result(self, observed: Observed, desired: Desired) -> dict[str, t.Any]:
        """``instances``: ids of those that are there; or ``key_pair``, its private key only if revealed."""
        if desired.id is not None:
            return {"instances": [instance.id for instance in observed.instances]}
        pair = observed.key_pair
        if pair is None:
            return {"key_pair": None}
        return {"key_pair": {"name": pair.name, "private_key": pair.private_key if desired.reveal else None}}

    def predict(self, observed: Observed, desired: Desired) -> dict[str, t.Any]:
        """Those that would be left, without what may come for it; no key."""
        if desired.id is None:
            return {"key_pair": None}
        return {"instances": [each.id for each in observed.instances if each.id != desired.id]}
