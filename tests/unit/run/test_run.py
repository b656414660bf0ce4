# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The noun of convox_run."""

from __future__ import annotations

import shlex
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._modules.run import command, steps
from ansible_collections.convox.rack.plugins.module_utils._modules.run.execute import Ran
from ansible_collections.convox.rack.plugins.module_utils._modules.run.noun import Observed, RunNoun
from tests.unit.tasks import done, options, refusal, run_task

from .run_world import left, run, world


def test_output_and_exit_code_and_nothing_is_left() -> None:
    rack = world()
    task = run(rack)
    assert task.error is None
    result = task.result
    assert (result["rc"], result["stdout"], result["stdout_lines"]) == (0, "hi", ["hi"])
    assert task.changed and left(rack) == []
    assert result["process"].startswith("web-")
    assert result["start"] <= result["end"] and result["start"].endswith("Z")
    started, stopped = rack.writes
    assert started.headers["command"] == "sleep 3600"
    assert (stopped.method, stopped.path) == ("DELETE", f"/apps/shop/processes/{result['process']}")
    (socket,) = rack.asked("/exec$")
    sent = {name: socket.headers.get(name) for name in ("command", "tty", "disable-stdin", "entrypoint")}
    assert sent == {"command": "echo hi", "tty": "false", "disable-stdin": "true", "entrypoint": "true"}
    assert any(line == "[shop] hi" for line in task.lines)


def test_a_code_other_than_0_fails_with_everything_in_the_result() -> None:
    rack = world()
    task = run(rack, "sh -c 'echo out; echo err >&2; exit 3'")
    assert task.error is not None
    assert "ended with code 3: out | err" in task.error.message
    assert (task.error.extra["rc"], task.error.extra["stdout_lines"]) == (3, ["out", "err"])
    assert left(rack) == [] and task.changed


def test_check_mode_skips_and_asks_nothing() -> None:
    rack = world()
    task = run(rack, check_mode=True)
    assert rack.requests == []
    assert (task.changed, task.result["skipped"], task.result["rc"]) == (False, True, 0)


def test_all_options_are_headers() -> None:
    rack = world()
    release = rack.app("shop").release
    given = {
        "release": release,
        "env": {"A": "1", "B": "two w"},
        "image": "alpine:3",
        "cpu": 250,
        "cpu_limit": 500,
        "memory": 256,
        "memory_limit": 512,
        "gpu": 1,
        "gpu_vendor": "nvidia",
        "node_labels": "pool=batch",
        "volumes": {"/data": "/mnt/data"},
        "use_service_volume": True,
        "privileged": True,
        "system_critical": True,
        "entrypoint": False,
        "run_timeout": 60,
    }
    assert run(rack, "printenv B", **given).result["stdout"] == "two w"
    headers = rack.writes[0].headers
    names = (
        "command",
        "release",
        "environment",
        "image",
        "cpu",
        "cpu-limit",
        "memory",
        "memory-limit",
        "gpu",
    )
    more = ("gpu-vendor", "node-labels", "volumes", "use-service-volume", "privileged", "system-critical")
    assert {name: headers.get(name) for name in (*names, *more)} == {
        "command": "sleep 60",
        "release": release,
        "environment": "A=1&B=two+w",
        "image": "alpine:3",
        "cpu": "250",
        "cpu-limit": "500",
        "memory": "256",
        "memory-limit": "512",
        "gpu": "1",
        "gpu-vendor": "nvidia",
        "node-labels": "pool=batch",
        "volumes": "%2Fdata=%2Fmnt%2Fdata",
        "use-service-volume": "true",
        "privileged": "true",
        "system-critical": "true",
    }
    assert rack.asked("/exec$")[0].headers["entrypoint"] == "false"
    plain = world()
    run(plain, release="active")
    assert not {*names[1:], *more} & set(plain.writes[0].headers)


def test_what_an_app_prints_of_env_and_stdin_is_masked() -> None:
    rack = world()
    task = run(rack, "printenv KEY", env={"KEY": "canary-of-env", "B": "s3c"})
    assert task.result["stdout"] == "********"
    assert not any("canary" in line for line in task.lines)
    assert run(rack, "sh -c 'echo B=s3c'", env={"B": "s3c"}).result["stdout"] == "B=********"


def test_an_input_ends() -> None:
    rack = world()
    task = run(rack, "cat", stdin="one\ntwo ä\n")
    assert task.result["stdout"] == "one\ntwo ä"
    (socket,) = rack.asked("/exec$")
    assert "disable-stdin" not in socket.headers
    assert run(rack, "wc -c", stdin="x" * 100_000).result["stdout"] == "100000"
    assert run(rack, "sh -s", stdin="echo a\necho b\nexit 4\n").error.extra["rc"] == 4  # type: ignore[union-attr]
    assert run(rack, "cat", stdin="").result["stdout"] == ""


def test_in_a_process_that_runs() -> None:
    rack = world()
    task = done(RunNoun, rack, app="shop", process="web", command="echo hi")
    assert (task.result["stdout"], task.result["process"], task.changed) == ("hi", "web", True)
    assert len(rack.requests) == 1
    assert "entrypoint" in rack.requests[0].headers and rack.requests[0].headers["entrypoint"] == "false"
    absent = run_task(RunNoun, rack, app="shop", process="none", command="echo hi")
    assert isinstance(absent.error, errors.ConvoxNotFoundError)
    assert not absent.changed


def test_detached() -> None:
    rack = world()
    task = run(rack, "sleep 100", detach=True)
    assert "rc" not in task.result and task.result["end"] is None
    assert left(rack) == [task.result["process"]]
    assert rack.writes[0].headers["command"] == "sleep 100"


def test_detached_until_it_ended() -> None:
    rack = world(run_seconds=3.0)
    task = run(rack, "echo hi", detach=True, wait=True)
    assert (task.result["rc"], task.result["stdout"]) == (0, "hi")
    task = run(rack, "sh -c 'echo no; exit 3'", detach=True, wait=True)
    assert task.error is not None
    assert "ended as failed: no" in task.error.message
    assert (task.error.extra["rc"], task.error.extra["stdout"]) == (None, "no")
    task = run(rack, "sleep 1000", detach=True, wait=True, wait_timeout=10)
    assert isinstance(task.error, errors.ConvoxWaitError)
    assert task.error.extra["process"] in left(rack)


WORDS = st.lists(
    st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=6), min_size=1, max_size=5
).filter(lambda words: bool(words[0]))


@given(WORDS)
def test_words_arrive_as_they_are(words: list[str]) -> None:
    line = command.line_of(None, words)
    assert shlex.split(line) == words
    assert shlex.split(command.line_of(line, None)) == words
    assert shlex.split(command.fed(line, 7))[4:] == words


def test_line_ends_between_words_are_spaces() -> None:
    assert command.line_of("rake\n  db:migrate\n", None) == "rake db:migrate"


@given(WORDS, st.booleans(), st.booleans())
def test_what_is_planned_is_planned_once(words: list[str], detach: bool, check_mode: bool) -> None:
    desired = RunNoun().desired(options(RunNoun, app="shop", service="web", argv=words, detach=detach))
    planned = RunNoun().plan(Observed(None, check_mode), desired)
    kind = steps.Detach if detach else steps.Run
    assert [type(step) for step in planned] == ([] if check_mode else [kind])
    assert RunNoun().plan(Observed(Ran("web-1", 0), False), desired) == []


@pytest.mark.parametrize(
    ("given", "option"),
    [
        ({"command": ""}, "command"),
        ({"command": "  "}, "command"),
        ({"command": "''"}, "command"),
        ({"command": "sh -c 'x"}, "command"),
        ({"command": "sh -c 'a\nb'"}, "command"),
        ({"command": "a\x00"}, "command"),
        ({"command": None, "argv": []}, "argv"),
        ({"command": None, "argv": ["a", "b\nc"]}, "argv"),
        ({"run_timeout": 0}, "run_timeout"),
        ({"run_timeout": 10**9}, "run_timeout"),
        ({"cpu": 0}, "cpu"),
        ({"memory": -1}, "memory"),
        ({"cpu": 500, "cpu_limit": 250}, "cpu_limit"),
        ({"memory": 500, "memory_limit": 250}, "memory_limit"),
        ({"gpu": -1}, "gpu"),
        ({"image": ""}, "image"),
        ({"image": "a\nb"}, "image"),
        ({"node_labels": "a\r\nX: y"}, "node_labels"),
        ({"release": "../x"}, "release"),
        ({"service": "a/b"}, "service"),
        ({"service": None, "process": "a b"}, "process"),
        ({"service": None, "process": "web-1", "env": {"A": "1"}}, "env"),
        ({"service": None, "process": "web-1", "image": "x"}, "image"),
        ({"service": None, "process": "web-1", "detach": True}, "detach"),
        ({"service": None, "process": "web-1", "privileged": True}, "privileged"),
        ({"detach": True, "stdin": "x"}, "stdin"),
        ({"env": {"A=B": "x"}}, "env"),
        ({"env": {"A": ["x"]}}, "env"),
        ({"env": {"A": None}}, "env"),
    ],
)
def test_bad_input(given: dict[str, Any], option: str) -> None:
    assert refusal(RunNoun, **{"app": "shop", "service": "web", "command": "true", **given}).option == option
