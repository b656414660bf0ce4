# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make fragment`: a change that users meet has a fragment, seen by git from where the branch was left."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from scripts.fragment import changes, run, without_fragment

MODULE = "plugins/modules/convox_app.py"


@pytest.mark.parametrize(
    ("found", "missing"),
    [
        ([("M", MODULE)], [MODULE]),
        ([("D", MODULE), ("M", "README.md")], [MODULE]),
        ([("M", "requirements.txt")], ["requirements.txt"]),
        ([("M", "meta/runtime.yml")], ["meta/runtime.yml"]),
        ([("M", MODULE), ("A", "changelogs/fragments/12-app.yml")], []),
        ([("M", MODULE), ("M", "changelogs/fragments/12-app.yml")], []),
        ([("M", MODULE), ("D", "changelogs/fragments/12-app.yml")], [MODULE]),
        ([("M", MODULE), ("M", "changelogs/changelog.yaml")], []),
        ([("M", MODULE), ("M", "changelogs/config.yaml")], [MODULE]),
        ([("M", "tests/unit/test_rooms.py"), ("M", "docs/env.md"), ("M", "scripts/work.py")], []),
        ([], []),
    ],
)
def test_what_users_meet_needs_a_fragment(found: list[tuple[str, str]], missing: list[str]) -> None:
    assert without_fragment(found) == missing


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with a module on main, and a branch that is checked out."""
    _write(tmp_path / MODULE, "old")
    _git(tmp_path, "init", "--quiet", "--initial-branch=main")
    _commit(tmp_path)
    _git(tmp_path, "checkout", "--quiet", "-b", "change")
    return tmp_path


def _git(root: Path, *words: str) -> None:
    who = ["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, *words], cwd=root, check=True)


def _commit(root: Path) -> None:
    _git(root, "add", "--all")
    _git(root, "commit", "--quiet", "--message=change")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_commits_of_the_branch_count_and_those_of_its_base_do_not(project: Path) -> None:
    _write(project / "docs" / "a page.md", "new")
    _commit(project)
    _git(project, "checkout", "--quiet", "main")
    _write(project / MODULE, "changed by somebody else")
    _commit(project)
    _git(project, "checkout", "--quiet", "change")
    assert changes("main", project) == [("A", "docs/a page.md")]
    assert run("main", project) == 0


def test_a_change_without_a_fragment_is_named(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _write(project / MODULE, "new")
    assert run("main", project) == 1
    assert MODULE in capsys.readouterr().out
    _commit(project)
    assert run("main", project) == 1


def test_a_fragment_counts_before_it_is_committed(project: Path) -> None:
    _write(project / MODULE, "new")
    _write(project / "changelogs" / "fragments" / "new.yml", "---\ntrivial: [New.]\n")
    assert changes("main", project) == [("M", MODULE), ("A", "changelogs/fragments/new.yml")]
    assert run("main", project) == 0


def test_a_base_that_git_does_not_know_is_no_success(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("origin/main", project) == 2
    assert "cannot compare with origin/main" in capsys.readouterr().out
    assert run("", project) == 2
