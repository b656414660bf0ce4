# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The overrides of a service: triggers, and a count of zero that outlasts a promote."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.resources.services import TRIGGERS
from ansible_collections.convox.rack.plugins.module_utils._modules.service.noun import ServiceNoun
from tests.fuzz import worlds
from tests.practice_rack.memory import MemoryRack
from tests.unit.tasks import Sent, Task, done, holds_every_rule, options, refusal, run_task

from .service_world import world

PATH = "/apps/shop/services/web"


def on(low: int = 1, high: int = 5, **thresholds: int) -> MemoryRack:
    """A rack on which the triggers are on."""
    wire = {TRIGGERS[name]: value for name, value in (thresholds or {"cpu": 70}).items()}
    return world(count=2, bounds=(low, high), triggers=wire)


def service(rack: MemoryRack, **given: Any) -> Task:
    return done(ServiceNoun, rack, app="shop", name="web", **given)


def enabled(low: int, high: int, **thresholds: int) -> Sent:
    triggers = [{"type": TRIGGERS[name], "threshold": value} for name, value in thresholds.items()]
    opts = json.dumps({"min": low, "max": high, "triggers": triggers}, separators=(",", ":"))
    return ("POST", f"{PATH}/triggers/enable", {"opts": opts})


TYPES = st.dictionaries(st.sampled_from(sorted(TRIGGERS)), st.integers(1, 3), min_size=1)
BOUNDS = st.tuples(st.integers(0, 2), st.integers(2, 4))
STATES = st.none() | st.tuples(TYPES, BOUNDS)


@given(STATES, STATES, st.booleans(), st.sampled_from([None, True, False]))
def test_any_state_comes_to_any_desired_one(
    before: tuple[Any, Any] | None, after: tuple[Any, Any] | None, kept: bool, override: bool | None
) -> None:
    def rack() -> MemoryRack:
        found = world() if before is None else on(*before[1], **before[0])
        found.app("shop").deployments["web"].scale_override = kept
        return found

    triggers = {} if after is None else {**after[0], "min": after[1][0], "max": after[1][1]}
    task = holds_every_rule(
        ServiceNoun, rack, app="shop", name="web", triggers=triggers, scale_override=override
    )
    found = task.result["service"]
    assert found["triggers_override_active"] is (after is not None)
    assert found["scale_override_active"] is (kept if override is None else override)
    if after is not None:
        assert (found["min"], found["max"]) == after[1]
        fields = {"cpu": "cpu", "memory": "mem", "gpu": "gpu", "queue": "queue"}
        thresholds = {name: found["autoscale"][f"{field}_threshold"] for name, field in fields.items()}
        assert {name: value for name, value in thresholds.items() if value is not None} == after[0]
    assert len(task.sent) <= 2
    checked = service(rack(), triggers=triggers, scale_override=override, check_mode=True).result["service"]
    assert {name: checked[name] for name in checked if name != "count"} == {
        name: found[name] for name in found if name != "count"
    } or after is None


def test_turned_on() -> None:
    task = service(world(), triggers={"queue": 100, "cpu": "70", "min": 1, "max": 5, "gpu": None})
    assert task.sent == [enabled(1, 5, cpu=70, queue=100)]
    assert task.outcome is not None
    assert task.outcome.answer(diff=True)["diff"] == {
        "before": {"web": {"triggers": {}}},
        "after": {"web": {"triggers": {"queue": 100, "cpu": 70, "min": 1, "max": 5}}},
    }


def test_the_bounds_may_stand_beside_them() -> None:
    task = service(world(), triggers={"cpu": 70}, min=1, max=5)
    assert task.sent == [enabled(1, 5, cpu=70)]
    assert service(on(), triggers={"cpu": 70}, min=1, max=5).sent == []


def test_bounds_that_are_not_given_stay() -> None:
    assert service(on(2, 4), triggers={"cpu": 70}).sent == []
    assert service(on(2, 4), triggers={"memory": 50}).sent == [enabled(2, 4, memory=50)]
    assert service(on(2, 4), triggers={"cpu": 70, "max": 9}).sent == [enabled(2, 9, cpu=70)]


def test_one_threshold_alone_is_set_alone() -> None:
    task = service(on(cpu=70, memory=80), triggers={"cpu": 60, "memory": 80})
    assert task.sent == [("POST", f"{PATH}/triggers/threshold", {"type": "cpu", "threshold": "60"})]
    assert task.outcome is not None
    assert task.outcome.answer(diff=True)["diff"]["after"] == {"web": {"triggers": {"cpu": 60}}}
    task = service(on(gpu=70, queue=80), triggers={"gpu": 70, "queue": 9})
    assert task.sent == [("POST", f"{PATH}/triggers/threshold", {"type": "queueDepth", "threshold": "9"})]
    task = service(on(cpu=70, memory=80), triggers={"cpu": 60, "memory": 70})
    assert task.sent == [enabled(1, 5, cpu=60, memory=70)]


def test_turned_off_once() -> None:
    task = holds_every_rule(ServiceNoun, on, app="shop", name="web", triggers={})
    assert task.sent == [("POST", f"{PATH}/triggers/disable", {})]
    assert not service(world(), triggers={}).changed


def test_a_count_of_zero_that_stays() -> None:
    rack = world()
    task = holds_every_rule(ServiceNoun, world, app="shop", name="web", count=0, scale_override=True)
    assert [path for _method, path, _form in task.sent] == [f"{PATH}/scale-override", PATH]
    service(rack, count=0, scale_override=True)
    rack.promote(rack.add_release("A=1", app="shop").id, app="shop")
    rack.clock.sleep(60.0)
    assert service(rack).result["service"]["count"] == 0


def test_off_and_a_count() -> None:
    task = holds_every_rule(ServiceNoun, on, app="shop", name="web", count=4, triggers={})
    assert [path for _method, path, _form in task.sent] == [f"{PATH}/triggers/disable", PATH]
    assert task.result["service"]["count"] == 4


def test_it_waits_for_the_least_number() -> None:
    rack = world(count=1)
    service(rack, triggers={"cpu": 70, "min": 3, "max": 5})
    running = [pod for pod in rack.app("shop").pods.values() if pod.service == "web"]
    assert len(running) == 3
    assert all(pod.running_at is not None for pod in running)


@pytest.mark.parametrize(
    ("low", "high", "running"), [(3, 5, 3), (1, 1, 1)], ids=["more than run", "fewer than run"]
)
def test_a_size_beside_them_waits_for_the_number_that_they_make(low: int, high: int, running: int) -> None:
    rack = world(count=2)
    task = service(rack, triggers={"cpu": 70, "min": low, "max": high}, cpu=512)
    assert [path for _method, path, _form in task.sent] == [f"{PATH}/triggers/enable", PATH]
    assert (task.result["service"]["cpu"], task.result["service"]["count"]) == (512, running)
    task = service(rack, triggers={}, cpu=256)
    assert [path for _method, path, _form in task.sent] == [f"{PATH}/triggers/disable", PATH]
    assert task.result["service"]["cpu"] == 256


def test_the_actor_is_named() -> None:
    rack = world({"password": worlds.KEY_CANARY})
    options = {"app": "shop", "name": "web", "scale_override": True, "actor": "ann"}
    assert worlds.in_process(ServiceNoun, options, rack).answer["changed"]
    assert rack.sent == [("POST", f"{PATH}/scale-override", {"active": "true", "ack_by": "ann"})]


def test_a_rack_that_ignores_them() -> None:
    rack = world()
    rack.lose("POST", "/scale-override$", times=-1)
    task = run_task(ServiceNoun, rack, app="shop", name="web", scale_override=True)
    assert isinstance(task.error, errors.ConvoxIgnoredError)
    assert task.error.message.endswith("scale_override")


def test_an_older_rack_names_the_version() -> None:
    for asked in ({"scale_override": True}, {"triggers": {"cpu": 70, "min": 1, "max": 2}}):
        task = run_task(ServiceNoun, world({"version": "3.24.5"}), app="shop", name="web", **asked)
        assert isinstance(task.error, errors.ConvoxNotImplementedError)


def test_a_service_that_is_not_there_yet() -> None:
    rack = MemoryRack()
    rack.add_app("shop")
    given = {"triggers": {"cpu": 70, "min": 1, "max": 2}, "scale_override": True, "count": None}
    task = service(rack, check_mode=True, **given)
    found = task.result["service"]
    assert (task.changed, found["triggers_override_active"], found["scale_override_active"]) == (
        True,
        True,
        True,
    )
    assert (found["min"], found["max"], found["cpu"]) == (1, 2, None)


@pytest.mark.parametrize(
    ("given", "option"),
    [
        ({"triggers": {"load": 1}}, "triggers"),
        ({"triggers": {"min": 1}}, "triggers"),
        ({"triggers": {"cpu": 0}}, "triggers"),
        ({"triggers": {"cpu": 1.5}}, "triggers"),
        ({"triggers": {"cpu": True}}, "triggers"),
        ({"triggers": {"cpu": []}}, "triggers"),
        ({"triggers": {"cpu": 10**30}}, "triggers"),
        ({"triggers": {"cpu": float("inf")}}, "triggers"),
        ({"triggers": {"cpu": 1, "min": -1}}, "triggers"),
        ({"triggers": {"cpu": 1, "max": 0}}, "triggers"),
        ({"triggers": {"cpu": 1, "min": 3, "max": 2}}, "triggers"),
        ({"triggers": {"cpu": 1, "min": 3}, "min": 2}, "triggers"),
        ({"triggers": {"cpu": 1}, "count": 2}, "count"),
        ({"triggers": {}, "state": "restarted"}, "triggers"),
        ({"scale_override": False, "state": "restarted"}, "scale_override"),
    ],
)
def test_bad_input(given: dict[str, Any], option: str) -> None:
    assert refusal(ServiceNoun, **{"app": "shop", "name": "web", **given}).option == option


@pytest.mark.parametrize("given", [{"triggers": {"cpu": 70}}, {"triggers": {"cpu": 70, "min": 9}}])
def test_bounds_that_do_not_fit(given: dict[str, Any]) -> None:
    for check_mode in (False, True):
        rack = world() if given == {"triggers": {"cpu": 70}} else on()
        task = run_task(ServiceNoun, rack, check_mode=check_mode, app="shop", name="web", **given)
        assert isinstance(task.error, errors.ConvoxOptionError)
        assert (task.error.option, task.sent) == ("triggers", [])


def test_good_input() -> None:
    ServiceNoun().desired(options(ServiceNoun, app="shop", name="web", triggers={}, count=2))
