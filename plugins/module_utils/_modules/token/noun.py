# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the noun of convox_token, tokens of a rack."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import tokens
from ansible_collections.convox.rack.plugins.module_utils._noun import Change, Context, Noun, Step

LONGEST_HOURS = 8760


class Desired(t.NamedTuple):
    """A token to issue, or with ``role`` None the end of all tokens."""

    role: str | None
    hours: int


class Observed(t.NamedTuple):
    """A rack tells nothing of its tokens: what this task was given."""

    token: str | None = None

    def __repr__(self) -> str:
        return type(self).__name__


@dataclass(frozen=True)
class Issue(Step):
    """Issue a token, and give it back."""

    role: str
    hours: int
    one_shot: t.ClassVar[bool] = True

    def changes(self) -> t.Sequence[Change]:
        return [Change(("token", "role"), None, self.role), Change(("token", "hours"), None, self.hours)]

    def apply(self, client: Client, context: Context) -> Observed:
        token = tokens.issue(client, self.role, self.hours)
        context.add_secrets([token])
        return Observed(token)


@dataclass(frozen=True)
class Rotate(Step):
    """End every token."""

    one_shot: t.ClassVar[bool] = True

    def changes(self) -> t.Sequence[Change]:
        return [Change(("tokens",), "valid", "ended")]

    def apply(self, client: Client, context: Context) -> None:
        tokens.rotate(client)


class TokenNoun(Noun[Desired, Observed]):
    """Tokens of a rack."""

    ARGUMENTS: t.ClassVar[dict[str, dict[str, t.Any]]] = {
        "role": {"type": "str", "choices": ["read", "write", "admin"]},
        "hours": {"type": "int", "default": 1},
        "state": {"type": "str", "choices": ["issued", "rotated"], "default": "issued"},
    }
    CONSTRAINTS: t.ClassVar[dict[str, t.Any]] = {"required_if": [("state", "issued", ["role"])]}

    def __init__(self) -> None:
        #: What the rack has given.
        self._issued = Observed()

    def desired(self, options: dict[str, t.Any]) -> Desired:
        """Raises ConvoxOptionError for a time that no rack takes, and for a role of no token."""
        hours, rotated = options["hours"], options["state"] == "rotated"
        if not 1 <= hours <= LONGEST_HOURS:
            raise errors.ConvoxOptionError(
                "hours",
                f"{hours} is not between 1 and {LONGEST_HOURS}",
                "give the hours for which the token is valid, a year at most",
            )
        if rotated and options.get("role"):
            raise errors.ConvoxOptionError(
                "role", "means nothing with state: rotated", "issue a token in a task of its own"
            )
        return Desired(None if rotated else options["role"], hours)

    def observe(self, client: Client, desired: Desired, context: Context) -> Observed:
        """No request: a rack has no list of its tokens."""
        return self._issued

    def plan(self, observed: Observed, desired: Desired) -> list[Step]:
        """One step, each time."""
        return [Rotate() if desired.role is None else Issue(desired.role, desired.hours)]

    def applied(self, step: Step, made: object) -> None:
        """Issuing gives the token."""
        if isinstance(made, Observed):
            self._issued = made

    def result(self, observed: Observed, desired: Desired) -> dict[str, t.Any]:
        """``token``, which is the purpose of the task; None in check mode and where none was asked for."""
        return {"token": observed.token}
