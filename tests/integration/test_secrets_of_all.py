# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Canaries in each secret option of every module there is, and in all that a rack keeps in secret; whatever
becomes of a task, the whole output shows none. New modules are in it by their argument specs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fuzz import files, nouns, worlds
from tests.fuzz.sound import CANARIES
from tests.integration.harness import Harness, Run, Task, Way
from tests.integration.test_secrets import forms, logged
from tests.practice_rack.server import PracticeRack

QUICKLY = {"wait_timeout": 3, "run_timeout": 3, "idle": 0.2, "timeout": 5, "max_retries": 0}


@pytest.fixture
def rack(make_rack: Any) -> PracticeRack:
    made: PracticeRack = make_rack(password=worlds.KEY_CANARY)
    worlds.fill(made)
    return made


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files for options that name one, outside of the folder that is searched."""
    made = tmp_path_factory.mktemp("files")
    files.prepare(made)
    return made


def tasks_of(noun: str) -> Iterator[dict[str, Any]]:
    """Options with canaries: each secret option by itself, one that there is not, wrong types; and none."""
    for name, spec in nouns.NOUNS[noun].ARGUMENTS.items():
        yield from (needed(noun, **{name: value}) for value in nouns.secrets(noun, name))
        if spec.get("type") in ("int", "float", "bool", "dict"):
            yield needed(noun, **{name: nouns.OPTION_CANARY})
    yield {**needed(noun), "misspelt": {"A": nouns.OPTION_CANARY}}
    yield {**needed(noun), "timeout": nouns.OPTION_CANARY}
    yield needed(noun)


def needed(noun: str, **given: Any) -> dict[str, Any]:
    """These options, and with a meaning what else the module wants."""
    cls = nouns.NOUNS[noun]
    names = [name for name, spec in cls.ARGUMENTS.items() if spec.get("required")]
    for group in cls.CONSTRAINTS.get("required_one_of", ()):
        names += [] if set(group) & set(given) else [group[0]]
    found = {**{name: nouns.meant(noun, name)[0] for name in names}, **given}
    found |= {name: nouns.meant(noun, name)[0] for name in nouns.lacking(noun, found)}
    quick = {name: value for name, value in QUICKLY.items() if name in cls.ARGUMENTS}
    return {"timeout": 5, "max_retries": 0, **quick, **found}


def tasks(folder: Path, given: Path, most: int) -> list[Task]:
    """So many tasks of each module at most. The playbook is searched, too: canaries stand in a file of
    variables outside of it."""
    made: list[Task] = []
    values: dict[str, Any] = {}
    for noun in nouns.NOUNS:
        for number, options in enumerate([*tasks_of(noun)][:most]):
            named: dict[str, Any] = {}
            for option, value in options.items():
                named[option] = value
                if option in PATHS[noun] and value in files.NAMES:
                    named[option] = str(folder / value)
                elif any(canary in json.dumps(value) for canary in CANARIES):
                    variable = f"{noun}_{number}_{option}"
                    values[variable] = value
                    named[option] = "{{ " + variable + " }}"
            made.append(
                {"name": f"{noun} {number}", f"convox.rack.convox_{noun}": named, "ignore_errors": True}
            )
    given.write_text(json.dumps(values), encoding="utf-8")
    return made


PATHS = {
    noun: {name for name, spec in cls.ARGUMENTS.items() if spec.get("type") == "path"}
    for noun, cls in nouns.NOUNS.items()
}


# As a module each task costs half a second.
@pytest.mark.parametrize(
    ("way", "check", "most"), [("short", False, 100), ("short", True, 100), ("long", False, 1)]
)
def test_no_module_shows_a_secret(
    harness: Harness, folder: Path, tmp_path_factory: pytest.TempPathFactory, way: Way, check: bool, most: int
) -> None:
    given = tmp_path_factory.mktemp("given") / "vars.json"
    planned = tasks(folder, given, most)
    run = harness.run_playbook(
        planned,
        way=way,
        check=check,
        play={"vars_files": [str(given)]},
        verbosity=4,
        diff=True,
        env=logged(harness),
    )
    assert {each.task for each in run.ours()} == {task["name"] for task in planned}, run.output[-2000:]
    assert [*found_in(run, harness.folder)] == []


def found_in(run: Run, folder: Path) -> Iterator[str]:
    """Where a canary is: the line of the output, or the file."""
    for canary in CANARIES:
        shapes = [form.decode() for form in forms(canary)]
        lines = [line for line in run.output.splitlines() if any(shape in line for shape in shapes)]
        yield from (f"{canary} in the output: {line[:1000]}" for line in lines)
        for path in folder.rglob("*"):
            if path.is_file() and any(shape.encode() in path.read_bytes() for shape in shapes):
                yield f"{canary} in {path.relative_to(folder)}"
