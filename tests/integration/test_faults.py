# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every request of a deploy meets every kind of fault, once and for good.

The task ends well or fails clearly; nothing is on the rack twice; the task repeated brings the rack to where a run
without faults ends, and repeated once more it changes nothing. All of it is the real client over real sockets.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.integration.deploys import (
    FAST,
    Answer,
    Request,
    Task,
    app_task,
    build,
    do,
    done,
    env_task,
    fast_time,
    picture,
    release_task,
    requests_of,
    rest,
    restore,
    service_task,
    snapshot,
)
from tests.practice_rack.faults import Fault
from tests.practice_rack.server import PracticeRack
from tests.practice_rack.state import State

BUILD = Task("build", None, {})
DEPLOY = (
    Task("app", app_task().noun, {"name": "web", "parameters": {"BuildCpu": 512, "BuildMem": 1024}}),
    Task("first-env", env_task().noun, {"app": "web", "variables": {"A": "1", "B": "two"}}),
    BUILD,
    Task("promote", release_task().noun, {"app": "web", "release": "latest"}),
    Task("scale", service_task().noun, {"app": "web", "name": "web", "count": 3, "cpu": 300}),
    Task("env", env_task().noun, {"app": "web", "variables": {"A": "2"}, "masked_keys": ["A"]}),
    Task("restart", service_task().noun, {"app": "web", "state": "restarted"}, again=True),
    Task("rollback", release_task().noun, {"app": "web", "state": "rolled_back", "release": "previous"}),
    Task("delete", app_task().noun, {"name": "web", "state": "absent"}),
)
TASKS = tuple(task for task in DEPLOY if task is not BUILD)
# Of equal requests (polls) so many meet each fault.
POLLS = 2
TIMEOUT = 0.15
LATE = 0.3

FAULTS: dict[str, dict[str, Any]] = {
    "cut before": {"kind": "cut_before"},
    "cut after": {"kind": "cut_after"},
    "half an answer": {"kind": "half"},
    "429": {"kind": "status", "status": 429, "headers": {"Retry-After": "1"}, "body": "too many requests"},
    **{
        f"{status} {'after' if after else 'before'}": {"kind": "status", "status": status, "after_work": after}
        for status in (502, 503, 504)
        for after in (False, True)
    },
    "work too late": {"kind": "delay", "seconds": LATE},
    "answer too late": {"kind": "delay", "seconds": LATE, "after_work": True},
}
FOR_GOOD = 1000
# What each failure tells: what was tried, or waited for.
TRIED = re.compile(
    r"(Create (app|a release of)|Update app|Delete app|Read (app|the rack|release \w+ of|build \w+ of|config cli-env-mask "
    r"of)|List the (releases|services|processes) of|Promote \w+ of|Scale web of|Restart (web|worker) of|"
    r"Set config cli-env-mask of|waited \d+ s for)"
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
        if task is BUILD:
            build(rack)
            continue
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


@pytest.mark.parametrize("for_good", [False, True], ids=["once", "for good"])
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("task", TASKS, ids=str)
def test_task(
    rack: PracticeRack, stages: dict[str, Stage], task: Task, fault: str, for_good: bool
) -> None:
    here = stages[task.name]
    problems: list[str] = []
    for request in here.requests:
        restore(rack, here.before)
        settings = {**FAULTS[fault], "times": FOR_GOOD if for_good else 1}
        problem = tried(rack, here, request, request.fault(**settings))
        if problem:
            problems.append(f"{request}: {problem}")
    assert not problems, "\n".join(problems)


def tried(rack: PracticeRack, here: Stage, request: Request, fault: Fault) -> str | None:
    """Run a task with one fault, then without: what is wrong, or None."""
    rack.faults.append(fault)
    late = fault.kind == "delay"
    answer = do(rack, here.task, **({"timeout": TIMEOUT} if late else {}))
    if not any(record.fault for record in rack.requests):
        return None if request.nth else "the request was not made"
    rack.faults.clear()
    if answer.get("failed"):
        problem = unclear(answer)
        if problem:
            return problem
        if late:
            time.sleep(LATE)
        repeated = do(rack, here.task)
        if repeated.get("failed"):
            return f"repeated after {answer['msg']!r} it fails: {repeated['msg']}"
    if late:
        time.sleep(LATE)
    rest(rack)
    found = told(rack, here.task)
    expected = here.after
    if found != expected:
        return f"{differences(expected, found)} (after {answer.get('msg', 'success')!r})"
    if here.task.again:
        return None
    again = do(rack, here.task)
    if again.get("failed") or again["changed"]:
        return f"the last repeat: {again}"
    return None


def unclear(answer: Answer) -> str | None:
    """What is wrong with a failure, None for a clear one."""
    if answer["error"] not in CLASSES:
        return f"{answer['error']}: {answer['msg']}"
    if not TRIED.search(answer["msg"]) or "web" not in answer["msg"]:
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
