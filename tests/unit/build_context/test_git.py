# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The commit of a build, as git tells it; or nothing."""

from __future__ import annotations

import os
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
    """One that another user has put above us says nothing; one that belongs to the folder's owner does."""
    whole = git.commit_of(str(repository))
    monkeypatch.setattr(os, "geteuid", lambda: repository.stat().st_uid + 1)
    assert git.commit_of(str(repository)) == whole != git.Commit()
    theirs = os.stat_result([*repository.stat()[:4], repository.stat().st_uid + 2, *repository.stat()[5:10]])
    state = os.stat
    monkeypatch.setattr(
        os, "stat", lambda path, **more: theirs if str(path).endswith(".git") else state(path, **more)
    )
    assert git.commit_of(str(repository)) == git.Commit()


def test_the_environment_of_a_hook_does_not_mislead(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", str(repository / "nowhere"))
    assert git.commit_of(str(repository)).sha


def test_no_program_is_needed(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = git.commit_of(str(repository))
    monkeypatch.setenv("PATH", str(repository))
    assert git.commit_of(str(repository)) == whole != git.Commit()


def test_a_tree_that_takes_too_long_to_look_at(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sha = run(repository, "rev-parse", "HEAD")
    monkeypatch.setattr(git, "_SECONDS", -1.0)
    assert git.commit_of(str(repository)) == git.Commit("", sha)


# --- the forms that a repository has


def again(repository: Path, message: str = "Again") -> None:
    (repository / "web" / "a").write_text(message)
    run(repository, "commit", "-q", "-a", "-m", message)


def described(repository: Path) -> git.Commit:
    """What the program git says of a clean tree."""
    return git.Commit(
        f"build {run(repository, 'log', '-n', '1', '--pretty=%h %s', '--abbrev=10')}",
        run(repository, "rev-parse", "HEAD"),
    )


def test_a_packed_repository(repository: Path) -> None:
    for number in range(30):
        again(repository, f"Number {number}\n\n" + "the same words again " * 50)
        run(repository, "branch", f"at{number}")
    run(repository, "gc", "-q", "--aggressive")
    run(repository, "pack-refs", "--all")
    for number in range(30):
        run(repository, "checkout", "-q", f"at{number}")
        assert git.commit_of(str(repository)) == described(repository)


@pytest.mark.parametrize("version", ["2", "4"])
def test_versions_of_the_index(repository: Path, version: str) -> None:
    for name in ("web/aa", "web/b/c", "web/b/d", "x-y", "x/y", "x.y"):
        (repository / name).parent.mkdir(exist_ok=True)
        (repository / name).write_text(name)
    run(repository, "add", ".")
    run(repository, "commit", "-q", "-m", "More")
    run(repository, "update-index", "--index-version", version)
    assert git.commit_of(str(repository)) == described(repository)


def test_a_repository_of_other_ids(tmp_path: Path) -> None:
    run(tmp_path, "init", "-q", "--object-format=sha256")
    (tmp_path / "a").write_text("1")
    run(tmp_path, "add", ".")
    run(tmp_path, "commit", "-q", "-m", "One")
    assert len(git.commit_of(str(tmp_path)).sha) == 64
    assert git.commit_of(str(tmp_path)) == described(tmp_path)
    run(tmp_path, "gc", "-q")
    assert git.commit_of(str(tmp_path)) == described(tmp_path)
    (tmp_path / "a").write_text("2")
    assert not git.commit_of(str(tmp_path)).description


def test_a_linked_worktree(repository: Path, tmp_path: Path) -> None:
    run(repository, "worktree", "add", "-q", str(tmp_path / "linked"))
    (repository / "web" / "a").write_text("2")
    assert git.commit_of(str(tmp_path / "linked" / "web")) == described(tmp_path / "linked")
    run(tmp_path / "linked", "checkout", "-q", "--detach")
    again(tmp_path / "linked")
    assert git.commit_of(str(tmp_path / "linked")) == described(tmp_path / "linked")


def test_borrowed_objects(repository: Path, tmp_path: Path) -> None:
    run(tmp_path, "clone", "-q", "--shared", str(repository), "clone")
    assert git.commit_of(str(tmp_path / "clone")) == described(tmp_path / "clone")
    run(repository, "gc", "-q")
    assert git.commit_of(str(tmp_path / "clone")) == described(tmp_path / "clone")


@pytest.fixture
def submodule(repository: Path, tmp_path: Path) -> Path:
    """A repository whose folder sub is a clone of another one."""
    folder = tmp_path / "outer"
    run(tmp_path, "init", "-q", "outer")
    run(folder, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(repository), "sub")
    run(folder, "commit", "-q", "-m", "With a part")
    return folder


def test_a_submodule(submodule: Path) -> None:
    whole = described(submodule)
    assert git.commit_of(str(submodule)) == whole
    assert git.commit_of(str(submodule / "sub")) == described(submodule / "sub") != whole
    (submodule / "sub" / "web" / "a").write_text("2")
    assert git.commit_of(str(submodule)) == git.Commit("", whole.sha)
    run(submodule / "sub", "commit", "-q", "-a", "-m", "Two")
    assert git.commit_of(str(submodule)) == git.Commit("", whole.sha)
    run(submodule, "commit", "-q", "-a", "-m", "Another part")
    assert git.commit_of(str(submodule)) == described(submodule)


def test_a_submodule_that_is_not_checked_out(submodule: Path, tmp_path: Path) -> None:
    run(tmp_path, "clone", "-q", str(submodule), "clone")
    assert git.commit_of(str(tmp_path / "clone")) == described(tmp_path / "clone")


@pytest.mark.parametrize(
    "message",
    ["One\ntwo\n\nthree", "\n\n  indented  \n  too\n", "grüße ☺", "a" * 5000, "tab\there"],
)
def test_the_subject(repository: Path, message: str) -> None:
    run(repository, "commit", "-q", "--allow-empty", "--cleanup=verbatim", "-m", message)
    wanted = described(repository)
    assert git.commit_of(str(repository)) == git.Commit(wanted.description.replace("\t", ""), wanted.sha)


@pytest.mark.parametrize(
    ("encoding", "written"), [("ISO-8859-1", "latin-1"), ("nonsense", "utf-8"), ("hex", "utf-8")]
)
def test_the_encoding_of_a_message(repository: Path, tmp_path: Path, encoding: str, written: str) -> None:
    (tmp_path / "message").write_bytes("grüße".encode(written))
    words = ("commit", "-q", "--allow-empty", "-F", str(tmp_path / "message"))
    run(repository, "-c", f"i18n.commitEncoding={encoding}", *words)
    assert git.commit_of(str(repository)).description.endswith(" grüße")


def test_a_message_holds_no_control_characters(repository: Path) -> None:
    run(repository, "commit", "-q", "--allow-empty", "--cleanup=verbatim", "-m", "a\x1b[2Jb\x07c\x9bd\re")
    assert git.commit_of(str(repository)).description.endswith(" a[2Jbcde")
