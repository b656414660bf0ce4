# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The targets are complete: each module and lookup has one, which uses each option and each choice."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.integration.harness import HERE, ROOT, TARGETS, Task
from tests.integration.target_case import TargetCase

MODULES = sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("convox_*.py"))
WAIT = ("wait", "wait_timeout", "poll_interval")


def documentation(path: Path) -> dict[str, Any]:
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "DOCUMENTATION":
            found: dict[str, Any] = yaml.safe_load(ast.literal_eval(node.value))
            return found
    raise AssertionError(f"{path.name} has no documentation")


def tasks(of: list[Task]) -> Iterator[Task]:
    for task in of:
        yield task
        for part in ("block", "rescue", "always"):
            yield from tasks(task.get(part, []))


def used(module: str) -> list[dict[str, Any]]:
    """The options of each task of this module in all targets."""
    found = []
    for book in TARGETS.glob("*/main.yml"):
        for play in yaml.safe_load(book.read_text(encoding="utf-8")):
            found += [task[module] for task in tasks(play["tasks"]) if module in task]
    return found


@pytest.mark.parametrize("module", MODULES)
def test_each_option_is_used(module: str) -> None:
    doc = documentation(ROOT / "plugins" / "modules" / f"{module}.py")
    names = set(doc["options"])
    if "convox.rack.wait" in doc["extends_documentation_fragment"]:
        names |= set(WAIT)
    uses = used(f"convox.rack.{module}")
    assert names - {name for options in uses for name in options} == set()


@pytest.mark.parametrize("module", MODULES)
def test_each_choice_is_used(module: str) -> None:
    doc = documentation(ROOT / "plugins" / "modules" / f"{module}.py")
    uses = used(f"convox.rack.{module}")
    for name, option in doc["options"].items():
        given = {options[name] for options in uses if name in options and "choices" in option}
        wanted = set(option.get("choices", ())) - {option.get("default")}
        assert wanted - given == set(), name


def test_each_option_of_the_lookup_is_used() -> None:
    doc = documentation(ROOT / "plugins" / "lookup" / "convox_env.py")
    text = (TARGETS / "lookup" / "main.yml").read_text(encoding="utf-8")
    assert [name for name in doc["options"] if name != "_terms" and f"{name}=" not in text] == []


def test_each_target_has_a_test_and_each_module_a_target() -> None:
    targets = {path.name for path in TARGETS.iterdir()}
    tested = {path.stem.removeprefix("test_") for path in HERE.glob("test_*.py") if runs_a_target(path)}
    assert targets == tested
    assert {module.removeprefix("convox_") for module in MODULES} | {"lookup"} == targets


def runs_a_target(path: Path) -> bool:
    return f"({TargetCase.__name__}):" in path.read_text(encoding="utf-8")
