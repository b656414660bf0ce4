# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packing a folder: what gets in, what is refused, what comes out."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import socket
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._build_context import archive


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    (folder / "web" / "deep").mkdir(parents=True)
    (folder / "convox.yml").write_text("services: {}\n")
    (folder / "web" / "Dockerfile").write_text("FROM scratch\n")
    (folder / "web" / "deep" / "run.sh").write_text("#!/bin/sh\n")
    (folder / "web" / "deep" / "run.sh").chmod(0o755)
    (folder / "empty").mkdir(mode=0o750)
    return folder


def members(packed: archive.Packed) -> dict[str, tarfile.TarInfo]:
    with tarfile.open(fileobj=io.BytesIO(b"".join(packed.chunks())), mode="r:gz") as tar:
        return {member.name: member for member in tar}


def content(packed: archive.Packed, name: str) -> bytes:
    with tarfile.open(fileobj=io.BytesIO(b"".join(packed.chunks())), mode="r:gz") as tar:
        file = tar.extractfile(name)
        assert file is not None
        return file.read()


def refused(folder: Path, **options: str) -> str:
    with pytest.raises(errors.ConvoxOptionError) as caught:
        archive.pack(str(folder), **options)
    assert "path" in caught.value.message
    return f"{caught.value.message} {caught.value.hint}"


# --- what gets in


def test_folders_and_files_in_order_with_modes_and_times(source: Path) -> None:
    os.utime(source / "convox.yml", (1000000000.7, 1000000000.7))
    packed = archive.pack(str(source))
    found = members(packed)
    assert list(found) == ["convox.yml", "empty", "web", "web/Dockerfile", "web/deep", "web/deep/run.sh"]
    assert packed.files == 3
    assert not packed.warnings
    assert found["web/deep/run.sh"].mode == 0o755
    assert found["empty"].isdir()
    assert found["empty"].mode == 0o750
    assert found["convox.yml"].mtime == 1000000000
    assert {(member.uid, member.gid, member.uname, member.gname) for member in found.values()} == {
        (0, 0, "", "")
    }
    assert content(packed, "web/Dockerfile") == b"FROM scratch\n"


def test_the_same_bytes_each_time(source: Path) -> None:
    packed = archive.pack(str(source))
    first = b"".join(packed.chunks())
    assert first == b"".join(packed.chunks()) == b"".join(archive.pack(str(source)).chunks())


def test_names_are_relative_to_the_real_folder(source: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(source)
    assert list(members(archive.pack(str(link)))) == list(members(archive.pack(str(source))))


def test_hard_links_are_files(source: Path) -> None:
    os.link(source / "convox.yml", source / "twin")
    packed = archive.pack(str(source))
    assert members(packed)["twin"].isreg()
    assert content(packed, "twin") == b"services: {}\n"


def test_symbolic_links_stand_for_what_they_point_to(source: Path) -> None:
    (source / "file").symlink_to("web/Dockerfile")
    (source / "folder").symlink_to(source / "web")
    (source / "web" / "up").symlink_to("../empty")
    packed = archive.pack(str(source))
    found = members(packed)
    assert found["file"].isreg()
    assert content(packed, "file") == b"FROM scratch\n"
    assert found["folder"].isdir()
    assert content(packed, "folder/deep/run.sh") == b"#!/bin/sh\n"
    assert found["web/up"].isdir()
    assert "folder/up" in found
    assert all(member.isreg() or member.isdir() for member in found.values())


def test_odd_names(source: Path) -> None:
    long = "d" * 120
    (source / long / long).mkdir(parents=True)
    names = ["grüße", "two words", "a\nb", f"{long}/{long}/x", os.fsdecode(b"\xff")]
    for name in names:
        (source / name).write_text("x")
    with tarfile.open(
        fileobj=io.BytesIO(b"".join(archive.pack(str(source)).chunks())),
        mode="r:gz",
        errors="surrogateescape",
    ) as tar:
        assert set(names) <= set(tar.getnames())


def test_ignored_files_stay_out(source: Path) -> None:
    (source / ".dockerignore").write_text("web/deep\nempty\n")
    assert list(members(archive.pack(str(source)))) == [
        ".dockerignore",
        "convox.yml",
        "web",
        "web/Dockerfile",
    ]


def test_what_is_taken_in_again_comes_with_its_folders(source: Path) -> None:
    (source / "web").chmod(0o711)
    (source / ".dockerignore").write_text("*\n!convox.yml\n!web/deep/*.sh\n")
    found = members(archive.pack(str(source)))
    assert list(found) == ["convox.yml", "web", "web/deep", "web/deep/run.sh"]
    assert found["web"].mode == 0o711


def test_another_ignore_file(source: Path) -> None:
    (source / ".dockerignore").write_text("web\n")
    (source / "build.ignore").write_text("empty\n")
    found = members(archive.pack(str(source), ignore_file="build.ignore"))
    assert "web" in found
    assert "empty" not in found


@pytest.fixture
def deep() -> Iterator[Path]:
    """A folder with 1200 others, each in the one before: too deep for shutil.rmtree before Python 3.13.

    It lies outside of pytest's temporary folders: left there by a run that was killed, it would break the
    cleaning of later runs.
    """
    folder = Path(tempfile.mkdtemp(prefix="convox-deep-"))
    levels = [f"{folder}{'/d' * level}" for level in range(1, 1201)]
    try:
        for level in levels:
            os.mkdir(level)
        yield folder
    finally:
        for level in reversed(levels):
            with contextlib.suppress(FileNotFoundError):
                os.rmdir(level)
        shutil.rmtree(folder)


def test_a_deep_folder(deep: Path) -> None:
    (deep / "convox.yml").write_text("services: {}\n")
    assert len(members(archive.pack(str(deep)))) == 1201


# --- what is warned of


def test_what_is_no_file_is_left_out_with_a_warning(source: Path) -> None:
    os.mkfifo(source / "pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(source / "sock"))
        packed = archive.pack(str(source))
    assert packed.warnings == ("not packed, for they are no files: pipe, sock",)
    assert not {"pipe", "sock"} & set(members(packed))


def test_an_env_file_is_warned_of(source: Path) -> None:
    (source / "web" / ".env").write_text("PASSWORD=canary\n")
    packed = archive.pack(str(source))
    assert len(packed.warnings) == 1
    assert "web/.env" in packed.warnings[0]
    assert ".dockerignore" in packed.warnings[0]
    (source / ".dockerignore").write_text("**/.env\n")
    assert not archive.pack(str(source)).warnings


# --- what is refused


def test_links_that_stand_for_nothing_are_named_all_at_once(source: Path, tmp_path: Path) -> None:
    (tmp_path / "outside").write_text("x")
    (tmp_path / "source-too").mkdir()
    (source / "out").symlink_to("../outside")
    (source / "beside").symlink_to("../source-too")
    (source / "nothing").symlink_to("nowhere")
    (source / "web" / "round").symlink_to("..")
    (source / "self").symlink_to("self")
    words = refused(source)
    assert "lead out of the folder: beside, out" in words
    assert "links to nothing: nothing, self" in words
    assert "links back to a folder they are in: web/round" in words
    (source / ".dockerignore").write_text("out\nbeside\nnothing\nweb/round\nself\n")
    assert "web" in members(archive.pack(str(source)))


def test_two_folders_that_link_to_each_other(source: Path) -> None:
    (source / "one").mkdir()
    (source / "two").mkdir()
    (source / "one" / "two").symlink_to("../two")
    (source / "two" / "one").symlink_to("../one")
    assert "one/two/one" in refused(source)


def test_not_more_names_than_one_can_read(source: Path) -> None:
    for number in range(30):
        (source / f"link{number:02}").symlink_to("nowhere")
    words = refused(source)
    assert "link09 and 20 more" in words
    assert "link10" not in words


def test_what_cannot_be_read_is_named(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    access = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: "run.sh" not in str(path) and access(path, mode))
    assert "not readable: web/deep/run.sh" in refused(source)


def test_a_folder_that_cannot_be_read_is_named(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scandir = os.scandir

    def guarded(path: str) -> Iterator[os.DirEntry[str]]:
        if str(path).endswith("deep"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", guarded)
    assert "not readable: web/deep" in refused(source)


def test_no_folder(source: Path) -> None:
    assert "does not exist" in refused(source / "nowhere")
    assert "is not a folder" in refused(source / "convox.yml")


def test_no_manifest(source: Path) -> None:
    assert "holds no other.yml" in refused(source, manifest="other.yml")
    assert "lies outside" in refused(source, manifest="../other.yml")
    assert "lies outside" in refused(source, manifest="/etc/passwd")
    assert archive.pack(str(source), manifest="./web/Dockerfile").files == 3
    (source / "convox.yml").unlink()
    assert "holds no convox.yml" in refused(source)


def test_a_manifest_that_is_left_out(source: Path) -> None:
    (source / ".dockerignore").write_text("*.yml\n")
    words = refused(source)
    assert ".dockerignore leaves out convox.yml" in words
    assert "!convox.yml" in words
    (source / ".dockerignore").write_text("*\n")
    assert "leaves out every file" in refused(source)


def test_an_empty_folder(tmp_path: Path) -> None:
    assert "holds no convox.yml" in refused(tmp_path)


def test_a_malformed_ignore_file(source: Path) -> None:
    (source / ".dockerignore").write_text("ok\n[\n")
    assert "line 2 of .dockerignore" in refused(source)


@pytest.mark.parametrize(("text", "words"), [("longer than before", "got longer"), ("", "got shorter")])
def test_a_file_that_changes_while_it_is_packed(source: Path, text: str, words: str) -> None:
    big = source / "aaa"
    big.write_bytes(os.urandom(3 * 1024 * 1024))
    chunks = archive.pack(str(source)).chunks()
    next(chunks)
    if text:
        with big.open("ab") as file:
            file.write(text.encode())
    else:
        os.truncate(big, 1024)
    with pytest.raises(errors.ConvoxOptionError, match=words):
        list(chunks)


def test_a_file_that_vanishes(source: Path) -> None:
    packed = archive.pack(str(source))
    (source / "convox.yml").unlink()
    with pytest.raises(errors.ConvoxOptionError, match=r"convox\.yml cannot be read"):
        list(packed.chunks())
