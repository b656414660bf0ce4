# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: steps that set, remove and reset the budget of an app.

Those that set and remove it give it as it was read back.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import budgets
from ansible_collections.convox.rack.plugins.module_utils._noun import Change, Context, Step
from ansible_collections.convox.rack.plugins.module_utils._shared.shown import LAG, once_shown

# What a rack takes a threshold of 0 for (recordings: budget_on).
DEFAULT_THRESHOLD = 80


class Wanted(t.NamedTuple):
    """Options of a cap that are given, by the names of ``budgets.Cap``."""

    fields: tuple[tuple[str, t.Any], ...] = ()

    def differing(self, cap: budgets.Cap | None) -> dict[str, t.Any]:
        """Those that a cap does not have."""
        return {name: value for name, value in self.fields if not _same(name, cap, value)}

    def as_kept(self) -> dict[str, t.Any]:
        """The values as a rack keeps them."""
        return {name: _kept(name, value) for name, value in self.fields}


def _kept(name: str, value: t.Any) -> t.Any:
    return DEFAULT_THRESHOLD if name == "alert_threshold_percent" and value == 0 else value


def _same(name: str, cap: budgets.Cap | None, wanted: t.Any) -> bool:
    there = getattr(cap, name) if cap else None
    return there is not None and there == _kept(name, wanted)


def _read_back(
    client: Client, context: Context, app: str, shown: t.Callable[[budgets.Budget], bool], at: float
) -> budgets.Budget:
    return once_shown(context, f"the budget of {app}", lambda: budgets.get(client, app), shown, at)


@dataclass(frozen=True)
class SetCap(Step):
    """Set what differs."""

    app: str
    fields: Wanted
    before: budgets.Cap | None = None

    def changes(self) -> t.Sequence[Change]:
        kept = self.fields.as_kept()
        return [
            Change(("budget", name), getattr(self.before, name) if self.before else None, kept[name])
            for name in sorted(kept)
        ]

    def apply(self, client: Client, context: Context) -> budgets.Budget:
        at = context.clock.now()
        budgets.set_cap(client, self.app, dict(self.fields.fields))
        return _read_back(
            client, context, self.app, lambda budget: not self.fields.differing(budget.config), at
        )


@dataclass(frozen=True)
class Clear(Step):
    """Remove the budget."""

    app: str
    before: budgets.Cap

    def changes(self) -> t.Sequence[Change]:
        return [
            Change(("budget", name), value, None) for name, value in sorted(self.before.model_dump().items())
        ]

    def apply(self, client: Client, context: Context) -> budgets.Budget:
        at = context.clock.now()
        budgets.clear(client, self.app)
        return _read_back(client, context, self.app, lambda budget: budget.config is None, at)


@dataclass(frozen=True)
class Reset(Step):
    """Let the app be deployed again after its cap was reached. ``tripped``: that is so."""

    app: str
    tripped: bool
    ack_by: str | None = None
    force_clear_cooldown: bool = False
    reset_period: bool = False
    one_shot: t.ClassVar[bool] = True

    def changes(self) -> t.Sequence[Change]:
        asked = [name for name in ("force_clear_cooldown", "reset_period") if getattr(self, name)]
        changes = [Change(("budget", name), False, True) for name in asked]
        if self.tripped or not asked:
            changes.append(Change(("budget", "circuit_breaker_tripped"), True, False))
        return changes

    def apply(self, client: Client, context: Context) -> budgets.Budget:
        """Raises ConvoxIgnoredError where the cap still holds the app up when reads lag no more."""
        at = context.clock.now()
        budgets.reset(
            client,
            self.app,
            ack_by=self.ack_by,
            force_clear_cooldown=self.force_clear_cooldown,
            reset_period=self.reset_period,
        )
        budget = _read_back(client, context, self.app, lambda budget: not budget.tripped, at)
        if budget.tripped:
            raise errors.ConvoxIgnoredError(
                f"the rack answered ok, and {LAG:.0f} s later the budget of {self.app} is still used up",
                hint="Raise the cap (monthly_cap_usd), or let the month's spend begin anew (reset_period).",
            )
        return budget


@dataclass(frozen=True)
class Dismiss(Step):
    """Put away the note that the app came back after its budget had shut it down."""

    app: str
    one_shot: t.ClassVar[bool] = True

    def changes(self) -> t.Sequence[Change]:
        return [Change(("budget", "recovery"), "shown", "dismissed")]

    def apply(self, client: Client, context: Context) -> None:
        budgets.dismiss_recovery(client, self.app)
