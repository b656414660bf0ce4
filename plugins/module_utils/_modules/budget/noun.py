# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the noun of convox_budget, what an app may cost a month."""

from __future__ import annotations

import math
import typing as t
from dataclasses import dataclass

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import budgets
from ansible_collections.convox.rack.plugins.module_utils._modules.budget import steps
from ansible_collections.convox.rack.plugins.module_utils._noun import Context, Noun, Step

ACTIONS = ("alert-only", "block-new-deploys", "auto-shutdown")
# The options of each state that has some.
CAP = ("monthly_cap_usd", "alert_threshold_percent", "at_cap_action", "pricing_adjustment")
RESET = ("ack_by", "force_clear_cooldown", "reset_period")


@dataclass(frozen=True)
class Desired:
    """A budget as it should be, or what should become of the one that is there. ``wanted``: for the state
    present; ``ack_by`` and the rest: for reset."""

    app: str
    state: str
    wanted: steps.Wanted = steps.Wanted()
    ack_by: str | None = None
    force_clear_cooldown: bool = False
    reset_period: bool = False


class Observed(t.NamedTuple):
    """The budget. ``recovery``: whether there is a note to dismiss, None where only the rack knows."""

    budget: budgets.Budget
    recovery: bool | None = None


def _check_cap(options: dict[str, t.Any]) -> None:
    cap, threshold, pricing = (
        options.get(name) for name in ("monthly_cap_usd", "alert_threshold_percent", "pricing_adjustment")
    )
    if cap is not None and not 0 < cap < math.inf:
        raise errors.ConvoxOptionError("monthly_cap_usd", "is not above 0", "give it in USD")
    if threshold is not None and not 0 <= threshold <= 100:
        raise errors.ConvoxOptionError(
            "alert_threshold_percent",
            f"{threshold} is not between 1 and 100",
            "give the percent of the cap at which an alert is sent, or 0 for the rack's default",
        )
    if pricing is not None and not 0.1 <= pricing <= 1.5:
        raise errors.ConvoxOptionError(
            "pricing_adjustment",
            f"{pricing:g} is not between 0.1 and 1.5",
            "give the factor between list prices and what you pay",
        )


def _check_state(options: dict[str, t.Any]) -> None:
    for state, names in (("present", CAP), ("reset", RESET)):
        for name in names:
            given = options.get(name)
            # A threshold of 0 is one, and equals False.
            if options["state"] != state and given is not None and given is not False:
                raise errors.ConvoxOptionError(
                    name, f"means nothing with state: {options['state']}", f"it is for state: {state}"
                )


class BudgetNoun(Noun[Desired, Observed]):
    """What an app may cost a month."""

    ARGUMENTS: t.ClassVar[dict[str, dict[str, t.Any]]] = {
        "app": {"type": "str", "required": True},
        "monthly_cap_usd": {"type": "float"},
        "alert_threshold_percent": {"type": "int"},
        "at_cap_action": {"type": "str", "choices": list(ACTIONS)},
        "pricing_adjustment": {"type": "float"},
        "state": {
            "type": "str",
            "choices": ["present", "absent", "reset", "recovered"],
            "default": "present",
        },
        "ack_by": {"type": "str"},
        "force_clear_cooldown": {"type": "bool", "default": False},
        "reset_period": {"type": "bool", "default": False},
    }

    def __init__(self) -> None:
        #: The budget as the last step has read it back.
        self._written: budgets.Budget | None = None

    def desired(self, options: dict[str, t.Any]) -> Desired:
        """Raises ConvoxOptionError for values that no rack takes and for options of another state."""
        _check_state(options)
        _check_cap(options)
        given = {name: options[name] for name in CAP if options.get(name) is not None}
        return Desired(
            options["app"],
            options["state"],
            steps.Wanted(tuple(sorted(given.items()))),
            options.get("ack_by"),
            options["force_clear_cooldown"],
            options["reset_period"],
        )

    def observe(self, client: Client, desired: Desired, context: Context) -> Observed:
        """One request, and one more in check mode for the state recovered; none after a step, which has read
        the budget back."""
        if self._written is not None:
            return Observed(self._written)
        budget = budgets.get(client, desired.app)
        recovery = None
        if desired.state == "recovered" and context.check_mode:
            # Only dismissing it tells whether there is a note; this tells whether there may be one.
            recovery = budgets.shutdown_state(client, desired.app) is not None
        return Observed(budget, recovery)

    def assumed(self, desired: Desired) -> Observed:
        """An app that was just made has none."""
        return Observed(budgets.Budget(), recovery=False)

    def plan(self, observed: Observed, desired: Desired) -> list[Step]:
        """One step at most. Raises ConvoxOptionError for a new budget without a cap."""
        cap = observed.budget.config
        if desired.state == "absent":
            return [steps.Clear(desired.app, cap)] if cap else []
        if desired.state == "recovered":
            return [] if observed.recovery is False else [steps.Dismiss(desired.app)]
        if desired.state == "reset":
            tripped, asked = observed.budget.tripped, desired.force_clear_cooldown or desired.reset_period
            reset = steps.Reset(
                desired.app, tripped, desired.ack_by, desired.force_clear_cooldown, desired.reset_period
            )
            return [reset] if tripped or asked else []
        differing = desired.wanted.differing(cap)
        if cap is None and "monthly_cap_usd" not in differing:
            raise errors.ConvoxOptionError(
                "monthly_cap_usd", f"is missing, and {desired.app} has no budget yet", "give the cap in USD"
            )
        wanted = steps.Wanted(tuple(sorted(differing.items())))
        return [steps.SetCap(desired.app, wanted, cap)] if differing else []

    def applied(self, step: Step, made: object) -> None:
        """Most steps give the budget as they have read it back."""
        if isinstance(made, budgets.Budget):
            self._written = made

    def verify(self, observed: Observed, desired: Desired, missing: t.Sequence[Step]) -> None:
        """Name what the rack did not keep. Raises ConvoxIgnoredError."""
        names = [
            name for step in missing if isinstance(step, steps.SetCap) for name, _value in step.fields.fields
        ]
        what = f"ignored for the budget of {desired.app}: {', '.join(names)}" if names else ""
        raise errors.ConvoxIgnoredError(
            f"the rack answered ok and {what or f'kept the budget of {desired.app}'}",
            hint="Somebody else may have changed it at the same moment: run the task again.",
        )

    def result(self, observed: Observed, desired: Desired) -> dict[str, t.Any]:
        """``budget``: the cap and its ``state``; None where there is none."""
        return {"budget": observed.budget.as_result()}

    def predict(self, observed: Observed, desired: Desired) -> dict[str, t.Any]:
        """The budget with what would be set; null for what only the rack knows of a new one."""
        budget = observed.budget
        if desired.state == "absent":
            return {"budget": None}
        if desired.state == "reset" and budget.state:
            calm = budget.state.model_copy(update={"circuit_breaker_tripped": False})
            return {"budget": budget.model_copy(update={"state": calm}).as_result()}
        if desired.state != "present":
            return self.result(observed, desired)
        cap = (budget.config or budgets.Cap.model_validate({})).model_copy(update=desired.wanted.as_kept())
        result = budget.model_copy(update={"config": cap}).as_result() or {}
        if budget.config is None:
            result = {name: value if value != "" else None for name, value in result.items()}
        return {"budget": result}
