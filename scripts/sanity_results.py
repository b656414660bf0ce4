# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ansible-test sanity ran, and what it did not run and why, from the JUnit files of `--junit`.

It writes a file for each test, with the version of Python in its name where there is one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from xml.etree import ElementTree

from scripts.work import Count

# The version of Python is kept where it is the reason.
_REASON = re.compile(
    r'Skipping sanity test "[^"]+"(?: on (Python \S+ )because it| on Python \S+ due to| due to) ?'
)
_PROGRAM = re.compile(r'^WARNING: (Required program "[^"]+" not found)', re.M)
_END = "sanity test(s) listed below (out of"
_DISABLED = re.compile(r"^WARNING: Skipping tests disabled by default without --allow-disabled: (.+)$", re.M)


def ended(text: str, status: int) -> bool:
    """Whether ansible-test came to its end, whatever the tests said: then all its environments are there."""
    return status == 0 or _END in text


def count(folder: Path, text: str, status: int) -> Count:
    """Count the tests that have a file in this folder.

    ``text`` is what ansible-test printed: it alone names tests that are disabled by default, and programs
    that it did without. A run that ended
    with another ``status`` than 0 counts as failed even if no test's file says so.
    """
    total = Count()
    skipped: dict[str, list[str]] = defaultdict(list)
    for path in sorted(folder.glob("*.xml")):
        for case in ElementTree.parse(path).iter("testcase"):
            reason = case.find("skipped")
            if reason is not None:
                skipped[_short(reason)].append(case.get("name", ""))
            elif case.find("failure") is not None or case.find("error") is not None:
                total.failed += 1
            else:
                total.passed += 1
    for names in _DISABLED.findall(text):
        skipped["disabled by default"] += names.split(", ")
    total.skipped = sum(map(len, skipped.values()))
    total.notes = [f"{reason}: {_listed(names, reason)}" for reason, names in sorted(skipped.items())]
    total.notes += sorted(set(_PROGRAM.findall(text)))
    if status and not total.failed:
        total.failed = 1
    return total


def _short(reason: ElementTree.Element) -> str:
    words = reason.get("message") or reason.text or ""
    return "nothing to check" if words == "No tests applicable." else _REASON.sub(r"\1", words).strip(" .")


def _listed(names: Iterable[str], reason: str) -> str:
    """Tests with their versions of Python, as in "compile (2.7, 3.6), pslint (3.11)"; not one that the reason
    names."""
    tests: dict[str, list[str]] = defaultdict(list)
    for name in names:
        test, _mark, version = name.partition("-python-")
        tests[test] += [version] if version and f"Python {version} " not in reason else []
    return ", ".join(_one(test, versions) for test, versions in sorted(tests.items()))


def _one(test: str, versions: Iterable[str]) -> str:
    known = sorted(versions, key=lambda version: [int(part) for part in version.split(".")])
    return f"{test} ({', '.join(known)})" if known else test
