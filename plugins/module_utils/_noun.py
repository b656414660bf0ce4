# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: what a noun is, what a plan is made of, and what both get to work with.

A noun is what one module manages: an app, the env of an app, a release. One instance lives for one task, so
what it remembers from one observation to the next is an attribute of it.
"""

from __future__ import annotations

import abc
import typing as t
from dataclasses import dataclass, field, replace

from ansible_collections.convox.rack.plugins.module_utils._api._http.secrets import Secrets
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.clock import Clock

HIDDEN = "********"
HIDDEN_CHANGED = HIDDEN + " (changed)"

#: The options of modules that wait.
WAIT_ARGUMENTS: dict[str, dict[str, t.Any]] = {
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "int", "default": 600},
    "poll_interval": {"type": "float", "default": 2.0},
}

DesiredT = t.TypeVar("DesiredT")
ObservedT = t.TypeVar("ObservedT")


class Change(t.NamedTuple):
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
    """One thing to do on the rack. Steps are frozen dataclasses; ``apply`` may be repeated safely."""

    #: Only waits for what somebody else does: changes nothing on the rack.
    wait_only: t.ClassVar[bool] = False
    #: An action rather than a state (a restart): planned again after it was applied, it is not missing.
    one_shot: t.ClassVar[bool] = False
    #: For one whose task is interrupted in this step: how to end what the rack then goes on with.
    way_out: t.ClassVar[str] = ""

    def changes(self) -> t.Sequence[Change]:
        """What the step will make different, values masked where they are secret."""
        return ()

    @abc.abstractmethod
    def apply(self, client: Client, context: Context) -> object:
        """Do it; return when the rack has really done it, with what was made (a release, a build) for the
        noun to remember. Raises the errors of ``_api/errors.py``."""


class Progress(t.Protocol):
    """Shows what is going on."""

    def __call__(self, app: str, text: str, thing: str = "") -> None:
        """Of one ``thing`` at most a line a second is shown, and no line twice."""


def no_progress(app: str, text: str, thing: str = "") -> None:
    """Shows nothing."""


@dataclass(eq=False, repr=False)
class Leaving:
    """What a task says that is ended from outside: by its ``timeout``, by Ctrl-C, by a signal. ``show`` takes
    the line, which ``say`` gives once, and only if something was sent that goes on without us."""

    show: t.Callable[[str], None] = lambda text: None
    words: t.Callable[[], str] = str

    def say(self) -> None:
        words, self.words = self.words(), str
        if words:
            self.show(words)


@dataclass(eq=False, repr=False)
class Context:
    """The modes of a task, its wait options (seconds), and where words go.

    ``progress`` shows what is going on, ``warn(text)`` gives a warning of the task. ``step`` is the one that
    is being applied.
    """

    check_mode: bool = False
    wait: bool = True
    wait_timeout: float = 600.0
    poll_interval: float = 2.0
    progress: Progress = no_progress
    warn: t.Callable[[str], None] = lambda text: None
    clock: Clock = field(default_factory=Clock)
    step: Step | None = None
    secrets: Secrets = field(default_factory=Secrets, repr=False)
    _started: float | None = field(default=None, repr=False)

    def time_left(self) -> float:
        """Seconds until ``wait_timeout``, which counts from the first call; never below 1."""
        if self._started is None:
            self._started = self.clock.now()
        return max(1.0, self.wait_timeout - (self.clock.now() - self._started))

    def anew(self) -> Context:
        """The same with its whole wait_timeout before it."""
        return replace(self, _started=None)

    def add_secrets(self, values: t.Mapping[str, str] | t.Iterable[str]) -> None:
        """Values that no word of this task may hold; with their names (an env), short ones, too."""
        self.secrets.add(values)

    def redact(self, text: str) -> str:
        """A text of the rack or of an app as it may be shown."""
        return self.secrets.redact(text)


class Noun(abc.ABC, t.Generic[DesiredT, ObservedT]):
    """What one module manages. ``DesiredT`` and ``ObservedT`` are small frozen dataclasses of its own.

    A class that lacks a part fails when it is imported; one that stands between (``_info.InfoNoun``) names
    ``abc.ABC`` among its bases.
    """

    #: Argument spec, without the options of every module.
    ARGUMENTS: t.ClassVar[dict[str, dict[str, t.Any]]]
    #: mutually_exclusive, required_one_of … as AnsibleModule takes them.
    CONSTRAINTS: t.ClassVar[dict[str, t.Any]] = {}
    #: Options that hold secret values under open names (masked in ``invocation``).
    SECRET_OPTIONS: t.ClassVar[tuple[str, ...]] = ()
    #: Options with many values (dicts), of which those are secret whose names say so (``secret_names.py``).
    SECRET_BY_NAME: t.ClassVar[tuple[str, ...]] = ()
    #: Options that hold JSON: there a number with a fraction is meant as one.
    JSON_OPTIONS: t.ClassVar[tuple[str, ...]] = ()
    #: How often a plan may be carried out until nothing is left of it.
    MAX_ATTEMPTS: t.ClassVar[int] = 1
    #: Options that name a file of the controller: the function merges its text into the arguments.
    CONTROLLER_FILES: t.ClassVar[dict[str, t.Callable[[dict[str, t.Any], str, str], None]]] = {}

    def __init_subclass__(cls, **more: t.Any) -> None:
        super().__init_subclass__(**more)
        if abc.ABC in cls.__bases__:
            return
        parts = ("desired", "observe", "plan", "result")
        missing = [name for name in parts if getattr(getattr(cls, name), "__isabstractmethod__", False)]
        missing += [] if hasattr(cls, "ARGUMENTS") else ["ARGUMENTS"]
        if missing:
            raise TypeError(f"the noun {cls.__name__} lacks {', '.join(missing)}")

    @classmethod
    def local_paths(cls, options: t.Mapping[str, t.Any]) -> t.Sequence[str]:
        """The names of options that are a file of this machine with these options, and something else with
        others, so that they are of type str. Paths below the task's folder are made whole."""
        return ()

    @abc.abstractmethod
    def desired(self, options: dict[str, t.Any]) -> DesiredT:
        """What the options ask for. Raises ConvoxOptionError for what no rack can do."""

    @abc.abstractmethod
    def observe(self, client: Client, desired: DesiredT, context: Context) -> ObservedT:
        """What is there. Raises the errors of ``_api/errors.py``."""

    def assumed(self, desired: DesiredT) -> ObservedT | None:
        """What check mode takes as there where ``observe`` finds that an earlier task of the play has yet to
        make it (an error with ``not_yet``): an app without anything in it. None: the error stands."""
        return None

    @abc.abstractmethod
    def plan(self, observed: ObservedT, desired: DesiredT) -> t.Sequence[Step]:
        """Pure: the steps from what is there to what is desired."""

    def applied(self, step: Step, made: object) -> None:
        """A step of the plan was applied, and gave back ``made``: remember what the next observation
        needs."""

    def verify(self, observed: ObservedT, desired: DesiredT, missing: t.Sequence[Step]) -> None:
        """Raise an error that names what the rack ignored, when a plan is left after the last attempt."""

    @abc.abstractmethod
    def result(self, observed: ObservedT, desired: DesiredT) -> dict[str, t.Any]:
        """The result's keys. Never a secret value."""

    def predict(self, observed: ObservedT, desired: DesiredT) -> dict[str, t.Any]:
        """The result's keys in check mode: what ``result`` would say after the plan for ``observed``."""
        return self.result(observed, desired)
