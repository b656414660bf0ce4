# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The noun of convox_resource: data that is compared before it goes in, and data that is encrypted."""

from __future__ import annotations

import io
import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._modules.resource.dump import Dump
from ansible_collections.convox.rack.plugins.module_utils._modules.resource.noun import ResourceNoun
from ansible_collections.convox.rack.plugins.module_utils._modules.resource.sealed import Sealed
from tests.unit.resource.test_resource_data import DUMP, FAILED, export, import_, world
from tests.unit.tasks import refusal, run_task

KEY = "0123456789abcdef" * 4


def test_data_that_is_there_is_not_imported_again(tmp_path: Path) -> None:
    rack = world()
    src = tmp_path / "dump"
    src.write_bytes(b"-- made at noon\n\\restrict abc\n" + DUMP)
    task = import_(rack, src, compare=True, force=False)
    assert (task.changed, task.sent) == (False, [])
    src.write_bytes(DUMP + b"insert into t values ('other');\n")
    task = import_(rack, src, task=run_task, compare=True, force=False)
    assert "holds other data than database of web does" in str(task.error)
    assert task.sent == []
    assert import_(rack, src, compare=True).changed
    assert rack.state.data["web", "database"] == src.read_bytes()


def test_an_empty_database_takes_data(tmp_path: Path) -> None:
    rack = world()
    del rack.state.data["web", "database"]
    src = tmp_path / "dump"
    src.write_bytes(DUMP)
    assert import_(rack, src, compare=True, force=False).changed
    assert not import_(rack, src, compare=True, force=False).changed


def test_a_failed_export_is_no_comparison(tmp_path: Path) -> None:
    rack = world()
    rack.state.data["web", "database"] = FAILED
    src = tmp_path / "dump"
    src.write_bytes(DUMP)
    task = import_(rack, src, task=run_task, compare=True)
    assert task.error is not None and "the export failed" in str(task.error)
    assert task.sent == []


@given(st.binary(max_size=300), st.lists(st.integers(min_value=1, max_value=50), max_size=9))
def test_a_dump_in_pieces_is_the_same_dump(content: bytes, cuts: list[int]) -> None:
    whole, pieces = Dump(), Dump()
    whole.write(content)
    rest = content
    for cut in cuts:
        pieces.write(rest[:cut])
        rest = rest[cut:]
    pieces.write(rest)
    assert whole.end() == pieces.end()
    assert (whole.size, whole.tail) == (pieces.size, pieces.tail)


@pytest.mark.parametrize("line", [b"", b"--\n", b"SET x = 0;\n", b"/*!40101 SET x */;\n"])
def test_what_an_empty_database_dumps(line: bytes) -> None:
    dump = Dump()
    dump.write(b"-- dump\n\n" + line)
    assert dump.end()[1]


def test_an_encrypted_dump(tmp_path: Path) -> None:
    rack = world()
    task = export(rack, tmp_path / "dump", encryption_key=KEY)
    content = (tmp_path / "dump").read_bytes()
    assert task.result["size"] == len(DUMP) == len(content) - 16
    assert b"canary" not in content
    openssl = ["openssl", "enc", "-d", "-aes-256-ctr", "-K", KEY, "-iv", content[:16].hex()]
    assert subprocess.run(openssl, input=content[16:], capture_output=True, check=True).stdout == DUMP
    assert not import_(rack, tmp_path / "dump", encryption_key=KEY, compare=True, force=False).changed
    rack.state.data.clear()
    assert import_(rack, tmp_path / "dump", encryption_key=KEY, compare=True, force=False).changed
    assert rack.state.data["web", "database"] == DUMP


def test_a_failed_export_is_seen_through_the_encryption(tmp_path: Path) -> None:
    rack = world()
    rack.state.data["web", "database"] = b"x" * 5000 + b"\n" + FAILED
    task = export(rack, tmp_path / "dump", task=run_task, encryption_key=KEY)
    assert "could not export" in str(task.error)
    assert list(tmp_path.iterdir()) == []


def test_a_file_too_short_to_be_encrypted(tmp_path: Path) -> None:
    (tmp_path / "dump").write_bytes(b"short")
    task = import_(world(), tmp_path / "dump", task=run_task, encryption_key=KEY)
    assert "too short for an encrypted file" in str(task.error)
    assert task.sent == []


def test_no_key(tmp_path: Path) -> None:
    given = {"app": "web", "name": "database", "state": "exported", "dest": str(tmp_path / "dump")}
    error = refusal(ResourceNoun, **given, encryption_key="canary-key")
    assert error.option == "encryption_key" and "canary" not in str(error)


@given(st.binary(max_size=100), st.integers(0, 99), st.integers(0, 60))
def test_any_place_of_an_encrypted_file(content: bytes, place: int, size: int) -> None:
    file = io.BytesIO()
    Sealed(file, KEY, bytes([255] * 15 + [254])).write(content)
    file.seek(0)
    sealed = Sealed(file, KEY)
    assert sealed.seek(min(place, len(content))) == min(place, len(content))
    assert sealed.read(size) == content[place : place + size]
    assert sealed.seek(0, os.SEEK_END) == len(content)
