# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""convox_build: images that are made elsewhere, wildcard domains and other ignore files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._modules.build.noun import BuildNoun
from tests.practice_rack.faults import Fault
from tests.practice_rack.memory import MemoryRack
from tests.unit.tasks import done, holds_every_rule, refusal, run_task

from .build_stage import MANIFEST, Stage

IMAGE: dict[str, Any] = {
    "app": "web",
    "image": "docker.io/library/httpd:2",
    "manifest_content": MANIFEST,
    "git_sha": "f00",
}


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    return Stage(tmp_path / "source", monkeypatch)


def world(**settings: Any) -> MemoryRack:
    rack = MemoryRack(image_seconds=5.0, **settings)
    rack.add_app("web")
    return rack


def test_an_image_from_elsewhere() -> None:
    task = holds_every_rule(BuildNoun, world, **IMAGE)
    assert task.kinds == [
        "builds.create",
        "builds.update",
        "transfer.import_image",
        "releases.create",
        "builds.update",
    ]
    assert task.sent[0][2] == {"external": "true", "git-sha": "f00"}
    assert task.result["build"]["status"] == "complete"
    assert task.result["release"]
    assert "repository" not in task.result


def test_a_login_for_the_registry() -> None:
    login = {"image_username": "me", "image_password": "canary-login"}
    task = done(BuildNoun, world(), **IMAGE, **login)
    assert task.sent[2][2]["src-creds-pass"] == "canary-login"
    assert "canary" not in f"{task.result} {task.lines} {task.warnings}"


def test_a_deadline_and_the_next_task() -> None:
    rack = world()
    task = run_task(BuildNoun, rack, **IMAGE, wait_timeout=2)
    assert isinstance(task.error, errors.ConvoxWaitError)
    again = done(BuildNoun, rack, **IMAGE)
    assert again.kinds == ["releases.create", "builds.update"]
    assert len(rack.app().builds) == 1


def test_not_waiting() -> None:
    rack = world()
    task = done(BuildNoun, rack, **IMAGE, wait=False)
    assert (task.result["build"]["status"], task.result["release"]) == ("running", None)
    assert done(BuildNoun, rack, **IMAGE).result["release"]


def test_not_waiting_makes_the_release_of_a_build_that_is_complete() -> None:
    rack = world()
    assert done(BuildNoun, rack, **IMAGE, wait=False).result["release"] is None
    rack.clock.sleep(60.0)
    task = done(BuildNoun, rack, **IMAGE, wait=False)
    assert task.kinds == ["releases.create", "builds.update"]
    assert (task.changed, bool(task.result["release"])) == (True, True)
    assert not done(BuildNoun, rack, **IMAGE, wait=False).changed


@pytest.mark.parametrize("check", [False, True])
def test_not_waiting_for_what_the_rack_is_at_already(check: bool) -> None:
    rack = world()
    done(BuildNoun, rack, **IMAGE, wait=False)
    task = done(BuildNoun, rack, **IMAGE, wait=False, check_mode=check)
    assert (task.changed, task.result["release"]) == (False, None)
    assert task.result["build"]["status"] == "running"


def test_an_image_that_the_rack_cannot_get() -> None:
    task = run_task(BuildNoun, world(), **{**IMAGE, "image": "registry.test/fail:1"})
    assert "ended as failed" in str(task.error)
    rack = world()
    rack.fail(422, "invalid image ref: nope", "POST", "/image$")
    task = run_task(BuildNoun, rack, **IMAGE)
    assert isinstance(task.error, errors.ConvoxValidationError)
    assert task.changed


def test_a_lost_answer() -> None:
    rack = world()
    rack.faults.append(Fault("cut_after", "POST", "/image$"))
    assert done(BuildNoun, rack, **IMAGE).client.ledger.unsettled == []
    assert len(rack.app().builds) == 1


def test_a_build_of_another_kind_does_not_wait_for_an_image() -> None:
    rack = world()
    rack.act("POST", "/apps/web/builds", {"external": "true", "git-sha": "f00"})
    task = done(BuildNoun, rack, app="web", url="https://h/x.tgz", git_sha="f00")
    assert task.kinds == ["builds.create"]


def test_a_build_for_an_image_that_somebody_pushes() -> None:
    rack = world()
    given = {"app": "web", "external": True, "description": "by hand"}
    checked = done(BuildNoun, rack, check_mode=True, **given)
    assert (checked.changed, checked.sent) == (True, [])
    task = done(BuildNoun, rack, **given, manifest_content=MANIFEST)
    assert task.kinds == ["builds.create", "builds.update"]
    assert (task.result["build"]["status"], task.result["release"]) == ("created", None)
    assert rack.password not in str(task.result)
    task = done(BuildNoun, rack, **given, reveal=True)
    assert task.result["repository"] == f"https://convox:{rack.password}@api.rack.test/web"
    rack.faults.append(Fault("cut_after", "POST", "/builds$"))
    task = run_task(BuildNoun, rack, **given, git_sha="f9", reveal=True)
    assert isinstance(task.error, errors.ConvoxIgnoredError)
    assert "repository was lost" in task.error.message


@pytest.mark.parametrize(
    ("given", "option"),
    [
        ({"image": "--x", "manifest_content": MANIFEST}, "image"),
        ({"image": "https://h/x", "manifest_content": MANIFEST}, "image"),
        ({"image": "a:-b", "manifest_content": MANIFEST}, "image"),
        ({"image": "httpd"}, "manifest_src"),
        ({"image": "httpd", "manifest_src": "/nowhere"}, "manifest_src"),
        ({"external": True, "url": "https://h/x.tgz"}, "external"),
    ],
)
def test_what_is_refused_before_any_request(given: dict[str, Any], option: str) -> None:
    options = {"state": "built", "external": False, "reveal": False, "manifest": "convox.yml", **given}
    assert refusal(BuildNoun, app="web", **options).option == option


def test_a_manifest_of_a_file(stage: Stage) -> None:
    answer = stage.do("convox_build", app="web", image="httpd", manifest_src=f"{stage.folder}/convox.yml")
    assert answer["changed"], answer
    assert stage.last.manifest == MANIFEST


def test_a_wildcard_domain_and_another_ignore_file(stage: Stage) -> None:
    (stage.folder / "kept-out").write_text("Dockerfile\n")
    stage.built(wildcard_domain=True, ignore_file="kept-out")
    assert stage.last.options["wildcard-domain"] == "true"
    assert set(stage.last.files) == {"convox.yml", "kept-out"}
    answer = stage.build(ignore_file="nothing")
    assert "ignore_file: 'nothing' is no file in the source" in answer["msg"]
