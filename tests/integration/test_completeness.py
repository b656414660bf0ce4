# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The targets are complete: each module and lookup has one, which uses each option and each choice, and has
cases of bad input and of check mode."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.integration import audits, cases
from tests.integration.harness import ROOT, TARGETS, Task

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
            found += [task[module] or {} for task in tasks(play["tasks"]) if module in task]
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
        values = [options[name] for options in uses if name in options and "choices" in option]
        given = {value for each in values for value in (each if isinstance(each, list) else [each])}
        default = option.get("default")
        wanted = set(option.get("choices", ())) - set(default if isinstance(default, list) else [default])
        assert wanted - given == set(), name


def test_each_option_of_the_lookup_is_used() -> None:
    doc = documentation(ROOT / "plugins" / "lookup" / "convox_env.py")
    text = (TARGETS / "lookup" / "main.yml").read_text(encoding="utf-8")
    assert [name for name in doc["options"] if name != "_terms" and f"{name}=" not in text] == []


def test_each_module_has_a_target_with_cases() -> None:
    targets = set(cases.targets())
    nouns = {module.removeprefix("convox_") for module in MODULES}
    assert targets == {path.name for path in TARGETS.iterdir()}
    assert nouns | {"lookup"} == targets
    assert nouns - {case.target for case in cases.bad_input().values()} == set()
    assert nouns - {case.target for case in cases.check_mode().values()} == set()


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], dict[str, cases.Budget]]:
    """Reads the requests of a target with this cases.yml."""
    monkeypatch.setattr(cases, "TARGETS", tmp_path)

    def read(text: str) -> dict[str, cases.Budget]:
        (tmp_path / "thing").mkdir()
        (tmp_path / "thing" / "main.yml").touch()
        (tmp_path / "thing" / "cases.yml").write_text(text, encoding="utf-8")
        return cases.requests()

    return read


def test_a_case_is_read(written: Callable[[str], dict[str, cases.Budget]]) -> None:
    found = written("requests: [{name: a b, options: {app: web}, most: 2}]")
    assert found == {"a b": cases.Budget("thing", "a b", {"app": "web"}, most=2)}
    assert found["a b"].as_task() == {
        "name": "a b",
        "convox.rack.convox_thing": {"app": "web"},
        "environment": {"CONVOX_ACTOR": "a-b"},
    }


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ("request: []", ValueError, "nobody reads"),
        ("requests: [{name: a, mots: 2}]", TypeError, "mots"),
        ("requests: [{name: a}, {name: a}]", ValueError, "two cases"),
    ],
)
def test_a_case_that_nobody_would_run_is_an_error(
    text: str, error: type[Exception], words: str, written: Callable[[str], object]
) -> None:
    with pytest.raises(error, match=words):
        written(text)


def test_audits_know_each_module() -> None:
    """Each has a query of its own, or a reason for having none."""
    known = [*audits.QUERIES, *(f"convox.rack.convox_{name}" for name in audits.NOT_COUNTED)]
    assert sorted(known) == [f"convox.rack.{module}" for module in MODULES]
