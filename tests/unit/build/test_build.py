# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""convox_build: sources, results, reuse, guards."""

from __future__ import annotations

import subprocess
import tarfile
from pathlib import Path

import pytest

from ansible_collections.convox.rack.plugins.module_utils._build_context import archive
from tests.practice_rack.faults import Fault

from .build_stage import Stage


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    return Stage(tmp_path / "source", monkeypatch)


# --- sources


def test_a_folder(stage: Stage) -> None:
    (stage.folder / "twin").hardlink_to(stage.folder / "Dockerfile")
    answer = stage.built()
    build = stage.last
    assert answer["changed"]
    assert answer["build"]["id"] == build.id
    assert answer["build"]["status"] == "complete"
    assert answer["release"] == build.release
    assert set(build.files) == {"convox.yml", "Dockerfile", "twin"}
    assert answer["diff"] == {"before": {}, "after": {"build": "a new build"}}
    assert stage.said[:2] == ["uploading 3 files", f"build {build.id} started"]
    assert "Step 2/3 : RUN true" in stage.said
    assert stage.said[-1] == f"build {build.id} is complete: release {build.release}"
    assert not stage.warned


def test_an_archive(stage: Stage, tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a.tgz", "w:gz") as tar:
        tar.add(stage.folder, ".")
    stage.built(archive=str(tmp_path / "a.tgz"))
    assert set(stage.last.files) == {"convox.yml", "Dockerfile"}


def test_a_url(stage: Stage) -> None:
    stage.built(url="https://h/source.tgz")
    assert stage.last.options == {"url": "https://h/source.tgz"}


def test_all_options_reach_the_rack(stage: Stage) -> None:
    (stage.folder / "deploy").mkdir()
    (stage.folder / "convox.yml").rename(stage.folder / "deploy" / "rack.yml")
    answer = stage.built(
        manifest="deploy/rack.yml",
        build_args={"A": 1, "TOKEN": "canary-value"},
        no_cache=True,
        development=True,
        description="by hand",
        git_sha="f00",
    )
    options = dict(stage.last.options)
    assert options.pop("url").startswith("object://web/tmp/")
    assert options == {
        "manifest": "deploy/rack.yml",
        "build-args": "A=1,TOKEN=canary-value",
        "no-cache": "true",
        "development": "true",
        "description": "by hand",
        "git-sha": "f00",
    }
    assert "canary" not in f"{answer} {stage.said}"


def test_git_tells_commit_and_description(stage: Stage) -> None:
    git = ("git", "-C", str(stage.folder), "-c", "user.name=A", "-c", "user.email=a@rack.test")
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "Say hello"]):
        subprocess.run([*git, *arguments], check=True)
    sha = subprocess.run(
        [*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True
    ).stdout.strip()
    first = stage.built()["build"]
    assert (first["git_sha"], first["description"]) == (sha, f"build {sha[:10]} Say hello")
    # Git's own commit does not make a build be taken again: files that git does not know may differ.
    assert stage.built()["build"]["id"] != first["id"]
    assert stage.built(description="")["build"]["description"] == ""


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"path": "/nowhere"}, "path: /nowhere does not exist"),
        ({"archive": "/nowhere.tgz"}, "archive: /nowhere.tgz cannot be read"),
        ({"url": "source.tgz"}, "url: is no url"),
        ({"manifest": "other.yml"}, "holds no other.yml"),
        ({"build_args": ["canary"]}, "build_args: is neither"),
        ({"url": "https://h/x.tgz", "path": "."}, "mutually exclusive"),
    ],
)
def test_a_bad_source_is_refused_before_any_request(
    stage: Stage, options: dict[str, str], words: str
) -> None:
    answer = stage.build(**options)
    assert answer["failed"]
    assert words in answer["msg"]
    assert "canary" not in str(answer)
    assert answer["requests"] == []


def test_warnings_of_packing(stage: Stage) -> None:
    (stage.folder / ".env").write_text("PASSWORD=canary\n")
    stage.built()
    assert len(stage.warned) == 1
    assert ".env" in stage.warned[0]


# --- what goes wrong


def test_a_failed_build(stage: Stage) -> None:
    (stage.folder / "convox.yml").write_text(f"# fail\n{stage.folder.joinpath('convox.yml').read_text()}")
    answer = stage.build()
    assert answer["failed"]
    assert answer["changed"]
    assert answer["reason"] == "exit status 1"
    assert answer["logs"][-2:] == ["ERROR: build failed: told to fail", "ERROR: exit status 1"]
    assert "told to fail" in answer["msg"]
    assert answer["build"]["id"] == stage.last.id
    assert stage.said[-1] == "ERROR: exit status 1"


def test_an_upload_and_a_post_without_an_answer_are_settled(stage: Stage) -> None:
    stage.rack.faults.append(Fault("cut_after", "POST", "/objects/"))
    stage.rack.faults.append(Fault("cut_after", "POST", "/builds$"))
    answer = stage.built(git_sha="f00")
    uploads = {request for request in answer["requests"] if "/objects/tmp" in request}
    assert len(uploads) == 1
    assert len(stage.app.builds) == 1
    assert answer["build"]["id"] == stage.app.builds[0].id


def test_a_log_that_is_cut(stage: Stage) -> None:
    stage.rack.settings.build_seconds = 1.0
    stage.rack.faults.append(Fault("cut_after", "SOCKET", "/logs", frames=1))
    stage.built()
    assert [line for line in stage.said if line.startswith("Step")] == [
        f"Step {n}/3 : RUN true" for n in (1, 2, 3)
    ]


def test_a_new_build_that_the_rack_does_not_find_at_once(stage: Stage) -> None:
    stage.rack.settings.find_lag_seconds = 0.5
    assert stage.built()["build"]["status"] == "complete"


def test_our_deadline(stage: Stage) -> None:
    stage.rack.settings.build_seconds = 3.0
    answer = stage.build(git_sha="f00", wait_timeout=1)
    assert answer["failed"]
    assert answer["changed"]
    assert answer["error"] == "ConvoxWaitError"
    assert "The build goes on by itself" in answer["msg"]
    # The next task with that commit waits for it instead of building again.
    again = stage.built(git_sha="f00")
    assert not again["changed"]
    assert again["build"]["id"] == answer["build"]["id"]
    assert stage.writes() == []


def test_not_waiting(stage: Stage) -> None:
    answer = stage.built(wait=False)
    assert answer["changed"]
    assert answer["build"]["status"] == "running"
    assert answer["release"] is None


# --- check mode


def test_check_mode_sends_no_write(stage: Stage) -> None:
    stage.rack.settings.refuse_writes = True
    answer = stage.built(check=True, git_sha="f00")
    assert answer["changed"]
    assert (answer["build"], answer["release"]) == (None, None)
    assert answer["diff"]["after"] == {"build": "f00"}
    assert stage.writes() == []


def test_a_deploy_key_is_enough(stage: Stage) -> None:
    stage.key = stage.rack.deploy_key()
    first = stage.built(git_sha="f00")
    again = stage.built(git_sha="f00")
    assert again["release"] == first["release"]
    assert not again["changed"]


def test_a_file_that_changes_while_it_is_sent(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    pack = archive.pack

    def pack_and_change(folder: str, manifest: str) -> archive.Packed:
        packed = pack(folder, manifest)
        (stage.folder / "Dockerfile").unlink()
        return packed

    monkeypatch.setattr(archive, "pack", pack_and_change)
    answer = stage.build()
    assert answer["failed"]
    assert "path: Dockerfile cannot be read" in answer["msg"]
    assert not answer["changed"]
    assert stage.app.builds == []
