# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""A write that the rack did and whose answer was lost, and then the rack is away: the failure says what was
sent and that it may have been done, whatever could not be read afterwards."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.integration.deploys import (
    FAST,
    URL,
    Task,
    app_task,
    build_task,
    do,
    done,
    env_task,
    fast_time,
    release_task,
    service_task,
)
from tests.integration.pictures import Request, requests_of, rest, restore, snapshot
from tests.practice_rack.faults import Fault
from tests.practice_rack.server import PracticeRack
from tests.practice_rack.state import State

SOURCE = str(Path(__file__).with_name("source"))
TASKS = (
    app_task(parameters={"BuildCpu": 512}).named("app"),
    env_task({"A": "1"}, masked_keys=["A"]).named("env"),
    build_task(path=SOURCE, git_sha="a" * 40).named("build"),
    release_task(release="latest").named("promote"),
    service_task(name="web", count=2).named("scale"),
    service_task(state="restarted").named("restart"),
    build_task(url=URL).named("build-url"),
    release_task(state="created", env_from="active", build_from="active", description="x").named("release"),
    app_task(state="absent").named("delete"),
)
OPERATIONS = {
    r"POST /apps$": "Create app web",
    r"PUT /apps/web$": "Update app web",
    r"DELETE /apps/web$": "Delete app web",
    r"POST /apps/web/releases$": "Create a release of web",
    r"POST /apps/web/releases/\S+/promote$": r"Promote \w+ of web",
    r"POST /apps/web/builds$": "Build web",
    r"PUT /apps/web/configs/": "Set config cli-env-mask of web",
    r"PUT /apps/web/services/web$": "Scale web of web",
    r"POST /apps/web/services/\w+/restart$": r"Restart \w+ of web",
}


@dataclass
class Away(Fault):
    """The rack cannot be reached any more once another fault has happened."""

    kind: str = "cut_before"
    after: Fault = field(default_factory=lambda: Fault("cut_before"))

    def takes(self, method: str, path: str) -> bool:
        return self.after.times == 0


@pytest.fixture(scope="module")
def rack() -> Iterator[PracticeRack]:
    with PracticeRack(**FAST) as rack, fast_time():
        yield rack


@pytest.fixture(scope="module")
def stages(rack: PracticeRack) -> dict[str, tuple[State, list[Request]]]:
    """What is there before each task, and which writes it sends, without a fault."""
    found = {}
    for task in TASKS:
        before = snapshot(rack)
        rack.requests.clear()
        done(rack, task)
        # A stored object is no change yet: nothing uses it.
        writes = [each for each in requests_of(rack, 1) if each.write and "/objects/" not in each.path]
        found[task.name] = before, writes
        rest(rack)
    return found


@pytest.mark.parametrize("kind", ["cut_after", "half"])
@pytest.mark.parametrize("task", TASKS, ids=str)
def test_what_was_sent_is_told(
    rack: PracticeRack, stages: dict[str, tuple[State, list[Request]]], task: Task, kind: str
) -> None:
    before, writes = stages[task.name]
    assert writes
    for request in writes:
        restore(rack, before)
        fault = request.fault(kind=kind, times=1)
        rack.faults += [fault, Away(after=fault)]
        answer = do(rack, task, max_retries=1, wait_timeout=20)
        rack.faults.clear()
        where = f"{request}: {answer.get('msg')}"
        assert answer.get("failed"), where
        assert (answer.get("unsettled"), answer["changed"]) == (True, True), where
        (operation,) = [
            o for path, o in OPERATIONS.items() if re.match(path, f"{request.method} {request.path}")
        ]
        assert re.match(operation + ": ", answer["msg"]), where
        assert "may have been" in answer["msg"], where


def test_what_was_found_out_is_not_unsettled(rack: PracticeRack) -> None:
    """The app's answer was lost, the app was found, and what fails later is something else."""
    rack.faults.append(Fault("cut_after", "POST", "^/apps$"))
    answer = do(rack, app_task(name="other", parameters={"Elastic": "yes"}))
    assert answer["error"] == "ConvoxIgnoredError" and answer["changed"]
    assert not answer["unsettled"] and "may have been" not in answer["msg"]


def test_a_read_that_fails_leaves_nothing_unsettled(rack: PracticeRack) -> None:
    rack.faults.append(Fault("cut_before", times=-1))
    answer = do(rack, app_task(name="third"), max_retries=0)
    rack.faults.clear()
    assert answer["failed"] and not answer["changed"]
    assert not answer["unsettled"] and "may have been" not in answer["msg"]


def test_a_write_that_the_rack_refused_is_not_unsettled(rack: PracticeRack) -> None:
    rack.faults.append(Fault("status", "POST", "^/apps$", status=400, body="no", times=-1))
    answer = do(rack, app_task(name="fourth"))
    rack.faults.clear()
    assert answer["failed"] and (answer["changed"], answer["unsettled"]) == (False, False)


def test_an_upload_alone_changes_nothing(rack: PracticeRack) -> None:
    done(rack, app_task())
    rack.faults.append(Fault("cut_after", "POST", "/objects/", times=-1))
    answer = do(rack, build_task(path=SOURCE), max_retries=0)
    rack.faults.clear()
    assert answer["failed"] and (answer["changed"], answer["unsettled"]) == (False, False)
