# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the processes that a service keeps, and the wait for them."""

from __future__ import annotations

import re
import typing as t
from collections import Counter

from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import processes as process_calls
from ansible_collections.convox.rack.plugins.module_utils._api.resources.processes import Process
from ansible_collections.convox.rack.plugins.module_utils._api.waiting import Wait, wait_for
from ansible_collections.convox.rack.plugins.module_utils._noun import Context

# A process of a service is called SERVICE-HASH-XXXXX; a one-off process (convox run) SERVICE-XXXXX, as the
# processes of an agent are.
OWN = "-[0-9a-z]+-[0-9a-z]{5}"


def own_processes(client: Client, app: str, service: str, *, none: bool = False) -> list[Process]:
    """A service's own processes, without the one-off ones that run under its name. Where none has the name
    of a service's process, all count that have not ended, unless ``none`` is what is waited for."""
    return without_one_offs(process_calls.list_all(client, app, service=service), none=none)


def without_one_offs(processes: t.Sequence[Process], *, none: bool = False) -> list[Process]:
    """Of some processes those that their services keep: neither one-off ones nor builds."""
    found = [process for process in processes if re.fullmatch(re.escape(process.service) + OWN, process.id)]
    if found or none:
        return found
    return [process for process in processes if process.status not in ("complete", "failed")]


def until_scaled(
    client: Client, context: Context, app: str, service: str, count: int, old: set[str], *, exact: bool = True
) -> None:
    """Wait until ``count`` processes run and none of ``old`` is left. Raises ConvoxWaitError.

    Not ``exact``: at least ``count`` (an autoscaler may run more).
    """

    def good(processes: list[Process]) -> bool:
        replaced = not any(process.id in old for process in processes)
        return replaced and matches(processes, count, exact=exact)

    wait_for(
        Wait(
            what=f"{count} running processes of {service} in {app}",
            read=lambda: own_processes(client, app, service, none=exact and count == 0),
            good=good,
            words=state_words,
            advice="The rack goes on by itself. Wait longer (wait_timeout), or look at the service's log.",
            timeout=context.time_left(),
            poll_interval=context.poll_interval,
            tell=lambda processes: context.progress(app, f"{service}: {state_words(processes)}", service),
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
