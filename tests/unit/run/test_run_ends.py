# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ways in which a command ends: well, badly, and not at all."""

from __future__ import annotations

import os
import signal
from typing import Any

import pytest

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._modules.run import execute, signals
from ansible_collections.convox.rack.plugins.module_utils._modules.run.noun import RunNoun
from tests.practice_rack.faults import Fault
from tests.practice_rack.memory import MemoryRack
from tests.practice_rack.memory_streams import CUT, END
from tests.unit.tasks import done, run_task

from .run_world import left, run, world

MARK = "F1E49A85-0AD7-4AEF-A618-C249C6E6568D:"


def test_an_error_wins_over_a_code_of_0() -> None:
    for version in ("3.24.9", "3.25.5"):
        rack = world(version=version)
        task = done(RunNoun, rack, app="shop", process="web", command="echo hi")
        rack.play("/exec$", [MARK + "0\n", "ERROR: it never started\n", END])
        task = run(rack)
        assert isinstance(task.error, errors.ConvoxServerError)
        assert task.error.message == "it never started"
        assert left(rack) == []


def test_no_exit_line() -> None:
    rack = world()
    rack.play("/exec$", ["half of\n", END])
    task = run(rack)
    assert isinstance(task.error, errors.ConvoxServerError)
    assert "without an exit code" in task.error.message
    assert (task.error.extra["rc"], task.error.extra["stdout"]) == (None, "half of")
    assert left(rack) == []


def test_a_stream_that_is_cut() -> None:
    rack = world()
    rack.play("/exec$", ["half of\n", CUT])
    task = run(rack)
    assert isinstance(task.error, errors.ConvoxConnectionError)
    assert task.error.extra["stdout"] == "half of"
    assert task.client.ledger.unsettled == [task.error.operation]
    assert left(rack) == []
    assert len(rack.asked("/exec$")) == 1


def test_a_command_is_not_sent_twice() -> None:
    for kind in ("cut_before", "status"):
        rack = world()
        rack.faults.append(Fault(kind, "SOCKET", "/exec$", status=502))
        task = run(rack)
        assert task.error is not None
        assert len(rack.asked("/exec$")) == 1
        assert left(rack) == []


def test_its_time_is_over() -> None:
    rack = world()
    task = run(rack, "sh -c 'echo begun; sleep 100'", run_timeout=10)
    assert isinstance(task.error, errors.ConvoxWaitError)
    assert "did not end within 10 s" in task.error.message
    assert task.error.extra["rc"] is None
    assert left(rack) == []


def test_a_process_that_ends_under_it() -> None:
    rack = world()
    rack.at(5.0, lambda: rack.act("DELETE", f"/apps/shop/processes/{left(rack)[0]}"))
    task = run(rack, "sleep 100")
    assert task.error is not None
    assert "ended under the command" in task.error.message
    assert task.error.extra["rc"] == 1
    assert run(world(), "sh -c 'exit 1'").error.message == "the command ended with code 1"  # type: ignore[union-attr]


def test_a_process_that_never_runs() -> None:
    rack = world(process_seconds=1000.0)
    task = run(rack, wait_timeout=10)
    assert isinstance(task.error, errors.ConvoxWaitError)
    assert "status pending" in task.error.message
    assert left(rack) == []


def test_a_process_that_ends_before() -> None:
    rack = world()
    rack.meanwhile(
        lambda: [
            setattr(pod, "status", "failed") for pod in rack.app("shop").pods.values() if pod.kind == "run"
        ],
        "GET",
        "/processes/web-",
        before=True,
    )
    task = run(rack)
    assert task.error is not None and "before the command could be run" in task.error.message


@pytest.mark.parametrize("after", [False, True])
def test_a_lost_answer_starts_nothing_twice(after: bool) -> None:
    rack = world()
    rack.break_write(0, after=after)
    task = run(rack)
    assert task.error is None
    assert left(rack) == []


def test_of_two_processes_nobody_knows_which_is_ours() -> None:
    rack = world()
    rack.break_write(0, after=True)
    other = rack.meanwhile
    other(
        lambda: rack.act("POST", "/apps/shop/services/web/processes", command="sleep 3600"),
        "POST",
        "/processes$",
    )
    task = run(rack)
    assert isinstance(task.error, errors.ConvoxConnectionError)
    assert task.client.ledger.unsettled


def test_a_plain_deploy_key_may_run() -> None:
    rack = world()
    task = run(rack, key=rack.deploy_key())
    assert task.error is None and left(rack) == []
    rack = world()
    rack.break_write(0, after=True)
    task = run(rack, key=rack.deploy_key())
    assert isinstance(task.error, errors.ConvoxConnectionError)


def test_a_process_that_cannot_be_stopped_is_warned_of() -> None:
    rack = world()
    rack.fail(500, "etcdserver: request timed out", "DELETE", "", times=-1)
    task = run(rack)
    assert task.result["rc"] == 0
    assert len(task.warnings) == 1 and "could not be stopped" in task.warnings[0]


def test_nothing_promoted() -> None:
    rack = MemoryRack()
    rack.add_app("shop")
    task = run(rack)
    assert task.error is not None
    assert task.error.hint and "convox_release" in task.error.hint
    absent = run_task(RunNoun, world(), app="nothing", service="web", command="true")
    assert isinstance(absent.error, errors.ConvoxNotFoundError)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_stops_the_process_first(number: signal.Signals) -> None:
    rack = world()
    seen: list[list[str]] = []
    before = signal.signal(number, lambda *_unused: seen.append(left(rack)))
    try:
        rack.at(5.0, lambda: os.kill(os.getpid(), number))
        with pytest.raises(signals.Interrupted):
            run(rack, "sleep 100")
    finally:
        signal.signal(number, before)
    assert seen == [[]]


def test_who_started_it_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    rack = world()
    parent = os.getppid()
    monkeypatch.setattr(signals.os, "getppid", lambda: parent if rack.clock.now() - at < 20 else 1)
    at = rack.clock.now()
    with pytest.raises(signals.Interrupted):
        run(rack, "sleep 100")
    assert left(rack) == []


def test_any_exception_stops_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """The task's own timeout is one."""
    rack = world()

    class TimeoutOfTask(BaseException):
        pass

    def broken(*_unused: Any) -> None:
        raise TimeoutOfTask

    monkeypatch.setattr(execute.Output, "feed", broken)
    with pytest.raises(TimeoutOfTask):
        run(rack)
    assert left(rack) == []
