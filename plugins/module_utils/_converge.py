# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the engine. Observe, plan, apply, observe again: the same for every noun.

Check mode, diff, ``changed`` and reading back exist here once, so no noun can forget them.
"""

from __future__ import annotations

import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._noun import Context, Noun, Step
from ansible_collections.convox.rack.plugins.module_utils._outcome import Outcome

D = t.TypeVar("D")
O = t.TypeVar("O")  # noqa: E741 - the type of what is observed


def converge(noun: Noun[D, O], desired: D, client: Client, context: Context) -> Outcome:
    """Bring the rack to what is desired, or in check mode say what that would do.

    ``changed`` is what the client counted: a task that failed half-way has changed what it has changed.
    Raises what the noun's parts raise.
    """
    observed = _observed(noun, desired, client, context)
    steps = list(noun.plan(observed, desired))
    if context.check_mode:
        changed = any(not step.wait_only for step in steps)
        return Outcome(changed, tuple(steps), noun.predict(observed, desired))
    if steps:
        observed = _carry_out(noun, desired, client, context, steps)
    return Outcome(client.ledger.writes > 0, tuple(steps), noun.result(observed, desired))


def _observed(noun: Noun[D, O], desired: D, client: Client, context: Context) -> O:
    """What is there; in check mode, what an earlier task of the play would have made is taken as made."""
    try:
        return noun.observe(client, desired, context)
    except errors.ConvoxError as error:
        assumed = noun.assumed(desired) if context.check_mode and error.not_yet else None
        if assumed is None:
            raise
        return assumed


def _carry_out(noun: Noun[D, O], desired: D, client: Client, context: Context, planned: list[Step]) -> O:
    """What is there in the end. Leaves in ``planned`` the steps that had something to do; where none of
    them had (a wait, and what it led to), those that came of it."""
    steps = tuple(planned)
    wrote: list[Step] = []
    for _attempt in range(noun.MAX_ATTEMPTS):
        for step in steps:
            context.step = step
            before = client.ledger.writes
            noun.applied(step, step.apply(client, context))
            if client.ledger.writes > before and step not in wrote:
                wrote.append(step)
        observed = noun.observe(client, desired, context)
        steps = tuple(step for step in noun.plan(observed, desired) if not step.one_shot)
        if not steps:
            planned[:] = [step for step in planned if step in wrote] or wrote
            return observed
    noun.verify(observed, desired, steps)
    raise errors.ConvoxIgnoredError(
        "the rack answered ok, but what was asked for is still not there",
        hint="Run the task again; if it fails again, look at the app with the CLI.",
    )
