# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: steps that run a command: in a process of its own, in one that runs, detached."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client, absent_is_none
from ansible_collections.convox.rack.plugins.module_utils._api.resources import processes
from ansible_collections.convox.rack.plugins.module_utils._api.waiting import Wait, wait_for
from ansible_collections.convox.rack.plugins.module_utils._modules.run import signals
from ansible_collections.convox.rack.plugins.module_utils._modules.run.execute import (
    Order,
    Ran,
    execute,
    good,
    out_of_time,
)
from ansible_collections.convox.rack.plugins.module_utils._noun import Change, Context, Step

# Seconds for stopping a process when nobody waits any more.
_HASTE = 5.0
# A process that ends by itself this many seconds before we would end it has reached its time, too: its clock
# began before we saw it run.
_EARLY = 5.0


@dataclass(frozen=True, repr=False)
class Run(Step):
    """Start a process that sleeps, run the command in it, and stop it, whatever happens.

    ``options``: of the process, see ``processes.run``.
    """

    app: str
    service: str
    line: str
    run_timeout: int
    entrypoint: bool | None = True
    stdin: bytes | None = None
    options: dict[str, t.Any] = field(default_factory=dict)
    one_shot: t.ClassVar[bool] = True
    way_out: t.ClassVar[str] = (
        "Its process is stopped; one that could not be ends by itself after run_timeout."
    )

    def changes(self) -> t.Sequence[Change]:
        return [Change((self.service, "command"), None, self.line)]

    def apply(self, client: Client, context: Context) -> Ran:
        # Here, because a module compiles what it imports each time it runs, also in check mode.
        from ansible_collections.convox.rack.plugins.module_utils._api.resources import execs

        operation = f"run a command for {self.service} of {self.app}"
        execs.need_library(operation)
        started: str | None = None
        hurried = True
        with signals.unwinding():
            try:
                process = processes.run(
                    client, self.app, self.service, f"sleep {self.run_timeout}", **self.options
                )
                started = process.id
                context.progress(self.app, f"process {process.id} started")
                _until_running(client, context, self.app, process.id)
                ran = self._ran(client, context, process.id)
                hurried = False
            except Exception:
                hurried = False
                raise
            finally:
                if started is not None:
                    self._stop(client, context, started, hurried)
        return good(self.app, ran)

    def _ran(self, client: Client, context: Context, process: str) -> Ran:
        order = Order(self.app, process, self.line, self.run_timeout, self.entrypoint, self.stdin)
        begun = context.clock.now()
        try:
            ran = execute(client, context, order)
        except errors.ConvoxConnectionError as error:
            error.hint = (
                error.hint or "The process is stopped. Run the task again if the command may run twice."
            )
            raise
        if ran.rc in (1, 137):
            # What racks say of a command whose process ends under it (recordings: websockets).
            self._check_alive(client, ran, context.clock.now() - begun)
        return ran

    def _check_alive(self, client: Client, ran: Ran, seconds: float) -> None:
        try:
            found = absent_is_none(
                lambda: processes.get(client, self.app, ran.process), "process", ran.process
            )
        except errors.ConvoxError:
            return
        if found is not None and found.status not in processes.ENDED:
            return
        if seconds >= self.run_timeout - _EARLY:
            raise out_of_time(self.app, ran._replace(rc=None), self.run_timeout)
        raise errors.ConvoxError(
            f"process {ran.process} ended under the command: somebody has stopped it, or it was ended for "
            "the memory that it took",
            hint="Give it more with memory, if that was it.",
            operation=f"run a command in {ran.process} of {self.app}",
            extra=ran.as_result(),
        )

    def _stop(self, client: Client, context: Context, process: str, hurried: bool) -> None:
        try:
            processes.stop(client, self.app, process, timeout=_HASTE if hurried else None)
        except errors.ConvoxError as error:
            words = errors.describe(error).rstrip(".")
            context.warn(
                f"process {process} of {self.app} could not be stopped: {words}. It ends by itself, "
                f"{self.run_timeout} s after it was started"
            )


@dataclass(frozen=True, repr=False)
class Exec(Step):
    """Run a command in a process that runs, named by its id or its service."""

    app: str
    process: str
    line: str
    run_timeout: int
    entrypoint: bool | None = None
    stdin: bytes | None = None
    one_shot: t.ClassVar[bool] = True
    way_out: t.ClassVar[str] = "The command may go on in its process."

    def changes(self) -> t.Sequence[Change]:
        return [Change((self.process, "command"), None, self.line)]

    def apply(self, client: Client, context: Context) -> Ran:
        order = Order(self.app, self.process, self.line, self.run_timeout, self.entrypoint, self.stdin)
        with signals.unwinding():
            ran = execute(client, context, order)
        return good(self.app, ran)


@dataclass(frozen=True, repr=False)
class Detach(Step):
    """Start a process whose command this is, and leave it alone; with ``wait``, until it has ended."""

    app: str
    service: str
    line: str
    options: dict[str, t.Any] = field(default_factory=dict)
    one_shot: t.ClassVar[bool] = True
    way_out: t.ClassVar[str] = "Stop its process to end it, with convox_process."

    def changes(self) -> t.Sequence[Change]:
        return [Change((self.service, "command"), None, self.line)]

    def apply(self, client: Client, context: Context) -> Ran:
        # Here, because a module compiles what it imports each time it runs.
        from ansible_collections.convox.rack.plugins.module_utils._modules.run import detached

        process = processes.run(client, self.app, self.service, self.line, **self.options)
        context.progress(self.app, f"process {process.id} started")
        return detached.see_through(client, context, self.app, process)


def _until_running(client: Client, context: Context, app: str, process: str) -> None:
    def ended(found: processes.Process) -> errors.ConvoxError | None:
        if found.status not in processes.ENDED:
            return None
        return errors.ConvoxError(
            f"process {process} of {app} ended ({found.status}) before the command could be run in it",
            hint="The image needs a program called sleep, which it is started with. Without one, use detach.",
        )

    wait_for(
        Wait(
            what=f"process {process} of {app} to run",
            read=lambda: processes.get(client, app, process),
            good=lambda found: found.status == "running",
            bad=ended,
            words=lambda found: f"status {found.status}",
            advice="The rack may lack room for it, or its image cannot be had. Wait longer (wait_timeout) "
            "or ask for less (cpu, memory).",
            timeout=context.time_left(),
            poll_interval=context.poll_interval,
            confirm=0,
            tell=lambda found: context.progress(app, f"process {process}: {found.status}", process),
        ),
        context.clock,
    )
