# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""A finished archive is looked through; packing and looking through need little memory."""

from __future__ import annotations

import gzip
import io
import os
import tarfile
import tracemalloc
from pathlib import Path

import pytest

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._build_context import archive

MIB = 1024 * 1024


def packed(path: Path, names: dict[str, bytes], links: tuple[str, ...] = ()) -> Path:
    with tarfile.open(path, "w:gz") as tar:
        for name, data in names.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
        for name in links:
            info = tarfile.TarInfo(name)
            info.type, info.linkname = tarfile.SYMTYPE, "convox.yml"
            tar.addfile(info)
    return path


def refused(path: Path, manifest: str = "convox.yml") -> str:
    with pytest.raises(errors.ConvoxOptionError) as caught:
        archive.check_archive(str(path), manifest)
    assert "archive" in caught.value.message
    return f"{caught.value.message} {caught.value.hint}"


@pytest.mark.parametrize("name", ["convox.yml", "./convox.yml"])
def test_an_archive_is_sent_as_it_is(tmp_path: Path, name: str) -> None:
    path = packed(tmp_path / "a.tgz", {name: b"services: {}\n", "x": os.urandom(MIB)})
    found = archive.check_archive(str(path))
    assert b"".join(found.chunks()) == b"".join(found.chunks()) == path.read_bytes()
    assert (found.files, found.warnings) == (2, ())


def test_links_in_an_archive_are_warned_of(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.tgz", {"convox.yml": b""}, ("current",))
    assert "current" in archive.check_archive(str(path)).warnings[0]


def test_another_manifest(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.tgz", {"deploy/rack.yml": b""})
    assert archive.check_archive(str(path), "./deploy/rack.yml").files == 1
    assert "holds no convox.yml" in refused(path)


def test_a_manifest_that_is_a_link_does_not_count(tmp_path: Path) -> None:
    assert "holds no convox.yml" in refused(packed(tmp_path / "a.tgz", {"x": b""}, ("convox.yml",)))


def test_no_archive(tmp_path: Path) -> None:
    path = tmp_path / "a.tgz"
    assert "cannot be read" in refused(path)
    assert "cannot be read" in refused(tmp_path)
    path.write_bytes(b"")
    assert "is empty" in refused(path)
    path.write_bytes(b"PK\x03\x04")
    assert "is no gzip file" in refused(path)
    path.write_bytes(gzip.compress(b"not a tar at all" * 100))
    assert "no readable tar.gz" in refused(path)


@pytest.mark.parametrize("kept", [0.3, 0.999])
def test_a_cut_archive(tmp_path: Path, kept: float) -> None:
    path = packed(tmp_path / "a.tgz", {"convox.yml": b"", "x": os.urandom(MIB)})
    os.truncate(path, int(path.stat().st_size * kept))
    assert "broken or cut off" in refused(path)


def test_a_damaged_archive(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.tgz", {"convox.yml": b"", "x": os.urandom(MIB)})
    data = bytearray(path.read_bytes())
    data[-6] ^= 1
    path.write_bytes(data)
    assert "broken or cut off" in refused(path)


@pytest.mark.parametrize("content", ["random", "empty"])
def test_memory_stays_flat(tmp_path: Path, content: str) -> None:
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "convox.yml").write_text("services: {}\n")
    with (folder / "big").open("wb") as file:
        for _unused in range(64 if content == "random" else 0):
            file.write(os.urandom(MIB))
        file.truncate(64 * MIB)
    target = tmp_path / "a.tgz"
    tracemalloc.start()
    try:
        with target.open("wb") as file:
            for block in archive.pack(str(folder)).chunks():
                file.write(block)
        archive.check_archive(str(target))
        _unused, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 4 * MIB
