# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which way is taken, and the programs that start it: ansible-playbook, ansible, ansible-runner."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.integration.harness import WAYS, Harness
from tests.integration.normal import normal


@pytest.fixture
def app_task() -> dict[str, Any]:
    return {"name": "It", "convox.rack.convox_app": {"name": "web"}}


def test_becoming_somebody_goes_the_long_way(harness: Harness, app_task: dict[str, Any]) -> None:
    become = harness.folder / "become"
    become.write_text('#!/bin/sh\nwhile [ "$1" != /bin/sh ]; do shift; done\nexec "$@"\n', encoding="utf-8")
    become.chmod(0o755)
    keywords = {"become": True, "vars": {"ansible_become_exe": str(become)}}
    away = harness.run_playbook([{**app_task, **keywords}])
    assert "nonexistent" in away.of("It")["msg"] + away.of("It").get("module_stderr", "") + away.output
    assert away.rc == 2
    assert away.requests == []
    here = harness.run_playbook([{**app_task, **keywords}], inventory=harness.inventory("long"))
    assert here.must().of("It")["changed"] is True


def test_async_goes_the_long_way(harness: Harness, app_task: dict[str, Any]) -> None:
    task = {**app_task, "async": 60, "poll": 1}
    away = harness.run_playbook([task])
    assert away.rc == 2
    assert away.requests == []
    here = harness.run_playbook([task], inventory=harness.inventory("long"))
    assert here.must().of("It")["app"]["name"] == "web"


SETTINGS = ["variable", "environment", "ini"]


@pytest.mark.parametrize("kind", SETTINGS)
def test_the_short_way_can_be_turned_off(kind: str, harness: Harness, app_task: dict[str, Any]) -> None:
    env: dict[str, str | None] = {"CONVOX_IN_PROCESS": None}
    extra = {}
    if kind == "variable":
        extra = {"convox_in_process": False}
    elif kind == "environment":
        env = {"CONVOX_IN_PROCESS": "false"}
    else:
        harness.config.write_text("[convox]\nin_process = no\n", encoding="utf-8")
    away = harness.run_playbook([app_task], env=env, extra_vars=extra)
    assert away.rc == 2
    assert away.requests == []
    here = harness.run_playbook([app_task], env=env, extra_vars=extra, inventory=harness.inventory("long"))
    assert here.must().of("It")["changed"] is True


def test_the_awx_user_is_the_actor_unless_another_is_named(harness: Harness) -> None:
    tasks = [
        {"name": "By AWX", "convox.rack.convox_app": {"name": "web"}},
        {
            "name": "By variable",
            "convox.rack.convox_app": {"name": "web"},
            "environment": {"CONVOX_ACTOR": "env"},
        },
        {"name": "By option", "convox.rack.convox_app": {"name": "web", "actor": "option"}},
    ]
    run = harness.run_playbook(tasks[:1], extra_vars={"awx_user_name": "jane"}).must()
    assert {record.headers.get("convox-actor") for record in run.requests} == {"jane"}
    run = harness.run_playbook(tasks, extra_vars={"awx_user_name": "jane"}).must()
    assert [record.headers.get("convox-actor") for record in run.requests] == ["jane", "env", "option"]
    run = harness.run_playbook(tasks[:1]).must()
    assert [record.headers.get("convox-actor") for record in run.requests] == [None]


def test_a_task_that_takes_too_long_fails_both_ways_alike(make_rack: Any, tmp_path: Path) -> None:
    task = {"name": "It", "convox.rack.convox_app": {"name": "web"}, "timeout": 3, "ignore_errors": True}
    told = []
    for way in WAYS:
        rack = make_rack(create_seconds=60.0)
        run = Harness(rack, tmp_path / way).run_playbook([task], way=way).must()
        result = run.of("It")
        told.append((result["failed"], result["msg"]))
    assert told[0] == told[1]
    assert told[0][0] is True
    assert "3" in told[0][1]


def test_ad_hoc_runs_are_the_same_both_ways(make_rack: Any, tmp_path: Path) -> None:
    told = {}
    for way in WAYS:
        harness = Harness(make_rack(), tmp_path / way)
        # As core has it: since 2.21 without invocation, which all other tests ask for.
        harness.env["ANSIBLE_INJECT_INVOCATION"] = "0"
        runs = [
            harness.run_adhoc("convox.rack.convox_app", "name=web", way=way),
            harness.run_adhoc("convox.rack.convox_env", {"app": "web", "variables": {"A": 1}}, way=way),
            harness.run_adhoc("convox.rack.convox_app", "name=Web", way=way),
        ]
        assert [run.rc for run in runs] == [0, 0, 2]
        told[way] = [normal(run) for run in runs]
    assert told["short"] == told["long"]


def test_ansible_runner_runs_both_ways(make_rack: Any, tmp_path: Path) -> None:
    told = {}
    tasks = [
        {"name": "App", "convox.rack.convox_app": {"name": "web"}},
        {"name": "Env", "convox.rack.convox_env": {"app": "web", "variables": {"A": "canary-of-runner"}}},
    ]
    for way in WAYS:
        harness = Harness(make_rack(), tmp_path / way)
        run = harness.run_runner(tasks, way=way, extra_vars={"awx_user_name": "jane"}).must()
        told[way] = normal(run)
        events = "".join(p.read_text() for p in harness.folder.glob("runner*/artifacts/*/job_events/*.json"))
        assert '"convox.rack.convox_env"' in events
        assert "canary-of-runner" not in events.replace('"A": "canary-of-runner"', "")
    assert told["short"] == told["long"]
