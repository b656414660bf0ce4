# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: a process that runs a command by itself, seen through to its end."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client, absent_is_none
from ansible_collections.convox.rack.plugins.module_utils._api.resources import processes
from ansible_collections.convox.rack.plugins.module_utils._api.waiting import Wait, wait_for
from ansible_collections.convox.rack.plugins.module_utils._modules.run.execute import Ran
from ansible_collections.convox.rack.plugins.module_utils._modules.run.output import Output
from ansible_collections.convox.rack.plugins.module_utils._noun import Context

# The log only decorates: so many seconds for all of it, and so many for its next piece.
_LOG_SECONDS = 15.0
_SILENCE = 2.0


def see_through(client: Client, context: Context, app: str, process: processes.Process) -> Ran:
    """The process as it is now, or with ``wait`` as it ended, with its log as output.

    Raises ConvoxWaitError at the deadline, when it goes on by itself; ConvoxError for one that has failed (a
    rack does not tell its exit code) or was stopped by somebody.
    """
    began = context.clock.now()
    start = datetime.now(timezone.utc)
    if not context.wait:
        return Ran(process.id, start=start)
    try:
        found = _until_ended(client, context, app, process.id)
    except errors.ConvoxError as error:
        error.extra.update(Ran(process.id, start=start).as_result())
        raise
    end = start + timedelta(seconds=context.clock.now() - began)
    ran = Ran(process.id, None, _log(client, context, app, process.id) if found else "", start, end)
    if found is not None and found.status == "complete":
        return ran._replace(rc=0)
    raise _failed(app, ran, found)


def _until_ended(client: Client, context: Context, app: str, process: str) -> processes.Process | None:
    return wait_for(
        Wait(
            what=f"process {process} of {app} to end",
            read=lambda: absent_is_none(lambda: processes.get(client, app, process), "process", process),
            good=lambda found: found is None or found.status in processes.ENDED,
            words=lambda found: "it is gone" if found is None else f"status {found.status}",
            advice="It goes on by itself. Wait longer (wait_timeout), or stop it with convox_process.",
            timeout=context.time_left(),
            poll_interval=context.poll_interval,
            confirm=0,
            tell=lambda found: _tell(context, app, process, found),
        ),
        context.clock,
    )


def _tell(context: Context, app: str, process: str, found: processes.Process | None) -> None:
    if found is not None:
        context.progress(app, f"process {process}: {found.status}", process)


def _failed(app: str, ran: Ran, found: processes.Process | None) -> errors.ConvoxError:
    if found is None:
        words = f"process {ran.process} of {app} is gone: somebody has stopped it before it ended"
    else:
        last = [line for line in ran.stdout.split("\n") if line.strip()][-3:]
        shown = f": {' | '.join(last)}" if last else ""
        words = f"process {ran.process} of {app} ended as {found.status}{shown}"[:1200]
    return errors.ConvoxError(words, extra=ran.as_result())


def _log(client: Client, context: Context, app: str, process: str) -> str:
    """All that an ended process has written, as far as it can be had."""
    output = Output(lambda text: context.progress(app, text), context.secrets.mask, context.redact)
    try:
        for text in processes.log(client, app, process, timeout=_LOG_SECONDS, idle=_SILENCE):
            if not text:
                break
            output.feed(text.encode("utf-8"))
    except errors.ConvoxError:
        # A plain deploy key may not read it, and the last line of a log may look like a rack's error.
        pass
    output.feed(b"", final=True)
    return output.text()
