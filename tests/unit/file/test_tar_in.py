# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""A tar taken apart as it comes, and what is no whole one."""

from __future__ import annotations

import io
import tarfile
import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._modules.file.tar_in import (
    BrokenTarError,
    Entry,
    Feed,
)

NAMES = st.text(st.characters(exclude_categories=["C"], exclude_characters="/"), min_size=1, max_size=120)
FILES = st.dictionaries(NAMES, st.binary(max_size=2000), max_size=4)
FORMATS = st.sampled_from([tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])


def packed(files: dict[str, bytes], form: int = tarfile.GNU_FORMAT, **facts: Any) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=form) as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            for fact, value in facts.items():
                setattr(member, fact, value)
            archive.addfile(member, io.BytesIO(content))
    return made.getvalue()


class Taken:
    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.whole: dict[str, bytes] = {}
        self._parts: list[bytes] = []

    def begin(self, entry: Entry) -> Any:
        self.entries.append(entry)
        self._parts = []
        return self._parts.append

    def end(self, entry: Entry) -> None:
        self.whole[entry.name] = b"".join(self._parts)


def take(data: bytes, *cuts: int) -> Taken:
    taken = Taken()
    feed = Feed(taken.begin, taken.end)
    places = sorted({cut % (len(data) + 1) for cut in cuts} | {0, len(data)})
    for start, stop in zip(places, places[1:], strict=False):
        feed.feed(data[start:stop])
    feed.finish()
    assert feed.empty == (not taken.entries)
    return taken


@given(FILES, FORMATS, st.lists(st.integers(0, 20_000), max_size=6))
def test_whatever_is_packed_comes_out_wherever_it_is_cut(
    files: dict[str, bytes], form: int, cuts: list[int]
) -> None:
    assert take(packed(files, form), *cuts).whole == files


@given(FILES.filter(bool), st.integers(0, 100_000))
def test_what_ends_early_is_never_whole(files: dict[str, bytes], cut: int) -> None:
    data = packed(files).rstrip(b"\0")
    with pytest.raises(BrokenTarError):
        take(data[: cut % len(data)])


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (tarfile.SYMTYPE, "link"),
        (tarfile.LNKTYPE, "link"),
        (tarfile.DIRTYPE, "folder"),
        (tarfile.CHRTYPE, "other"),
        (tarfile.FIFOTYPE, "other"),
    ],
)
def test_kinds(kind: bytes, name: str) -> None:
    (entry,) = take(packed({"a": b""}, type=kind, linkname="/etc/passwd")).entries
    assert entry.kind == name


def test_modes_and_empty_ones() -> None:
    assert take(packed({"a": b"x"}, mode=0o4755)).entries[0].mode == 0o4755
    assert take(b"\0" * 1024).entries == []
    assert take(b"\0" * 512).entries == []


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no tar" * 200,
        b"{}\n",
        b"\0" * 511,
        packed({"a": b"x"})[:512] + b"x" * 512,
    ],
)
def test_no_tars(data: bytes) -> None:
    with pytest.raises(BrokenTarError):
        take(data)


def test_headers_are_bounded_and_checked() -> None:
    large = tarfile.TarInfo("x")
    large.type, large.size = tarfile.XHDTYPE, 2 * 1024 * 1024
    with pytest.raises(BrokenTarError, match="too large"):
        take(large.tobuf(tarfile.GNU_FORMAT))
    broken = tarfile.TarInfo("x")
    broken.type, broken.size = tarfile.XHDTYPE, 10
    with pytest.raises(BrokenTarError, match="broken header"):
        take(broken.tobuf(tarfile.GNU_FORMAT) + b"99 path=x\n".ljust(512, b"\0"))
    negative = tarfile.TarInfo("x")
    negative.size = -512
    with pytest.raises(BrokenTarError, match="negative"):
        take(negative.tobuf(tarfile.GNU_FORMAT))


def test_sparse_files_are_no_files() -> None:
    (entry,) = take(
        packed({"a": b"x" * 512}, tarfile.PAX_FORMAT, pax_headers={"GNU.sparse.major": "1"})
    ).entries
    assert entry.kind == "other"


def test_memory_is_flat() -> None:
    member = tarfile.TarInfo("big")
    member.size = 256 * 1024 * 1024
    size = 0

    def count(data: bytes) -> None:
        nonlocal size
        size += len(data)

    feed = Feed(lambda entry: count, lambda entry: None)
    block = b"x" * 65536
    tracemalloc.start()
    feed.feed(member.tobuf(tarfile.GNU_FORMAT))
    for _unused in range(member.size // len(block)):
        feed.feed(block)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert size == member.size and peak < 1024 * 1024
