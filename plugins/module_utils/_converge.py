# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the engine. Look, plan, act, look again: the same for every noun.

Check mode, diff, ``changed`` and reading back exist here once, so no noun can forget them.
"""

from __future__ import annotations

import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.rack import Rack as Client
from ansible_collections.convox.rack.plugins.module_utils._noun import Context, Step
from ansible_collections.convox.rack.plugins.module_utils._outcome import Outcome


class Noun(t.Protocol):
    """What a file of ``_states/`` offers. ``wish`` and ``now`` are small frozen dataclasses of its own."""

    #: Argument spec, without the options of every module.
    ARGUMENTS: dict[str, dict[str, t.Any]]
    #: mutually_exclusive, required_one_of … as AnsibleModule takes them.
    CONSTRAINTS: dict[str, t.Any]
    #: Names of options that hold secret values under open names (masked in ``invocation``).
    SECRET_OPTIONS: tuple[str, ...]
    #: How often a plan may be carried out until nothing is left of it.
    MAX_ATTEMPTS: int

    def desired(self, options: dict[str, t.Any]) -> t.Any:
        """The options as a wish. Raises ConvoxOptionError for what no rack can do."""

    def observe(self, client: Client, desired: t.Any, context: Context) -> t.Any:
        """A typed picture of what is there."""

    def plan(self, observed: t.Any, desired: t.Any) -> t.Sequence[Step]:
        """Pure: the steps from what is there to what is wished."""

    def verify(self, observed: t.Any, desired: t.Any, missing: t.Sequence[Step]) -> None:
        """Raise an error that names what the rack ignored, when a plan is left after the last round."""

    def result(self, observed: t.Any, desired: t.Any, context: Context) -> dict[str, t.Any]:
        """The result's keys. In check mode ``now`` is what is there before."""


def converge(noun: Noun, desired: t.Any, client: Client, context: Context) -> Outcome:
    """Bring the rack to the wish. Raises what the noun's parts raise."""
    observed = noun.observe(client, desired, context)
    steps = list(noun.plan(observed, desired))
    if steps and not context.check_mode:
        observed = _carry_out(noun, desired, client, context, steps)
    changed = any(not step.wait_only for step in steps) or context.acted
    return Outcome(changed=changed, steps=tuple(steps), result=noun.result(observed, desired, context))


def _carry_out(noun: Noun, desired: t.Any, client: Client, context: Context, planned: list[Step]) -> t.Any:
    """What is there in the end. Leaves in ``planned`` the steps that had something to do."""
    steps = tuple(planned)
    for _round in range(noun.MAX_ATTEMPTS):
        for step in steps:
            idle = step.apply(client, context) is False
            context.acted = context.acted or not (step.wait_only or idle)
            if idle and step in planned:
                planned.remove(step)
        observed = noun.observe(client, desired, context)
        steps = tuple(step for step in noun.plan(observed, desired) if not step.one_shot)
        if not steps:
            return observed
    noun.verify(observed, desired, steps)
    raise errors.ConvoxIgnoredError(
        "the rack answered ok, but what was asked for is still not there",
        hint="Run the task again; if it fails again, look at the app with the CLI.",
    )
