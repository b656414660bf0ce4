# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: steps that take an instance away, and make a new key."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import instances
from ansible_collections.convox.rack.plugins.module_utils._api.waiting import Wait, wait_for
from ansible_collections.convox.rack.plugins.module_utils._modules.instance.state import Left
from ansible_collections.convox.rack.plugins.module_utils._noun import Change, Context, Step, secret_change
from ansible_collections.convox.rack.plugins.module_utils._shared.shown import LAG

# The rack drains an instance before it answers.
_DRAINING = 600.0


@dataclass(frozen=True)
class Terminate(Step):
    """Take an instance away, and wait until another has come for it: there were ``count``."""

    id: str
    count: int
    way_out: t.ClassVar[str] = "The rack drains the instance and takes it away."

    def changes(self) -> t.Sequence[Change]:
        return [Change(("instances", self.id), "present", None)]

    def apply(self, client: Client, context: Context) -> Left:
        timeout = context.time_left() if context.wait else _DRAINING
        try:
            instances.terminate(client, self.id, timeout=timeout)
        except errors.ConvoxNotFoundError as error:
            # Somebody else has, or the answer to an earlier try was lost.
            if not error.is_about("instance", self.id):
                raise
        at = context.clock.now()
        if not context.wait:
            return self._until(client, context, "to be gone", lambda left: not self._there(left), at, LAG * 2)
        return self._until(
            client,
            context,
            f"to be gone and {self.count} to run",
            lambda left: not self._there(left) and len(_running(left)) >= self.count,
            at,
            context.time_left(),
        )

    def _there(self, left: tuple[instances.Instance, ...]) -> bool:
        return any(instance.id == self.id for instance in left)

    def _words(self, left: tuple[instances.Instance, ...]) -> str:
        gone = "it is still there" if self._there(left) else "it is gone"
        return f"{gone}, {len(_running(left))} of {len(left)} run"

    def _until(
        self,
        client: Client,
        context: Context,
        what: str,
        good: t.Callable[[tuple[instances.Instance, ...]], bool],
        at: float,
        timeout: float,
    ) -> Left:
        def over(left: tuple[instances.Instance, ...]) -> bool:
            # The rack answered ok: one that is there for longer than reads may lag is there to stay.
            return good(left) or (self._there(left) and context.clock.now() - at >= LAG)

        def tell(left: tuple[instances.Instance, ...]) -> None:
            if not good(left):
                context.progress(self.id, f"waiting for another instance: {self._words(left)}", "status")

        wait = Wait(
            what=f"instance {self.id} {what}",
            read=lambda: tuple(instances.list_all(client)),
            good=over,
            words=self._words,
            advice="Where no other instance comes for it, take wait: false.",
            timeout=timeout,
            poll_interval=context.poll_interval,
            confirm=0,
            tell=tell,
        )
        return Left(wait_for(wait, context.clock))


def _running(found: tuple[instances.Instance, ...]) -> list[instances.Instance]:
    return [instance for instance in found if instance.status == "running"]


@dataclass(frozen=True)
class Keyroll(Step):
    """Give all instances another key."""

    one_shot: t.ClassVar[bool] = True

    def changes(self) -> t.Sequence[Change]:
        return [secret_change(("key",), "before", "after")]

    def apply(self, client: Client, context: Context) -> instances.KeyPair:
        try:
            pair = instances.keyroll(client)
        except errors.ConvoxNotImplementedError as error:
            error.hint = "Only the instances of a v2 rack have a key."
            raise
        context.add_secrets([pair.private_key])
        return pair
