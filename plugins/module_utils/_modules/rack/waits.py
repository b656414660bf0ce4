# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: waits for a rack that is being updated."""

from __future__ import annotations

import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.waiting import Wait, wait_for
from ansible_collections.convox.rack.plugins.module_utils._modules.rack.arguments import Desired
from ansible_collections.convox.rack.plugins.module_utils._modules.rack.state import FAILED, Facts, read
from ansible_collections.convox.rack.plugins.module_utils._noun import Context
from ansible_collections.convox.rack.plugins.module_utils._shared.shown import LAG

# For so many seconds after an update was taken on it may not have begun.
BEGINS_WITHIN = 30.0
_ADVICE = (
    "The rack goes on by itself. Wait longer (wait_timeout: an update of a rack may take an hour), or look "
    "at it with the CLI (convox rack)."
)


def _tell(context: Context, facts: Facts) -> None:
    if not facts.running:
        context.progress(facts.name, f"waiting until it is running: {facts.words()}", "status")


def until_running(client: Client, context: Context, desired: Desired, before: Facts) -> Facts:
    """Wait until nothing is at work on a rack. Raises ConvoxWaitError at the deadline."""
    wait = Wait(
        what=f"rack {before.name} to be running",
        read=lambda: read(client, desired),
        good=lambda facts: facts.running,
        words=Facts.words,
        advice=_ADVICE,
        timeout=context.time_left(),
        poll_interval=context.poll_interval,
        tell=lambda facts: _tell(context, facts),
    )
    return wait_for(wait, context.clock)


class _Updated:
    """What counts in a wait for an update that was taken on ``at``."""

    def __init__(self, context: Context, shown: t.Callable[[Facts], bool], at: float) -> None:
        self.context = context
        self.shown = shown
        self.at = at
        self.begun = False

    def _age(self) -> float:
        return self.context.clock.now() - self.at

    def tell(self, facts: Facts) -> None:
        self.begun = self.begun or not (facts.running or facts.status in FAILED)
        _tell(self.context, facts)

    def good(self, facts: Facts) -> bool:
        """What does not show it is good, too, once it is over: then the rack has ignored it."""
        return facts.running and (self.begun or self._age() >= (LAG if self.shown(facts) else BEGINS_WITHIN))

    def bad(self, facts: Facts) -> errors.ConvoxError | None:
        if facts.status not in FAILED or not (self.begun or self._age() >= LAG):
            return None
        return errors.ConvoxError(
            f"the update of rack {facts.name} ended with {facts.words()}",
            hint="The console's page of the rack has the log of the update.",
        )


def until_updated(
    client: Client,
    context: Context,
    desired: Desired,
    before: Facts,
    shown: t.Callable[[Facts], bool],
    at: float,
) -> Facts:
    """Wait until a rack is updated, and give it as it is then: ``shown`` tells whether it was. Raises
    ConvoxWaitError at the deadline, ConvoxError where the update has failed."""
    updated = _Updated(context, shown, at)
    wait = Wait(
        what=f"rack {before.name} to be updated",
        read=lambda: read(client, desired),
        good=updated.good,
        bad=updated.bad,
        words=Facts.words,
        advice=_ADVICE,
        timeout=context.time_left(),
        poll_interval=context.poll_interval,
        tell=updated.tell,
    )
    return wait_for(wait, context.clock)
