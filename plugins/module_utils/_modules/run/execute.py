# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: one command in a running process, from its start to its exit code."""

from __future__ import annotations

import typing as t
from datetime import datetime, timedelta, timezone

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._modules.run import command, signals
from ansible_collections.convox.rack.plugins.module_utils._modules.run.output import Output
from ansible_collections.convox.rack.plugins.module_utils._noun import Context

# After a second of silence, and at most a second apart, it is looked whether anybody still waits for us.
_LOOK = 1.0
_LINES_IN_WORDS = 3
_STDIN_PIECE = 32 * 1024


class Order(t.NamedTuple):
    """What is to be run, and where. ``process``: its id or its service's name; ``run_timeout`` in seconds."""

    app: str
    process: str
    line: str
    run_timeout: int
    entrypoint: bool | None
    stdin: bytes | None

    def __repr__(self) -> str:
        return type(self).__name__


class Ran(t.NamedTuple):
    """What became of a command. ``rc`` None: nobody knows, or it goes on. Times in UTC."""

    process: str
    rc: int | None = None
    stdout: str = ""
    start: datetime | None = None
    end: datetime | None = None

    def as_result(self) -> dict[str, t.Any]:
        """The keys of ansible.builtin.command."""
        delta = self.end - self.start if self.start and self.end else None
        return {
            "process": self.process,
            "rc": self.rc,
            "stdout": self.stdout,
            "stdout_lines": self.stdout.splitlines(),
            "start": _written(self.start),
            "end": _written(self.end),
            "delta": None if delta is None else str(delta),
        }


def _written(time: datetime | None) -> str | None:
    return None if time is None else time.isoformat(timespec="microseconds").replace("+00:00", "Z")


def execute(client: Client, context: Context, order: Order) -> Ran:
    """Run it, show its output meanwhile, and give what became of it, whatever its exit code is.

    Raises ConvoxWaitError when ``run_timeout`` is over, and the errors of ``execs.Exec``; each has the output
    so far in its extras.
    """
    # Here, because a module compiles what it imports each time it runs, also in check mode.
    from ansible_collections.convox.rack.plugins.module_utils._api.resources import execs

    output = Output(lambda text: context.progress(order.app, text), context.secrets.mask, context.redact)
    watch = _Watch(context)
    line = order.line if order.stdin is None else command.fed(order.line, len(order.stdin))
    began = context.clock.now()
    start = datetime.now(timezone.utc)
    rc, is_open = None, False

    def ran() -> Ran:
        end = start + timedelta(seconds=context.clock.now() - began)
        return Ran(order.process, rc, output.text(), start, end)

    try:
        with execs.start(
            client,
            order.app,
            order.process,
            line,
            entrypoint=order.entrypoint,
            input=None if order.stdin is None else _pieces(order.stdin),
            timeout=order.run_timeout,
            opening=client.transport.connection.timeout,
            idle=_LOOK,
        ) as running:
            is_open = True
            for piece in running:
                output.feed(piece)
                watch.look()
        rc = running.code
        output.feed(b"", final=True)
    except errors.ConvoxError as error:
        output.feed(b"", final=True)
        if isinstance(error, errors.ConvoxTimeoutError) and is_open:
            raise out_of_time(order.app, ran(), order.run_timeout) from None
        error.extra.update(ran().as_result())
        raise
    if output.left_out:
        context.warn(
            f"the output of the command is too long: {output.left_out} characters of it are left out"
        )
    return ran()


def out_of_time(app: str, ran: Ran, run_timeout: int) -> errors.ConvoxWaitError:
    """The error for a command that takes too long."""
    return errors.ConvoxWaitError(
        f"the command did not end within {run_timeout} s",
        hint="Give it longer (run_timeout), or start it detached.",
        operation=f"run a command in {ran.process} of {app}",
        extra=ran.as_result(),
    )


def good(app: str, ran: Ran) -> Ran:
    """What became of a command, if its exit code is 0. Raises ConvoxError for another."""
    if not ran.rc:
        return ran
    lines = [line for line in ran.stdout.split("\n") if line.strip()][-_LINES_IN_WORDS:]
    shown = f": {' | '.join(lines)}" if lines else ""
    raise errors.ConvoxError(
        f"the command ended with code {ran.rc}{shown}"[:1200],
        operation=f"run a command in {ran.process} of {app}",
        extra=ran.as_result(),
    )


def _pieces(data: bytes) -> t.Iterator[bytes]:
    return (data[start : start + _STDIN_PIECE] for start in range(0, len(data), _STDIN_PIECE))


class _Watch:
    """Looks, a second apart, whether somebody still waits for this task."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._parent = signals.Watch()
        self._next = 0.0

    def look(self) -> None:
        now = self._context.clock.now()
        if now >= self._next:
            self._next = now + _LOOK
            self._parent.look()
            # The clock of a worker notices here that its play has ended.
            self._context.clock.sleep(0.0)
