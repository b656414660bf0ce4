# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Deadlines, and what a rack answers ok to and does not do, over real sockets, in fast time."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest

from ansible_collections.convox.rack.plugins.module_utils._api.resources import apps
from tests.integration.deploys import (
    FAST,
    Task,
    app_task,
    build,
    build_task,
    client,
    done,
    env_task,
    failed,
    fast_time,
    release_task,
    running_app,
    service_task,
)
from tests.practice_rack.faults import Fault
from tests.practice_rack.server import PracticeRack

GOOD = "https://code.test/good.tgz"


@pytest.fixture
def rack() -> Iterator[PracticeRack]:
    with PracticeRack(**FAST) as rack, fast_time():
        yield rack


# -- the deadline of a request


@pytest.mark.parametrize("status", [429, 503])
def test_timeout_is_over_all_tries(rack: PracticeRack, status: int) -> None:
    rack.faults.append(Fault("status", "GET", "^/apps/web$", times=-1, status=status))
    started = time.monotonic()
    answer = failed(rack, app_task(), timeout=0.5, max_retries=1000, backoff_base=0.2, backoff_max=0.2)
    assert time.monotonic() - started < 3
    assert answer["status"] == status
    assert 5 < len(rack.requests) <= 1000
    assert any("tries" in warning for warning in answer["warnings"])


def test_a_slow_rack_ends_at_timeout(rack: PracticeRack) -> None:
    rack.faults.append(Fault("delay", "GET", "^/apps/web$", times=-1, seconds=5.0))
    started = time.monotonic()
    answer = failed(rack, app_task(), timeout=0.3)
    assert time.monotonic() - started < 3
    assert answer["error"] == "ConvoxTimeoutError"
    assert "Read app web" in answer["msg"] and "within 0.3 s" in answer["msg"] and "timeout" in answer["msg"]


def test_a_pause_asked_for_beyond_the_deadline_is_not_begun(rack: PracticeRack) -> None:
    rack.faults.append(
        Fault("status", "GET", "^/apps/web$", times=-1, status=429, headers={"Retry-After": "100"})
    )
    started = time.monotonic()
    assert failed(rack, app_task(), timeout=30)["status"] == 429
    assert time.monotonic() - started < 10


# -- the deadline of a wait


def test_a_promote_that_does_not_end(rack: PracticeRack) -> None:
    old = running_app(rack)
    new = build(rack)
    rack.settings.stuck_promotes = 1
    answer = failed(rack, release_task(release=new, wait_timeout=20))
    assert answer["error"] == "ConvoxWaitError"
    assert re.match(rf"waited \d\d s for release {new} of web to run", answer["msg"])
    assert f"last seen: status updating, release {new}" in answer["msg"]
    assert "goes on by itself" in answer["msg"]
    assert "wait_timeout" in answer["msg"] and "state: cancelled" in answer["msg"]
    assert answer["release"] == new
    cancelled = done(rack, release_task(state="cancelled"))
    assert (cancelled["release"], cancelled["cancelled"]) == (old, new)


@pytest.mark.parametrize(
    ("setting", "task", "words"),
    [
        ("create_seconds", app_task(name="new"), "last seen: status updating"),
        ("process_seconds", service_task(name="web", count=3), "2 pending, 1 running"),
        ("build_seconds", build_task(url=GOOD), "last seen: status running"),
        ("delete_seconds", app_task(state="absent"), "last seen: status deleting"),
    ],
    ids=["app", "service", "build", "delete"],
)
def test_a_wait_says_what_it_saw(rack: PracticeRack, setting: str, task: Task, words: str) -> None:
    running_app(rack)
    rack.settings.change({setting: 3.0, "promote_seconds": 3.0})
    # A build's log is listened to in real time: a short wait in fast time is over before its first read.
    answer = failed(rack, task, wait_timeout=60 if task.name == "build" else 10)
    assert answer["error"] == "ConvoxWaitError"
    assert re.match(r"waited \d\d s for ", answer["msg"]) and words in answer["msg"]
    assert "by itself" in answer["msg"] and "wait_timeout" in answer["msg"]


# -- what a rack answers ok to and does not do


def test_lost_parameters_are_set_once_more(rack: PracticeRack) -> None:
    done(rack, app_task())
    rack.settings.lose_parameters = 1
    answer = done(rack, app_task(parameters={"BuildCpu": 512}))
    assert answer["changed"] and answer["app"]["parameters"] == {"BuildCpu": "512"}
    assert [record.method for record in rack.requests if record.write] == ["POST", "PUT", "PUT"]


def test_parameters_lost_for_good_are_named(rack: PracticeRack) -> None:
    done(rack, app_task())
    rack.settings.lose_parameters = 100
    answer = failed(rack, app_task(parameters={"BuildCpu": 512, "BuildMem": 256}, locked=True))
    assert answer["error"] == "ConvoxIgnoredError"
    assert all(name in answer["msg"] for name in ("BuildCpu", "BuildMem", "locked"))


def test_a_parameter_that_the_rack_does_not_know_is_named(rack: PracticeRack) -> None:
    answer = failed(rack, app_task(parameters={"BuildCpu": 512, "Elastic": "yes"}))
    assert answer["error"] == "ConvoxIgnoredError"
    assert "ignored for app web: Elastic" in answer["msg"]
    assert apps.get(client(rack), "web").parameters == {"BuildCpu": "512"}


def test_a_reverted_parameter_is_set_again(rack: PracticeRack) -> None:
    running_app(rack, {"A": "1"})
    done(rack, app_task(locked=True))
    rack.settings.revert_locks = 1
    done(rack, env_task({"A": "2"}))
    assert not apps.get(client(rack), "web").locked
    assert done(rack, app_task(locked=True))["app"]["locked"]
    assert apps.get(client(rack), "web").locked
