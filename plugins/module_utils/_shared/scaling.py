# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the processes that a service keeps, and the wait for them."""

from __future__ import annotations

import re
import typing as t
from collections import Counter

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import apps
from ansible_collections.convox.rack.plugins.module_utils._api.resources import processes as process_calls
from ansible_collections.convox.rack.plugins.module_utils._api.resources.processes import Process
from ansible_collections.convox.rack.plugins.module_utils._noun import Context

# The list of processes does not tell that the app is being deleted: that is asked every so many seconds.
ASK_AGAIN = 10.0
# A process of a service is called SERVICE-HASH-XXXXX; a one-off process (convox run) SERVICE-XXXXX, as the
# processes of an agent are. A v2 rack's have other names.
OWN = "-[0-9a-z]+-[0-9a-z]{5}"
ONE_OFF = "-[0-9a-z]{5}"


def own_processes(
    client: Client, app: str, service: str, *, agent: bool = False, none: bool = False
) -> list[Process]:
    """A service's own processes, without the one-off ones that run under its name.

    Where none is called as a service's process is, those count that have not ended and are not called as
    one-off ones are (an ``agent``'s are), unless ``none`` is what is waited for.
    """
    processes = process_calls.list_all(client, app, service=service)
    found = [process for process in processes if _is_called(process, OWN)]
    if found or none:
        return found
    going = [process for process in processes if process.status not in ("complete", "failed")]
    return going if agent else [process for process in going if not _is_called(process, ONE_OFF)]


def _is_called(process: Process, pattern: str) -> bool:
    return re.fullmatch(re.escape(process.service) + pattern, process.id) is not None


def _never() -> bool:
    return False


class _Scaled:
    """What counts in a wait for the processes of a service."""

    def __init__(
        self,
        client: Client,
        context: Context,
        app: str,
        count: int,
        exact: bool,
        old: set[str],
        undone: t.Callable[[], bool],
    ) -> None:
        self.client = client
        self.context = context
        self.app = app
        self.count = count
        self.exact = exact
        self.old = old
        self.undone = undone
        self._asked_at = context.clock.now()
        self._empty = False
        self._over = False

    def good(self, processes: list[Process]) -> bool:
        replaced = not any(process.id in self.old for process in processes)
        return self._over or (replaced and matches(processes, self.count, exact=self.exact))

    def bad(self, processes: list[Process]) -> errors.ConvoxError | None:
        """Ask every few seconds, and as soon as no process is left, for what the list does not tell."""
        now = self.context.clock.now()
        none_left, self._empty = not processes and not self._empty, not processes
        if self.good(processes) or (now - self._asked_at < ASK_AGAIN and not none_left):
            return None
        self._asked_at = now
        found = apps.find(self.client, self.app)
        if found is None or found.status == "deleting":
            from ansible_collections.convox.rack.plugins.module_utils._shared.waits import lost

            return lost(self.app, found)
        self._over = self.undone()
        return None

    def words(self, processes: list[Process]) -> str:
        left = sum(process.id in self.old for process in processes)
        return state_words(processes) + (f", {left} of them not replaced yet" if left else "")


def until_scaled(
    client: Client,
    context: Context,
    app: str,
    service: str,
    count: int,
    old: set[str],
    *,
    exact: bool = True,
    agent: bool = False,
    undone: t.Callable[[], bool] = _never,
) -> None:
    """Wait until ``count`` processes run and none of ``old`` is left. Raises ConvoxWaitError at the deadline,
    ConvoxError where the app is deleted meanwhile.

    Not ``exact``: at least ``count`` (an autoscaler may run more). ``agent``: the service is one. ``undone``,
    asked every few seconds, ends the wait: somebody has put back what the processes were to come from.
    """
    scaled = _Scaled(client, context, app, count, exact, old, undone)
    # A task that finds nothing to do waits for nothing.
    from ansible_collections.convox.rack.plugins.module_utils._api.waiting import Wait, wait_for

    wait_for(
        Wait(
            what=f"{count} running processes of {service} in {app}",
            read=lambda: own_processes(client, app, service, agent=agent, none=exact and count == 0),
            good=scaled.good,
            bad=scaled.bad,
            words=scaled.words,
            advice="The rack goes on by itself. Wait longer (wait_timeout), or look at the service's log.",
            timeout=context.time_left(),
            poll_interval=context.poll_interval,
            tell=lambda found: context.progress(app, f"{service}: {scaled.words(found)}", service),
        ),
        context.clock,
    )


def matches(processes: t.Sequence[Process], count: int, *, exact: bool) -> bool:
    """Whether ``count`` processes run (not ``exact``: at least so many) and none is in another state."""
    running = sum(process.status == "running" for process in processes)
    return running == len(processes) and (running == count if exact else running >= count)


def state_words(processes: t.Sequence[Process]) -> str:
    """How many processes are in which state."""
    counts = Counter(process.status for process in processes)
    return ", ".join(f"{number} {status}" for status, number in sorted(counts.items())) or "no processes"
