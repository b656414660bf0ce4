# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The noun of convox_rack_info."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._modules.rack_info.noun import (
    INCLUDE,
    Observed,
    RackInfoNoun,
)
from tests.practice_rack.memory import MemoryRack
from tests.unit.tasks import Task, client_of, context_of, done, options, refusal, run_task

CONSOLE = {"console": "acme/production", "other_racks": "acme/a,acme/z", "machines": "acme/box"}
V2 = {"generation": "2", "version": "20190111211123", "metrics": True}


def read(rack: MemoryRack, *include: str, **given: Any) -> dict[str, Any]:
    found: dict[str, Any] = done(RackInfoNoun, rack, include=list(include), **given).result["rack"]
    return found


def test_the_rack_alone_is_one_request() -> None:
    rack = MemoryRack()
    found = read(rack)
    assert len(rack.requests) == 1
    assert (found["name"], found["version"], found["provider"]) == ("rack1", "3.24.9", "local")
    assert not set(found) & set(INCLUDE)


def test_all_of_a_v2_rack() -> None:
    rack = MemoryRack(**V2)
    rack.state.itself.outputs.update({"Domain": "x.test", "RegistryPassword": "canary-password"})
    rack.add_app("web", services={"web": {"scale": {"count": 2}}})
    own = set(INCLUDE) - {"racks", "machines"}
    task = done(RackInfoNoun, rack, include=sorted(own))
    found = task.result["rack"]
    assert found["outputs"] == {"Domain": "x.test", "RegistryPassword": "********"}
    assert found["parameters"] == {"node_type": "t3.small"}
    assert [release["id"] for release in found["releases"]] == ["20190111211123"]
    assert found["metrics"][0]["name"] == "process:cpu"
    assert {each["app"] for each in found["processes"]} == {"system"}
    assert found["letsencrypt"] == {"role": "", "solvers": []}
    assert found["capacity"]["process_count"] == 5
    assert "canary" not in f"{task.result} {task.lines} {task.warnings}"
    assert (task.warnings, task.changed) == ([], False)


def test_what_a_v3_rack_cannot_tell_is_null_and_a_warning() -> None:
    task = done(RackInfoNoun, MemoryRack(), include=list(INCLUDE))
    found = task.result["rack"]
    nothing = ["machines", "metrics", "outputs", "parameters", "racks", "releases"]
    assert sorted(part for part in INCLUDE if found[part] is None) == nothing
    assert len(task.warnings) == len(nothing)
    assert any("its releases (release history is unavailable)" in text for text in task.warnings)


def test_a_console_knows_parameters_racks_and_machines() -> None:
    found = read(MemoryRack(**CONSOLE), "parameters", "racks", "machines")
    assert found["parameters"] == {"node_type": "t3.small"}
    assert [rack["name"] for rack in found["racks"]] == ["acme/a", "acme/production", "acme/z"]
    assert found["machines"] == [{"id": "m-1", "name": "acme/box"}]
    unmanaged = read(MemoryRack(**CONSOLE, **V2, console_state=False), "parameters")
    assert unmanaged["parameters"] == {"node_type": "t3.small"}


def test_all_racks_of_a_console_of_which_none_is_named() -> None:
    rack = MemoryRack(**CONSOLE)
    noun = RackInfoNoun()
    client = client_of(rack)
    object.__setattr__(client.transport.connection, "rack", None)
    client.transport._exchange._headers.pop("Rack")
    full = options(RackInfoNoun, include=["racks"])
    desired = noun.desired(full)
    found = noun.result(noun.observe(client, desired, context_of(rack, full)), desired)["rack"]
    assert found["name"] is None
    assert len(found["racks"]) == 3
    full = options(RackInfoNoun, include=["racks", "capacity"])
    with pytest.raises(errors.ConvoxGatewayError):
        noun.observe(client, noun.desired(full), context_of(rack, full))


def test_secrets_only_where_they_are_asked_for() -> None:
    rack = MemoryRack(**CONSOLE, rack_parameters={"api_token": "canary", "syslog": "tcp://me:canary@h"})
    assert "canary" not in json.dumps(read(rack, "parameters"))
    shown = read(rack, "parameters", reveal=True)["parameters"]
    assert shown == {"api_token": "canary", "syslog": "tcp://me:canary@h"}


def test_processes_of_all_apps() -> None:
    rack = MemoryRack()
    rack.add_app("web", services={"web": {"scale": {"count": 2}}})
    assert {each["app"] for each in read(rack, "processes", all_processes=True)["processes"]} == {
        "system",
        "web",
    }


def test_what_the_key_may_not_read_is_a_failure() -> None:
    rack = MemoryRack()
    task = run_task(RackInfoNoun, rack, include=["capacity"], key=rack.deploy_key())
    assert isinstance(task.error, errors.ConvoxForbiddenError)


@pytest.mark.parametrize(
    ("given", "option"),
    [
        ({"all_processes": True}, "all_processes"),
        ({"metrics": ["x"]}, "metrics"),
        ({"include": ["metrics"], "period": 0}, "period"),
    ],
)
def test_bad_input(given: dict[str, Any], option: str) -> None:
    assert refusal(RackInfoNoun, **given).option == option


@given(st.sets(st.sampled_from(INCLUDE)), st.booleans())
def test_nothing_is_ever_planned(include: set[str], reveal: bool) -> None:
    noun = RackInfoNoun()
    desired = noun.desired(options(RackInfoNoun, include=sorted(include), reveal=reveal))
    assert noun.plan(Observed(None, {}), desired) == ()


def test_check_mode_is_the_same() -> None:
    task: Task = done(RackInfoNoun, MemoryRack(), include=["capacity"], check_mode=True)
    assert task.result["rack"]["capacity"]["cluster_cpu"] == 8000
    assert (task.changed, task.sent) == (False, [])
