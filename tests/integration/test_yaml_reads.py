# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""What YAML makes of names and values before we see them, both ways."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.harness import Harness, Way
from tests.integration.prepare import Preparer
from tests.practice_rack.server import PracticeRack

TASK = """
- hosts: localhost
  gather_facts: false
  tasks:
    - name: it
      convox.rack.convox_{module}:
        {app}: web
{options}
"""


def book(module: str, options: str) -> str:
    indented = "\n".join("        " + line for line in options.strip("\n").splitlines())
    return TASK.format(module=module, app="name" if module == "app" else "app", options=indented)


@pytest.mark.parametrize(
    ("module", "options", "names"),
    [
        (
            "env",
            "variables:\n  NO: canary\n  ON: canary\n  A: canary",
            "variables: has a name that is not text: false, true.",
        ),
        ("env", "variables:\n  2024: canary", "variables: has a name that is not text: 2024."),
        ("env", "unset: [A, NO]", "unset: has a name that is not text: false."),
        ("app", "parameters:\n  3.10: canary", "parameters: has a name that is not text: 3.1."),
        (
            "build",
            "url: https://host.test/a.tgz\nbuild_args:\n  YES: canary",
            "build_args: has a name that is not text: true.",
        ),
    ],
)
def test_a_name_that_is_not_text_fails_by_name(
    harness: Harness, rack: PracticeRack, way: Way, module: str, options: str, names: str
) -> None:
    Preparer(rack).app()
    rack.requests.clear()
    run = harness.run_playbook(book(module, options), way=way)
    result = run.of("it")
    assert result["failed"] and not result["changed"]
    assert result["msg"].startswith(f"{names} Quote it")
    assert "canary" not in str(result)
    assert run.requests == []


def test_values_are_what_yaml_read_and_a_warning_tells_where_it_can(
    harness: Harness, rack: PracticeRack, way: Way
) -> None:
    Preparer(rack).app()
    values = """
variables:
  RUBY_VERSION: 3.10
  DAY: 2026-01-02
  UMASK: 0022
  START_AT: 12:30:00
  LIMIT: 1_000
  "NO": "1"
  QUOTED: "3.10"
"""
    run = harness.run_playbook(book("env", values), way=way).must()
    env = dict(line.split("=", 1) for line in rack.state.apps["web"].releases[-1].env.splitlines())
    assert env == {
        "RUBY_VERSION": "3.1",
        "DAY": "2026-01-02",
        "UMASK": "18",
        "START_AT": "45000",
        "LIMIT": "1000",
        "NO": "1",
        "QUOTED": "3.10",
    }
    told: list[Any] = [text for text in run.of("it").get("warnings", []) if "was not" not in str(text)]
    (warning,) = [str(text) for text in told]
    assert "variables: DAY, RUBY_VERSION were read as a number with a fraction or a date" in warning
