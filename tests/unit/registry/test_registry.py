# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The noun of convox_registry: a plan that is carried out leaves nothing to do, and shows no password."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils import _options
from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.resources.registries import Registry
from ansible_collections.convox.rack.plugins.module_utils._modules.registry.noun import (
    Add,
    Desired,
    Observed,
    RegistryNoun,
    Remove,
)
from tests.practice_rack.memory import MemoryRack
from tests.unit.tasks import Task, done, holds_every_rule, run_task

SERVER = "ghcr.io/org"
LOGIN = {"server": SERVER, "username": "deploy", "password": "canary-new"}
WORDS = st.sampled_from(["", "a", "canary-1", "canary-2"])
NAMES = st.sampled_from(["", "a", "b"])
THERE = st.none() | st.builds(Registry, server=st.just(SERVER), username=NAMES, password=WORDS)


def world(server: str = SERVER, **settings: Any) -> MemoryRack:
    rack = MemoryRack(**settings)
    rack.state.registries[server] = {"server": server, "username": "deploy", "password": "canary-old"}
    return rack


def run(rack: MemoryRack, **given: Any) -> Task:
    return run_task(RegistryNoun, rack, **{"server": SERVER, **given})


@given(THERE, st.builds(Desired, st.just(SERVER), st.none() | NAMES, WORDS))
def test_a_plan_carried_out_leaves_nothing(there: Registry | None, desired: Desired) -> None:
    noun = RegistryNoun()
    steps = noun.plan(Observed(there), desired)
    assert len(steps) <= 1
    for step in steps:
        assert "canary" not in repr((step.changes(), step))
        assert step.changes()
        assert isinstance(step, Add | Remove)
        there = Registry(server=SERVER, username=desired.username or "", password=desired.password)
        there = there if isinstance(step, Add) else None
    assert noun.plan(Observed(there), desired) == []


@pytest.mark.parametrize(
    "given",
    [LOGIN, {**LOGIN, "username": "another"}, {"server": SERVER, "state": "absent"}],
)
def test_every_rule(given: dict[str, Any]) -> None:
    for before in (world, MemoryRack, lambda: world("ghcr.io/other")):
        holds_every_rule(RegistryNoun, before, **given)


@pytest.mark.parametrize("server", ["localhost:5000", "a/b/c", "index.docker.io/v1/", "registry.example.com"])
def test_a_server_is_named_in_the_route(server: str) -> None:
    rack = world(server)
    done(RegistryNoun, rack, server=server, state="absent")
    assert rack.state.registries == {}


@pytest.mark.parametrize("server", ["https://index.docker.io/v1/", "a/../b", "/a", "a//"])
def test_a_server_that_no_route_can_name_is_not_removed(server: str) -> None:
    rack = world(server)
    task = run(rack, server=server, state="absent")
    assert isinstance(task.error, errors.ConvoxOptionError)
    assert "state: present" in str(task.error)
    assert task.sent == []
    done(RegistryNoun, MemoryRack(), server=server, state="absent")


@pytest.mark.parametrize("server", ["", " ", "a b", "a\nb", "a\x00"])
def test_a_server_that_is_none(server: str) -> None:
    rack = MemoryRack()
    task = run(rack, **{**LOGIN, "server": server})
    assert isinstance(task.error, errors.ConvoxOptionError)
    assert rack.requests == []


def test_reads_that_lag_behind_are_read_again() -> None:
    assert run(world(read_lag_seconds=3.0), **LOGIN).error is None
    assert run(world(read_lag_seconds=3.0), state="absent").error is None


def test_what_the_rack_does_not_keep_is_an_error() -> None:
    for options, words in ((LOGIN, "has another login"), ({"state": "absent"}, "is still there")):
        task = run(world(read_lag_seconds=100.0), **options)
        assert isinstance(task.error, errors.ConvoxIgnoredError)
        assert words in str(task.error)
        assert task.changed
        assert "canary" not in str(task.error)


def test_a_lost_answer_is_no_failure() -> None:
    for options in (LOGIN, {"state": "absent"}):
        rack = world()
        rack.break_write(0, after=True)
        task = run(rack, **options)
        assert task.error is None, task.error
        assert task.changed


def test_its_login_is_not_the_racks() -> None:
    spec = _options.argument_spec(RegistryNoun)
    assert spec["api_key"]["aliases"] == ["deploy_key"]
    assert _options.RACK_ARGUMENTS["api_key"]["aliases"] == ["password", "deploy_key"]
    rack = _options.of_the_rack(RegistryNoun, {**LOGIN, "api_key": "key", "host": "rack.test"})
    assert rack == {"api_key": "key", "host": "rack.test"}
