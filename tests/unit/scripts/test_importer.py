# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""What counts as a complaint in a log of galaxy-importer."""

from __future__ import annotations

import pytest

from scripts import importer

GOOD = "Importing with galaxy-importer 0.4.44\nLoading module convox_app\nImporter processing completed\n"


def test_lines_that_inform_are_no_complaints() -> None:
    assert importer.complaints(GOOD) == []


@pytest.mark.parametrize(
    "line",
    [
        "WARNING: No changelog found.",
        "ERROR: The import failed for the following reason: x",
        "Traceback (most recent call last):",
    ],
)
def test_warnings_and_errors_are(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert importer.complaints(f"{GOOD}{line}\n{GOOD}") == [line]
    monkeypatch.setattr(importer, "FORGIVEN", {line[:12]: "a reason"})
    assert importer.complaints(f"{GOOD}{line}\n") == []


def test_forgiving_what_does_not_come_up_is_a_complaint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importer, "FORGIVEN", {"No changelog": "a reason"})
    assert importer.complaints(GOOD) == ["nothing to forgive: No changelog"]


def test_a_module_without_documentation_is_named() -> None:
    contents = [
        {"content_type": "module", "content_name": "convox_app", "doc_strings": {"doc": {"a": 1}}},
        {"content_type": "module", "content_name": "convox_env", "doc_strings": None},
    ]
    bare = importer.undocumented({"docs_blob": {"contents": contents}})
    assert "module convox_app" not in bare
    assert "module convox_env" in bare and "lookup convox_env" in bare
