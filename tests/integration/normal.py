# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Results without what differs from run to run: ids, times, ports, folders."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Any

from tests.integration.harness import Result, Run

_PATTERNS = (
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "<request>"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"), "<time>"),
    (re.compile(r"\b\d:\d\d:\d\d(\.\d{6})?(?!\d)"), "<duration>"),
    (re.compile(r"127\.0\.0\.1:\d+"), "<host>"),
    (re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]+"), "<token>"),
    (re.compile(r"\bcert-[0-9a-z]{5}\b"), "<certificate>"),
    (re.compile(r"(web|worker)-[0-9a-z]{8,10}-[0-9a-z]{5}"), "<process>"),
    (re.compile(r"\b(web|worker)-[bcdfghjklmnpqrstvwxz2456789]{5}\b"), "<process of its own>"),
    (re.compile(r"\bbuild-[0-9a-z]{5}\b"), "<build process>"),
    (re.compile(r"\b10\.1\.\d+\.\d+\b"), "<address>"),
)
_ID = re.compile(r"\b([RB])[A-Z]{10}\b")
# What an app writes now and then: how often, depends on how long the run took.
_TICK = re.compile(r"\w+ tick \d+")
# Core puts it where a module gave no traceback.
_NO_TRACEBACK = "(traceback unavailable)"
_TRACEBACKS = ("exception", "failed_when_suppressed_exception")


class Normal:
    """Makes results comparable. An id becomes its number by first appearance, so that what is the same
    release in one run must be the same in the other."""

    def __init__(self, folder: str = "") -> None:
        self._folder = folder
        self._ids: dict[str, str] = {}

    def results(self, results: Iterable[Result]) -> list[tuple[str, str, str, Any]]:
        return [(each.task, each.host, each.kind, self.value(each.result)) for each in results]

    def value(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {
                self.value(name): self._varying(name, value[name])
                for name in sorted(value)
                if not (name in _TRACEBACKS and value[name] == _NO_TRACEBACK)
            }
        if isinstance(value, list):
            return [
                self.value(each) for each in value if not (isinstance(each, str) and _TICK.fullmatch(each))
            ]
        return self._text(value) if isinstance(value, str) else value

    def _varying(self, name: str, value: Any) -> Any:
        """A value of a dict; in an exported build there are times, squeezed."""
        varies = name == "age_seconds" or (name == "size" and bool(value))
        return f"<{name.partition('_')[0]}>" if varies else self.value(value)

    def _text(self, text: str) -> str:
        text = text.replace(self._folder, "<folder>") if self._folder else text
        for pattern, name in _PATTERNS:
            text = pattern.sub(name, text)
        return _ID.sub(self._numbered, text)

    def _numbered(self, found: re.Match[str]) -> str:
        return self._ids.setdefault(found[0], f"<{found[1]}{len(self._ids)}>")


def normal(run: Run, *, only: Collection[str] = ()) -> list[tuple[str, str, str, Any]]:
    """The results of a run, or of some tasks in it, comparable with those of another such run."""
    wanted = [each for each in run.results if not only or each.task in only]
    return Normal(run.folder).results(wanted)
