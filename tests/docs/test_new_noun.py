# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""CONTRIBUTING.md, "Add a noun": its steps, as patches that add convox_object, and what they bring about."""

from __future__ import annotations

import re

import pytest

from tests.docs.blocks import ROOT
from tests.docs.copies import Copy
from tests.integration.harness import WAYS

STEPS = sorted((ROOT / "tests" / "docs" / "new_noun").glob("*.patch"))
MOST_FILES = 11
# What the steps add something to; all else they write is new.
ADDED_TO = [
    "extensions/audit/event_query.yml",
    "plugins/module_utils/_api/resources/objects.py",
    "tests/integration/test_check_ahead.py",
]
DERIVED = {
    "README.md",
    "extensions/molecule/object/molecule.yml",
    "meta/runtime.yml",
    "plugins/action/convox_object.py",
    "plugins/module_utils/_modules/object/__init__.py",
    "plugins/modules/convox_object.py",
}


def written() -> set[str]:
    """The files that the steps write."""
    text = "".join(path.read_text(encoding="utf-8") for path in STEPS)
    return set(re.findall(r"^\+\+\+ b/(.*)$", text, re.MULTILINE))


@pytest.fixture(scope="module")
def added(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """A copy of the collection with the noun in it, as the steps leave it, and then make format."""
    copy = Copy(tmp_path_factory.mktemp("noun"))
    for step in STEPS:
        copy.apply(step.read_text(encoding="utf-8"), step.name)
    status, lines = copy.derive("--check")
    assert status == 1
    assert {line.partition(":")[0] for line in lines} == DERIVED
    assert copy.derive() == (0, [])
    assert copy.derive("--check") == (0, [])
    return copy


def test_the_steps_are_few_and_the_noun_is_in_them_alone() -> None:
    assert len(written()) <= MOST_FILES
    assert sorted(name for name in written() if (ROOT / name).exists()) == ADDED_TO
    named = re.findall(r"`([\w-]+\.patch)`", (ROOT / "CONTRIBUTING.md").read_text("utf-8"))
    assert named == [path.name for path in STEPS]


def test_the_noun_keeps_the_rules_and_is_complete(added: Copy) -> None:
    rules = ["tests/unit/test_rooms.py", "tests/docs/test_coverage.py"]
    complete = "tests/integration/test_completeness.py"
    assert added.passes("tests/unit/object", complete, *rules) > 50


def test_the_noun_passes_its_target_in_both_ways(added: Copy) -> None:
    assert added.passes("tests/integration/test_targets.py", "-k", "[object]") == 5


def test_the_cases_of_the_noun_pass(added: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONVOX_TEST_TARGET", "object")
    files = [f"tests/integration/test_{name}.py" for name in ("bad_input", "check_mode", "requests")]
    files.append("tests/docs/test_plugin_pages.py")
    # As a module every test of these would start many.
    in_process = f"object and not as_a_module and not {WAYS[1]}"
    assert added.passes(*files, "-k", in_process) == 9
