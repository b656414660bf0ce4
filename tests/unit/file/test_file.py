# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The noun of convox_file: what is sent, and what is deleted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._modules.file.noun import FileNoun, Observed
from ansible_collections.convox.rack.plugins.module_utils._modules.file.source import Item
from tests.practice_rack.memory import MemoryRack
from tests.unit.tasks import done, options, refusal, run_task

from .file_world import EVERY, pod, task, world


def left_over(rack: MemoryRack) -> list[str]:
    return [name for name in pod(rack).files if ".convox-" in name]


def test_a_text() -> None:
    rack = world()
    sent = task(rack, content="hello\nä\n", dest="/tmp/a.txt")
    assert sent.error is None, sent.error
    assert pod(rack).files == {"/tmp/a.txt": "hello\nä\n".encode()}
    assert sent.changed and sent.result["files"] == ["/tmp/a.txt"]
    assert sent.result["process"] == pod(rack).id
    before = len(rack.requests)
    again = task(rack, content="hello\nä\n", dest="/tmp/a.txt")
    assert not again.changed and again.sent == [] and again.result["files"] == []
    assert len(rack.requests) - before == 2


def test_every_byte_of_a_file(tmp_path: Path) -> None:
    rack = world({"/app/a.bin": EVERY[:-1]})
    (tmp_path / "a.bin").write_bytes(EVERY)
    checked = task(rack, src=str(tmp_path / "a.bin"), dest="/app/", check_mode=True)
    assert (checked.changed, checked.sent, checked.result["files"]) == (True, [], ["/app/a.bin"])
    sent = task(rack, src=str(tmp_path / "a.bin"), dest="/app/")
    assert sent.error is None and pod(rack).files == {"/app/a.bin": EVERY}


def test_a_folder_of_which_only_what_differs_is_sent(tmp_path: Path) -> None:
    (tmp_path / "sub" / "empty").mkdir(parents=True)
    (tmp_path / "same").write_bytes(b"same")
    (tmp_path / "sub" / "new").write_bytes(EVERY)
    rack = world({"/data/same": b"same", "/data/other": b"stays"})
    sent = task(rack, src=str(tmp_path), dest="/data")
    assert sent.error is None, sent.error
    assert sent.result["files"] == ["/data/sub", "/data/sub/empty", "/data/sub/new"]
    assert pod(rack).files == {"/data/same": b"same", "/data/other": b"stays", "/data/sub/new": EVERY}
    assert not task(rack, src=str(tmp_path), dest="/data").changed


def test_a_mode() -> None:
    rack = world()
    assert task(rack, content="x", dest="/tmp/a", mode="0600").changed
    assert pod(rack).modes["/tmp/a"] == 0o600
    assert not task(rack, content="x", dest="/tmp/a", mode=0o600).changed
    assert not task(rack, content="x", dest="/tmp/a").changed
    assert task(rack, content="x", dest="/tmp/a", mode="755").changed


def test_by_force() -> None:
    rack = world({"/tmp/a": b"x"})
    assert task(rack, content="x", dest="/tmp/a", force=True).changed


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("number", [0, 1])
def test_a_connection_that_is_lost(after: bool, number: int) -> None:
    """Sent again, as often as it takes: it is the same file."""
    rack = world({"/tmp/a": b"old"})
    rack.break_write(number, after=after)
    sent = task(rack, content="new", dest="/tmp/a")
    assert sent.error is None
    assert pod(rack).files == {"/tmp/a": b"new"}


def test_a_failure_leaves_what_was_there() -> None:
    rack = world({"/tmp/a": b"old"})
    rack.fail(500, "command terminated with exit code 1", "POST", "/files$", times=-1)
    sent = task(rack, content="new", dest="/tmp/a")
    assert isinstance(sent.error, errors.ConvoxServerError)
    assert pod(rack).files == {"/tmp/a": b"old"}
    rack = world({"/tmp/a": b"old"})
    rack.fail(503, "no", "SOCKET", "/exec$", times=-1)
    sent = task(rack, content="new", dest="/tmp/a")
    assert sent.error is not None
    assert pod(rack).files == {"/tmp/a": b"old"} and left_over(rack) == []


def test_what_is_sent_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    rack = world()
    rack.meanwhile(
        lambda: pod(rack).files.update({"/tmp/a": b"damaged"}), "GET", "/files$", before=True, times=9
    )
    sent = task(rack, content="new", dest="/tmp/a")
    assert isinstance(sent.error, errors.ConvoxIgnoredError)
    assert "/tmp/a" in sent.error.message


def test_a_folder_in_the_place_of_a_file(tmp_path: Path) -> None:
    rack = world({"/tmp/dir/a": b"x"})
    for force in (False, True):
        sent = task(rack, content="x", dest="/tmp/dir", force=force)
        assert isinstance(sent.error, errors.ConvoxOptionError) and "is a folder" in sent.error.message
    sent = task(rack, src=str(tmp_path), dest="/tmp/dir/a")
    assert isinstance(sent.error, errors.ConvoxOptionError) and "is a file" in sent.error.message


def test_deleted() -> None:
    rack = world({"/tmp/a": b"x", "/tmp/b": b"y"})
    checked = task(rack, state="absent", dest="/tmp/a", check_mode=True)
    assert (checked.changed, checked.result["files"], checked.sent) == (True, ["/tmp/a"], [])
    gone = task(rack, state="absent", dest="/tmp/a")
    assert gone.changed and gone.result["files"] == ["/tmp/a"]
    assert pod(rack).files == {"/tmp/b": b"y"}
    again = task(rack, state="absent", dest="/tmp/a")
    assert (again.changed, again.result["files"]) == (False, [])
    rack.lose("DELETE", "/files$", times=9)
    assert isinstance(task(rack, state="absent", dest="/tmp/b").error, errors.ConvoxIgnoredError)


def test_which_process() -> None:
    rack = world()
    newest = rack.add_process("web", app="shop").id
    rack.clock.sleep(5)
    assert task(rack, content="x", dest="/tmp/a").result["process"] in (newest, pod(rack).id)
    by_id = run_task(FileNoun, rack, app="shop", process=newest, content="y", dest="/tmp/a")
    assert by_id.result["process"] == newest
    absent = run_task(FileNoun, rack, app="shop", process="cron", content="y", dest="/tmp/a")
    assert isinstance(absent.error, errors.ConvoxOptionError) and newest in absent.error.message
    ended = rack.add_process("web", "complete", app="shop").id
    over = run_task(FileNoun, rack, app="shop", process=ended, content="y", dest="/tmp/a")
    assert over.error is not None and "is complete" in over.error.message


def test_an_app_that_is_not_there() -> None:
    for more in ({"content": "x"}, {"state": "absent"}, {"state": "fetched", "src": "/tmp/a"}):
        given = {"app": "nothing", "process": "web", "dest": "/tmp/nowhere", **more}
        assert isinstance(run_task(FileNoun, world(), **given).error, errors.ConvoxNotFoundError)
        assert done(FileNoun, world(), check_mode=True, **given).changed


ITEMS = st.lists(
    st.builds(Item, st.sampled_from(["", "a", "b", "a/c"]), st.none(), st.integers(0, 9), st.just(0o644)),
    max_size=4,
    unique_by=lambda item: item.name,
)


@given(ITEMS)
def test_what_is_planned_leaves_nothing(items: list[Item]) -> None:
    desired = FileNoun().desired(options(FileNoun, app="shop", process="web", content="x", dest="/tmp/a"))
    planned = FileNoun().plan(Observed("web-1", differing=tuple(items)), desired)
    assert [step.items for step in planned] == ([tuple(items)] if items else [])  # type: ignore[attr-defined]
    assert FileNoun().plan(Observed("web-1"), desired) == []


@pytest.mark.parametrize(
    ("given", "option"),
    [
        ({"content": None}, "src"),
        ({"src": "/etc/hostname"}, "src"),
        ({"content": None, "src": "/nothing/here"}, "src"),
        ({"content": None, "src": "/dev/null"}, "src"),
        ({"content": None, "src": "a\x00b"}, "src"),
        ({"dest": ""}, "dest"),
        ({"dest": "tmp/a"}, "dest"),
        ({"dest": "/"}, "dest"),
        ({"dest": "/tmp/.."}, "dest"),
        ({"dest": "/tmp/a,b"}, "dest"),
        ({"dest": "/tmp/a\nb"}, "dest"),
        ({"dest": "/tmp/"}, "dest"),
        ({"mode": "u+x"}, "mode"),
        ({"mode": "999"}, "mode"),
        ({"mode": 0o77777}, "mode"),
        ({"mode": True}, "mode"),
        ({"mode": -1}, "mode"),
        ({"process": "a/b"}, "process"),
        ({"transfer_timeout": 0}, "transfer_timeout"),
        ({"state": "absent"}, "content"),
        ({"state": "fetched", "content": None}, "src"),
        ({"state": "fetched", "src": "/a"}, "content"),
    ],
)
def test_bad_input(given: dict[str, Any], option: str) -> None:
    full = {"app": "shop", "process": "web", "content": "x", "dest": "/tmp/a", **given}
    assert refusal(FileNoun, **full).option == option


def test_links_in_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    (tmp_path / "to-a").symlink_to("a")
    rack = world()
    assert task(rack, src=str(tmp_path), dest="/data").error is None
    assert pod(rack).files == {"/data/a": b"x", "/data/to-a": b"x"}
    (tmp_path / "to-folder").symlink_to("/etc")
    assert "link to a folder" in str(task(rack, src=str(tmp_path), dest="/data").error)
