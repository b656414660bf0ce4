# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The noun of convox_log_info."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._modules.log_info.noun import LogInfoNoun, Observed
from tests.fuzz import worlds
from tests.practice_rack.memory import MemoryRack
from tests.practice_rack.memory_streams import CUT, END, Part
from tests.unit.tasks import Task, done, options, refusal, run_task

CANARY = "canary-of-the-env"


def world(**settings: Any) -> MemoryRack:
    """Services web and worker, one process each, that run since a minute."""
    rack = MemoryRack(**settings)
    rack.add_app("web")
    rack.activate(rack.add_release({"TOKEN": CANARY, "PIN": "1234"}).id)
    for name in ("worker", "web"):
        rack.add_service(name)
    rack.clock.sleep(60.0)
    return rack


def read(rack: MemoryRack, **given: Any) -> Task:
    return done(LogInfoNoun, rack, **{"app": "web", **given})


def played(*parts: Part, **given: Any) -> Task:
    """What a task reads of a log that brings these parts."""
    rack = world()
    rack.play("/logs$", parts)
    return read(rack, **given)


def texts(task: Task) -> list[str]:
    return [line["text"] for line in task.result["lines"]]


def process(rack: MemoryRack, service: str = "web") -> str:
    return next(pod.id for pod in rack.app().pods.values() if pod.service == service)


def test_an_apps_log_by_time() -> None:
    rack = world()
    task = read(rack, since="1h", filter="start|ready")
    assert sorted(text.partition(" release")[0] for text in texts(task)) == [
        "starting web",
        "starting worker",
        "web is ready",
        "worker is ready",
    ]
    assert {line["source"] for line in task.result["lines"]} == {process(rack), process(rack, "worker")}
    times = [line["time"] for line in task.result["lines"]]
    assert times == sorted(times)
    assert (task.changed, task.result["truncated"]) == (False, False)
    assert [(r.method, r.path) for r in rack.requests] == [
        ("GET", "/apps/web/releases"),
        ("SOCKET", "/apps/web/logs"),
    ]


def test_what_is_asked_of_the_rack() -> None:
    rack = world()
    read(rack, service="web", since="1h30m", tail=7)
    sent = rack.requests[-1].headers
    assert {name: sent[name] for name in ("follow", "prefix", "previous", "since", "tail")} == {
        "follow": "false", "prefix": "true", "previous": "false", "since": "5400s", "tail": "7",
    }  # fmt: skip
    for asked, since, tail in (
        ({}, "120s", "1001"),
        ({"tail": 3}, "31536000s", "3"),
        ({"since": "1.5"}, "1.5s", "1001"),
        ({"filter": "."}, "120s", "1000000"),
        ({"filter": ".", "tail": 3}, "31536000s", "3"),
    ):
        read(rack, **asked)
        assert (rack.requests[-1].headers["since"], rack.requests[-1].headers["tail"]) == (since, tail)


def test_a_rack_without_logs_of_apps_has_those_of_its_services() -> None:
    both = texts(read(world(), since="1h", filter="start"))
    for rack in (world(app_logs=False), world(version="3.23.1")):
        task = read(rack, since="1h", filter="start")
        assert texts(task) == both
        assert [r.path.rpartition("apps/web/")[2] for r in rack.requests] == [
            "releases", "logs", "services", "services/web/logs", "services/worker/logs",
        ]  # fmt: skip


def test_a_process_does_not_hear_follow_and_looks_ahead() -> None:
    rack = world()
    at = rack.clock.now()
    task = read(rack, process=process(rack), tail=2)
    assert rack.requests[-1].headers["since"] == "-31536000s"
    assert len(texts(task)) == 2
    assert {line["source"] for line in task.result["lines"]} == {process(rack)}
    assert rack.clock.now() - at <= 5.0
    assert task.warnings == []


def test_a_build_from_its_beginning() -> None:
    rack = world()
    build = rack.app().builds[-1].id
    rack.play("/logs$", ["Building: .\nStep 1\r\n", "Pushing\n", END])
    task = read(rack, build=build, since="1s")
    assert task.result["lines"] == [
        {"time": None, "source": build, "text": text} for text in ("Building: .", "Step 1", "Pushing")
    ]
    assert task.result["text"] == "Building: .\nStep 1\nPushing"


def test_the_last_line_of_a_build_may_look_like_an_error() -> None:
    task = played("Building\n", "ERROR: exit status 1\n", END, build="B1")
    assert texts(task) == ["Building", "ERROR: exit status 1"]
    task = played("Building\n", "ERROR: exit status 1\n", END, build="B1", filter="exit")
    assert texts(task) == ["ERROR: exit status 1"]


@pytest.mark.parametrize("given", [{"process": "gone"}, {"build": "BGONE"}, {"service": "gone"}])
def test_what_is_not_there_has_no_lines(given: dict[str, str]) -> None:
    assert texts(read(world(), **given)) == []
    for reveal in (False, True):
        task = run_task(LogInfoNoun, world(), **{"app": "nobody", "reveal": reveal, **given})
        assert isinstance(task.error, errors.ConvoxNotFoundError)
        assert task.error.is_about("app", "nobody")


def test_an_app_without_processes_has_no_lines() -> None:
    rack = MemoryRack()
    rack.add_app("web")
    assert read(rack).result == {"lines": [], "text": "", "truncated": False}
    assert read(MemoryRack(), check_mode=True).result["lines"] == []


def test_the_racks_own_log() -> None:
    task = run_task(LogInfoNoun, world())
    assert isinstance(task.error, errors.ConvoxNotImplementedError)
    assert "version and provider" in str(task.error)
    rack = world()
    rack.play("/system/logs$", ["2026-11-24T09:07:36Z system/api/api-1 hello\n", END])
    shown = done(LogInfoNoun, rack).result["lines"]
    assert shown == [{"time": "2026-11-24T09:07:36Z", "source": "api-1", "text": "hello"}]
    assert [r.path for r in rack.requests] == ["/system/logs"]


def test_before_a_crash() -> None:
    task = run_task(LogInfoNoun, world(), app="web", service="web", previous=True)
    assert isinstance(task.error, errors.ConvoxNotFoundError)
    assert "Name the process" in str(task.error)
    rack = world()
    rack.play("/logs$", ["2026-11-24T09:07:36Z service/web/x fatal\n", END])
    assert texts(read(rack, process="x", previous=True)) == ["fatal"]
    assert rack.requests[-1].headers["previous"] == "true"


def line(text: str, second: int = 36) -> str:
    return f"[pod/web-1/web] 2026-11-24T09:07:{second}Z {text}\n"


def test_values_of_the_env_are_masked() -> None:
    hidden = f"{CANARY[:8]}\x1b[1m{CANARY[8:]}"
    assert texts(played(line(f"10 %\rtoken {hidden}\r"), END)) == ["token ********"]
    said = (line(f"token {CANARY} PIN=1234 of 1234"), END)
    assert texts(played(*said)) == ["token ******** PIN=******** of 1234"]
    assert texts(played(*said, reveal=True)) == [f"token {CANARY} PIN=1234 of 1234"]
    rack = world(password="canary-key")
    for reveal in (False, True):
        rack.play("/logs$", [line("\x1b[31mred \tthe key canary-key \tx"), END])
        ran = worlds.in_process(LogInfoNoun, {"app": "web", "reveal": reveal}, rack)
        assert "canary-key" not in ran.said
        assert ran.answer["lines"][0]["text"].endswith("\tx")


def test_a_value_of_an_older_release_is_masked_too() -> None:
    rack = world()
    rack.add_release({"TOKEN": "another-value"})
    rack.play("/logs$", [line(f"{CANARY} another-value"), END])
    assert texts(read(rack)) == ["******** ********"]


def test_a_plain_deploy_key_reads_an_apps_log_and_no_env() -> None:
    rack = world()
    key = rack.deploy_key()
    rack.play("/logs$", [line("hello"), END])
    task = read(rack, key=key)
    assert texts(task) == ["hello"]
    assert len(task.warnings) == 1
    task = run_task(LogInfoNoun, rack, app="nobody", key=key)
    assert isinstance(task.error, errors.ConvoxNotFoundError)
    for more in ({"service": "web"}, {"process": "x"}):
        task = run_task(LogInfoNoun, rack, app="web", key=key, **more)
        assert isinstance(task.error, errors.ConvoxForbiddenError), task
    old = world(app_logs=False)
    task = run_task(LogInfoNoun, old, app="web", key=old.deploy_key())
    assert isinstance(task.error, errors.ConvoxForbiddenError)
    assert "needs a role" in str(task.error)


def test_no_more_lines_than_asked_for() -> None:
    many = "".join(line(str(number)) for number in range(50))
    task = played(many, END, max_lines=3)
    assert (texts(task), task.result["truncated"]) == (["47", "48", "49"], True)
    task = played(many, END, max_lines=50)
    assert (len(texts(task)), task.result["truncated"]) == (50, False)


@pytest.mark.parametrize("given", [{}, {"service": "web"}])
def test_a_rack_sends_no_fewer_lines_than_are_asked_for(given: dict[str, Any]) -> None:
    rack = world()
    whole = read(rack, since="1h", **given)
    assert len(texts(whole)) > 1
    task = read(rack, since="1h", max_lines=1, **given)
    assert (texts(task), task.result["truncated"]) == (texts(whole)[-1:], True)
    task = read(rack, since="1h", max_lines=len(texts(whole)), **given)
    assert (texts(task), task.result["truncated"]) == (texts(whole), False)
    task = read(rack, since="1h", max_lines=1, filter="^starting web", **given)
    assert (len(texts(task)), task.result["truncated"]) == (1, False)


def test_a_log_that_does_not_end() -> None:
    task = played(line("one"), 1.0, line("two", 37))
    assert texts(task) == ["one", "two"]
    assert task.warnings == ["The log of web did not end, and is taken as read."]
    task = played()
    assert (texts(task), len(task.warnings)) == ([], 1)
    flood: list[Part] = [line(str(n)) if n % 2 else 0.2 for n in range(1000)]
    task = played(*flood, process="x")
    assert len(texts(task)) > 100, "never a gap, so until the deadline"
    assert len(task.warnings) == 1


def test_a_lost_connection_is_made_once_more() -> None:
    rack = world()
    rack.play("/logs$", [line("one"), CUT])
    rack.play("/logs$", [line("one"), line("two", 37), END])
    assert texts(read(rack)) == ["one", "two"]
    rack.play("/logs$", [line("one"), CUT])
    rack.play("/logs$", [CUT])
    task = run_task(LogInfoNoun, rack, app="web")
    assert isinstance(task.error, errors.ConvoxConnectionError)


@pytest.mark.parametrize(
    ("given", "option"),
    [
        ({"since": "soon"}, "since"),
        ({"tail": 0}, "tail"),
        ({"max_lines": 0}, "max_lines"),
        ({"idle": 0.0}, "idle"),
        ({"filter": "("}, "filter"),
        ({"filter": "a{99999999999}"}, "filter"),
        ({"build": "B1", "previous": True}, "previous"),
    ],
)
def test_bad_input(given: dict[str, Any], option: str) -> None:
    assert refusal(LogInfoNoun, app="web", **given).option == option


@given(st.sampled_from([None, "web"]), st.integers(1, 99), st.booleans())
def test_nothing_is_ever_planned(app: str | None, tail: int, previous: bool) -> None:
    noun = LogInfoNoun()
    desired = noun.desired(options(LogInfoNoun, app=app, tail=tail, previous=previous))
    observed = noun.assumed(desired)
    assert isinstance(observed, Observed)
    assert noun.plan(observed, desired) == ()
