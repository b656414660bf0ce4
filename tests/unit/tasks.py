# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks in tests: options as a playbook gives them, run by the engine on a rack in memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._converge import converge
from ansible_collections.convox.rack.plugins.module_utils._noun import Context
from ansible_collections.convox.rack.plugins.module_utils._outcome import Outcome
from tests.unit.breaking_rack import Breaking
from tests.unit.fake_rack import FakeRack


def options(noun: Any, **given: Any) -> dict[str, Any]:
    """Validated options: what is given, and the defaults of the rest."""
    assert set(given) <= set(noun.ARGUMENTS), set(given) - set(noun.ARGUMENTS)
    return {name: given.get(name, spec.get("default")) for name, spec in noun.ARGUMENTS.items()}


@dataclass
class Task:
    """A task that was run: its outcome or error, its run, and what it sent."""

    outcome: Outcome | None
    error: errors.ConvoxError | None
    run: Context
    sent: list[tuple[Any, ...]]
    warnings: list[str] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        assert self.outcome is not None, self.error
        return self.outcome.changed

    @property
    def result(self) -> dict[str, Any]:
        assert self.outcome is not None, self.error
        return self.outcome.result

    @property
    def kinds(self) -> list[str]:
        """The names of the requests that change something."""
        return [call[0] for call in self.sent]


def run_task(noun: Any, rack: Any, *, check_mode: bool = False, **given: Any) -> Task:
    """One task, from options to the outcome; an error of the client is kept."""
    full = options(noun, **given)
    warnings: list[str] = []
    run = Context(
        check_mode=check_mode,
        wait=full.get("wait", True),
        wait_timeout=float(full.get("wait_timeout") or 0),
        poll_interval=float(full.get("poll_interval") or 2.0),
        warn=warnings.append,
        clock=rack.clock,
    )
    before = len(rack.writes)
    outcome, error = None, None
    try:
        outcome = converge(noun, noun.desired(full), rack, run)
    except errors.ConvoxError as caught:
        error = caught
    return Task(outcome, error, run, rack.writes[before:], warnings)


def done(noun: Any, rack: Any, **given: Any) -> Task:
    """A task that must succeed."""
    task = run_task(noun, rack, **given)
    assert task.error is None, task.error
    return task


def holds_every_rule(noun: Any, world: Callable[[], FakeRack], **given: Any) -> Task:
    """What is true of every task: check mode sends nothing and tells the same; a second run sends nothing;
    a run that broke off anywhere is finished by the next. Gives the undisturbed run."""
    checked = done(noun, world(), check_mode=True, **given)
    assert checked.sent == []
    rack = world()
    task = done(noun, rack, **given)
    assert task.changed == checked.changed == bool(task.sent)
    assert not task.changed or any(step.changes() for step in task.outcome.steps)  # type: ignore[union-attr]
    rack.clock.time += 1.0
    again = done(noun, rack, **given)
    assert (again.sent, again.changed) == ([], False)
    for at in range(len(task.sent)):
        for after in (False, True):
            rack = world()
            broken = run_task(noun, Breaking(rack, at, after=after), **given)
            assert isinstance(broken.error, errors.ConvoxConnectionError)
            rack.clock.time += 1.0
            done(noun, rack, **given)
            rack.clock.time += 1.0
            last = done(noun, rack, **given)
            assert (last.sent, last.changed) == ([], False), (at, after)
    return task


def refusal(noun: Any, **given: Any) -> errors.ConvoxOptionError:
    """The error that options meet before any request."""
    with pytest.raises(errors.ConvoxOptionError) as caught:
        noun.desired(options(noun, **given))
    assert caught.value.way_out
    return caught.value
