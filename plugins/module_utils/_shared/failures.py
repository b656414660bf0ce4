# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: why a rollout fails, found out while it goes on.

After the rack has put the old release back nothing of the failed one is left (recordings: diagnose), so the
reason is asked for at the first process that is not well, and the last answer is kept.
"""

from __future__ import annotations

import re
import typing as t
from collections import Counter
from dataclasses import dataclass, field

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import (
    diagnosis,
    processes,
    releases,
    services,
)
from ansible_collections.convox.rack.plugins.module_utils._api.resources.processes import Process
from ansible_collections.convox.rack.plugins.module_utils._noun import Context

# States of a process that mean trouble; of them, those that only a new release mends.
UNWELL = ("crashed", "failed", "unhealthy")
CRASHING = ("crashed", "failed")
# What a pod says of itself when waiting longer will not help.
HOPELESS = (
    "CrashLoopBackOff",
    "CreateContainerConfigError",
    "CreateContainerError",
    "ErrImagePull",
    "ImagePullBackOff",
    "InvalidImageName",
    "RunContainerError",
)
# A crash loop runs for a moment between two crashes: only so much calm, in seconds, ends it.
CALM = 15.0
# A process that has not started after so many seconds is asked about.
SLOW_START = 10.0
# A diagnosis costs the rack some work: seconds between two of them.
DIAGNOSE_EVERY = 3.0
LOG_LINES = 20
# Reasons only decorate a failure, so they may take so many seconds, and what does not answer in time so often
# is not asked again.
PROCESSES_SECONDS = 5.0
ENV_SECONDS = 3.0
DIAGNOSE_SECONDS = 5.0
LOG_SECONDS = 3.0
LATE_ANSWERS = 2
LOG_PIECES = 500
# ``[pod/PROCESS/APP] TIME text`` (recordings: websockets), or ``TIME service/NAME/PROCESS text``.
LINE_OF = re.compile(r"(?:\[pod/\S+\] \S+|\S+ \w+/[^/\s]+/\S+) ")


@dataclass(frozen=True)
class Trouble:
    """What is wrong with one service: its state, the rack's hint, the last lines of its log."""

    name: str
    state: str
    hint: str = ""
    logs: tuple[str, ...] = ()

    def as_result(self) -> dict[str, t.Any]:
        return {"name": self.name, "state": self.state, "hint": self.hint, "logs": list(self.logs)}

    def words(self) -> str:
        text = f"{self.name}: {self.state}"
        if self.hint:
            text += f" ({self.hint})"
        if self.logs:
            text += f", last lines: {' | '.join(self.logs[-3:])}"
        return text


def _own_lines(log: str, process: str) -> str:
    """The lines of one process in the log of its service, which may be full of the old release's; the whole
    log of a rack that does not say whose its lines are."""
    parts = [(line, LINE_OF.match(line)) for line in log.split("\n")]
    if not any(found for _line, found in parts):
        return log
    return "\n".join(line[found.end() :] for line, found in parts if found and process in found[0])


def _one_off(process: Process) -> bool:
    """A process of ``convox run`` that has ended: it stays in the list of its release. Its name is as an
    agent's process has it."""
    name = re.escape(process.service) + "-[0-9a-z]{5}"
    return process.status in ("complete", "failed") and re.fullmatch(name, process.id) is not None


@dataclass
class Observer:
    """Watches the processes of one release of one app. Its requests never fail the task, nor hold it up."""

    client: Client
    context: Context
    app: str
    release: str
    troubles: dict[str, Trouble] = field(default_factory=dict)
    _since: dict[str, float] = field(default_factory=dict)
    _last: dict[str, float] = field(default_factory=dict)
    _started: float | None = None
    _asked: float | None = None
    _secrets_known: bool = False
    _can_diagnose: bool = True
    _late: Counter[str] = field(default_factory=Counter)

    def processes(self) -> list[Process]:
        """The processes of the release, those of agents among them; none where they cannot be listed."""
        try:
            found = processes.list_all(
                self.client, self.app, release=self.release, timeout=self._seconds(PROCESSES_SECONDS)
            )
            return [process for process in found if not _one_off(process)]
        except errors.ConvoxError:
            return []

    def observe(self, processes: t.Sequence[Process]) -> None:
        """Take in what the processes are doing; ask for reasons where one is not well."""
        now = self.context.clock.now()
        self._started = now if self._started is None else self._started
        unwell = [process for process in processes if process.status in UNWELL]
        slow = [process for process in processes if process.status in ("pending", "starting")]
        if not unwell and not (slow and now - self._started >= SLOW_START):
            slow = []
        troubled = unwell + slow
        if troubled and (self._asked is None or now - self._asked >= DIAGNOSE_EVERY):
            self._asked = now
            # A crash loop runs for a moment now and then; what is known of it stays.
            kept = {name: trouble for name, trouble in self.troubles.items() if name in self._since}
            self.troubles = {**kept, **self._reasons(troubled)}
        crashing = {process.service for process in unwell if process.status in CRASHING}
        hopeless = {name for name, trouble in self.troubles.items() if trouble.state in HOPELESS}
        self._count(crashing | (hopeless & {process.service for process in troubled}), now)

    def _count(self, services: set[str], now: float) -> None:
        for service in services:
            self._since.setdefault(service, now)
            self._last[service] = now
        for service, last in list(self._last.items()):
            if now - last > CALM:
                del self._last[service], self._since[service]

    def hopeless_for(self) -> float:
        """Seconds for which a service has been failing in a way that waiting does not mend."""
        now = self.context.clock.now()
        failing = [self._since[service] for service, last in self._last.items() if now - last <= CALM]
        return now - min(failing) if failing else 0.0

    def failure(self) -> dict[str, t.Any]:
        """The reasons as the result's ``failure``."""
        return {"services": [trouble.as_result() for _name, trouble in sorted(self.troubles.items())]}

    def words(self) -> str:
        """The reasons in words."""
        if not self.troubles:
            return "The rack gave no reason; the log of the app may"
        return "; ".join(trouble.words() for _name, trouble in sorted(self.troubles.items()))

    def _seconds(self, most: float) -> float:
        """What a request may take: no more than the task has left."""
        return min(most, self.context.time_left())

    def _reasons(self, troubled: t.Sequence[Process]) -> dict[str, Trouble]:
        self._learn_secrets()
        pods = self._pods()
        found: dict[str, Trouble] = {}
        for process in troubled:
            pod = pods.get(process.id)
            trouble = self._from_pod(process, pod) if pod else self._from_log(process)
            if process.service not in found or process.status in UNWELL:
                found[process.service] = trouble
        return found

    def _pods(self) -> dict[str, diagnosis.Pod]:
        if not self._can_diagnose:
            return {}
        try:
            seconds = self._seconds(DIAGNOSE_SECONDS)
            return {pod.name: pod for pod in diagnosis.get(self.client, self.app, timeout=seconds).pods}
        except (errors.ConvoxForbiddenError, errors.ConvoxNotFoundError, errors.ConvoxNotImplementedError):
            # Older racks have no such route, and a plain deploy key may not ask.
            self._can_diagnose = False
        except errors.ConvoxTimeoutError:
            self._late["diagnose"] += 1
            self._can_diagnose = self._late["diagnose"] < LATE_ANSWERS
        except errors.ConvoxError:
            return {}
        return {}

    def _from_pod(self, process: Process, pod: diagnosis.Pod) -> Trouble:
        state = pod.state or process.status
        return Trouble(process.service, state, pod.hint, self._lines(pod.previous_logs or pod.logs))

    def _from_log(self, process: Process) -> Trouble:
        before = self.troubles.get(process.service)
        if before is not None and before.hint:
            return before
        if before is not None and before.logs:
            return Trouble(process.service, process.status, "", before.logs)
        text = _own_lines(self._log(process.service), process.id)
        return Trouble(process.service, process.status, "", self._lines(text))

    def _log(self, service: str) -> str:
        """What of a service's log comes in time; where it is cut, up to the last whole line: a piece of a
        secret could not be masked."""
        if not self._secrets_known or self._late[f"log {service}"] >= LATE_ANSWERS:
            return ""
        text = ""
        try:
            seconds = self._seconds(LOG_SECONDS)
            chunks = services.log(self.client, self.app, service, tail=LOG_LINES, timeout=seconds)
            for number, chunk in enumerate(chunks):
                if number == LOG_PIECES:
                    break
                text += chunk
            else:
                return text
        except errors.ConvoxTimeoutError:
            self._late[f"log {service}"] += 1
        except errors.ConvoxError:
            pass
        return text[: text.rfind("\n") + 1]

    def _lines(self, text: str) -> tuple[str, ...]:
        """The last lines, without secrets; none while these are not known. Racks end lines at a newline
        alone: what else programs take for the end of one may stand in a value."""
        if not self._secrets_known:
            return ()
        lines = self.context.redact(text).split("\n")
        return tuple([line.rstrip() for line in lines if line.strip()][-LOG_LINES:])

    def _learn_secrets(self) -> None:
        """A crashing app likes to print its settings: learn the env's values, to mask them in its log."""
        if self._secrets_known or self._late["env"] >= LATE_ANSWERS:
            return
        try:
            seconds = self._seconds(ENV_SECONDS)
            release = releases.get(self.client, self.app, self.release, timeout=seconds)
            self.context.add_secrets(release.variables)
        except errors.ConvoxForbiddenError:
            self.context.warn(
                f"The env of {self.release} cannot be read with this key, so values that the app prints "
                "into its log are not masked in this result."
            )
        except errors.ConvoxTimeoutError:
            self._late["env"] += 1
            return
        except errors.ConvoxError:
            return
        self._secrets_known = True
