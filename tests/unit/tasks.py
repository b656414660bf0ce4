# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks in tests: options as a playbook gives them, run by the engine on a practice rack in memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from ansible_collections.convox.rack.plugins.module_utils._api import errors, waiting
from ansible_collections.convox.rack.plugins.module_utils._api._auth.credentials import find_connection
from ansible_collections.convox.rack.plugins.module_utils._api._http.deadline import seconds_left
from ansible_collections.convox.rack.plugins.module_utils._api._http.transport import Transport
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._converge import converge
from ansible_collections.convox.rack.plugins.module_utils._noun import Context
from ansible_collections.convox.rack.plugins.module_utils._outcome import Outcome
from tests.practice_rack.memory import MemoryRack

NounClass = Any
Sent = tuple[str, str, dict[str, Any]]


class RackClock(waiting.Clock):
    """The rack's clock: time passes for both together."""

    def __init__(self, rack: MemoryRack) -> None:
        self.rack = rack

    def now(self) -> float:
        return self.rack.clock.now()

    def sleep(self, seconds: float) -> None:
        self.rack.clock.sleep(seconds)


def options(noun: NounClass, **given: Any) -> dict[str, Any]:
    """Validated options: what is given, and the defaults of the rest."""
    assert set(given) <= set(noun.ARGUMENTS), set(given) - set(noun.ARGUMENTS)
    return {name: given.get(name, spec.get("default")) for name, spec in noun.ARGUMENTS.items()}


def client_of(rack: MemoryRack, *, key: str = "", warnings: list[str] | None = None) -> Client:
    """The collection's client of a rack, as one task has it. ``key``: another than the rack's password."""
    environ = {"CONVOX_HOST": rack.url, "CONVOX_PASSWORD": key or rack.password, "HOME": "/nonexistent"}
    if rack.settings.console:
        environ["CONVOX_RACK"] = rack.settings.console
    transport = Transport(
        find_connection({}, environ),
        wire=rack.transport(lambda: seconds_left(None, httpx.ReadTimeout)),
        sleep=rack.clock.sleep,
        clock=rack.clock.now,
        random=lambda: 0.5,
    )
    said = [] if warnings is None else warnings
    return Client(transport, warn=said.append, sleep=rack.clock.sleep)


def context_of(rack: MemoryRack, full: dict[str, Any], **more: Any) -> Context:
    """The context of a task with these options, on the rack's clock."""
    return Context(
        wait=full.get("wait", True),
        wait_timeout=float(full.get("wait_timeout") or 0),
        poll_interval=float(full.get("poll_interval") or 2.0),
        clock=RackClock(rack),
        **more,
    )


@dataclass
class Task:
    """A task that was run: its outcome or error, what it sent, its warnings and its progress lines."""

    outcome: Outcome | None
    error: errors.ConvoxError | None
    client: Client
    sent: list[Sent]
    kinds: list[str]
    warnings: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        """As the task's answer has it, also where it failed."""
        return self.client.ledger.writes > 0 if self.outcome is None else self.outcome.changed

    @property
    def result(self) -> dict[str, Any]:
        assert self.outcome is not None, self.error
        return self.outcome.result


def run_task(
    noun: NounClass,
    rack: MemoryRack,
    *,
    check_mode: bool = False,
    key: str = "",
    more: dict[str, Any] | None = None,
    **given: Any,
) -> Task:
    """One task, from options to the outcome; an error of the client is kept. ``key``: of another login.
    ``more``: options with names of that kind."""
    full = options(noun, **given, **(more or {}))
    warnings: list[str] = []
    lines: list[str] = []
    context = context_of(
        rack,
        full,
        check_mode=check_mode,
        warn=warnings.append,
        progress=lambda app, text, thing="": lines.append(f"[{app}] {text}"),
    )
    client = client_of(rack, key=key, warnings=warnings)
    before = len(rack.writes)
    outcome, error = None, None
    one = noun()
    try:
        outcome = converge(one, one.desired(full), client, context)
    except errors.ConvoxError as caught:
        error = caught
    return Task(outcome, error, client, rack.sent[before:], rack.kinds[before:], warnings, lines)


def done(noun: NounClass, rack: MemoryRack, **given: Any) -> Task:
    """A task that must succeed."""
    task = run_task(noun, rack, **given)
    assert task.error is None, task.error
    return task


def holds_every_rule(noun: NounClass, world: Callable[[], MemoryRack], **given: Any) -> Task:
    """What is true of every task: check mode sends nothing and tells the same; a second run sends nothing;
    a run that broke off anywhere is finished by the next. Gives the undisturbed run."""
    checked = done(noun, world(), check_mode=True, **given)
    assert checked.sent == []
    rack = world()
    task = done(noun, rack, **given)
    assert task.changed == checked.changed == bool(task.sent)
    assert not task.changed or any(step.changes() for step in task.outcome.steps)  # type: ignore[union-attr]
    rack.clock.sleep(1.0)
    again = done(noun, rack, **given)
    assert (again.sent, again.changed) == ([], False)
    for number in range(len(task.sent)):
        for after in (False, True):
            _finishes_what_broke(noun, world(), number, after, given)
    return task


def _finishes_what_broke(
    noun: NounClass, rack: MemoryRack, number: int, after: bool, given: dict[str, Any]
) -> None:
    rack.break_write(number, after=after)
    broken = run_task(noun, rack, **given)
    # A lost answer is settled by looking, so the task may come to its end all the same.
    assert broken.error is None or isinstance(broken.error, errors.ConvoxConnectionError), broken.error
    assert broken.changed, "what may have been done counts as done"
    rack.faults.clear()
    rack.clock.sleep(1.0)
    done(noun, rack, **given)
    rack.clock.sleep(1.0)
    last = done(noun, rack, **given)
    assert (last.sent, last.changed) == ([], False), (number, after)


def refusal(noun: NounClass, **given: Any) -> errors.ConvoxOptionError:
    """The error that options meet before any request."""
    with pytest.raises(errors.ConvoxOptionError) as caught:
        noun().desired(options(noun, **given))
    assert caught.value.way_out
    return caught.value
