# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The nouns of convox_instance and convox_instance_info."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._modules.instance.noun import InstanceNoun
from ansible_collections.convox.rack.plugins.module_utils._modules.instance_info.noun import InstanceInfoNoun
from tests.practice_rack.faults import Fault
from tests.practice_rack.memory import MemoryRack
from tests.unit.tasks import done, holds_every_rule, refusal, run_task

IDS = st.lists(st.integers(1, 9).map(lambda n: f"node-{n}"), max_size=4, unique=True)


def world(there: list[str] | None = None, **settings: Any) -> MemoryRack:
    rack = MemoryRack(**{"instance_seconds": 60.0, **settings})
    if there is not None:
        rack.state.instances = list(there)
    return rack


def test_an_instance_goes_and_another_comes() -> None:
    task = holds_every_rule(InstanceNoun, world, id="node-2", state="absent")
    assert task.sent == [("DELETE", "/instances/node-2", {})]
    assert task.result == {"instances": ["node-1", "node-3"]}
    assert task.lines[0] == "[node-2] waiting for another instance: it is gone, 1 of 1 run"


@given(IDS, st.integers(1, 9).map(lambda n: f"node-{n}"), st.booleans())
def test_any_instance_is_gone_in_the_end(there: list[str], wanted: str, wait: bool) -> None:
    rack = world(there)
    task = done(InstanceNoun, rack, id=wanted, state="absent", wait=wait)
    assert task.changed is (wanted in there)
    assert wanted not in task.result["instances"]
    assert not done(InstanceNoun, rack, id=wanted, state="absent").changed
    assert len(rack.state.instances) >= len(there) - (1 if not wait else 0)


def test_where_none_comes() -> None:
    """The recorded rack keeps no number of instances."""
    rack = world(instance_seconds=0.0)
    task = run_task(InstanceNoun, rack, id="node-2", state="absent", wait_timeout=30)
    assert isinstance(task.error, errors.ConvoxWaitError)
    assert "to be gone and 2 to run; last seen: it is gone, 1 of 1 run" in task.error.message
    assert task.error.hint is not None and "wait: false" in task.error.hint
    rack = world(instance_seconds=0.0)
    assert done(InstanceNoun, rack, id="node-2", state="absent", wait=False).result == {
        "instances": ["node-1"]
    }


def test_draining_takes_longer_than_a_request() -> None:
    rack = world()
    rack.faults.append(Fault("delay", method="DELETE", seconds=200.0))
    task = done(InstanceNoun, rack, id="node-2", state="absent")
    assert len(task.sent) == 1


def test_one_that_the_rack_keeps() -> None:
    rack = world()
    rack.lose("DELETE", "/instances/")
    task = run_task(InstanceNoun, rack, id="node-2", state="absent")
    assert isinstance(task.error, errors.ConvoxIgnoredError)
    assert task.changed


def test_reads_that_lag() -> None:
    rack = world(read_lag_seconds=2.0)
    assert done(InstanceNoun, rack, id="node-2", state="absent").result["instances"] == ["node-1", "node-3"]


def test_somebody_was_faster() -> None:
    rack = world()
    rack.meanwhile(lambda: rack.state.instances.remove("node-2"), "DELETE", "/instances/", before=True)
    assert done(InstanceNoun, rack, id="node-2", state="absent", wait=False).result == {
        "instances": ["node-1"]
    }


def test_a_new_key() -> None:
    rack = world(generation="2")
    task = done(InstanceNoun, rack, state="keyrolled")
    assert task.sent == [("POST", "/instances/keyroll", {})]
    assert task.result == {"key_pair": {"name": "rack1-keypair-1", "private_key": None}}
    assert "canary" not in str(task)
    revealed = done(InstanceNoun, rack, state="keyrolled", reveal=True)
    assert "canary-key" in revealed.result["key_pair"]["private_key"]
    assert revealed.outcome is not None
    assert "canary" not in str(revealed.outcome.answer(diff=True)["diff"])
    checked = done(InstanceNoun, rack, state="keyrolled", check_mode=True)
    assert (checked.changed, checked.sent, checked.result) == (True, [], {"key_pair": None})


@pytest.mark.parametrize("after", [False, True])
def test_a_key_is_never_made_twice(after: bool) -> None:
    rack = world(generation="2")
    rack.break_write(0, after=after)
    task = run_task(InstanceNoun, rack, state="keyrolled")
    assert isinstance(task.error, errors.ConvoxConnectionError)
    assert (task.changed, len(task.sent)) == (True, 1)
    assert task.client.ledger.unsettled


def test_a_v3_rack_has_no_keys() -> None:
    task = run_task(InstanceNoun, world(), state="keyrolled")
    assert isinstance(task.error, errors.ConvoxNotImplementedError)
    assert task.error.hint == "Only the instances of a v2 rack have a key."
    assert not task.changed


@pytest.mark.parametrize(
    ("given", "option"),
    [
        ({"state": "absent", "id": ""}, "id"),
        ({"state": "absent", "id": ".."}, "id"),
        ({"state": "absent", "id": "a", "reveal": True}, "reveal"),
        ({"state": "keyrolled", "id": "a"}, "id"),
    ],
)
def test_bad_input(given: dict[str, Any], option: str) -> None:
    assert refusal(InstanceNoun, **given).option == option


@given(IDS, st.none() | IDS, st.sampled_from([None, ["run*"], ["stopped"]]), st.booleans())
def test_what_is_listed(there: list[str], ids: list[str] | None, status: Any, processes: bool) -> None:
    rack = world(there)
    include = ["processes"] if processes else []
    task = done(InstanceInfoNoun, rack, id=ids, status=status, include=include)
    wanted = sorted(id_ for id_ in there if ids is None or id_ in ids) if status != ["stopped"] else []
    assert [each["id"] for each in task.result["instances"]] == wanted
    assert all(isinstance(each["processes"], list) is processes for each in task.result["instances"])
    assert len(rack.requests) == 1 + bool(processes and wanted)
    assert not task.changed


def test_processes_stand_by_their_instance() -> None:
    rack = world()
    rack.add_app("web", services={"web": {"scale": {"count": 2}}})
    task = done(InstanceInfoNoun, rack, include=["processes"])
    one, other = task.result["instances"]
    assert [each["app"] for each in one["processes"]] == ["system", "system", "system", "web", "web"]
    assert other["processes"] == []
    assert one["started"].endswith("Z")


def test_an_id_of_dots() -> None:
    assert refusal(InstanceInfoNoun, id=["."]).option == "id"
