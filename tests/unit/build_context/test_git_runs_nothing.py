# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever a repository names as a program, reading its commit runs none, and none sees our environment."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from ansible_collections.convox.rack.plugins.module_utils._build_context import git
from tests.unit.build_context.test_git import run
from tests.unit.special_files import at_most, special_file

SECRET = "canary-key"


class Trap:
    """A repository with one file, and a program that leaves its environment behind when it runs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "repository"
        self.caught = folder / "caught"
        program = folder / "program"
        program.write_text(f"#!/bin/sh\n/usr/bin/env >> {shlex.quote(str(self.caught))}\nexec cat\n")
        program.chmod(0o755)
        self.program = str(program)
        self.folder.mkdir()
        run(self.folder, "init", "-q")
        (self.folder / "a").write_text("1")
        run(self.folder, "add", ".")
        run(self.folder, "commit", "-q", "-m", "One")

    def config(self, *settings: str, folder: Path | None = None) -> None:
        for name in settings:
            run(folder or self.folder, "config", name, self.program)

    def attribute(self, text: str, folder: Path | None = None) -> None:
        (folder or self.folder).joinpath(".git", "info", "attributes").write_text(f"* {text}\n")

    def touch(self, folder: Path | None = None) -> None:
        """Make git look at the content of a file that is the same."""
        os.utime((folder or self.folder) / "a", (1, 1))

    def hook(self, name: str) -> None:
        hook = self.folder / ".git" / "hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\n{self.program} < /dev/null\n")
        hook.chmod(0o755)


def filter_clean(trap: Trap) -> None:
    trap.config("filter.x.clean")
    trap.attribute("filter=x")
    trap.touch()


def filter_process(trap: Trap) -> None:
    trap.config("filter.x.process")
    run(trap.folder, "config", "filter.x.required", "true")
    trap.attribute("filter=x")
    trap.touch()


def filter_in_the_tree(trap: Trap) -> None:
    trap.config("filter.x.clean")
    (trap.folder / ".gitattributes").write_text("* filter=x\n")
    trap.touch()


def filter_of_a_submodule(trap: Trap) -> None:
    (trap.folder.parent / "other").mkdir()
    other = Trap(trap.folder.parent / "other")
    allow = ("-c", "protocol.file.allow=always")
    run(trap.folder, *allow, "submodule", "--quiet", "add", str(other.folder), "sub")
    run(trap.folder, "commit", "-q", "-m", "Two")
    inner = trap.folder / "sub"
    trap.config("filter.x.clean", folder=inner)
    (trap.folder / ".git" / "modules" / "sub" / "info" / "attributes").write_text("* filter=x\n")
    trap.touch(inner)


def hook_after_the_index(trap: Trap) -> None:
    trap.hook("post-index-change")
    trap.touch()


def hooks_elsewhere(trap: Trap) -> None:
    hooks = trap.folder.parent / "hooks"
    hooks.mkdir()
    (hooks / "post-index-change").symlink_to(trap.program)
    run(trap.folder, "config", "core.hooksPath", str(hooks))
    trap.touch()


def monitor(trap: Trap) -> None:
    run(trap.folder, "update-index", "--fsmonitor")
    trap.config("core.fsmonitor")
    trap.touch()


def partial_clone(trap: Trap, url: str, *settings: str) -> None:
    """The commit itself is somewhere else."""
    run(trap.folder, "config", "core.repositoryFormatVersion", "1")
    run(trap.folder, "config", "extensions.partialClone", "origin")
    run(trap.folder, "remote", "add", "origin", url)
    run(trap.folder, "config", "remote.origin.promisor", "true")
    trap.config(*settings)
    sha = run(trap.folder, "rev-parse", "HEAD")
    (trap.folder / ".git" / "objects" / sha[:2] / sha[2:]).unlink()


def partial_clone_of_a_tree(trap: Trap) -> None:
    partial_clone(trap, str(trap.folder.parent / "origin"), "remote.origin.uploadpack")
    (trap.folder.parent / "origin").mkdir()
    run(trap.folder.parent / "origin", "init", "-q")


def included_settings(trap: Trap) -> None:
    (trap.folder.parent / "more").write_text(f'[filter "x"]\n\tclean = {trap.program}\n')
    run(trap.folder, "config", "include.path", str(trap.folder.parent / "more"))
    trap.attribute("filter=x")
    trap.touch()


def signatures(trap: Trap) -> None:
    trap.config("gpg.program", "gpg.ssh.program", "gpg.x509.program")
    run(trap.folder, "config", "log.showSignature", "true")


def shown_by_programs(trap: Trap) -> None:
    trap.config(
        "diff.external", "core.pager", "pager.diff", "pager.log", "core.editor", "interactive.diffFilter"
    )
    (trap.folder / "a").write_text("2")


def text_of_a_program(trap: Trap) -> None:
    trap.config("diff.x.textconv", "diff.x.command")
    trap.attribute("diff=x")
    (trap.folder / "a").write_text("2")


def other_words(trap: Trap) -> None:
    for name in ("alias.rev-parse", "alias.diff", "alias.log", "alias.status"):
        run(trap.folder, "config", name, f"!{trap.program}")
    trap.config("credential.helper", "core.askPass", "core.gitProxy", "sequence.editor", "trailer.x.command")


def a_program_named_git(trap: Trap) -> None:
    (trap.folder / "git").symlink_to(trap.program)
    os.environ["PATH"] = f"{trap.folder}{os.pathsep}{os.environ['PATH']}"


WAYS: dict[str, Callable[[Trap], None]] = {
    "clean filter": filter_clean,
    "process filter": filter_process,
    "filter named in the tree": filter_in_the_tree,
    "filter of a submodule": filter_of_a_submodule,
    "hook after the index": hook_after_the_index,
    "hooks elsewhere": hooks_elsewhere,
    "monitor": monitor,
    "upload-pack of a partial clone": partial_clone_of_a_tree,
    "ssh of a partial clone": lambda trap: partial_clone(trap, "ssh://rack.test/x", "core.sshCommand"),
    "proxy of a partial clone": lambda trap: partial_clone(trap, "git://rack.test/x", "core.gitProxy"),
    "included settings": included_settings,
    "signatures": signatures,
    "external diff, pagers, editors": shown_by_programs,
    "textconv": text_of_a_program,
    "aliases, helpers": other_words,
    "a program named git": a_program_named_git,
}


@pytest.fixture
def trap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Trap:
    monkeypatch.setenv("CONVOX_PASSWORD", SECRET)
    monkeypatch.setenv("PATH", os.environ["PATH"])
    return Trap(tmp_path)


@pytest.mark.parametrize("way", WAYS)
def test_no_program_of_the_folder_runs(trap: Trap, way: str) -> None:
    WAYS[way](trap)
    trap.caught.unlink(missing_ok=True)  # what setting the trap has caught
    head = (trap.folder / ".git" / "HEAD").read_text().partition(": ")[2].strip()
    sha = (trap.folder / ".git" / head).read_text().strip()
    commit = git.commit_of(str(trap.folder))
    assert not trap.caught.exists()
    assert commit.sha == sha
    assert commit.description in ("", f"build {sha[:10]} One", f"build {sha[:10]} Two")


@pytest.mark.parametrize("way", WAYS)
def test_no_program_at_all_is_started(trap: Trap, way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    WAYS[way](trap)
    started: list[object] = []

    def refuse(*arguments: object, **more: object) -> None:
        started.append(arguments)
        raise OSError("no program")

    for module, name in (
        (subprocess, "Popen"),
        (os, "fork"),
        (os, "posix_spawn"),
        (os, "posix_spawnp"),
        (os, "system"),
        (os, "execve"),
    ):
        monkeypatch.setattr(module, name, refuse)
    git.commit_of(str(trap.folder))
    assert not started


@pytest.mark.parametrize("way", ["clean filter", "process filter", "filter of a submodule"])
def test_a_file_that_a_filter_would_change_counts_as_changed(trap: Trap, way: str) -> None:
    WAYS[way](trap)
    folder = trap.folder / "sub" if way == "filter of a submodule" else trap.folder
    (folder / "a").write_text("as the filter has it")
    commit = git.commit_of(str(trap.folder))
    assert commit.sha
    assert commit.description == ""


@pytest.mark.parametrize("name", ["index", "HEAD", "config", "packed-refs"])
@pytest.mark.parametrize("kind", ["pipe", "endless"])
def test_a_file_of_the_repository_that_is_none(trap: Trap, name: str, kind: str) -> None:
    path = trap.folder / ".git" / name
    path.unlink(missing_ok=True)
    special_file(path, kind)
    with at_most(5):
        commit = git.commit_of(str(trap.folder))
    assert commit.description == "" or name == "packed-refs"
