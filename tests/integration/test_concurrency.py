# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many writers of one env at once: no key is lost, no run fails, nobody's pending build is deployed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.convox.rack.plugins.module_utils._api.resources import releases
from tests.integration.conftest import MakeRack
from tests.integration.deploys import (
    FAST,
    URL,
    Answer,
    build,
    client,
    done,
    env_task,
    fast_time,
    release_task,
    running_app,
    until,
)
from tests.integration.harness import Harness, Run
from tests.practice_rack.faults import Fault
from tests.practice_rack.server import PracticeRack
from tests.practice_rack.state import Release

WRITERS = 8
TASKS = 3
CHANGES = 5
# A change is one post, and some repairs; measured are 1.2 to 2.
MOST_POSTS = 3.0


@pytest.fixture
def fast_rack() -> Iterator[PracticeRack]:
    """A fifth of the usual speed-up: pauses between writers have to be longer than requests take."""
    with PracticeRack(**FAST) as rack, fast_time(speed=10.0):
        yield rack


def all_at_once(work: Callable[[int], Any]) -> list[Any]:
    with ThreadPoolExecutor(WRITERS) as pool:
        return list(pool.map(work, range(WRITERS)))


def written(per_writer: int) -> dict[str, str]:
    return {f"W{w}_K{k}": f"value-{w}-{k}" for w in range(WRITERS) for k in range(per_writer)}


def env_of(release: Release) -> dict[str, str]:
    return dict(line.split("=", 1) for line in release.env.splitlines())


def active(rack: PracticeRack) -> Release:
    app = rack.state.apps["web"]
    return next(release for release in app.releases if release.id == app.release)


def newest(rack: PracticeRack) -> Release:
    return rack.state.apps["web"].releases[-1]


def posts(rack: PracticeRack) -> int:
    return sum((r.method, r.path) == ("POST", "/apps/web/releases") for r in rack.requests)


def promoted_builds(rack: PracticeRack) -> set[str]:
    """The builds of all releases that somebody promoted."""
    ids = {record.path.split("/")[4] for record in rack.requests if record.path.endswith("/promote")}
    return {release.build for release in rack.state.apps["web"].releases if release.id in ids}


def write(rack: PracticeRack, folder: Path) -> list[Run]:
    """Eight real runs of ansible-playbook at once, three tasks each."""

    def run(writer: int) -> Run:
        tasks = [
            {"name": f"key {k}", "convox.rack.convox_env": {"app": "web", "variables": {key: value}}}
            for k, (key, value) in enumerate(
                (key, value) for key, value in written(TASKS).items() if key.startswith(f"W{writer}_")
            )
        ]
        return Harness(rack, folder / f"writer{writer}").run_playbook(tasks)

    rack.requests.clear()
    return all_at_once(run)


def all_went_well(runs: Iterable[Run]) -> None:
    for run in runs:
        run.must()
        assert [result.result["changed"] for result in run.ours()] == [True] * TASKS
        assert all(result.result["promoted"] and not result.result["conflicts"] for result in run.ours())


def test_eight_playbooks(make_rack: MakeRack, tmp_path: Path) -> None:
    rack = make_rack()
    with fast_time():
        running_app(rack, {"BEFORE": "1"})
    runs = write(rack, tmp_path)
    all_went_well(runs)
    assert env_of(active(rack)) == {"BEFORE": "1", **written(TASKS)}
    assert env_of(newest(rack)) == env_of(active(rack))
    assert WRITERS * TASKS <= posts(rack) <= MOST_POSTS * WRITERS * TASKS


def test_eight_playbooks_beside_a_pending_build_where_lists_lag(make_rack: MakeRack, tmp_path: Path) -> None:
    rack = make_rack()
    with fast_time():
        running_app(rack, {"BEFORE": "1"})
        pending = releases.get(client(rack), "web", build(rack, URL)).build
    old = active(rack).build
    rack.settings.lag_seconds = 0.3
    runs = write(rack, tmp_path)
    all_went_well(runs)
    assert promoted_builds(rack) == {old} and active(rack).build == old
    assert env_of(active(rack)) == {"BEFORE": "1", **written(TASKS)}
    assert newest(rack).build == pending
    assert env_of(newest(rack)) == env_of(active(rack))
    assert any(result.result["pending_release"] for run in runs for result in run.ours())


@pytest.mark.parametrize("lag", [0.0, 0.05], ids=["lists at once", "lists lag"])
@pytest.mark.parametrize("attempt", range(2))
def test_eight_threads(fast_rack: PracticeRack, attempt: int, lag: float) -> None:
    running_app(fast_rack, {"BEFORE": "1"})
    fast_rack.settings.lag_seconds = lag
    fast_rack.requests.clear()

    def change(writer: int) -> list[Answer]:
        mine = [(key, value) for key, value in written(CHANGES).items() if key.startswith(f"W{writer}_")]
        # The actor gives each writer a connection of its own.
        return [done(fast_rack, env_task({key: value}), actor=f"writer {writer}") for key, value in mine]

    answers = [answer for many in all_at_once(change) for answer in many]
    assert all(answer["changed"] and answer["promoted"] for answer in answers)
    assert not any(answer["conflicts"] for answer in answers)
    assert env_of(newest(fast_rack)) == {"BEFORE": "1", **written(CHANGES)}
    assert env_of(active(fast_rack)) == env_of(newest(fast_rack))
    assert posts(fast_rack) <= MOST_POSTS * WRITERS * CHANGES


def test_eight_threads_that_unset(fast_rack: PracticeRack) -> None:
    running_app(fast_rack, {"BEFORE": "1", **written(1)})
    answers = all_at_once(
        lambda w: done(fast_rack, env_task({f"W{w}_K0": None, f"NEW{w}": "x"}), actor=f"writer {w}")
    )
    assert all(answer["unset"] == [f"W{w}_K0"] for w, answer in enumerate(answers))
    assert env_of(active(fast_rack)) == {"BEFORE": "1", **{f"NEW{w}": "x" for w in range(WRITERS)}}
    assert env_of(newest(fast_rack)) == env_of(active(fast_rack))


def overlapping(rack: PracticeRack, slow: dict[str, Any], quick: dict[str, Any]) -> tuple[Answer, Answer]:
    """Two writers that read the same release: the post of the first is held up until the second is done."""
    rack.requests.clear()
    rack.faults.append(Fault("delay", "POST", "^/apps/web/releases$", seconds=0.5))
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(done, rack, env_task(slow, promote=False), actor="slow")
        until(lambda: posts(rack) == 1)
        second = done(rack, env_task(quick, promote=False), actor="quick")
        return first.result(), second


def test_a_conflict_is_told(fast_rack: PracticeRack) -> None:
    running_app(fast_rack, {"KEY": "0"})
    slow, quick = overlapping(fast_rack, {"KEY": "slow", "A": "1"}, {"KEY": "quick", "B": "2"})
    assert slow["conflicts"] == ["KEY"] and quick["conflicts"] == []
    # What comes last in the list holds, and what is in no conflict is there from both.
    assert env_of(newest(fast_rack)) == {"KEY": "slow", "A": "1", "B": "2"}


def test_setting_and_unsetting_is_a_conflict(fast_rack: PracticeRack) -> None:
    running_app(fast_rack, {"KEY": "0"})
    slow, _unused = overlapping(fast_rack, {"KEY": None}, {"KEY": "quick"})
    assert slow["conflicts"] == ["KEY"]
    assert env_of(newest(fast_rack)) == {}


def test_the_same_value_from_two_is_no_conflict(fast_rack: PracticeRack) -> None:
    running_app(fast_rack, {"KEY": "0"})
    slow, quick = overlapping(fast_rack, {"KEY": "same"}, {"KEY": "same"})
    assert slow["conflicts"] == quick["conflicts"] == []
    assert env_of(newest(fast_rack)) == {"KEY": "same"}


def test_one_after_the_other_is_no_conflict(fast_rack: PracticeRack) -> None:
    running_app(fast_rack, {"KEY": "0"})
    assert done(fast_rack, env_task({"KEY": "1"}))["conflicts"] == []
    assert done(fast_rack, env_task({"KEY": "2"}))["conflicts"] == []
    assert env_of(active(fast_rack)) == {"KEY": "2"}


def test_a_deploy_between_two_env_changes(fast_rack: PracticeRack) -> None:
    """A build made while an env change is on its way inherits the old env; the change is not lost."""
    running_app(fast_rack, {"KEY": "0"})
    fast_rack.faults.append(Fault("delay", "POST", "^/apps/web/releases$", seconds=0.5))
    fast_rack.requests.clear()
    with ThreadPoolExecutor(1) as pool:
        change = pool.submit(done, fast_rack, env_task({"KEY": "1"}), actor="env")
        until(lambda: posts(fast_rack) == 1)
        made = build(fast_rack, URL)
        change.result()
    assert env_of(newest(fast_rack)) == {"KEY": "1"}
    deployed = done(fast_rack, release_task(release="latest"))["release"]
    assert (
        releases.get(client(fast_rack), "web", deployed).build
        == releases.get(client(fast_rack), "web", made).build
    )
    assert env_of(active(fast_rack)) == {"KEY": "1"}
