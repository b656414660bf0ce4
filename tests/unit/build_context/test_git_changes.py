# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a tree is clean: as git says, without asking it; and never clean by mistake."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._build_context import git, git_objects
from tests.unit.build_context.test_git import run


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    fill(folder)
    return folder


def fill(folder: Path) -> None:
    for name in ("a", "b/c", "b/d/e", "b.f", "z/y"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"{name}\n")
    (folder / "link").symlink_to("a")
    run(folder, "init", "-q")
    run(folder, "add", ".")
    run(folder, "commit", "-q", "-m", "One")


def is_clean(folder: Path) -> bool:
    commit = git.commit_of(str(folder))
    assert commit.sha == run(folder, "rev-parse", "HEAD")
    return bool(commit.description)


def git_says(folder: Path) -> bool:
    done = subprocess.run(["git", "-C", str(folder), "diff", "--quiet", "--no-ext-diff", "HEAD"], check=False)
    return done.returncode == 0


CHANGES: dict[str, Callable[[Path], object]] = {
    "other content": lambda folder: (folder / "a").write_text("b\n"),
    "content of the same size and time": lambda folder: same_time(folder / "a", "b\n"),
    "deleted": lambda folder: (folder / "b" / "c").unlink(),
    "a folder deleted": lambda folder: shutil.rmtree(folder / "b"),
    "another mode": lambda folder: (folder / "a").chmod(0o755),
    "another link": lambda folder: ((folder / "link").unlink(), (folder / "link").symlink_to("b.f")),
    "a link made a file": lambda folder: ((folder / "link").unlink(), (folder / "link").write_text("a")),
    "a file made a link": lambda folder: ((folder / "a").unlink(), (folder / "a").symlink_to("b.f")),
    "a file made a folder": lambda folder: ((folder / "a").unlink(), (folder / "a").mkdir()),
    "a file made a pipe": lambda folder: ((folder / "a").unlink(), os.mkfifo(folder / "a")),
    "a folder made a link": lambda folder: (
        (folder / "b").rename(folder / "B"),
        (folder / "b").symlink_to("B"),
    ),
    "staged": lambda folder: ((folder / "a").write_text("b\n"), run(folder, "add", "a")),
    "staged, and put back": lambda folder: (
        (folder / "a").write_text("b\n"),
        run(folder, "add", "a"),
        (folder / "a").write_text("a\n"),
    ),
    "a new file staged": lambda folder: ((folder / "new").touch(), run(folder, "add", "new")),
    "a new file announced": lambda folder: ((folder / "new").touch(), run(folder, "add", "-N", "new")),
    "taken out of the index": lambda folder: run(folder, "rm", "-q", "--cached", "a"),
    "no index": lambda folder: (folder / ".git" / "index").unlink(),
}
NO_CHANGES: dict[str, Callable[[Path], object]] = {
    "nothing": lambda folder: None,
    "another time": lambda folder: os.utime(folder / "a", (1, 1)),
    "written again": lambda folder: (folder / "a").write_text("a\n"),
    "a new file": lambda folder: (folder / "new").touch(),
    "an empty folder": lambda folder: (folder / "new").mkdir(),
    "staged, and taken back": lambda folder: (
        (folder / "a").write_text("b\n"),
        run(folder, "add", "a"),
        (folder / "a").write_text("a\n"),
        run(folder, "add", "a"),
    ),
    "modes that mean nothing": lambda folder: (
        run(folder, "config", "core.fileMode", "false"),
        (folder / "a").chmod(0o755),
    ),
    "a file not to look at": lambda folder: (
        run(folder, "update-index", "--assume-unchanged", "a"),
        (folder / "a").write_text("b\n"),
    ),
    "a file not checked out": lambda folder: (
        run(folder, "update-index", "--skip-worktree", "a"),
        (folder / "a").unlink(),
    ),
    "folders not checked out": lambda folder: run(
        folder, "sparse-checkout", "set", "--cone", "--sparse-index", "z"
    ),
}


def same_time(path: Path, text: str) -> None:
    state = path.stat()
    path.write_text(text)
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_seen(repository: Path, name: str) -> None:
    assert is_clean(repository)
    CHANGES[name](repository)
    assert not is_clean(repository)
    # A change that is staged counts for us, even where the file itself is as before.
    assert git_says(repository) is (name == "staged, and put back")


@pytest.mark.parametrize("name", NO_CHANGES)
def test_what_is_no_change(repository: Path, name: str) -> None:
    NO_CHANGES[name](repository)
    assert is_clean(repository)
    assert git_says(repository)


def test_a_copy_of_a_clean_tree_is_clean(repository: Path, tmp_path: Path) -> None:
    shutil.copytree(repository, tmp_path / "copy", symlinks=True)
    assert is_clean(tmp_path / "copy")


def test_conflicts(repository: Path) -> None:
    run(repository, "checkout", "-q", "-b", "other")
    (repository / "a").write_text("theirs\n")
    run(repository, "commit", "-q", "-a", "-m", "Theirs")
    run(repository, "checkout", "-q", "-")
    (repository / "a").write_text("ours\n")
    run(repository, "commit", "-q", "-a", "-m", "Ours")
    with pytest.raises(subprocess.CalledProcessError):
        run(repository, "merge", "other")
    assert not is_clean(repository)


def test_a_split_index_is_not_judged(repository: Path) -> None:
    run(repository, "update-index", "--split-index")
    assert not is_clean(repository)


def test_an_index_that_leads_out_is_not_judged(repository: Path) -> None:
    index = repository / ".git" / "index"
    for name in (b"../f", b"./bf", b"b//f", b"/b.f"):
        data = index.read_bytes()
        index.write_bytes(data.replace(b"b.f\0", name[:3] + b"\0").replace(b"b/c\0", name[-3:] + b"\0"))
        assert git.commit_of(str(repository)).description == ""
        index.write_bytes(data)
    assert is_clean(repository)


@settings(max_examples=60)
@given(
    st.integers(0, 10**9),
    st.binary(min_size=1, max_size=8),
    st.sampled_from(["index", "pack", "idx", "HEAD", "packed-refs"]),
)
def test_whatever_the_files_hold_is_an_answer(seed: int, noise: bytes, kind: str) -> None:
    repository = packed()
    path = next(iter(sorted((repository / ".git").rglob(f"*.{kind}"))), repository / ".git" / kind)
    whole = path.read_bytes()
    place = seed % len(whole)
    path.chmod(0o644)
    path.write_bytes(whole[:place] + noise + whole[place + len(noise) :])
    try:
        commit = git.commit_of(str(repository))
        assert commit.description == "" or commit.sha[:10] in commit.description
        path.write_bytes(whole[:place])
        git.commit_of(str(repository))
    finally:
        path.write_bytes(whole)
    assert git.commit_of(str(repository)).description.endswith(" Two")


_packed: list[Path] = []


def packed() -> Path:
    """A repository whose HEAD is a delta in a pack; the same one for all examples."""
    if not _packed or not _packed[0].exists():
        folder = Path(tempfile.mkdtemp(prefix="convox-git-"))
        fill(folder)
        for name in ("Three", "Two"):
            (folder / "a").write_text(name)
            run(folder, "commit", "-q", "-a", "-m", name, "-m", "the same words again " * 100)
        run(folder, "-c", "gc.reflogExpire=now", "gc", "-q", "--aggressive")
        _packed[:] = [folder]
    return _packed[0]


@pytest.fixture(autouse=True, scope="module")
def _clean() -> Iterator[None]:
    yield
    for folder in _packed:
        shutil.rmtree(folder)


def test_a_pack_that_leads_in_circles(tmp_path: Path) -> None:
    """An object that is a delta of itself."""
    id_ = b"\x11" * 20
    pack = (
        b"PACK"
        + bytes([0, 0, 0, 2, 0, 0, 0, 1])
        + bytes([0x71])
        + id_
        + b"\x78\x9c\x4b\x04\x00\x00\x62\x00\x62"
    )
    fanout = b"".join((0 if first < 0x11 else 1).to_bytes(4, "big") for first in range(256))
    index = b"\xfftOc\0\0\0\2" + fanout + id_ + bytes(4) + (12).to_bytes(4, "big") + bytes(40)
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack" / "p.pack").write_bytes(pack)
    (tmp_path / "pack" / "p.idx").write_bytes(index)
    with pytest.raises(git_objects.UnreadableError):
        git_objects.read_commit(str(tmp_path), id_.hex())
