# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every request of a deploy meets every kind of fault, once and for good.

The task ends well or fails clearly; nothing is on the rack twice; the task repeated brings the rack to where
a run without faults ends, and repeated once more it changes nothing. All of it is the real client over
real sockets.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.integration.deploys import (
    FAST,
    URL,
    Answer,
    Task,
    app_task,
    build_task,
    do,
    done,
    env_task,
    fast_time,
    release_task,
    service_task,
    until,
)
from tests.integration.pictures import Request, picture, requests_of, rest, restore, snapshot
from tests.practice_rack.server import PracticeRack
from tests.practice_rack.state import State

SOURCE = str(Path(__file__).with_name("source"))
DEPLOY = (
    app_task(parameters={"BuildCpu": 512, "BuildMem": 1024}).named("app"),
    env_task({"A": "1", "B": "two"}).named("first-env"),
    build_task(url=URL, git_sha="a" * 40, description="first").named("build"),
    release_task(release="latest").named("promote"),
    service_task(name="web", count=3, cpu=300).named("scale"),
    env_task({"A": "2"}, masked_keys=["A"]).named("env"),
    service_task(state="restarted").named("restart"),
    release_task(state="rolled_back", release="previous").named("rollback"),
    build_task(path=SOURCE, git_sha="b" * 40, description="second").named("build-folder"),
    env_task({"B": "three"}).named("env-beside-a-pending-build"),
    app_task(state="absent").named("delete"),
)
# What changes something each time it is done.
AGAIN = "restart"
# Of equal requests (polls) so many meet each fault.
POLLS = 2
TIMEOUT = 0.15
LATE = 0.3
# On a busy machine a request without a fault may miss the short deadline, too: then once more.
TRIES = 5

FAULTS: dict[str, dict[str, Any]] = {
    "cut before": {"kind": "cut_before"},
    "cut after": {"kind": "cut_after"},
    "half an answer": {"kind": "half"},
    "429": {"kind": "status", "status": 429, "headers": {"Retry-After": "1"}, "body": "too many requests"},
    **{
        f"{status} {'after' if after else 'before'}": {
            "kind": "status",
            "status": status,
            "after_work": after,
        }
        for status in (502, 503, 504)
        for after in (False, True)
    },
    "work too late": {"kind": "delay", "seconds": LATE},
    "answer too late": {"kind": "delay", "seconds": LATE, "after_work": True},
}
FOR_GOOD = 1000
# What is not listed here ends as one of these does.
FOR_GOOD_TOO = ("cut before", "cut after", "429", "502 before", "work too late")
CASES = [(fault, False) for fault in FAULTS] + [(fault, True) for fault in FOR_GOOD_TOO]
NOT_MADE = "the request was not made"
FINE = (None, NOT_MADE)
# What each failure tells: what was tried, or waited for.
TRIED = re.compile(
    r"(Create (app|a release of)|Update app|Delete app|Read app|Read (release|build) \w+ of|List the \w+ of|"
    r"Promote \w+ of|Scale web of|Restart (web|worker) of|(Read|Set) config cli-env-mask of|"
    r"Read the budget of|Build|Upload to) web: |Read the rack: |waited \d+ s for "
)
CLASSES = {
    "ConvoxConnectionError",
    "ConvoxTimeoutError",
    "ConvoxGatewayError",
    "ConvoxAPIError",
    "ConvoxWaitError",
}


@dataclass(frozen=True)
class Stage:
    """A task with what was on the rack before, what is there after a run without faults, and its requests."""

    task: Task
    before: State
    after: dict[str, Any]
    requests: tuple[Request, ...]


@pytest.fixture(scope="module")
def rack() -> Iterator[PracticeRack]:
    with PracticeRack(**FAST) as rack, fast_time():
        yield rack


@pytest.fixture(scope="module")
def stages(rack: PracticeRack) -> dict[str, Stage]:
    """The whole deploy, task by task, without a fault."""
    found: dict[str, Stage] = {}
    for task in DEPLOY:
        before = snapshot(rack)
        rack.requests.clear()
        done(rack, task)
        requests = tuple(requests_of(rack, POLLS))
        rest(rack)
        found[task.name] = Stage(task, before, told(rack, task), requests)
    return found


def told(rack: PracticeRack, task: Task) -> dict[str, Any]:
    """The rack's picture. A PUT may be repeated, and each promotes the release that is active once more."""
    found = picture(rack)
    if task.name == "app":
        for app in found.values():
            del app["rollouts"]
    return found


@pytest.mark.parametrize(("fault", "for_good"), CASES, ids=[f"{f}{' for good' * g}" for f, g in CASES])
@pytest.mark.parametrize("task", DEPLOY, ids=str)
def test_task(rack: PracticeRack, stages: dict[str, Stage], task: Task, fault: str, for_good: bool) -> None:
    here = stages[task.name]
    settings = {**FAULTS[fault], "times": FOR_GOOD if for_good else 1}
    late = settings["kind"] == "delay"
    # A late answer costs time, and one poll tells as much as two.
    requests = [request for request in here.requests if request.write or not (late and request.nth)]
    problems = {request: tried(rack, here, request, settings) for request in requests}
    found = [
        f"{request}: {problem}" for request, problem in problems.items() if problem not in (None, NOT_MADE)
    ]
    assert not found, "\n".join(found)
    missed = [request for request, problem in problems.items() if problem == NOT_MADE]
    # How often a task looks while it waits is left to time; the rest of its requests is not.
    assert not [str(request) for request in missed if request.write]
    assert len(missed) <= len(requests) / 2


def tried(rack: PracticeRack, here: Stage, request: Request, fault: dict[str, Any]) -> str | None:
    """Run a task with one fault, then without: what is wrong, or None."""
    answer = met(rack, here, request, fault)
    if answer is None:
        return NOT_MADE
    rack.faults.clear()
    until(lambda: all(record.seconds for record in rack.requests))
    if answer.get("failed"):
        problem = unclear(answer)
        if problem:
            return problem
        repeated = do(rack, here.task)
        if repeated.get("failed"):
            return f"repeated after {answer['msg']!r} it fails: {repeated['msg']}"
    rest(rack)
    found, expected = told(rack, here.task), here.after
    if here.task.name == AGAIN and answer.get("failed"):
        found, expected = without_restarts(found), without_restarts(expected)
    if found != expected:
        return f"{differences(expected, found)} (after {answer.get('msg', 'success')!r})"
    if here.task.name == AGAIN:
        return None
    again = do(rack, here.task)
    if again.get("failed") or again["changed"]:
        return f"the last repeat: {again}"
    return None


def met(rack: PracticeRack, here: Stage, request: Request, fault: dict[str, Any]) -> Answer | None:
    """The answer of a task that met a fault; None for one that did not make the request."""
    options: dict[str, Any] = {"timeout": TIMEOUT} if fault["kind"] == "delay" else {}
    if fault["times"] != 1:
        options["wait_timeout"] = 20
    for _unused in range(TRIES):
        restore(rack, here.before)
        rack.faults.append(request.fault(**fault))
        answer = do(rack, here.task, **options)
        if any(record.fault for record in rack.requests):
            return answer
        if not answer.get("failed"):
            return None
    raise AssertionError(f"without a fault: {answer}")


def without_restarts(told: dict[str, Any]) -> dict[str, Any]:
    """A picture without the number of restarts: a restart that failed is one more when it is repeated."""
    found = copy.deepcopy(told)
    for service in found["web"]["services"].values():
        del service["restarts"]
    return found


def unclear(answer: Answer) -> str | None:
    """What is wrong with a failure, None for a clear one."""
    if answer["error"] not in CLASSES:
        return f"{answer['error']}: {answer['msg']}"
    if not TRIED.match(answer["msg"]):
        return f"does not say what was tried: {answer['msg']}"
    return None


def differences(expected: Any, found: Any, where: str = "") -> str:
    """Where two pictures differ, in words."""
    if isinstance(expected, dict) and isinstance(found, dict):
        parts = [
            differences(expected.get(key), found.get(key), f"{where}.{key}")
            for key in sorted({*expected, *found})
            if expected.get(key) != found.get(key)
        ]
        return "; ".join(parts)
    return f"{where}: {found!r} instead of {expected!r}"
