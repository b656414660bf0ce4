# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""convox_service: what is waited for, on racks whose reads lag and beside what else runs and happens."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._modules.service.noun import ServiceNoun
from ansible_collections.convox.rack.plugins.module_utils._shared.waits import LAG
from tests.practice_rack.exchange import Record, Reply
from tests.practice_rack.memory import MemoryRack
from tests.unit.tasks import Task, done, run_task

from .service_world import autoscale, restarted, scaled, script, service, world

# --- processes

SLOW = {"process_seconds": 6.0}


def scale(rack: MemoryRack, **given: Any) -> Task:
    return done(ServiceNoun, rack, **{"app": "shop", "name": "web", **given})


def test_scaling_waits_until_so_many_run() -> None:
    rack = world(SLOW)
    task = scale(rack, count=2)
    assert 6 <= rack.clock.now() <= 7.5
    assert "[shop] web: 1 pending, 1 running" in task.lines


@pytest.mark.parametrize("given", [{"memory": 1024}, {"state": "restarted"}])
def test_every_process_is_another_in_the_end(given: dict[str, Any]) -> None:
    rack = world(SLOW)
    task = scale(rack, **given)
    assert task.changed
    assert 6 <= rack.clock.now() <= 7.5


@pytest.mark.parametrize("given", [{"memory": 1024}, {"state": "restarted"}])
def test_new_processes_that_run_are_not_enough(given: dict[str, Any]) -> None:
    """While the old one runs beside them, it is not replaced."""
    rack = world()
    script(rack, "running")  # by itself a rack retires old ones as soon as the new ones run
    rack.at(8.0, lambda: rack.state.scripts.clear() or autoscale(rack, 1))
    task = scale(rack, **given)
    assert 8 <= rack.clock.now() <= 9.5
    assert "[shop] web: 2 running, 1 of them not replaced yet" in task.lines


def test_a_restart_gives_the_services_that_were_restarted() -> None:
    task = scale(world(SLOW), state="restarted")
    assert task.changed
    assert [found["name"] for found in task.result["services"]] == ["web"]


@pytest.mark.parametrize("given", [{"memory": 1024}, {"state": "restarted"}])
def test_an_autoscaler_may_change_the_number_while_we_wait(given: dict[str, Any]) -> None:
    rack = world({**SLOW, "keda": True}, count=5, bounds=(1, 9))
    rack.at(2.0, lambda: autoscale(rack, 3))
    assert scale(rack, **given).changed
    assert rack.statuses("web", "shop") == ["running"] * 3


def test_processes_of_convox_run_do_not_count() -> None:
    """They run under the service's name, and when they have ended they stay in the list."""
    rack = world({"process_seconds": 2.0})
    for name, status in (("web-b5cpk", "failed"), ("web-5jcd4", "complete"), ("web-7q8bf", "running")):
        rack.add_process("web", status, app="shop", id=name)
    scale(rack, state="restarted")
    assert 2 <= rack.clock.now() <= 4


def test_nor_under_a_name_with_a_dash() -> None:
    rack = world({"process_seconds": 2.0})
    rack.add_service("api-v2", app="shop")
    for name, status in (("api-v2-b5cpk", "failed"), ("api-v2-7q8bf", "running")):
        rack.add_process("api-v2", status, app="shop", id=name)
    scale(rack, name="api-v2", state="restarted")
    assert 2 <= rack.clock.now() <= 4


def test_scaling_to_nothing_beside_a_process_of_convox_run() -> None:
    rack = world({"read_lag_seconds": 2.0})
    rack.add_process("web", "running", app="shop", id="web-7q8bf")
    scale(rack, count=0)
    assert 2 <= rack.clock.now() <= 4


@pytest.mark.parametrize("wait_for", [{"count": 1}, {"min": 1}])
def test_a_process_of_convox_run_is_not_the_one_that_is_waited_for(wait_for: dict[str, Any]) -> None:
    """A cluster may take a while until it lists the first process of a service that had none."""
    rack = world(SLOW, count=0)
    rack.add_process("web", "running", app="shop", id="web-7q8bf")

    def without_pending(record: Record, reply: Reply) -> Reply:
        if record.operation != "processes.list_processes":
            return reply
        shown = [each for each in json.loads(reply.content) if each["status"] != "pending"]
        return Reply(reply.status, reply.headers, json.dumps(shown).encode())

    rack.alter = without_pending
    scale(rack, **wait_for)
    assert rack.clock.now() >= 6


def test_the_processes_of_an_agent_have_the_names_of_such() -> None:
    rack = world(SLOW, spec={"agent": True})
    before = set(rack.app("shop").pods)
    assert not scale(rack, count=1).changed
    assert scale(rack, state="restarted").changed
    assert 6 <= rack.clock.now() <= 7.5
    assert len(before - set(rack.app("shop").pods)) == 1


def test_the_deadline_says_which_states_were_seen() -> None:
    rack = world()
    rack.add_process("web", "crashed", app="shop", id="web-bbbb-xxxxx")
    task = run_task(ServiceNoun, rack, app="shop", name="web", count=2, wait_timeout=30)
    assert isinstance(task.error, errors.ConvoxWaitError)
    assert "2 running processes of web in shop; last seen: 1 crashed, 2 running" in task.error.message
    assert task.changed


def test_without_wait_it_does_not_wait() -> None:
    rack = world(SLOW)
    assert scale(rack, count=3, memory=1024, wait=False).changed
    assert scale(rack, state="restarted", wait=False).changed
    assert rack.clock.now() == 0


def test_a_scaling_before_that_is_not_done_yet_is_waited_for() -> None:
    rack = world(SLOW)
    scale(rack, count=3, wait=False)
    task = scale(rack, count=3)
    assert (task.sent, task.changed) == ([], False)
    assert 6 <= rack.clock.now() <= 7.5
    checked = scale(world(SLOW), count=1, check_mode=True)
    assert not checked.changed


# --- reads that lag, values that are lost


@pytest.mark.parametrize("jitter", [False, True])
@pytest.mark.parametrize("wait", [True, False])
@pytest.mark.parametrize(
    ("facts", "given"),
    [
        ({}, {"count": 3}),
        ({}, {"min": 2}),
        ({}, {"min": 2, "max": 3}),
        ({"count": 3}, {"count": 0}),
        ({}, {"memory": 1024, "cpu": 500}),
        ({}, {"gpu": 1, "gpu_vendor": "amd"}),
        ({"count": 5, "bounds": (1, 9)}, {"min": 2, "max": 8}),
    ],
)
def test_a_scaling_that_is_answered_ok_is_sent_once(
    facts: dict[str, Any], given: dict[str, Any], wait: bool, jitter: bool
) -> None:
    rack = world({"keda": True, "read_lag_seconds": 3.0, "lag_jitter": jitter}, **facts)
    task = scale(rack, wait=wait, **given)
    assert task.sent == [scaled(**given)]
    assert task.changed
    if "memory" in given:
        assert (task.result["service"]["memory"], task.result["service"]["cpu"]) == (1024, 500)
    rack.clock.sleep(10.0)
    again = scale(rack, **given)
    assert (again.sent, again.changed) == ([], False)


@given(
    st.floats(0.0, LAG - 0.5),
    st.integers(0, 999),
    st.booleans(),
    st.fixed_dictionaries({}, optional={"count": st.integers(0, 3), "memory": st.sampled_from([512, 768])}),
)
def test_whatever_the_lag_it_is_sent_once(lag: float, seed: int, jitter: bool, desired: Any) -> None:
    rack = world({"read_lag_seconds": lag, "lag_jitter": jitter, "seed": seed})
    task = scale(rack, **desired)
    assert len(task.sent) <= 1
    now = service(rack)
    assert {"count": now.count, "memory": now.memory} == {"count": 1, "memory": 512, **desired}


@pytest.mark.parametrize("jitter", [False, True])
def test_a_restart_is_sent_once(jitter: bool) -> None:
    rack = world({"read_lag_seconds": 3.0, "lag_jitter": jitter})
    before = set(rack.app("shop").pods)
    task = scale(rack, name=None, state="restarted")
    assert task.sent == [restarted("job"), restarted("web")]
    assert not before & set(rack.app("shop").pods)


def ignored(rack: MemoryRack, **given: Any) -> Task:
    task = run_task(ServiceNoun, rack, app="shop", name="web", **given)
    assert isinstance(task.error, errors.ConvoxIgnoredError)
    assert task.kinds == ["services.update"] * 2
    # One pause, as long as reads may lag, before it is sent again, and before anybody is blamed.
    first, second = (record.at for record in rack.writes)
    assert second - first >= LAG
    assert rack.clock.now() - second >= LAG
    assert task.changed
    return task


def test_what_the_rack_ignores_is_named() -> None:
    rack = world({"version": "3.24.5"}, count=5, bounds=(1, 9))
    task = ignored(rack, min=2, max=8)
    assert task.error is not None
    assert "ignored for service web of shop: max, min" in task.error.message
    assert "3.24.6" in errors.describe(task.error)


def test_an_ignored_min_is_named_without_waiting_for_its_processes() -> None:
    rack = world({"version": "3.24.5"})
    task = ignored(rack, min=2)
    assert "ignored for service web of shop: min" in str(task.error)
    assert rack.clock.now() <= 3 * LAG


def test_the_words_about_old_racks_are_for_bounds() -> None:
    rack = world()
    rack.lose("PUT", "/services/web$", times=9)
    task = run_task(ServiceNoun, rack, app="shop", name="web", memory=1024)
    assert isinstance(task.error, errors.ConvoxIgnoredError)
    assert "ignored for service web of shop: memory" in task.error.message
    assert "3.24.6" not in errors.describe(task.error)
    assert task.error.hint


def test_what_was_lost_is_sent_once_more() -> None:
    rack = world()
    rack.lose("PUT", "/services/web$")
    task = scale(rack, memory=1024)
    assert len(task.sent) == 2
    assert rack.writes[1].at >= LAG
    assert task.result["service"]["memory"] == 1024


def test_a_promote_meanwhile_puts_values_back_and_they_are_set_again() -> None:
    rack = world({**SLOW, "promote_seconds": 1.0})
    rack.at(2.0, lambda: rack.promote(rack.app("shop").release, "shop"))
    task = scale(rack, memory=1024)
    assert task.kinds == ["services.update"] * 2
    assert task.result["service"]["memory"] == service(rack).memory == 1024


# --- an app that is deleted meanwhile


@pytest.mark.parametrize(
    ("delete_seconds", "words"),
    [(0.0, "app shop is not there any more"), (300.0, "app shop is being deleted")],
)
@pytest.mark.parametrize("given", [{"count": 3}, {"memory": 1024}, {"state": "restarted"}])
def test_an_app_that_is_deleted_ends_the_wait(
    delete_seconds: float, words: str, given: dict[str, Any]
) -> None:
    rack = world({"process_seconds": math.inf, "delete_seconds": delete_seconds})
    rack.at(15.0, lambda: rack.act("DELETE", "/apps/shop"))
    task = run_task(ServiceNoun, rack, app="shop", name="web", **given)
    assert task.error is not None
    assert words in str(task.error)
    assert rack.clock.now() <= 28.0
    assert task.changed
