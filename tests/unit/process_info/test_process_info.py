# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The noun of convox_process_info."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._modules.process_info.noun import ProcessInfoNoun
from tests.practice_rack.memory import MemoryRack
from tests.unit.tasks import Task, done, holds_every_rule, options, refusal, run_task

IDS = ("web-b", "web-a", "worker-c", "worker-d")


def world() -> MemoryRack:
    """Four processes that convox run started, of two services, one of them of an older release."""
    rack = MemoryRack()
    rack.add_app("web")
    old = rack.add_release("A=1").id
    rack.activate(rack.add_release("A=2").id)
    rack.app().pods.clear()
    rack.add_process("web", id="web-b")
    rack.add_process("web", "failed", id="web-a")
    rack.add_process("worker", "complete", id="worker-c")
    rack.add_process("worker", id="worker-d", release=old)
    return rack


def ids(task: Task) -> list[str]:
    return [process["id"] for process in task.result["processes"]]


def read(rack: MemoryRack, **given: Any) -> Task:
    return done(ProcessInfoNoun, rack, app="web", **given)


def test_all_by_their_ids() -> None:
    task = holds_every_rule(ProcessInfoNoun, world, app="web")
    assert ids(task) == sorted(IDS)
    first = task.result["processes"][0]
    assert (first["app"], first["service"], first["status"]) == ("web", "web", "failed")
    assert first["started"] == "2026-01-01T00:00:00Z"
    assert not task.changed


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"id": ["web-a"]}, ["web-a"]),
        ({"id": ["web-b", "web-a", "web-a"]}, ["web-a", "web-b"]),
        ({"id": ["web-a", "nothing"]}, ["web-a"]),
        ({"id": ["nothing"]}, []),
        ({"id": []}, []),
        ({"id": ["web-a"], "service": "worker"}, []),
        ({"id": ["web-a", "worker-c"], "status": ["complete"]}, ["worker-c"]),
        ({"service": "worker"}, ["worker-c", "worker-d"]),
        ({"service": ""}, sorted(IDS)),
        ({"status": ["running"]}, ["web-b", "worker-d"]),
        ({"status": ["c*", "fail??"]}, ["web-a", "worker-c"]),
        ({"status": []}, []),
        ({"release": "RAAAAAAAAAB"}, ["worker-d"]),
        ({"release": "RNOTTHEREXX"}, []),
    ],
)
def test_those_that_are_asked_for(given: dict[str, Any], found: list[str]) -> None:
    assert ids(read(world(), **given)) == found
    assert ids(read(world(), check_mode=True, **given)) == found


@pytest.mark.parametrize("given", [{}, {"id": ["web-a"]}, {"id": ["web-a", "web-b"]}, {"service": "web"}])
def test_one_request(given: dict[str, Any]) -> None:
    rack = world()
    read(rack, **given)
    assert len(rack.requests) == 1


@pytest.mark.parametrize("given", [{}, {"id": ["web-a"]}, {"id": ["web-a", "web-b"]}, {"id": []}])
def test_an_app_that_is_not_there(given: dict[str, Any]) -> None:
    task = run_task(ProcessInfoNoun, MemoryRack(), app="web", **given)
    assert isinstance(task.error, errors.ConvoxNotFoundError)
    assert task.error.message == "app not found: web"
    assert read(MemoryRack(), check_mode=True, **given).result == {"processes": []}


def test_a_plain_deploy_key_may_read_processes_and_not_list_them() -> None:
    rack = world()
    key = rack.deploy_key()
    assert ids(read(rack, key=key, id=["web-a"])) == ["web-a"]
    assert ids(read(rack, key=key, id=["worker-c", "nothing", "web-a"])) == ["web-a", "worker-c"]
    task = run_task(ProcessInfoNoun, rack, app="web", key=key)
    assert isinstance(task.error, errors.ConvoxForbiddenError)


def test_a_rack_that_does_not_choose() -> None:
    """What it lists of other services and releases is left out all the same."""
    rack = world()
    everything = rack.act("GET", "/apps/web/processes")
    rack.fail(200, "", "GET", "/processes$")
    rack.faults[-1].body = str(everything).replace("'", '"').replace("None", "null")
    assert ids(read(rack, service="worker", release="RAAAAAAAAAB")) == ["worker-d"]


def test_what_a_rack_measures_of_gpus_is_told() -> None:
    rack = world()
    rack.fail(200, "", "GET", "/processes$")
    rack.faults[-1].body = '[{"id": "a", "gpu": 1, "gpu-util": 0.5, "cpu": 0.25, "new": "x", "ports": null}]'
    (process,) = read(rack).result["processes"]
    assert (process["gpu_util"], process["cpu"], process["ports"]) == (0.5, 0.25, [])
    assert "new" not in process


@pytest.mark.parametrize("given", [[""], [".."], ["web-a", "."]])
def test_ids_that_no_process_has(given: list[str]) -> None:
    assert refusal(ProcessInfoNoun, app="web", id=given).option == "id"


@given(st.none() | st.lists(st.sampled_from([*IDS, "nothing"]), max_size=3), st.sampled_from(["web", None]))
def test_nothing_is_ever_planned(given: list[str] | None, service: str | None) -> None:
    noun = ProcessInfoNoun()
    desired = noun.desired(options(ProcessInfoNoun, app="web", id=given, service=service))
    assert noun.plan(noun.assumed(desired), desired) == ()
    task = read(world(), id=given, service=service)
    assert (task.changed, task.sent) == (False, [])
    wanted = {id_ for id_ in IDS if given is None or id_ in given}
    assert set(ids(task)) == {id_ for id_ in wanted if service is None or id_.startswith(service)}
