# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is counted of a run of ansible-test sanity, and of pytest."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts import runner, sanity

# As ansible-test 2.21 writes them.
FILE = """<?xml version="1.0" encoding="utf-8"?>
<testsuites disabled="0" errors="0" failures="0" tests="1" time="0.0">
  <testsuite disabled="0" errors="0" failures="0" name="ansible-test" skipped="0" tests="1">
    <testcase classname="sanity" name="{name}">{inner}</testcase>
  </testsuite>
</testsuites>
"""
NOT_FOUND = 'Skipping sanity test "{}" on Python 3.14 because it could not be found.'
NO_YAML = 'Skipping sanity test "ansible-doc" on Python 3.12 due to missing libyaml support in PyYAML.'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    facts = {
        "pep8": "",
        "import-python-3.12": "",
        "pylint": '<failure message="1 issue" type="failure">tests/x.py:1:1: bad</failure>',
        "compile-python-3.14": f"<skipped>{NOT_FOUND.format('compile')}</skipped>",
        "import-python-3.14": f"<skipped>{NOT_FOUND.format('import')}</skipped>",
        "ansible-doc": f"<skipped>{NO_YAML}</skipped>",
        "compile-python-3.9": "<skipped>No tests applicable.</skipped>",
        "compile-python-3.10": "<skipped>No tests applicable.</skipped>",
        "pslint-python-3.12": "<skipped>No tests applicable.</skipped>",
    }
    for name, inner in facts.items():
        text = FILE.format(name=name, inner=inner)
        (tmp_path / f"ansible-test-sanity-{name}.xml").write_text(text, encoding="utf-8")
    return tmp_path


def test_each_test_is_counted_once(folder: Path) -> None:
    count = sanity.counted(folder, "", 1)
    assert (count.passed, count.failed, count.skipped) == (2, 1, 6)


def test_what_was_skipped_is_named_by_its_reason(folder: Path) -> None:
    assert sanity.counted(folder, "", 1).notes == [
        "No tests applicable: compile-python-3.10, compile-python-3.9, pslint-python-3.12",
        "on Python 3.12 due to missing libyaml support in PyYAML: ansible-doc",
        "on Python 3.14 because it could not be found: compile-python-3.14, import-python-3.14",
    ]


def test_a_program_that_is_missing_is_named(tmp_path: Path) -> None:
    text = 'WARNING: Required program "shellcheck" not found.\n'
    assert sanity.counted(tmp_path, text, 0).notes == ['Required program "shellcheck" not found']


def test_what_is_disabled_has_no_file(tmp_path: Path) -> None:
    text = "x\nWARNING: Skipping tests disabled by default without --allow-disabled: mypy, whatever\n"
    count = sanity.counted(tmp_path, text, 0)
    assert (count.skipped, count.notes) == (2, ["disabled by default: mypy, whatever"])


def test_a_run_that_broke_has_failed(folder: Path, tmp_path: Path) -> None:
    (folder / "ansible-test-sanity-pylint.xml").unlink()
    assert sanity.counted(folder, "", 0).failed == 0
    assert sanity.counted(folder, "Traceback", 1).failed == 1


def test_tests_of_pytest_are_counted_and_what_was_skipped_says_why(tmp_path: Path) -> None:
    cases = (
        '<testcase name="good"/><testcase name="bad"><failure message="no"/></testcase>'
        '<testcase name="broken"><error message="no"/></testcase>'
        '<testcase name="left"><skipped message="no Chromium">x.py:1: no</skipped></testcase>'
    )
    report = tmp_path / "pytest.xml"
    report.write_text(f"<testsuites><testsuite>{cases}</testsuite></testsuites>", encoding="utf-8")
    count = runner.count_junit([report], 1)
    assert (count.passed, count.failed, count.skipped) == (1, 2, 1)
    assert count.notes == ["no Chromium: left"]
