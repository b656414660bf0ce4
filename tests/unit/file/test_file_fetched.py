# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The noun of convox_file: what is fetched, and what is refused of it."""

from __future__ import annotations

import os
import stat
import tarfile
from pathlib import Path

import pytest

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._modules.file.receive import Receive
from ansible_collections.convox.rack.plugins.module_utils._modules.file.tar_in import Feed
from tests.practice_rack.faults import Fault

from .file_world import EVERY, answers, pod, tar_of, task, world


def names(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_every_byte_of_a_file(tmp_path: Path) -> None:
    rack = world({"/tmp/a.bin": EVERY})
    dest = tmp_path / "here"
    checked = task(rack, state="fetched", src="/tmp/a.bin", dest=str(dest), check_mode=True)
    assert (checked.changed, checked.result["files"]) == (True, [str(dest)])
    assert names(tmp_path) == []
    before = len(rack.requests)
    got = task(rack, state="fetched", src="/tmp/a.bin", dest=str(dest))
    assert got.error is None, got.error
    assert got.changed and got.result["files"] == [str(dest)]
    assert len(rack.requests) - before == 2
    assert dest.read_bytes() == EVERY and names(tmp_path) == ["here"]
    again = task(rack, state="fetched", src="/tmp/a.bin", dest=str(dest))
    assert (again.changed, again.result["files"]) == (False, [])
    assert names(tmp_path) == ["here"]
    assert rack.writes == []


def test_into_a_folder_and_a_whole_folder(tmp_path: Path) -> None:
    rack = world({"/data/a": b"a", "/data/sub/b": EVERY})
    got = task(rack, state="fetched", src="/data/a", dest=str(tmp_path))
    assert got.result["files"] == [str(tmp_path / "a")]
    into = tmp_path / "all"
    got = task(rack, state="fetched", src="/data", dest=str(into))
    assert got.error is None, got.error
    assert names(into) == ["a", "sub", "sub/b"]
    assert (into / "sub" / "b").read_bytes() == EVERY
    assert not task(rack, state="fetched", src="/data", dest=str(into)).changed
    (into / "a").write_bytes(b"b")
    assert task(rack, state="fetched", src="/data", dest=str(into)).result["files"] == [str(into / "a")]


def test_modes(tmp_path: Path) -> None:
    rack = world({"/tmp/a": b"x"})
    pod(rack).modes["/tmp/a"] = 0o4755
    dest = tmp_path / "a"
    task(rack, state="fetched", src="/tmp/a", dest=str(dest))
    assert stat.S_IMODE(dest.stat().st_mode) == 0o755
    changed = task(rack, state="fetched", src="/tmp/a", dest=str(dest), mode="0600")
    assert changed.changed and stat.S_IMODE(dest.stat().st_mode) == 0o600
    assert not task(rack, state="fetched", src="/tmp/a", dest=str(dest), mode="0600").changed


def test_what_is_not_there(tmp_path: Path) -> None:
    dest = tmp_path / "a"
    got = task(world(), state="fetched", src="/tmp/none", dest=str(dest))
    assert isinstance(got.error, errors.ConvoxOptionError) and "no /tmp/none in" in got.error.message
    assert names(tmp_path) == []
    assert task(world(), state="fetched", src="/tmp/none", dest=str(dest), check_mode=True).changed
    nowhere = task(world({"/tmp/a": b""}), state="fetched", src="/tmp/a", dest=str(tmp_path / "no" / "a"))
    assert isinstance(nowhere.error, errors.ConvoxOptionError) and nowhere.error.option == "dest"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (tar_of("tmp/../etc/passwd", b"x"), "lies outside"),
        (tar_of("../etc/passwd", b"x"), "lies outside"),
        (tar_of("/etc/passwd", b"x"), "lies outside"),
        (tar_of("etc/passwd", b"x"), "lies outside"),
        (tar_of("tmp/ab", b"x"), "lies outside"),
        (tar_of("tmp/a", kind=tarfile.SYMTYPE, link="/etc/passwd"), "is a link"),
        (tar_of("tmp/a", kind=tarfile.LNKTYPE, link="etc/passwd"), "is a link"),
        (tar_of("tmp/a/b", kind=tarfile.SYMTYPE, link="/etc"), "is a link"),
        (tar_of("tmp/a", kind=tarfile.CHRTYPE), "neither a file nor a folder"),
        (tar_of("tmp/a", kind=tarfile.FIFOTYPE), "neither a file nor a folder"),
        (tar_of("tmp/a", b"x" * 2000)[:1500], "no whole tar"),
        (tar_of("tmp/a", b"x")[:1024], "no whole tar"),
        (b"ERROR: no\n" * 100, "no whole tar"),
        (b"", "is gone"),
    ],
)
def test_what_is_refused(tmp_path: Path, body: bytes, words: str) -> None:
    rack = world()
    answers(rack, body)
    (tmp_path / "a").write_bytes(b"kept")
    got = task(rack, state="fetched", src="/tmp/a", dest=str(tmp_path / "a"))
    assert got.error is not None and words in str(got.error)
    assert names(tmp_path) == ["a"] and (tmp_path / "a").read_bytes() == b"kept"
    assert not got.changed


def test_a_refusal_says_what_was_taken_before(tmp_path: Path) -> None:
    first = tar_of("tmp/a/a", b"x")[:1024]
    link = tar_of("tmp/a/b", kind=tarfile.SYMTYPE, link="/etc")
    for body, words in ((link, "nothing was taken"), (first + link, "1 before it took their places")):
        receive = Receive("/tmp/a", str(tmp_path / "dest"), None, is_real=True)
        feed = Feed(receive.begin, receive.end)
        with pytest.raises(errors.ConvoxError, match=words):
            feed.feed(body)
        receive.close()
    assert (tmp_path / "dest" / "a").read_bytes() == b"x"


def test_links_that_are_here_are_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    dest = tmp_path / "dest"
    dest.mkdir()
    (dest / "sub").symlink_to(outside)
    (dest / "b").symlink_to(outside / "b")
    for remote in ("/data/sub/x", "/data/b"):
        got = task(world({remote: b"x"}), state="fetched", src="/data", dest=str(dest))
        assert got.error is not None and "would follow the link" in got.error.message
    assert names(outside) == []


@pytest.mark.parametrize("kind", ["half", "cut_after"])
def test_a_connection_that_is_cut(tmp_path: Path, kind: str) -> None:
    dest = tmp_path / "a"
    dest.write_bytes(b"kept")
    rack = world({"/tmp/a": EVERY * 100})
    rack.faults.append(Fault(kind, "GET", "/files$", times=-1))
    got = task(rack, state="fetched", src="/tmp/a", dest=str(dest))
    assert isinstance(got.error, errors.ConvoxConnectionError)
    assert dest.read_bytes() == b"kept" and names(tmp_path) == ["a"]
    rack.faults.clear()
    rack.faults.append(Fault(kind, "GET", "/files$", times=1))
    assert task(rack, state="fetched", src="/tmp/a", dest=str(dest)).error is None
    assert dest.read_bytes() == EVERY * 100


def test_a_name_that_no_utf8_can_write(tmp_path: Path) -> None:
    rack = world()
    answers(rack, tar_of(os.fsdecode(b"data/\xff"), b"x"))
    got = task(rack, state="fetched", src="/data", dest=str(tmp_path / "dest"))
    assert got.error is None, got.error
    assert os.listdir(os.fsencode(tmp_path / "dest")) == [b"\xff"]
