# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: what a plan is made of, and what a step gets to work with."""

from __future__ import annotations

import abc
import typing as t
from dataclasses import dataclass, field, replace

from ansible_collections.convox.rack.plugins.module_utils._api.rack import Rack as Client
from ansible_collections.convox.rack.plugins.module_utils._api.waiting import Clock

HIDDEN = "********"
HIDDEN_CHANGED = HIDDEN + " (changed)"
# Shorter values are everywhere in ordinary text; covering them would make a log unreadable.
COVERED_LENGTH = 6


@dataclass(frozen=True)
class Change:
    """One difference a step makes, for the diff: where it is, and what stands there before and after.

    ``None`` stands for "not there".
    """

    where: tuple[str, ...]
    before: t.Any
    after: t.Any


def secret_change(where: tuple[str, ...], before: str | None, after: str | None) -> Change:
    """A change of which only the name may be seen. The values are not kept."""
    if before is None or after is None:
        return Change(where, None if before is None else HIDDEN, None if after is None else HIDDEN)
    return Change(where, HIDDEN, HIDDEN if before == after else HIDDEN_CHANGED)


class Step(abc.ABC):
    """One thing to do on the rack. Steps are frozen dataclasses; ``act`` may be repeated safely."""

    #: Changes nothing on the rack (a wait): does not make the task "changed".
    wait_only: t.ClassVar[bool] = False
    #: An action rather than a state (a restart): planned again after it was done, it is not missing.
    one_shot: t.ClassVar[bool] = False

    def changes(self) -> t.Sequence[Change]:
        """What the step will make different, values masked where they are secret."""
        return ()

    @abc.abstractmethod
    def apply(self, client: Client, context: Context) -> bool | None:
        """Do it; return when the rack has really done it. False: there was nothing left to do after all.
        Raises the errors of ``_api/errors.py``."""


class Progress(t.Protocol):
    """Shows progress."""

    def __call__(self, app: str, text: str, thing: str = "") -> None:
        """Of one ``thing`` at most a line a second is shown, and no line twice."""


def no_progress(app: str, text: str, thing: str = "") -> None:
    """Says nothing."""


@dataclass
class Context:
    """One run of a task: its modes, its wait options (seconds), and where words go.

    ``say`` is progress, ``warn(text)`` a warning of the task. ``memory`` is a noun's own, kept from
    one look to the next. ``acted`` is true once something was changed; a step whose wait may fail after its
    request says so by itself.
    """

    check_mode: bool = False
    wait: bool = True
    wait_timeout: float = 600.0
    poll_interval: float = 2.0
    progress: Progress = no_progress
    warn: t.Callable[[str], None] = lambda text: None
    clock: Clock = field(default_factory=Clock)
    memory: dict[str, t.Any] = field(default_factory=dict)
    acted: bool = False
    _secrets: set[str] = field(default_factory=set, repr=False)
    _started: float | None = field(default=None, repr=False)

    def time_left(self) -> float:
        """Seconds until ``wait_timeout``, which counts from the first call; never below 1."""
        if self._started is None:
            self._started = self.clock.now()
        return max(1.0, self.wait_timeout - (self.clock.now() - self._started))

    def anew(self) -> Context:
        """The same run with its whole wait_timeout before it."""
        return replace(self, _started=None)

    def add_secrets(self, values: t.Iterable[str]) -> None:
        """Env values that ``cover`` takes out of logs."""
        self._secrets.update(value for value in values if len(value) >= COVERED_LENGTH)

    def redact(self, text: str) -> str:
        """Log text without the values given to ``hide``."""
        for value in sorted(self._secrets, key=len, reverse=True):
            text = text.replace(value, HIDDEN)
        return text
