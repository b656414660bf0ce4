# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""convox_build: builds that leave as files, come back, and are ended."""

from __future__ import annotations

import gzip
import io
import os
import tarfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._modules.build import build_file
from ansible_collections.convox.rack.plugins.module_utils._modules.build.noun import BuildNoun
from tests.practice_rack.faults import Fault
from tests.practice_rack.memory import MemoryRack
from tests.unit.tasks import Task, done, holds_every_rule, refusal, run_task

DEFAULTS = {"state": "exported", "force": False, "reveal": False, "external": False}


def world(sha: str = "f00", app: str = "web", **settings: Any) -> MemoryRack:
    """An app that runs its one build."""
    rack = MemoryRack(**settings)
    rack.add_app(app)
    add(rack, sha, app)
    rack.activate(rack.app(app).releases[-1].id, app)
    return rack


def add(rack: MemoryRack, sha: str, app: str = "web") -> str:
    build = rack.add_build(app=app, git_sha=sha)
    build.release = rack.add_release("", build=build.id, app=app).id
    return build.id


def export(rack: MemoryRack, dest: Path, id: str = "active", *, task: Any = done, **more: Any) -> Task:
    made: Task = task(BuildNoun, rack, app="web", state="exported", id=id, dest=str(dest), **more)
    return made


def import_(rack: MemoryRack, archive: Path, *, task: Any = done, app: str = "web", **more: Any) -> Task:
    made: Task = task(BuildNoun, rack, app=app, state="imported", archive=str(archive), **more)
    return made


# --- out


@pytest.mark.parametrize("id", ["active", "latest", "B1"])
def test_a_build_is_exported_once(tmp_path: Path, id: str) -> None:
    rack = world()
    build = rack.app().builds[0].id
    id = build if id == "B1" else id
    checked = export(rack, tmp_path / "b.tgz", id, check_mode=True)
    assert (checked.changed, os.listdir(tmp_path)) == (True, [])
    task = export(rack, tmp_path / "b.tgz", id)
    assert (task.changed, task.sent) == (True, [])
    assert task.result["build"]["id"] == build
    assert task.result["release"] == rack.app().builds[0].release
    assert task.result["size"] == (tmp_path / "b.tgz").stat().st_size
    assert build_file.look(str(tmp_path / "b.tgz"), "archive").id == build
    assert os.listdir(tmp_path) == ["b.tgz"]
    for check in (True, False):
        again = export(rack, tmp_path / "b.tgz", id, check_mode=check)
        assert (again.changed, again.result["size"]) == (False, None)
    assert export(rack, tmp_path / "b.tgz", id, force=True).changed


def test_a_file_of_another_build_or_a_broken_one_is_replaced(tmp_path: Path) -> None:
    rack = world()
    export(rack, tmp_path / "b.tgz")
    newer = add(rack, "f01")
    assert export(rack, tmp_path / "b.tgz", "latest").result["build"]["id"] == newer
    with open(tmp_path / "b.tgz", "r+b") as file:
        file.truncate(100)
    assert export(rack, tmp_path / "b.tgz", "latest").changed
    assert build_file.holds(str(tmp_path / "b.tgz"), "web", newer)


def test_an_export_that_broke_off(tmp_path: Path) -> None:
    (tmp_path / "b.tgz").write_bytes(b"before")
    task = export(world(image_tool=False), tmp_path / "b.tgz", task=run_task)
    assert isinstance(task.error, errors.ConvoxError)
    assert 'what the rack sent broke off: exec: "skopeo": executable file not found' in str(task.error)
    assert (task.changed, os.listdir(tmp_path)) == (False, ["b.tgz"])
    assert (tmp_path / "b.tgz").read_bytes() == b"before"


def test_a_cut_export(tmp_path: Path) -> None:
    rack = world()
    rack.faults.append(Fault("half", "GET", ".tgz$", times=-1))
    task = export(rack, tmp_path / "b.tgz", task=run_task)
    assert isinstance(task.error, errors.ConvoxConnectionError)
    assert os.listdir(tmp_path) == []
    rack.faults[:] = [Fault("half", "GET", ".tgz$")]
    assert export(rack, tmp_path / "b.tgz").changed


def test_what_cannot_be_exported(tmp_path: Path) -> None:
    rack = world()
    rack.start_build(50.0)
    going = rack.app().builds[-1].id
    for id, words in ((going, "whose status is running"), ("BNOTHERE", "not found")):
        task = export(rack, tmp_path / "b.tgz", id, task=run_task)
        assert words in str(task.error)
    assert export(rack, tmp_path / "b.tgz", "latest").result["build"]["id"] != going
    empty = MemoryRack()
    empty.add_app("web")
    for id in ("active", "latest"):
        task = export(empty, tmp_path / "b.tgz", id, task=run_task)
        assert isinstance(task.error, errors.ConvoxOptionError)
        assert f"id: is {id}, but web has no" in task.error.message
        assert export(empty, tmp_path / "b.tgz", id, check_mode=True).changed
    task = export(rack, tmp_path / "no" / "b.tgz", task=run_task)
    assert "there is no folder" in str(task.error)


# --- in


def exported(folder: Path, sha: str = "f00") -> Path:
    export(world(sha), folder / "b.tgz")
    return folder / "b.tgz"


@given(st.sampled_from(["", "f00"]), st.booleans())
def test_a_build_comes_in_once(sha: str, there: bool) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        archive = exported(Path(folder), sha)

        def target() -> MemoryRack:
            rack = MemoryRack()
            rack.add_app("web")
            if there:
                import_(rack, archive)
            return rack

        # Without a commit it is known by its log.
        task = holds_every_rule(BuildNoun, target, app="web", state="imported", archive=str(archive))
        assert task.changed is not there
        assert task.result["build"]["status"] == "complete"
        assert task.result["release"]


def test_the_log_tells_a_build_without_a_commit(tmp_path: Path) -> None:
    rack = world("")
    rack.app().builds[0].logs = "object://web/build/BX/logs"
    export(rack, tmp_path / "b.tgz")
    assert not import_(rack, tmp_path / "b.tgz").changed
    other = world("f01")
    assert import_(other, tmp_path / "b.tgz").changed
    assert not import_(other, tmp_path / "b.tgz").changed
    assert import_(other, tmp_path / "b.tgz", reuse=False).changed


def test_a_lost_answer_is_settled_by_looking(tmp_path: Path) -> None:
    archive = exported(tmp_path)
    rack = world("f01")
    rack.faults.append(Fault("cut_after", "POST", "/import$"))
    task = import_(rack, archive)
    assert (task.changed, task.client.ledger.unsettled) == (True, [])
    assert [each.git_sha for each in rack.app().builds] == ["f01", "f00"]
    rack.faults.append(Fault("cut_before", "POST", "/import$"))
    assert import_(rack, archive, reuse=False).changed
    assert len(rack.app().builds) == 3


def test_a_build_whose_release_is_too_old_is_taken_anew(tmp_path: Path) -> None:
    archive = exported(tmp_path)
    rack = world("f00")
    add(rack, "f01")
    rack.activate(rack.app().releases[-1].id)
    task = import_(rack, archive)
    assert task.kinds == ["releases.create"]


def packed(folder: Path, **files: bytes) -> Path:
    with tarfile.open(folder / "x.tgz", "w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name.replace("_", "."))
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return folder / "x.tgz"


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"x_txt": b"x"}, "holds no build.json"),
        ({"build_json": b"[]"}, "tells of no build"),
        ({"build_json": b"nope"}, "tells of no build"),
        ({"build_json": b'{"id": "B"}'}, "holds a build without a manifest"),
    ],
)
def test_files_that_are_no_build(tmp_path: Path, files: dict[str, bytes], words: str) -> None:
    error = refusal_of(packed(tmp_path, **files))
    assert error.option == "archive"
    assert words in error.message


def refusal_of(path: Path) -> errors.ConvoxOptionError:
    return refusal(BuildNoun, app="web", state="imported", archive=str(path))


def test_files_that_are_broken(tmp_path: Path) -> None:
    whole = exported(tmp_path).read_bytes()
    for number, content in enumerate(
        (b"", b"nope", whole[:-8], whole[: len(whole) // 2], whole + b"more", gzip.compress(b"no tar"))
    ):
        (tmp_path / "x").write_bytes(content)
        assert "is no whole tar.gz" in refusal_of(tmp_path / "x").message, number


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    rack = world()
    task = import_(rack, tmp_path / "nowhere", task=run_task)
    assert isinstance(task.error, errors.ConvoxOptionError)
    assert "No such file" in task.error.message
    assert rack.requests == []
    assert import_(rack, tmp_path / "nowhere", check_mode=True).changed


# --- ended


@pytest.mark.parametrize("newer", [True, False])
@pytest.mark.parametrize("id", ["latest", ""])
def test_a_build_is_ended(newer: bool, id: str) -> None:
    def going() -> MemoryRack:
        rack = world(cancel_builds=newer)
        rack.start_build(5000.0, git_sha="f01")
        return rack

    rack = going()
    given = {"app": "web", "state": "cancelled", "id": id or rack.app().builds[-1].id}
    checked = done(BuildNoun, rack, check_mode=True, **given)
    assert (checked.changed, checked.sent) == (True, [])
    task = done(BuildNoun, rack, **given)
    assert task.changed
    assert task.result["build"]["status"] == "failed"
    assert rack.app().builds[-1].status == "failed"
    for check in (True, False):
        again = done(BuildNoun, rack, check_mode=check, **given)
        assert (again.changed, again.sent) == (False, [])


def test_a_build_that_takes_its_time_to_end() -> None:
    """Whoever does not wait gets it as it is."""
    rack = world(cancel_builds=True)
    build = rack.start_build(5000.0).id
    rack.settings.change({"read_lag_seconds": 60.0, "read_lag_paths": "/builds/"})
    task = done(BuildNoun, rack, app="web", state="cancelled", id=build, wait=False)
    assert (task.changed, task.result["build"]["status"], rack.clock.now() < 30) == (True, "running", True)
    assert rack.app().builds[-1].status == "failed"


def test_a_build_that_has_ended_stays_as_it_is() -> None:
    rack = world()
    task = done(BuildNoun, rack, app="web", state="cancelled", id=rack.app().builds[0].id)
    assert (task.changed, task.result["build"]["status"]) == (False, "complete")


@pytest.mark.parametrize(
    ("given", "option"),
    [
        ({"state": "exported", "dest": "/x"}, "id"),
        ({"state": "exported", "id": "active"}, "dest"),
        ({"state": "exported", "id": "..", "dest": "/x"}, "id"),
        ({"state": "cancelled"}, "id"),
        ({"state": "cancelled", "id": "active"}, "id"),
        ({"state": "cancelled", "id": "latest", "dest": "/x"}, "dest"),
        ({"state": "imported"}, "archive"),
        ({"state": "imported", "archive": "/x", "id": "B"}, "id"),
        ({"state": "exported", "id": "active", "dest": "/x", "path": "/x"}, "path"),
        ({"state": "built", "id": "B"}, "id"),
        ({"state": "built"}, "path"),
    ],
)
def test_what_is_refused_before_any_request(given: dict[str, Any], option: str) -> None:
    assert refusal(BuildNoun, app="web", **given).option == option
