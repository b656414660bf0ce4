# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""What symbolic links add to a folder has a bound, however they multiply it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._build_context import archive, folder
from tests.unit.special_files import at_most


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source"
    path.mkdir()
    (path / "convox.yml").write_text("services: {}\n")
    return path


def chain(source: Path, folders: int) -> None:
    """Folders of two links each to the next one: twice as much with each."""
    for number in range(folders):
        (source / f"f{number:02}").mkdir()
    for number in range(folders - 1):
        for name in ("one", "two"):
            (source / f"f{number:02}" / name).symlink_to(f"../f{number + 1:02}")


def clique(source: Path, folders: int) -> None:
    """Folders that each link to all others: a circle at the end of each way."""
    for number in range(folders):
        (source / f"f{number:02}").mkdir()
        for other in set(range(folders)) - {number}:
            (source / f"f{number:02}" / f"to{other:02}").symlink_to(f"../f{other:02}")


def fan(source: Path, folders: int) -> None:
    """Many links to one folder of many files."""
    (source / "many").mkdir()
    for number in range(folders * 20):
        (source / "many" / f"file{number}").touch()
        (source / f"link{number}").symlink_to("many")


@pytest.mark.parametrize(("make", "size"), [(chain, 17), (chain, 60), (clique, 12), (fan, 17)])
def test_links_that_multiply_are_refused_soon(source: Path, make: object, size: int) -> None:
    assert callable(make)
    make(source, size)
    with at_most(60), pytest.raises(errors.ConvoxOptionError) as caught:
        archive.pack(str(source))
    words = caught.value.message
    assert "path: symbolic links would add more than 100000 files and folders" in words
    assert "f00/one" in words or "f00/to01" in words or "link0" in words
    assert ".dockerignore" in words


def test_left_out_links_add_nothing(source: Path) -> None:
    chain(source, 17)
    (source / ".dockerignore").write_text("**/one\n**/two\n")
    assert archive.pack(str(source)).files == 2


def test_names_that_are_left_out_behind_a_link_count_too(source: Path) -> None:
    chain(source, 20)
    (source / "f19" / "x").touch()
    (source / ".dockerignore").write_text("**\n!convox.yml\n!**/x\n")
    (source / "all").symlink_to("f00")
    with at_most(60):
        assert archive.pack(str(source)).files >= 1


def test_links_up_to_the_bound_are_packed(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chain(source, 4)
    for name in ("a", "b"):
        (source / "f03" / name).write_text("12345")
    # f00 holds 2 + 4 + 8 links, and 16 files at their ends; f01 2 + 4 and 8; f02 2 and 4.
    counted, size = 14 + 16 + 6 + 8 + 2 + 4, 5 * (16 + 8 + 4)
    monkeypatch.setattr(folder, "LINKED_ENTRIES", counted)
    monkeypatch.setattr(folder, "LINKED_BYTES", size)
    assert archive.pack(str(source)).files == 1 + 2 + 28
    monkeypatch.setattr(folder, "LINKED_BYTES", size - 1)
    with pytest.raises(errors.ConvoxOptionError, match="would add more than 0 GiB"):
        archive.pack(str(source))
    monkeypatch.setattr(folder, "LINKED_BYTES", size)
    monkeypatch.setattr(folder, "LINKED_ENTRIES", counted - 1)
    with pytest.raises(errors.ConvoxOptionError, match=f"more than {counted - 1} files"):
        archive.pack(str(source))


def test_the_bytes_behind_links_have_a_bound(source: Path) -> None:
    (source / "data").mkdir()
    (source / "data" / "big").touch()
    os.truncate(source / "data" / "big", 1024**3)  # holds no block of the disk
    for number in range(11):
        (source / f"link{number}").symlink_to("data/big")
    with pytest.raises(errors.ConvoxOptionError, match="would add more than 10 GiB"):
        archive.pack(str(source))
    (source / "link0").unlink()
    assert archive.pack(str(source)).files == 12


def test_a_link_that_may_not_be_read_is_refused_by_name(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As those of other users' processes in /proc."""
    (source / "own").symlink_to("convox.yml")
    (source / "cwd").symlink_to("convox.yml")
    real = os.readlink

    def refuse(path: str | os.PathLike[str]) -> str:
        if str(path).endswith("cwd"):
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "readlink", refuse)
    with pytest.raises(errors.ConvoxOptionError) as caught:
        archive.pack(str(source))
    assert "not readable: cwd." in caught.value.message
