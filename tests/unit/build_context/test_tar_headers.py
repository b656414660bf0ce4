# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading a finished archive: like tarfile where it is whole, in words where it is not, in little memory
always."""

from __future__ import annotations

import contextlib
import gzip
import io
import os
import tarfile
import tracemalloc
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._build_context import archive, tar_headers
from tests.unit.special_files import KINDS, at_most, special_file

MIB = 1024 * 1024
NAMES = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=200)
FORMATS = (tarfile.PAX_FORMAT, tarfile.GNU_FORMAT)
KINDS_OF_MEMBERS = (tarfile.REGTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE)


def header(kind: bytes, size: int, name: str = "x", **more: bytes) -> bytearray:
    """A header as tar has it; ``more`` replaces bytes at ``at_NUMBER``."""
    info = tarfile.TarInfo(name)
    info.type, info.size = kind, size
    block = bytearray(info.tobuf(tarfile.GNU_FORMAT))[-512:]
    for place, data in more.items():
        start = int(place.removeprefix("at_"))
        block[start : start + len(data)] = data
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return block


def padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 512)


def pax(*records: bytes) -> bytes:
    data = b"".join(records)
    return bytes(header(tarfile.XHDTYPE, len(data))) + padded(data)


MANIFEST = bytes(header(tarfile.REGTYPE, 2, "convox.yml")) + padded(b"{}")
END = bytes(1024)
FILE = bytes(header(tarfile.REGTYPE, 512)) + b"x" * 512


def record(text: str) -> bytes:
    size = len(text) + 3
    size += len(str(size + 1)) - 1
    return f"{size} {text}\n".encode()


def sparse_file(start: bytes) -> bytes:
    return bytes(header(tarfile.REGTYPE, 1024)) + padded(start) + bytes(512)


SPARSE = pax(record("GNU.sparse.major=1"), record("GNU.sparse.minor=0"), record("GNU.sparse.name=sparse"))


def refused(path: Path, data: bytes) -> str:
    path.write_bytes(gzip.compress(data))
    with pytest.raises(errors.ConvoxOptionError) as caught:
        archive.check_archive(str(path))
    assert caught.value.option == "archive"
    return caught.value.message


@given(
    st.sampled_from(FORMATS),
    st.lists(st.tuples(NAMES, st.sampled_from(KINDS_OF_MEMBERS), st.binary(max_size=600))),
)
def test_the_same_members_as_tarfile(form: int, wanted: list[tuple[str, bytes, bytes]]) -> None:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=form) as tar:
        for name, kind, data in [("convox.yml", tarfile.REGTYPE, b"x"), *wanted]:
            info = tarfile.TarInfo(name)
            info.type, info.linkname, info.size = kind, name, len(data) if kind == tarfile.REGTYPE else 0
            tar.addfile(info, io.BytesIO(data))
    file.seek(0)
    with tarfile.open(fileobj=file) as tar:
        theirs = [
            (member.name, member.isreg(), member.issym() or member.islnk(), read_of(tar, member))
            for member in tar
        ]
    file.seek(0)
    members = tar_headers.Members(file)
    ours = [
        # tarfile takes the slash off a folder's name
        (
            member.name.rstrip("/"),
            member.is_file,
            member.is_link,
            members.content(MIB) if member.is_file else b"",
        )
        for member in members
    ]
    assert ours == [(name.rstrip("/"), *rest) for name, *rest in theirs]


def read_of(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    file = tar.extractfile(member) if member.isreg() else None
    return file.read() if file else b""


def test_content_has_a_bound() -> None:
    members = tar_headers.Members(io.BytesIO(MANIFEST + MANIFEST + END))
    assert [members.content(1) for _member in members] == [b"{", b"{"]


def big_headers(size: int) -> Iterator[bytes]:
    text = b"%d comment=" % size
    yield (
        bytes(header(tarfile.XHDTYPE, size)) + text + bytes(size - len(text) - 1) + b"\n" + bytes(-size % 512)
    )
    for kind in (
        tarfile.XGLTYPE,
        tarfile.GNUTYPE_LONGNAME,
        tarfile.GNUTYPE_LONGLINK,
        tarfile.SOLARIS_XHDTYPE,
    ):
        yield bytes(header(kind, size)) + bytes(size + -size % 512)


@pytest.mark.parametrize("size", [MIB + 1, 64 * MIB])
@pytest.mark.parametrize("number", range(5))
def test_a_header_has_a_bound(tmp_path: Path, number: int, size: int) -> None:
    data = list(big_headers(size))[number] + MANIFEST + END
    path = tmp_path / "a.tgz"
    path.write_bytes(gzip.compress(data, 1))
    del data
    tracemalloc.start()
    try:
        with pytest.raises(errors.ConvoxOptionError, match="a header of more than 1 MiB"):
            archive.check_archive(str(path))
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 4 * MIB


def test_a_long_chain_of_headers_is_not_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.tgz"
    with gzip.open(path, "wb", 1) as file:
        for number in range(200):
            name = b"%0100000d" % number
            size = len(name) + 10
            file.write(pax(b"%d %s=\n" % (size - 1 if size < 100010 else 100009, name)))
        for number in range(20000):
            file.write(header(tarfile.SYMTYPE, 0, f"link{number}"))
        file.write(MANIFEST + END)
    tracemalloc.start()
    try:
        warnings = archive.check_archive(str(path)).warnings
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert "link9 and 19990 more" in warnings[0]
    assert peak < 4 * MIB


@pytest.mark.parametrize(
    "start",
    [
        pax(b"99 path=a\n"),
        pax(b"3 path=a\n"),
        pax(b"x path=a\n"),
        pax(b"10 path=a"),
        pax(b"0 path=a\n"),
        pax(b"99999999999999999999999 path=a\n"),
        pax(record("size=abc")),
        pax(record("size=-1")),
        pax(record("size=9999999999999999999999")),
        pax(record("path=a")) + END,
        pax(record("path=a")),
        pax(record("GNU.sparse.map=1,x,y")) + FILE,
        pax(record("GNU.sparse.major=x")) + FILE,
        pax(record("GNU.sparse.size=x"), record("GNU.sparse.offset=0")) + FILE,
        pax(record("GNU.sparse.numblocks=1"), record("GNU.sparse.offset=-1")) + FILE,
        SPARSE + FILE,
        SPARSE + sparse_file(b"x\n"),
        SPARSE + sparse_file(b"1\n0\n"),
        SPARSE + sparse_file(b"1\n0\nx\n"),
        SPARSE + sparse_file(b"99999999999999999999\n0\n1\n"),
        SPARSE + sparse_file(b"9" * 30 + b"\n"),
        bytes(header(tarfile.GNUTYPE_SPARSE, 0, at_386=b"x" * 96, at_482=b"\1")) + bytes(512),
        bytes(header(tarfile.GNUTYPE_SPARSE, 0, at_482=b"\1")) + bytes([120]) * 512,
        bytes(header(tarfile.GNUTYPE_SPARSE, 0, at_482=b"\1")),
        bytes(header(tarfile.REGTYPE, 0, at_124=b"\xff" * 12)),
        bytes(header(tarfile.REGTYPE, 0, at_124=b"\x80" + b"\xff" * 11)),
        bytes(header(tarfile.REGTYPE, 0, at_124=b"99999999999\0")),
        b"garbage!" * 64,
        b"\1" * 100,
    ],
)
def test_broken_records_are_refused_in_words(tmp_path: Path, start: bytes) -> None:
    """First in the archive, and after its manifest."""
    assert "no readable tar.gz" in refused(tmp_path / "a.tgz", start)
    assert "no readable tar.gz" in refused(tmp_path / "b.tgz", MANIFEST + start)


@pytest.mark.parametrize(
    "sparse",
    [
        SPARSE + sparse_file(b"1\n0\n512\n"),
        SPARSE + sparse_file(b"0\n"),
        pax(record("GNU.sparse.map=0,1,5,1"), record("GNU.sparse.numblocks=2")) + FILE,
        pax(record("GNU.sparse.size=9"), record("GNU.sparse.offset=0"), record("GNU.sparse.numbytes=1"))
        + FILE,
    ],
)
def test_a_sparse_file_is_a_file(tmp_path: Path, sparse: bytes) -> None:
    path = tmp_path / "a.tgz"
    path.write_bytes(gzip.compress(sparse + MANIFEST + END))
    assert archive.check_archive(str(path)).files == 2


def test_an_old_sparse_file_whose_map_goes_on(tmp_path: Path) -> None:
    more = bytes(504) + b"\1" + bytes(7)
    start = bytes(header(tarfile.GNUTYPE_SPARSE, 3, "s", at_482=b"\1"))
    path = tmp_path / "a.tgz"
    path.write_bytes(gzip.compress(start + more * 50 + bytes(512) + padded(b"abc") + MANIFEST + END))
    assert archive.check_archive(str(path)).files == 2
    assert "no readable" in refused(path, start + more * 50)


WHOLE = pax(b"10 path=a\n") + bytes(header(tarfile.GNUTYPE_SPARSE, 3)) + padded(b"abc") + MANIFEST + END


@given(
    st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), max_size=4),
    st.integers(0, len(WHOLE)),
    st.booleans(),
)
def test_a_changed_archive_is_read_or_refused(changes: list[tuple[int, int]], end: int, mend: bool) -> None:
    data = bytearray(WHOLE)
    for place, value in changes:
        data[place] = value
    if mend:  # else the checksum of a header catches nearly everything
        for start in (0, 1024):
            data[start + 148 : start + 156] = b" " * 8
            data[start + 148 : start + 156] = b"%06o\0 " % sum(data[start : start + 512])
    members = tar_headers.Members(io.BytesIO(data[:end] if end % 3 else data))
    try:
        for member in members:
            assert isinstance(member.name, str)
            assert len(members.content(10)) <= 10
    except tarfile.TarError as error:
        assert str(error) is not None


@given(st.binary(max_size=200), st.integers(0, 100))
def test_a_changed_gzip_is_read_or_refused(noise: bytes, place: int) -> None:
    whole = gzip.compress(WHOLE)
    data = whole[:place] + noise + whole[place + len(noise) :]
    # Any other error fails the test.
    with (
        contextlib.suppress(tarfile.TarError, zlib.error, EOFError, OSError),
        gzip.GzipFile(fileobj=io.BytesIO(data)) as file,
    ):
        assert list(tar_headers.Members(file))


@pytest.mark.parametrize("kind", KINDS)
def test_an_archive_that_is_no_file(tmp_path: Path, kind: str) -> None:
    with at_most(5), pytest.raises(errors.ConvoxOptionError, match="archive: "):
        archive.check_archive(special_file(tmp_path / "a.tgz", kind))


@pytest.mark.parametrize("name", ["a\0b.tgz", "\ud800.tgz", os.fsdecode(b"\xff.tgz")])
def test_an_archive_of_an_impossible_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(errors.ConvoxOptionError, match="cannot be read") as caught:
        archive.check_archive(str(tmp_path / name))
    assert caught.value.message.isprintable()


def test_an_archive_that_becomes_a_pipe(tmp_path: Path) -> None:
    path = tmp_path / "a.tgz"
    path.write_bytes(gzip.compress(MANIFEST + END))
    found = archive.check_archive(str(path))
    path.unlink()
    os.mkfifo(path)
    with at_most(5), pytest.raises(errors.ConvoxOptionError, match=r"a\.tgz cannot be read"):
        list(found.chunks())
