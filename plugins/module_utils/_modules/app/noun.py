# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the noun of convox_app, an app of a rack."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import apps, system
from ansible_collections.convox.rack.plugins.module_utils._noun import WAIT_ARGUMENTS, Context, Noun, Step
from ansible_collections.convox.rack.plugins.module_utils._shared.parameters import as_text

if t.TYPE_CHECKING:
    # Imported where a plan has steps: as a module a file costs each task, and most find nothing to do.
    from ansible_collections.convox.rack.plugins.module_utils._modules.app import steps

NAME = re.compile(r"[a-z][a-z0-9-]*[a-z0-9]|[a-z]")
RESERVED = ("rack", "system")
LABEL_LENGTH = 63
# What a v3 rack keeps of an app's parameters; it answers ok to any other and drops it (rack-api.md).
V3_PARAMETERS = ("BuildCpu", "BuildLabels", "BuildMem")


@dataclass(frozen=True)
class Desired:
    """An app as it should be. ``None`` means: as it is. An empty parameter removes it."""

    name: str
    present: bool = True
    locked: bool | None = None
    parameters: dict[str, str] = field(default_factory=dict)


class Observed(t.NamedTuple):
    """The app that is there, and the name of the rack where a new one is to be made."""

    app: apps.App | None
    rack_name: str = ""


def check_name(option: str, name: str, rack_name: str = "") -> None:
    """Refuse a name that no rack takes: its namespace is ``RACK-NAME``, a DNS label of Kubernetes."""
    problem = None
    room = LABEL_LENGTH - len(rack_name or "r") - 1
    if name in RESERVED:
        problem = f"'{name}' is reserved by the rack"
    elif not NAME.fullmatch(name):
        problem = f"'{name}' is no name that a rack takes"
    elif len(name) > room:
        problem = f"'{name}' has {len(name)} characters, and this rack has room for {room}"
    if problem:
        raise errors.ConvoxOptionError(
            option, problem, "use lower case letters, digits and dashes, beginning with a letter"
        )


def _removal(app: apps.App | None, desired: Desired) -> list[Step]:
    if app is None:
        return []
    from ansible_collections.convox.rack.plugins.module_utils._modules.app import steps

    if app.status == "deleting":
        return [steps.AwaitGone(app)]
    if not app.locked:
        return [steps.Delete(desired.name)]
    if desired.locked is False:
        return [steps.Update(desired.name, False), steps.Delete(desired.name)]
    raise errors.ConvoxOptionError(
        "state",
        f"is absent, but the app {desired.name} is locked",
        "set locked: false beside state: absent to unlock and delete it",
    )


def _ignored_hint(app: apps.App | None, step: steps.Update) -> str:
    unknown = sorted(set(step.parameters) - set(V3_PARAMETERS))
    if unknown and app is not None and app.generation == "3":
        return (
            f"A v3 rack keeps the parameters {', '.join(V3_PARAMETERS[:-1])} and {V3_PARAMETERS[-1]} only; "
            "take the others out of the task."
        )
    return (
        "A promote that somebody starts at the same time can undo it: run the task again. If it fails again, "
        "see what the rack takes with convox apps params."
    )


class AppNoun(Noun[Desired, Observed]):
    """An app of a rack."""

    ARGUMENTS: t.ClassVar[dict[str, dict[str, t.Any]]] = {
        "name": {"type": "str", "required": True},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "locked": {"type": "bool"},
        "parameters": {"type": "dict"},
        **WAIT_ARGUMENTS,
    }
    MAX_ATTEMPTS: t.ClassVar[int] = 2

    def __init__(self) -> None:
        #: The app as the last step has left it.
        self._seen: steps.Seen | None = None

    def desired(self, options: dict[str, t.Any]) -> Desired:
        """Raises ConvoxOptionError for a name that no rack can have and for unusable parameters."""
        name = options["name"]
        check_name("name", name)
        parameters = as_text(options.get("parameters") or {})
        return Desired(name, options["state"] == "present", options.get("locked"), parameters)

    def observe(self, client: Client, desired: Desired, context: Context) -> Observed:
        """One request; a second where the app is to be made (the rack's name counts in its length). None
        after a step, which has read the app back."""
        if self._seen is not None:
            return Observed(self._seen.app)
        app = apps.find(client, desired.name)
        if app is not None or not desired.present:
            return Observed(app)
        # A cloud machine is no rack: nobody knows what its namespaces are called.
        on_machine = client.transport.connection.machine is not None
        return Observed(None, "" if on_machine else system.get(client).name)

    def plan(self, observed: Observed, desired: Desired) -> list[Step]:
        """Steps from the app that is there to the desired one. Raises ConvoxOptionError for a locked app that
        is to be deleted, and for a name that is too long for this rack."""
        if not desired.present:
            return _removal(observed.app, desired)
        there = observed.app
        new = there is None or there.status == "deleting"
        if new:
            check_name("name", desired.name, observed.rack_name)
        current = apps.App(name=desired.name) if there is None or new else there
        lock = desired.locked if desired.locked not in (None, current.locked) else None
        parameters = {
            key: value
            for key, value in desired.parameters.items()
            if current.parameters.get(key, "") != value
        }
        differs = lock is not None or bool(parameters)
        being_made = not current.release and current.status in ("creating", "updating")
        if not (new or differs or being_made):
            return []
        from ansible_collections.convox.rack.plugins.module_utils._modules.app import steps

        planned: list[Step] = []
        if new:
            planned.append(steps.Create(desired.name, after_namesake=there is not None))
        if differs:
            planned.append(steps.Update(desired.name, lock, parameters, dict(current.parameters), new))
        return planned or [steps.AwaitRunning(current)]

    def applied(self, step: Step, made: object) -> None:
        """Every step gives the app as it has read it last."""
        from ansible_collections.convox.rack.plugins.module_utils._modules.app import steps

        if isinstance(made, steps.Seen):
            self._seen = made

    def verify(self, observed: Observed, desired: Desired, missing: t.Sequence[Step]) -> None:
        """Name what the rack answered ``ok`` to and did not keep. Raises ConvoxIgnoredError."""
        from ansible_collections.convox.rack.plugins.module_utils._modules.app import steps
        from ansible_collections.convox.rack.plugins.module_utils._shared.waits import app_words

        for step in missing:
            if isinstance(step, steps.Update):
                names = sorted(step.parameters) + (["locked"] if step.lock is not None else [])
                raise errors.ConvoxIgnoredError(
                    f"the rack answered ok and ignored for app {desired.name}: {', '.join(names)}",
                    hint=_ignored_hint(observed.app, step),
                )
            if isinstance(step, steps.Delete):
                raise errors.ConvoxIgnoredError(
                    f"the rack answered ok to the deletion of app {desired.name}, and it is still there: "
                    f"{app_words(observed.app)}",
                    hint="Look at the app with the CLI (convox apps info).",
                )

    def result(self, observed: Observed, desired: Desired) -> dict[str, t.Any]:
        """``app``: name, status, release, generation, locked, router, parameters; None when it is gone."""
        return {"app": observed.app.model_dump() if observed.app else None}

    def predict(self, observed: Observed, desired: Desired) -> dict[str, t.Any]:
        """The app with what would be set; its status is ``absent`` where it would be made."""
        if not desired.present:
            return {"app": None}
        app = observed.app
        if app is None or app.status == "deleting":
            app = apps.App(name=desired.name, status="absent")
        parameters = {**app.parameters, **desired.parameters}
        changes: dict[str, t.Any] = {"parameters": {key: value for key, value in parameters.items() if value}}
        if desired.locked is not None:
            changes["locked"] = desired.locked
        return {"app": app.model_copy(update=changes).model_dump()}
