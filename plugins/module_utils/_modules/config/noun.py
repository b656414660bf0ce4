# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the noun of convox_config, a config of an app."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import configs
from ansible_collections.convox.rack.plugins.module_utils._noun import (
    Change,
    Context,
    Noun,
    Step,
    secret_change,
)
from ansible_collections.convox.rack.plugins.module_utils._shared.shown import once_shown

# A rack keeps a config as the secret APP-NAME of Kubernetes (recordings: configs).
NAME = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
LONGEST = 253


@dataclass(frozen=True)
class Desired:
    """A config as it should be."""

    app: str
    name: str
    value: str = field(repr=False)


@dataclass(frozen=True)
class Observed:
    """What the config holds, None where it is not there."""

    value: str | None = field(repr=False)


@dataclass(frozen=True)
class SetValue(Step):
    """Write the config."""

    desired: Desired
    before: str | None = field(repr=False)

    def changes(self) -> t.Sequence[Change]:
        return [secret_change(("configs", self.desired.name), self.before, self.desired.value)]

    def apply(self, client: Client, context: Context) -> Observed:
        """Gives the config as it was read back."""
        app, name, value = self.desired.app, self.desired.name, self.desired.value
        at = context.clock.now()
        configs.set_value(client, app, name, value)
        found = once_shown(
            context,
            f"config {name} of {app}",
            lambda: configs.find(client, app, name),
            lambda config: config is not None and config.value == value,
            at,
        )
        return Observed(found.value if found else None)


def read_src(arguments: dict[str, t.Any], name: str, text: str) -> None:
    """Take the text of a file of the controller as the value. Both at once are refused later."""
    if arguments.get("value") is None:
        arguments["value"] = text
        del arguments["src"]


def _check_name(app: str, name: str) -> None:
    if not NAME.fullmatch(name):
        raise errors.ConvoxOptionError(
            "name",
            "is no name that a rack takes",
            "use lower case letters, digits, dashes and dots, and begin and end with a letter or digit",
        )
    room = LONGEST - len(app) - 1
    if len(name) > room:
        raise errors.ConvoxOptionError(
            "name", f"has {len(name)} characters, and there is room for {room}", "use a shorter name"
        )


class ConfigNoun(Noun[Desired, Observed]):
    """A config of an app."""

    ARGUMENTS: t.ClassVar[dict[str, dict[str, t.Any]]] = {
        "app": {"type": "str", "required": True},
        "name": {"type": "str", "required": True},
        "value": {"type": "str"},
        "src": {"type": "path"},
    }
    CONSTRAINTS: t.ClassVar[dict[str, t.Any]] = {
        "required_one_of": [("value", "src")],
        "mutually_exclusive": [("value", "src")],
    }
    # Not no_log: a value may be as short as "1", and Ansible would take that out of the whole result.
    SECRET_OPTIONS: t.ClassVar[tuple[str, ...]] = ("value",)
    CONTROLLER_FILES: t.ClassVar[dict[str, t.Callable[[dict[str, t.Any], str, str], None]]] = {
        "src": read_src
    }

    def __init__(self) -> None:
        #: The config as it was read back.
        self._written: Observed | None = None

    def desired(self, options: dict[str, t.Any]) -> Desired:
        """Raises ConvoxOptionError for a name that no rack takes."""
        _check_name(options["app"], options["name"])
        if options.get("value") is None:
            raise errors.ConvoxOptionError("src", "was not read on the controller", "give the text as value")
        return Desired(options["app"], options["name"], options["value"])

    def observe(self, client: Client, desired: Desired, context: Context) -> Observed:
        """One request; none after the config was written. A rack answers alike for an absent config and an
        absent app."""
        if self._written is not None:
            return self._written
        config = configs.find(client, desired.app, desired.name)
        if config is None:
            return Observed(None)
        context.add_secrets([config.value])
        return Observed(config.value)

    def plan(self, observed: Observed, desired: Desired) -> list[Step]:
        """One write where the text is another."""
        return [] if observed.value == desired.value else [SetValue(desired, observed.value)]

    def applied(self, step: Step, made: object) -> None:
        """The step gives the config as it has read it back."""
        if isinstance(made, Observed):
            self._written = made

    def verify(self, observed: Observed, desired: Desired, missing: t.Sequence[Step]) -> None:
        """Raises ConvoxIgnoredError."""
        raise errors.ConvoxIgnoredError(
            f"the rack answered ok, and config {desired.name} of {desired.app} still holds another text",
            hint="Somebody else may have set it at the same moment: run the task again.",
        )

    def result(self, observed: Observed, desired: Desired) -> dict[str, t.Any]:
        """``config``: app and name, never the value."""
        return {"config": {"app": desired.app, "name": desired.name}}
