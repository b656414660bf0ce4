# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Only regular files of a bounded size are read, and nothing that is named can hold us."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from ansible_collections.convox.rack.plugins.module_utils._api import local_files
from ansible_collections.convox.rack.plugins.module_utils._api._auth import cli_files
from ansible_collections.convox.rack.plugins.module_utils._api.errors import ConvoxOptionError
from ansible_collections.convox.rack.plugins.module_utils._modules.env import noun as env
from tests.unit.special_files import KINDS, at_most, special_file

READERS: tuple[Callable[[str], object], ...] = (
    local_files.open_regular,
    local_files.read_bytes,
    local_files.read_text,
)


def test_a_regular_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes("grüße\r\nzwei\rdrei\n".encode())
    (tmp_path / "link").symlink_to(path)
    assert local_files.read_bytes(str(path)) == path.read_bytes()
    assert local_files.read_text(str(tmp_path / "link")) == path.read_text(encoding="utf-8")
    with local_files.open_regular(str(path)) as file:
        assert file.read(2) == b"gr"
        assert not os.get_inheritable(file.fileno())


@pytest.mark.parametrize("size", [0, 1, 3 * 1024 * 1024])
def test_a_file_may_be_as_large_as_the_bound_and_no_larger(tmp_path: Path, size: int) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"x" * size)
    assert len(local_files.read_bytes(str(path), size)) == size
    path.write_bytes(b"x" * (size + 1))
    with pytest.raises(OSError, match="is larger than") as caught:
        local_files.read_bytes(str(path), size)
    assert caught.value.strerror


def test_text_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"\xff")
    with pytest.raises(UnicodeDecodeError):
        local_files.read_text(str(tmp_path / "a"))
    assert local_files.read_text(str(tmp_path / "a"), errors="surrogateescape") == "\udcff"


@pytest.mark.parametrize(
    ("reader", "kind"),
    [(reader, kind) for reader in READERS for kind in KINDS if (reader, kind) != (READERS[0], "huge")],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_what_is_no_regular_file_is_refused_at_once(
    tmp_path: Path, reader: Callable[[str], object], kind: str
) -> None:
    with at_most(5), pytest.raises(OSError) as caught:
        reader(special_file(tmp_path / "a", kind))
    assert caught.value.strerror


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.__name__)
@pytest.mark.parametrize("name", ["a\0b", "\ud800", ""])
def test_a_name_that_no_file_can_have(name: str, reader: Callable[[str], object]) -> None:
    with pytest.raises(OSError) as caught:
        reader(name)
    assert caught.value.strerror


def test_a_file_that_becomes_a_pipe_before_it_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a"
    path.write_text("x")
    regular = os.stat(path)
    path.unlink()
    os.mkfifo(path)
    monkeypatch.setattr(os, "stat", lambda path: regular)
    before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    with at_most(5), pytest.raises(OSError, match="no regular file"):
        local_files.open_regular(str(path))
    assert (len(os.listdir("/proc/self/fd")) if before else 0) == before


def test_a_socket(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "s"))
        with pytest.raises(OSError, match="no regular file"):
            local_files.open_regular(str(tmp_path / "s"))


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "folder"])
@pytest.mark.parametrize("name", ["auth", "current", "rack", "console"])
def test_files_of_the_cli(tmp_path: Path, kind: str, name: str) -> None:
    path = special_file(tmp_path / name, kind)
    with at_most(5), pytest.raises(ConvoxOptionError, match="cannot be read"):
        cli_files.read_text(path)


@pytest.mark.parametrize("kind", KINDS)
def test_the_src_of_an_env(tmp_path: Path, kind: str) -> None:
    path = special_file(tmp_path / "x.env", kind)
    options = {name: spec.get("default") for name, spec in env.EnvNoun.ARGUMENTS.items()}
    words = "is a folder" if kind == "folder" else "cannot be read"
    with at_most(5), pytest.raises(ConvoxOptionError, match=words):
        env.EnvNoun().desired({**options, "app": "web", "src": path})
