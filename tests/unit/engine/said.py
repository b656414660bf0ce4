# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""A noun of the tests that observes what a test says, and the front end of its tasks."""

from __future__ import annotations

import typing as t
from collections.abc import Callable
from typing import Any

from ansible_collections.convox.rack.plugins.module_utils import _runner
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._noun import (
    Context,
    Noun,
    Step,
    no_progress,
)

KEY = "canary-api-key"


class Said(Noun[dict[str, Any], None]):
    """A noun that observes what the test says; ``contexts`` are those of its observations."""

    ARGUMENTS: t.ClassVar[dict[str, dict[str, Any]]] = {"variables": {"type": "dict"}}
    SECRET_OPTIONS: t.ClassVar[tuple[str, ...]] = ("variables",)
    OBSERVE: t.ClassVar[Callable[[Client], None] | None] = None
    contexts: t.ClassVar[list[Context]]

    def desired(self, options: dict[str, Any]) -> dict[str, Any]:
        return options

    def observe(self, client: Client, desired: dict[str, Any], context: Context) -> None:
        self.contexts.append(context)
        if self.OBSERVE is not None:
            type(self).OBSERVE(client)  # type: ignore[misc]  # it is not None

    def plan(self, observed: None, desired: dict[str, Any]) -> list[Step]:
        return []

    def result(self, observed: None, desired: dict[str, Any]) -> dict[str, Any]:
        return {"said": f"the key is {KEY}", "flag": True, "none": None}


def said(observe: Callable[[Client], None] | None = None) -> type[Said]:
    """A class of its own for one test."""
    return type("OneNoun", (Said,), {"OBSERVE": staticmethod(observe) if observe else None, "contexts": []})


def front(warnings: list[str] | None = None, **facts: Any) -> _runner.FrontEnd:
    collected = [] if warnings is None else warnings
    given: dict[str, Any] = {
        "check_mode": False,
        "diff": False,
        "environ": {},
        "progress": no_progress,
        "warn": collected.append,
        **facts,
    }
    return _runner.FrontEnd(**given)


def perform(noun: Any, secrets: set[str] | None = None, **options: Any) -> dict[str, Any]:
    options = {"host": "http://127.0.0.1:1", "api_key": KEY, **options}
    return _runner.perform(noun, options, front(), secrets=set() if secrets is None else secrets)
