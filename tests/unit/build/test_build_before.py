# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""convox_build: what it looks at before it builds, and builds that are taken again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.resources.apps import App
from ansible_collections.convox.rack.plugins.module_utils._api.resources.builds import Build
from ansible_collections.convox.rack.plugins.module_utils._modules.build import steps
from ansible_collections.convox.rack.plugins.module_utils._modules.build.noun import BuildNoun
from ansible_collections.convox.rack.plugins.module_utils._modules.build.state import Desired, Observed

from .build_stage import MANIFEST, Stage


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    return Stage(tmp_path / "source", monkeypatch)


# --- taken again


def test_a_commit_is_built_once(stage: Stage) -> None:
    first = stage.built(git_sha="f00")
    again = stage.built(git_sha="f00")
    assert not again["changed"]
    assert (again["build"], again["release"]) == (first["build"], first["release"])
    assert again["diff"] == {"before": {}, "after": {}}
    assert len(again["requests"]) == 3
    assert stage.built(git_sha="f01")["changed"]
    assert stage.built(git_sha="f00", reuse=False)["changed"]


def test_another_manifest_is_another_build(stage: Stage) -> None:
    first = stage.built(git_sha="f00")
    (stage.folder / "convox.yml").write_text(MANIFEST + "  worker:\n    build: .\n")
    assert stage.built(git_sha="f00")["build"]["id"] != first["build"]["id"]


def test_a_failed_build_is_not_taken(stage: Stage) -> None:
    assert stage.build(url="https://h/fail.tgz", git_sha="f00")["failed"]
    assert stage.built(url="https://h/ok.tgz", git_sha="f00")["changed"]


def test_the_release_that_may_be_promoted_is_given(stage: Stage) -> None:
    """After an env change the build lives in a newer release; the one it was made with is too old."""
    first = stage.built(git_sha="f00")
    stage.must("convox_release", app="web", release=first["release"])
    changed = stage.must("convox_env", app="web", variables={"A": "1"})
    again = stage.built(git_sha="f00")
    assert not again["changed"]
    assert again["release"] == changed["release"]
    assert not stage.must("convox_release", app="web", release=again["release"])["changed"]


def test_an_older_build_is_carried_into_a_new_release(stage: Stage) -> None:
    old = stage.built(git_sha="f00")
    stage.must("convox_release", app="web", release=old["release"])
    stage.must("convox_env", app="web", variables={"A": "1"})
    new = stage.built(git_sha="f01")
    stage.must("convox_release", app="web", release=new["release"])
    assert stage.built(check=True, git_sha="f00")["changed"]
    answer = stage.built(git_sha="f00")
    assert answer["changed"]
    assert answer["build"]["id"] == old["build"]["id"]
    assert stage.writes() == ["POST /apps/web/releases"]
    release = stage.app.releases[-1]
    assert (release.id, release.build) == (answer["release"], old["build"]["id"])
    assert release.env == "A=1"
    assert not stage.built(git_sha="f00")["changed"]
    assert stage.must("convox_release", app="web", release=answer["release"])["changed"]


# --- the guard


def lose_a_variable(stage: Stage) -> None:
    """The running release has A and B; the newest lacks B."""
    stage.must("convox_env", app="web", variables={"A": "canary-a", "B": "canary-b"})
    built = stage.built()
    stage.must("convox_release", app="web", release=built["release"])
    stage.must("convox_env", app="web", unset=["B"], promote=False)


def test_a_build_that_would_lose_variables_is_not_made(stage: Stage) -> None:
    lose_a_variable(stage)
    answer = stage.build()
    assert answer["failed"]
    assert not answer["changed"]
    assert answer["lost_variables"] == ["B"]
    assert "lacks variables that the running one has: B" in answer["msg"]
    assert "env_guard: warn" in answer["msg"]
    assert "canary" not in str(answer)
    assert stage.writes() == []
    assert stage.build(check=True)["failed"]


def test_the_guard_can_warn_or_be_off(stage: Stage) -> None:
    lose_a_variable(stage)
    assert stage.built(env_guard="warn")["changed"]
    assert len(stage.warned) == 1
    assert "B" in stage.warned[0]
    stage.built(env_guard="off")
    assert stage.warned == []


def test_env_values_are_taken_out_of_the_log(stage: Stage) -> None:
    stage.must("convox_env", app="web", variables={"A": "RUN true"})
    stage.built()
    assert "Step 1/3 : ********" in stage.said


# --- the plan, without a rack


DESIRED = Desired("web", url="https://h/x.tgz")
APP = App(name="web", status="running")
BUILD = Build(id="BAAAAAAAAAA", status="complete", release="RAAAAAAAAAA")


@pytest.mark.parametrize(
    ("observed", "step"),
    [
        ({}, steps.Build),
        ({"app": App(name="web", status="updating")}, steps.Build),
        ({"complete": BUILD}, steps.Take),
        ({"complete": BUILD, "release": "RAAAAAAAAAA"}, None),
        ({"going": BUILD}, steps.Follow),
        ({"made": steps.Made(BUILD, "RAAAAAAAAAA")}, None),
        # What is to be refused before a build is no matter where none is made.
        ({"complete": BUILD, "release": "RAAAAAAAAAA", "lost": ("A",)}, None),
    ],
)
def test_the_step(observed: dict[str, Any], step: type | None) -> None:
    plan = BuildNoun().plan(Observed(**{"app": APP, **observed}), DESIRED)
    assert [type(each) for each in plan] == ([step] if step else [])


@pytest.mark.parametrize(
    ("observed", "words"),
    [
        ({"app": App(name="web", status="deleting")}, "is being deleted"),
        ({"budget_tripped": True}, "budget of web is used up"),
        ({"lost": ("A", "B")}, "A, B"),
        ({"complete": BUILD, "budget_tripped": True}, "budget of web is used up"),
    ],
)
def test_what_is_refused(observed: dict[str, Any], words: str) -> None:
    with pytest.raises(errors.ConvoxError, match=words):
        BuildNoun().plan(Observed(**{"app": APP, **observed}), DESIRED)
