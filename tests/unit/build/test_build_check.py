# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""convox_build: the rules of every task, and check mode after each task of a deploy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._modules.build.noun import BuildNoun
from tests.practice_rack.memory import MemoryRack
from tests.unit.tasks import done, holds_every_rule, refusal, run_task

from .build_stage import Stage

URL = "https://h/source.tgz"
BUILDS = st.lists(
    st.tuples(st.sampled_from(["f00", "f01"]), st.sampled_from(["complete", "failed", "running"])),
    max_size=4,
)


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    return Stage(tmp_path / "source", monkeypatch)


def world(builds: list[tuple[str, str]], active: int) -> MemoryRack:
    """Builds of two commits, oldest first; the so many-th complete one runs, if there are so many."""
    rack = MemoryRack()
    rack.add_app("web")
    releases = []
    for sha, status in builds:
        if status == "running":
            rack.start_build(5.0, git_sha=sha)
            continue
        build = rack.add_build(git_sha=sha, status=status)
        if status == "complete":
            build.release = rack.add_release(build=build.id).id
            releases.append(build.release)
    if active < len(releases):
        rack.activate(releases[active])
    return rack


@given(BUILDS, st.integers(0, 4))
def test_a_commit_is_there_in_the_end_whatever_was_built(builds: list[tuple[str, str]], active: int) -> None:
    task = holds_every_rule(BuildNoun, lambda: world(builds, active), app="web", url=URL, git_sha="f00")
    assert task.result["build"]["git_sha"] == "f00"
    assert task.result["build"]["status"] == "complete"
    assert task.result["release"]
    there = {"complete", "running"} & {status for sha, status in builds if sha == "f00"}
    assert task.kinds in ([], ["releases.create"]) if there else task.kinds == ["builds.create"]


@pytest.mark.parametrize("jitter", [False, True])
@pytest.mark.parametrize("wait", [True, False])
def test_a_build_is_started_once_on_a_rack_whose_reads_lag(wait: bool, jitter: bool) -> None:
    rack = MemoryRack(read_lag_seconds=3.0, lag_jitter=jitter)
    rack.add_app("web")
    task = done(BuildNoun, rack, app="web", url=URL, git_sha="f00", wait=wait)
    assert task.kinds == ["builds.create"]
    rack.clock.sleep(5.0)
    again = done(BuildNoun, rack, app="web", url=URL, git_sha="f00")
    assert (again.sent, again.changed) == ([], False)


def test_check_mode_builds_on_an_app_that_is_not_there_yet(stage: Stage) -> None:
    stage.rack.state.apps.clear()
    answer = stage.built(check=True)
    assert answer["changed"]
    assert (answer["build"], answer["release"]) == (None, None)
    assert answer["diff"] == {"before": {}, "after": {"build": "a new build"}}
    assert stage.writes() == []
    assert stage.build()["error"] == "ConvoxNotFoundError"


def test_check_mode_after_each_task_of_a_deploy(stage: Stage) -> None:
    def checked(**options: Any) -> dict[str, Any]:
        answer = stage.built(check=True, **options)
        assert stage.writes() == []
        return answer

    assert checked()["changed"]
    stage.must("convox_env", app="web", variables={"LOG_LEVEL": "info"})
    assert checked()["changed"]
    built = stage.built(git_sha="f00")
    again = checked(git_sha="f00")
    assert (again["changed"], again["release"]) == (False, built["release"])
    assert again["build"] == built["build"]
    stage.must("convox_release", app="web", release=built["release"])
    assert not checked(git_sha="f00")["changed"]
    assert checked()["changed"], "without a commit it builds on each run"


def test_check_mode_does_not_wait_for_a_build_that_goes_on() -> None:
    rack = world([("f00", "running")], 0)
    task = done(BuildNoun, rack, check_mode=True, app="web", url=URL, git_sha="f00")
    assert (task.changed, task.sent, rack.clock.now()) == (False, [], 0)
    assert task.result["build"]["status"] == "running"
    assert task.result["release"] is None


@pytest.mark.parametrize("check_mode", [False, True])
def test_an_app_that_is_being_deleted_is_not_built(check_mode: bool) -> None:
    rack = world([], 0)
    rack.busy("web", 60.0, "deleting")
    task = run_task(BuildNoun, rack, check_mode=check_mode, app="web", url=URL)
    assert isinstance(task.error, errors.ConvoxError)
    assert "the app web is being deleted" in task.error.message
    assert task.sent == []


def test_options_are_refused_before_any_request() -> None:
    assert refusal(BuildNoun, app="web", url="source.tgz").option == "url"
    assert refusal(BuildNoun, app="web", url=URL, build_args=["canary"]).option == "build_args"
