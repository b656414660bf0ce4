# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the engine. Look, plan, act, look again: the same for every noun.

Check mode, diff, ``changed`` and reading back exist here once, so no noun can forget them.
"""

from __future__ import annotations

import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.rack import Rack
from ansible_collections.convox.rack.plugins.module_utils._outcome import Outcome
from ansible_collections.convox.rack.plugins.module_utils._steps.step import Run, Step


class Noun(t.Protocol):
    """What a file of ``_states/`` offers. ``wish`` and ``now`` are small frozen dataclasses of its own."""

    #: Argument spec, without the options of every module.
    ARGUMENTS: dict[str, dict[str, t.Any]]
    #: mutually_exclusive, required_one_of … as AnsibleModule takes them.
    CONSTRAINTS: dict[str, t.Any]
    #: Names of options that hold secret values under open names (masked in ``invocation``).
    MASKED: tuple[str, ...]
    #: How often a plan may be carried out until nothing is left of it.
    ROUNDS: int

    def wish(self, options: dict[str, t.Any]) -> t.Any:
        """The options as a wish. Raises ConvoxOptionError for what no rack can do."""

    def look(self, rack: Rack, wish: t.Any, run: Run) -> t.Any:
        """A typed picture of what is there."""

    def plan(self, now: t.Any, wish: t.Any) -> t.Sequence[Step]:
        """Pure: the steps from what is there to what is wished."""

    def verify(self, now: t.Any, wish: t.Any, missing: t.Sequence[Step]) -> None:
        """Raise an error that names what the rack ignored, when a plan is left after the last round."""

    def report(self, now: t.Any, wish: t.Any, run: Run) -> dict[str, t.Any]:
        """The result's keys. In check mode ``now`` is what is there before."""


def converge(noun: Noun, wish: t.Any, rack: Rack, run: Run) -> Outcome:
    """Bring the rack to the wish. Raises what the noun's parts raise."""
    now = noun.look(rack, wish, run)
    steps = list(noun.plan(now, wish))
    if steps and not run.check_mode:
        now = _carry_out(noun, wish, rack, run, steps)
    changed = any(not step.quiet for step in steps) or run.acted
    return Outcome(changed=changed, steps=tuple(steps), result=noun.report(now, wish, run))


def _carry_out(noun: Noun, wish: t.Any, rack: Rack, run: Run, planned: list[Step]) -> t.Any:
    """What is there in the end. Leaves in ``planned`` the steps that had something to do."""
    steps = tuple(planned)
    for _round in range(noun.ROUNDS):
        for step in steps:
            idle = step.act(rack, run) is False
            run.acted = run.acted or not (step.quiet or idle)
            if idle and step in planned:
                planned.remove(step)
        now = noun.look(rack, wish, run)
        steps = tuple(step for step in noun.plan(now, wish) if not step.once)
        if not steps:
            return now
    noun.verify(now, wish, steps)
    raise errors.ConvoxIgnoredError(
        "the rack answered ok, but what was asked for is still not there",
        hint="Run the task again; if it fails again, look at the app with the CLI.",
    )
