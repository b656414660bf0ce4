# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make fragment`: a change that users meet has a fragment, seen by git from where the branch was left."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from scripts.release import Refused, check_fragment, without_fragment

MODULE = "plugins/modules/convox_app.py"
OLD = "changelogs/fragments/11-old.yml"
NEW = "changelogs/fragments/12-app.yml"
ENTRIES = "changelogs/changelog.yaml"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with a module and a fragment on main, and a branch that is checked out."""
    for name in (MODULE, OLD, ENTRIES):
        _write(tmp_path / name, "old")
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


@pytest.mark.parametrize(
    ("changed", "deleted", "missing"),
    [
        ([MODULE], [], [MODULE]),
        (["README.md"], [MODULE], [MODULE]),
        (["requirements.txt"], [], ["requirements.txt"]),
        (["meta/runtime.yml"], [], ["meta/runtime.yml"]),
        ([MODULE, NEW], [], []),
        ([MODULE, OLD], [], []),
        ([MODULE], [OLD], [MODULE]),
        ([MODULE, ENTRIES], [], []),
        ([MODULE, "changelogs/config.yaml"], [], [MODULE]),
        (["tests/unit/test_rooms.py", "docs/env.md", "scripts/work.py"], [], []),
        ([], [], []),
    ],
)
def test_what_users_meet_needs_a_fragment(
    project: Path, changed: list[str], deleted: list[str], missing: list[str]
) -> None:
    for name in changed:
        _write(project / name, "new")
    for name in deleted:
        (project / name).unlink()
    assert without_fragment("main", project) == missing
    _git(project, "add", "--all")
    assert without_fragment("main", project) == missing


def test_commits_of_the_branch_count_and_those_of_its_base_do_not(project: Path) -> None:
    _write(project / "plugins" / "a page.md", "new")
    _commit(project)
    _git(project, "checkout", "--quiet", "main")
    _write(project / MODULE, "changed by somebody else")
    _commit(project)
    _git(project, "checkout", "--quiet", "change")
    assert without_fragment("main", project) == ["plugins/a page.md"]


def test_a_change_without_a_fragment_is_named(project: Path) -> None:
    _write(project / MODULE, "new")
    with pytest.raises(Refused, match=MODULE):
        check_fragment("main", project)
    _commit(project)
    with pytest.raises(Refused, match=MODULE):
        check_fragment("main", project)


def test_a_fragment_counts_before_it_is_committed(project: Path) -> None:
    _write(project / MODULE, "new")
    _write(project / NEW, "---\ntrivial: [New.]\n")
    assert without_fragment("main", project) == []
    assert check_fragment("main", project) == 0


def test_a_base_that_git_does_not_know_is_no_success(project: Path) -> None:
    with pytest.raises(Refused, match="git diff ended with 128: .*origin/main"):
        check_fragment("origin/main", project)
    with pytest.raises(Refused, match="say BASE="):
        check_fragment("", project)
