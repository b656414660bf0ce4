# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The commit of a build, as git tells it; or nothing."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from ansible_collections.convox.rack.plugins.module_utils._build_context import git


def run(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=A", "-c", "user.email=a@rack.test", "-c", "commit.gpgsign=false")
    done = subprocess.run(
        ["git", *identity, "-C", str(folder), *arguments], check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    (folder / "web").mkdir(parents=True)
    (folder / "web" / "a").write_text("1")
    run(folder, "init", "-q")
    run(folder, "add", ".")
    run(folder, "commit", "-q", "-m", "Fix the ünicode\n\nAt length.")
    return folder


def test_a_clean_tree(repository: Path) -> None:
    sha = run(repository, "rev-parse", "HEAD")
    assert git.commit_of(str(repository)) == git.Commit(f"build {sha[:10]} Fix the ünicode", sha)
    assert git.commit_of(str(repository / "web")).sha == sha


def test_a_file_git_does_not_know_is_no_change(repository: Path) -> None:
    (repository / "new").write_text("1")
    assert git.commit_of(str(repository)).description


@pytest.mark.parametrize("staged", [False, True])
def test_a_changed_tree_has_a_commit_and_no_description(repository: Path, staged: bool) -> None:
    (repository / "web" / "a").write_text("2")
    if staged:
        run(repository, "add", ".")
    assert git.commit_of(str(repository)) == git.Commit("", run(repository, "rev-parse", "HEAD"))


def test_no_commit_no_repository_no_folder(tmp_path: Path) -> None:
    assert git.commit_of(str(tmp_path)) == git.Commit()
    run(tmp_path, "init", "-q")
    assert git.commit_of(str(tmp_path)) == git.Commit()
    assert git.commit_of(str(tmp_path / "nowhere")) == git.Commit()


def test_a_repository_of_somebody_else(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    monkeypatch.setenv("HOME", str(repository))
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", "/dev/null")
    assert git.commit_of(str(repository)) == git.Commit()


def test_the_environment_of_a_hook_does_not_mislead(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", str(repository / "nowhere"))
    assert git.commit_of(str(repository)).sha


def test_no_git(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(repository))
    assert git.commit_of(str(repository)) == git.Commit()


def test_git_that_hangs(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = repository / "bin" / "git"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\nexec /bin/sleep 60\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent))
    monkeypatch.setattr(git, "_SECONDS", 0.2)
    assert git.commit_of(str(repository)) == git.Commit()
