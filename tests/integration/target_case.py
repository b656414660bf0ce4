# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tests that every target playbook passes. A test file makes a subclass that names its target."""

from __future__ import annotations

import shutil
import tarfile
from functools import cached_property
from pathlib import Path
from typing import ClassVar

from tests.integration import checked
from tests.integration.harness import QUICK, TARGETS, Harness, Run, Way
from tests.integration.normal import normal
from tests.practice_rack.server import PracticeRack


class Runs:
    """The runs of one target, each made once, on a rack of its own."""

    def __init__(self, noun: str, folder: Path) -> None:
        self._noun = noun
        self._folder = folder

    @cached_property
    def short(self) -> Run:
        """As the playbook is, the short way."""
        return self._run("short", "short")

    @cached_property
    def checked(self) -> Run:
        """Each task checked, done, and done again, the short way."""
        return self._run("checked", "short", rewritten=True)

    @cached_property
    def long(self) -> Run:
        """As the playbook is, the long way."""
        return self._run("long", "long")

    def _run(self, name: str, way: Way, rewritten: bool = False) -> Run:
        folder = self._folder / name
        shutil.copytree(TARGETS, folder / "targets")
        book = folder / "targets" / self._noun / "main.yml"
        if rewritten:
            checked.rewrite(book)
        pack(book.parent / "files")
        with PracticeRack(**QUICK) as rack:
            return Harness(rack, folder).run_playbook(book, way=way, diff=True, verbosity=3)


def pack(files: Path) -> None:
    """Beside each folder of a target's files stands its archive."""
    for source in [path for path in files.glob("*") if path.is_dir()]:
        with tarfile.open(f"{source}.tgz", "w:gz") as archive:
            for path in source.iterdir():
                archive.add(path, path.name)


class TargetCase:
    """``NOUN``: the folder under targets/. ``WARNINGS``: what the warnings that are wanted begin with."""

    NOUN: ClassVar[str]
    WARNINGS: ClassVar[tuple[str, ...]] = ()

    def test_it_passes_the_short_way(self, runs: Runs) -> None:
        good(runs.short, self.WARNINGS)

    def test_it_passes_the_long_way(self, runs: Runs) -> None:
        good(runs.long, self.WARNINGS)

    def test_both_ways_give_the_same_results(self, runs: Runs) -> None:
        short, long = normal(runs.short), normal(runs.long)
        assert [each[:3] for each in short] == [each[:3] for each in long]
        for one, other in zip(short, long, strict=True):
            assert one == other

    def test_check_mode_tells_what_happens_and_done_twice_changes_nothing(self, runs: Runs) -> None:
        good(runs.checked, self.WARNINGS)
        assert checked.copies(runs.checked)
        assert checked.lies(runs.checked) == []


def good(run: Run, wanted: tuple[str, ...]) -> None:
    """It passed, without a warning that is not wanted, and without a traceback."""
    run.must()
    assert run.results
    begun = {text.removeprefix("[WARNING]: ") for text in run.warnings()}
    assert [text for text in begun if not text.startswith(wanted)] == []
    assert [text for text in wanted if not any(each.startswith(text) for each in begun)] == []
    assert "Traceback" not in run.output
