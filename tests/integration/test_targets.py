# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook of each folder under targets/, in both ways, in check mode, and done twice."""

from __future__ import annotations

import shutil
import tarfile
from functools import cached_property
from pathlib import Path

import pytest

from tests.integration import audits, cases, checked
from tests.integration.harness import QUICK, TARGETS, WAYS, Harness, Run, Way
from tests.integration.normal import normal
from tests.practice_rack.server import PracticeRack

IN_PROCESS, AS_A_MODULE = WAYS
# A worker of xdist takes whole targets: their tests share runs.
ALL = [pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in cases.targets()]


class Target:
    """The runs of one target, each made once, on a rack of its own."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self._folder = folder
        self._warnings = tuple(cases.read(name).get("warnings", ()))

    @cached_property
    def in_process(self) -> Run:
        """As the playbook is."""
        return self._run("in process", IN_PROCESS)

    @cached_property
    def as_a_module(self) -> Run:
        """As the playbook is."""
        return self._run("as a module", AS_A_MODULE)

    @cached_property
    def checked(self) -> Run:
        """Each task checked, done, and done again, in process."""
        return self._run("checked", IN_PROCESS, rewritten=True)

    def _run(self, name: str, way: Way, rewritten: bool = False) -> Run:
        folder = self._folder / name
        shutil.copytree(TARGETS, folder / "targets")
        book = folder / "targets" / self.name / "main.yml"
        if rewritten:
            checked.rewrite(book)
        pack(book.parent / "files")
        with PracticeRack(**QUICK, **cases.CONSOLE) as rack:
            return Harness(rack, folder).run_playbook(book, way=way, diff=True, verbosity=3)

    def check(self, run: Run) -> None:
        """It passed, without a warning that is not wanted, and without a traceback."""
        run.must()
        assert run.results
        begun = {text.removeprefix("[WARNING]: ") for text in run.warnings()}
        assert [text for text in begun if not text.startswith(self._warnings)] == []
        assert [text for text in self._warnings if not any(each.startswith(text) for each in begun)] == []
        assert "Traceback" not in run.output


def pack(files: Path) -> None:
    """Beside each folder of a target's files stands its archive."""
    for source in [path for path in files.glob("*") if path.is_dir()]:
        with tarfile.open(f"{source}.tgz", "w:gz") as archive:
            for path in source.iterdir():
                archive.add(path, path.name)


@pytest.fixture(scope="module", params=ALL)
def target(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Target:
    return Target(request.param, tmp_path_factory.mktemp(request.param))


def test_it_passes_in_process(target: Target) -> None:
    target.check(target.in_process)


def test_it_passes_as_a_module(target: Target) -> None:
    target.check(target.as_a_module)


def test_both_ways_give_the_same_results(target: Target) -> None:
    one, other = normal(target.in_process), normal(target.as_a_module)
    assert [each[:3] for each in one] == [each[:3] for each in other]
    for mine, yours in zip(one, other, strict=True):
        assert mine == yours


def test_audits_count_the_app_of_each_task(target: Target) -> None:
    ours = target.in_process.ours()
    assert [words for words in map(audits.wrong, ours) if words] == []
    # A target tries its own module, and an audit counts it or not, as is said.
    names = {each.action.removeprefix("convox.rack.convox_") for each in ours}
    assert target.name in names or target.name == "lookup"
    some = [each for each in ours if audits.counted(each.action, each.result)]
    own = f"convox.rack.convox_{target.name}"
    assert (own in {each.action for each in some}) == (own in audits.QUERIES)


def test_check_mode_tells_what_happens_and_done_twice_changes_nothing(target: Target) -> None:
    target.check(target.checked)
    assert checked.copies(target.checked)
    assert checked.lies(target.checked) == []
