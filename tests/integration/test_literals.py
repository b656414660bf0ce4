# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""A secret in a task that fails: what comes from a file is never shown, a literal is Ansible's to show.

Core from 2.19 on prints where such a task begins, with "Origin" above it: no module has a say in that.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.integration.harness import Harness, Run

SECRET = "canary-of-a-task"
# Refused for its second name, whatever the rack says.
VARIABLES = {"TOKEN": SECRET, "A B": "1"}
GIVEN = {"TOKEN": "{{ token }}", "A B": "1"}


@pytest.fixture
def words(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """``-e @file``, the secret in the file."""
    file = tmp_path_factory.mktemp("given") / "vars.yml"
    file.write_text(json.dumps({"token": SECRET}), encoding="utf-8")
    return ["--extra-vars", f"@{file}"]


def played(harness: Harness, variables: dict[str, str], *words: str, **keywords: Any) -> Run:
    """A play whose only task, all on one line, fails for a bad name, as loud as Ansible gets."""
    task = {"name": "env", "convox.rack.convox_env": {"app": "web", "variables": variables}, **keywords}
    text = f"- hosts: localhost\n  gather_facts: false\n  tasks:\n    - {json.dumps(task)}\n"
    return harness.run_playbook(text, arguments=words, verbosity=4, diff=True)


def typed(harness: Harness, variables: dict[str, str], *words: str) -> Run:
    """The same as an ad-hoc command."""
    options = {"app": "web", "variables": variables}
    return harness.run_adhoc("convox.rack.convox_env", options, more=["-vvvv", "--diff", *words])


def whole(run: Run, folder: Path) -> str:
    """What was printed, with every file that the run left."""
    files = filter(Path.is_file, folder.rglob("*"))
    return run.output + "".join(path.read_text("utf-8", errors="replace") for path in files)


def unlogged(harness: Harness, variables: dict[str, str]) -> Run:
    """The play with no_log, which hides the result alone."""
    return played(harness, variables, no_log=True)


def test_a_file_shows_nothing(harness: Harness, words: list[str]) -> None:
    for run in (played(harness, GIVEN, *words), typed(harness, GIVEN, *words)):
        assert run.rc and "A B" in run.output
        assert SECRET not in whole(run, harness.folder)


def core_of(run: Run) -> tuple[int, int]:
    """The version of ansible-core, as the head of a loud run tells it."""
    found = re.search(r"\[core (\d+)\.(\d+)", run.output)
    assert found, run.output
    return int(found[1]), int(found[2])


@pytest.mark.parametrize("start", [played, unlogged, typed])
def test_a_literal_is_shown_by_a_core_that_prints_the_task_and_by_nobody_else(
    harness: Harness, start: Any
) -> None:
    run = start(harness, VARIABLES)
    assert run.rc and run.results
    assert (SECRET in run.output) == ("Origin: " in run.output) == (core_of(run) >= (2, 19))
    assert SECRET not in json.dumps([each.result for each in run.results])
