# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The noun of convox_resource: the data of an app's resource, out and in."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._modules.resource.noun import ResourceNoun
from ansible_collections.convox.rack.plugins.module_utils._shared import transfers
from tests.practice_rack.faults import Fault
from tests.practice_rack.memory import MemoryRack
from tests.unit.tasks import Task, done, run_task

DUMP = b"create table t (name text);\ninsert into t values ('canary-row');\n"
FAILED = b"pg_dump: error: no such host\nERROR: could not export: exit status 1\n"


def world(**settings: Any) -> MemoryRack:
    """An app that runs with a database and a cache."""
    rack = MemoryRack(profile="plain", **{"resource_data": True, **settings})
    rack.add_app("web")
    rack.activate(rack.add_release("").id)
    rack.state.data["web", "database"] = DUMP
    return rack


def export(rack: MemoryRack, dest: Path, *, task: Any = done, **more: Any) -> Task:
    given = {"app": "web", "name": "database", "state": "exported", "dest": str(dest)}
    made: Task = task(ResourceNoun, rack, **{**given, **more})
    return made


def import_(rack: MemoryRack, src: Path, *, task: Any = done, **more: Any) -> Task:
    given = {"app": "web", "name": "database", "state": "imported", "src": str(src)}
    made: Task = task(ResourceNoun, rack, **{**given, **more})
    return made


def test_out_and_in_again(tmp_path: Path) -> None:
    rack = world()
    task = export(rack, tmp_path / "dump")
    assert (tmp_path / "dump").read_bytes() == DUMP
    assert task.result["size"] == len(DUMP)
    assert task.result["dest"] == str(tmp_path / "dump")
    assert task.result["resource"]["type"] == "postgres"
    assert (task.changed, task.sent, len(rack.requests)) == (True, [], 2)
    rack.state.data.clear()
    rack.requests.clear()
    task = import_(rack, tmp_path / "dump")
    assert rack.state.data["web", "database"] == DUMP
    assert (task.changed, len(rack.requests)) == (True, 2)
    assert "canary" not in f"{task.result} {task.lines}"


@given(st.booleans(), st.booleans(), st.booleans())
def test_when_it_is_planned(force: bool, there: bool, check: bool) -> None:
    """Nothing is asked of the rack where a file that is there stays."""
    rack = world()
    folder = Path(os.environ.get("TMPDIR", "/tmp"))
    dest = folder / f"convox-export-{os.getpid()}"
    dest.unlink(missing_ok=True)
    if there:
        dest.write_bytes(b"before")
    try:
        task = export(rack, dest, force=force, task=run_task, check_mode=check)
        planned = force or not there
        assert task.changed is planned
        assert len(rack.requests) == (0 if not planned else 1 if check else 2)
        now = dest.read_bytes() if dest.exists() else None
        assert now == (DUMP if planned and not check else b"before" if there else None)
    finally:
        dest.unlink(missing_ok=True)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (FAILED, "pg_dump: error: no such host; ERROR: could not export: exit status 1"),
        (DUMP + FAILED, "ERROR: could not export: exit status 1"),
        (b"", "nothing came"),
    ],
    ids=["failed", "failed half-way", "empty"],
)
def test_an_export_that_failed_is_no_export(tmp_path: Path, data: bytes, words: str) -> None:
    (tmp_path / "dump").write_bytes(b"good")
    rack = world()
    rack.state.data["web", "database"] = data
    task = export(rack, tmp_path / "dump", task=run_task)
    assert words in str(task.error)
    assert "canary" not in str(task.error)
    assert not task.changed
    assert (tmp_path / "dump").read_bytes() == b"good"
    assert os.listdir(tmp_path) == ["dump"]


def test_the_words_as_recorded(tmp_path: Path) -> None:
    task = export(world(resource_data=False), tmp_path / "dump", task=run_task)
    assert "could not translate host name" in str(task.error)
    assert os.listdir(tmp_path) == []
    (tmp_path / "dump").write_bytes(DUMP)
    task = import_(world(resource_data=False), tmp_path / "dump", task=run_task)
    assert isinstance(task.error, errors.ConvoxServerError)
    assert "look at the database before you import again" in str(task.error)
    assert task.changed, "what came before the failure may be in"


def test_rows_that_quote_a_failed_export_are_data(tmp_path: Path) -> None:
    rack = world()
    data = b"ERROR: could not export: in a row\n" + b"-- rows\n" * 1000
    rack.state.data["web", "database"] = data
    assert export(rack, tmp_path / "dump").result["size"] == len(data)


def test_a_cut_export(tmp_path: Path) -> None:
    rack = world()
    rack.faults.append(Fault("half", "GET", "/data$", times=-1))
    task = export(rack, tmp_path / "dump", task=run_task)
    assert isinstance(task.error, errors.ConvoxConnectionError)
    assert os.listdir(tmp_path) == []
    rack.faults.clear()
    rack.faults.append(Fault("half", "GET", "/data$", times=1))
    assert export(rack, tmp_path / "dump").result["size"] == len(DUMP)


@pytest.mark.parametrize("kind", ["cut_after", "cut_before", "half"])
def test_an_import_is_never_sent_twice(tmp_path: Path, kind: str) -> None:
    (tmp_path / "dump").write_bytes(DUMP)
    rack = world()
    rack.faults.append(Fault(kind, "PUT", "/data$"))
    task = import_(rack, tmp_path / "dump", task=run_task)
    assert isinstance(task.error, errors.ConvoxError)
    assert task.changed
    assert task.client.ledger.unsettled == ["import into database of web"]
    assert "A part of the data may be in" in str(task.error)
    assert len([each for each in rack.requests if each.method == "PUT"]) == 1


def test_a_receipt_keeps_from_importing_twice(tmp_path: Path) -> None:
    (tmp_path / "dump").write_bytes(DUMP)
    rack = world()
    given: dict[str, Any] = {"receipt": str(tmp_path / "receipt")}
    checked = import_(rack, tmp_path / "dump", task=run_task, check_mode=True, **given)
    assert (checked.changed, os.listdir(tmp_path)) == (True, ["dump"])
    assert import_(rack, tmp_path / "dump", **given).changed
    rack.requests.clear()
    for check in (False, True):
        task = import_(rack, tmp_path / "dump", check_mode=check, **given)
        assert (task.changed, rack.requests, task.result["size"]) == (False, [], None)
    assert "into database of web at rack.test" in (tmp_path / "receipt").read_text()
    (tmp_path / "dump").write_bytes(DUMP + b"more")
    assert import_(rack, tmp_path / "dump", **given).changed
    assert import_(rack, tmp_path / "dump", receipt=str(tmp_path / "other")).changed


def test_a_receipt_of_an_encrypted_file_is_of_its_data(tmp_path: Path) -> None:
    rack, given = world(), {"encryption_key": "5257a869" * 8, "receipt": str(tmp_path / "receipt")}
    export(rack, tmp_path / "dump", encryption_key=given["encryption_key"])
    assert import_(rack, tmp_path / "dump", **given).changed
    assert not import_(rack, tmp_path / "dump", **given).changed


def test_a_receipt_is_of_what_was_sent(tmp_path: Path) -> None:
    """And not of what the file held when it was looked at."""
    src, receipt = tmp_path / "dump", str(tmp_path / "receipt")
    src.write_bytes(DUMP)
    rack = world()
    # Another program writes it anew after the first look.
    with mock.patch.object(transfers, "size_of", side_effect=lambda path: src.write_bytes(DUMP + b"more")):
        assert import_(rack, src, receipt=receipt).changed
    assert hashlib.sha256(DUMP + b"more").hexdigest() in Path(receipt).read_text()
    assert not import_(rack, src, receipt=receipt).changed


def test_a_receipt_only_after_an_import(tmp_path: Path) -> None:
    (tmp_path / "dump").write_bytes(DUMP)
    rack = world(resource_data=False)
    import_(rack, tmp_path / "dump", task=run_task, receipt=str(tmp_path / "receipt"))
    assert os.listdir(tmp_path) == ["dump"]


@pytest.mark.parametrize(
    ("data", "words"), [(None, "No such file"), (b"", "is empty"), (FAILED, "holds a failed export")]
)
def test_a_source_that_is_none(tmp_path: Path, data: bytes | None, words: str) -> None:
    if data is not None:
        (tmp_path / "dump").write_bytes(data)
    rack = world()
    task = import_(rack, tmp_path / "dump", task=run_task)
    assert isinstance(task.error, errors.ConvoxOptionError)
    assert task.error.option == "src"
    assert words in task.error.message
    assert rack.requests == []


def test_a_place_that_is_none(tmp_path: Path) -> None:
    rack = world()
    task = export(rack, tmp_path / "no" / "dump", task=run_task)
    assert isinstance(task.error, errors.ConvoxOptionError)
    assert "there is no folder" in task.error.message
    assert rack.requests == []


@pytest.mark.parametrize("check", [False, True])
def test_a_cache_has_no_data(tmp_path: Path, check: bool) -> None:
    task = export(world(), tmp_path / "dump", name="cache", task=run_task, check_mode=check)
    assert task.error is not None
    assert not task.changed
    assert "redis" in str(task.error)


# --- check mode takes as made what an earlier task would have made


def test_check_mode_ahead(tmp_path: Path) -> None:
    nothing, bare = MemoryRack(), MemoryRack()
    bare.add_app("web")
    for rack in (nothing, bare, world()):
        task = export(rack, tmp_path / "new" / "dump", check_mode=True)
        assert task.changed
        assert task.result["size"] is None
        task = import_(rack, tmp_path / "dump", check_mode=True)
        assert (task.changed, task.sent) == (True, [])
    for rack, words in ((nothing, "app not found"), (bare, "nothing was promoted yet")):
        task = export(rack, tmp_path / "dump", task=run_task)
        assert words in str(task.error)


def test_a_resource_that_is_not_there(tmp_path: Path) -> None:
    task = export(world(), tmp_path / "dump", name="nothing", task=run_task)
    assert isinstance(task.error, errors.ConvoxNotFoundError)
    assert os.listdir(tmp_path) == []
