# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `make` and `make matrix` say in the end, and with which exit status."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest

from scripts import environments, parts, runner
from scripts.runner import Count, Part, Work

NOTE = "nothing to check: pslint"


@pytest.fixture(autouse=True)
def logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "LOGS", tmp_path)


def part(passed: int = 0, failed: int = 0, *notes: str) -> Any:
    """A part that counts so many tests, and a skipped one for each note."""

    def run(work: Work, **_given: Any) -> None:
        work.count.add(Count(passed, failed, len(notes), list(notes)))

    return run


def missing(version: str) -> Part:
    return Part(f"sanity {version}", partial(parts._absent, version))


def test_what_was_skipped_stands_below_its_row(capsys: pytest.CaptureFixture[str]) -> None:
    assert runner.run([Part("sanity 3.13", part(2, 0, NOTE)), missing("3.14")], 1) == 0
    table = [" ".join(line.split()) for line in capsys.readouterr().out.split("verdict")[1].splitlines()]
    assert table[1] == "sanity 3.13 2 passed, 0 failed, 1 skipped 0 ok"
    assert table[2] == f"skipped: {NOTE}"
    assert table[3] == "sanity 3.14 0 passed, 0 failed, 1 skipped 0 skipped"
    assert table[4] == "skipped: Python 3.14 is not here"
    assert table[-1] == "2 passed, 0 failed, 2 skipped"


@pytest.mark.parametrize(
    "asked",
    [
        [missing("3.14")],
        [Part("good", part(1)), Part("bad", part(1, 1))],
        [Part("good", part(1)), Part("empty", part())],
        [Part("good", part(1)), Part("broken", lambda work: 1 / 0)],  # type: ignore[arg-type, return-value]
    ],
    ids=["all skipped", "one failed", "no test ran", "broken"],
)
def test_anything_but_success_is_an_exit_status(asked: list[Part]) -> None:
    assert runner.run(asked, 2) == 1


def cells(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], **runs: Any
) -> tuple[int, list[str]]:
    """The matrix of two cores on a machine without Python 3.14: status and lines after the table's head."""
    monkeypatch.setattr(environments, "CORES", {"2.20": ("3.13", "3.14"), "2.21": ("3.13",)})
    monkeypatch.setattr(environments, "find", lambda version: None if version == "3.14" else Path("/python"))
    monkeypatch.setattr(parts, "_CELL", runs)
    status = runner.run(parts.matrix(), 1)
    lines = capsys.readouterr().out.split("verdict\n")[1].splitlines()
    return status, [" ".join(line.split()) for line in lines]


def test_the_matrix_ends_with_a_line_for_each_part_of_a_cell(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    status, lines = cells(monkeypatch, capsys, sanity=part(3, 0, NOTE), unit=part(5))
    assert status == 0
    assert lines == [
        "sanity 2.20 3.13 3 passed, 0 failed, 1 skipped 0 ok",
        f"skipped: {NOTE}",
        "unit 2.20 3.13 5 passed, 0 failed 0 ok",
        "sanity 2.20 3.14 0 passed, 0 failed, 1 skipped 0 skipped",
        "skipped: Python 3.14 is not here",
        "sanity 2.21 3.13 3 passed, 0 failed, 1 skipped 0 ok",
        f"skipped: {NOTE}",
        "unit 2.21 3.13 5 passed, 0 failed 0 ok",
        "all 0",
        "",
        "16 passed, 0 failed, 3 skipped",
    ]


def test_a_failed_part_fails_its_cell_and_the_matrix(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    status, lines = cells(monkeypatch, capsys, sanity=part(3), unit=part(4, 1))
    assert status == 1
    assert lines[1] == "unit 2.20 3.13 4 passed, 1 failed 0 FAILED"
    assert lines[-1] == "14 passed, 2 failed, 1 skipped"


def test_a_part_in_which_no_test_ran_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cells(monkeypatch, capsys, sanity=part(3), unit=part())[0] == 1


def test_a_matrix_without_a_cell_that_runs_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(environments, "find", lambda version: None)
    assert runner.run(parts.matrix("2.21"), 1) == 1
    assert "0 passed, 0 failed, 3 skipped" in capsys.readouterr().out
