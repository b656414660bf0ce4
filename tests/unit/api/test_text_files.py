# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Text files that an option names: a reason and a way out for each that cannot be read."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path

import pytest

from ansible_collections.convox.rack.plugins.module_utils._api import errors, text_files

TEXT = "GREETING=grüße aus Köln\nB=canary\n"


def refused(path: Path | str) -> errors.ConvoxOptionError:
    with pytest.raises(errors.ConvoxOptionError) as caught:
        text_files.read("src", str(path))
    said = errors.describe(caught.value)
    assert caught.value.option == "src"
    assert "canary" not in said
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    assert str(path) in said or ascii(str(path)) in said
    return caught.value


def test_text_is_read_with_any_line_ends(tmp_path: Path) -> None:
    (tmp_path / "a.env").write_bytes("\ufeffA=grüße\r\nB=1\rC=2\n".encode())
    assert text_files.read("src", str(tmp_path / "a.env")) == "\ufeffA=grüße\nB=1\nC=2\n"
    (tmp_path / "empty.env").write_bytes(b"")
    assert text_files.read("src", str(tmp_path / "empty.env")) == ""


@pytest.mark.parametrize(
    ("encoding", "problem"),
    [
        ("utf-16", "is UTF-16 text"),
        ("utf-16-le", "is UTF-16 text"),
        ("utf-16-be", "is UTF-16 text"),
        ("latin-1", "is not UTF-8 text, as its line 1 shows"),
        ("cp1252", "is not UTF-8 text, as its line 1 shows"),
    ],
)
def test_another_encoding_has_a_way_out_that_works(tmp_path: Path, encoding: str, problem: str) -> None:
    path = tmp_path / "a.env"
    plain = "A=plain text of some length\n" if encoding in ("utf-16-le", "utf-16-be") else ""
    path.write_bytes((plain + TEXT).encode(encoding))
    error = refused(path)
    assert error.problem == f"{path} {problem}"
    command = shlex.split(error.way_out.rpartition(": ")[2])
    assert command[0] == "iconv"
    if encoding == "utf-16-be":
        return  # without a mark iconv takes the machine's own order
    mended = subprocess.run([*command, str(path)], capture_output=True, check=True).stdout
    path.write_bytes(mended)
    assert text_files.read("src", str(path)) == plain + TEXT


def test_the_line_of_a_letter_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.env"
    path.write_bytes(b"A=1\nB=2\nC=canary\xe9\n")
    assert "its line 3 shows" in refused(path).problem


@pytest.mark.parametrize(
    "head", [b"$ANSIBLE_VAULT;1.1;AES256\n6162\n", b"$ANSIBLE_VAULT;1.2;AES256;prod\r\n6162\n"]
)
def test_a_vaulted_file_says_which_options_open_it(tmp_path: Path, head: bytes) -> None:
    path = tmp_path / "a.env"
    path.write_bytes(head)
    error = refused(path)
    assert error.problem == f"{path} is vaulted, and no vault password that was given opens it"
    assert "--ask-vault-pass" in error.way_out and "--vault-password-file" in error.way_out


def test_a_folder_an_absent_file_and_a_pipe_are_told_apart(tmp_path: Path) -> None:
    folder = refused(tmp_path)
    assert (folder.problem, folder.way_out) == (f"{tmp_path} is a folder", "name a file in it")
    absent = refused(tmp_path / "none.env")
    assert absent.problem == f"there is no file {tmp_path / 'none.env'}"
    os.mkfifo(tmp_path / "pipe.env")
    assert "is no regular file" in refused(tmp_path / "pipe.env").problem
    assert "no file can have this name" in refused("a\0b.env").problem


def test_a_file_of_somebody_else_is_told_as_that() -> None:
    error = text_files.unreadable("src", "/srv/a.env", PermissionError(13, "Permission denied"))
    assert error.problem == "/srv/a.env may not be read by this user"
    assert "who runs ansible-playbook" in error.way_out
