# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The noun of convox_service."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.resources.services import Service
from ansible_collections.convox.rack.plugins.module_utils._modules.service.noun import Observed, ServiceNoun
from tests.practice_rack.memory import MemoryRack
from tests.unit.tasks import done, holds_every_rule, options, refusal, run_task

from .service_world import restarted, scaled, world

KEDA = {"keda": True}
FIELDS = {
    "count": st.integers(0, 3),
    "cpu": st.sampled_from([250, 500]),
    "memory": st.sampled_from([256, 512]),
    "gpu": st.integers(0, 1),
}


@given(st.fixed_dictionaries(FIELDS), st.fixed_dictionaries({}, optional=FIELDS))
def test_any_scale_comes_to_any_desired_one(before: dict[str, int], desired: dict[str, int]) -> None:
    task = holds_every_rule(ServiceNoun, partial(world, **before), app="shop", name="web", **desired)
    differs = {name: value for name, value in desired.items() if before[name] != value}
    assert task.sent == ([scaled(**differs)] if differs else [])
    service = task.result["service"]
    assert {name: service[name] for name in FIELDS} == {**before, **desired}


@given(st.permutations(list(FIELDS)))
def test_the_order_of_options_means_nothing(order: list[str]) -> None:
    given = dict.fromkeys(order, 7)
    desired = ServiceNoun().desired({**given, **options(ServiceNoun, app="shop", name="web", **given)})
    steps = ServiceNoun().plan(Observed((Service(name="web", gpu_vendor=""),)), desired)
    assert [change.where[-1] for change in steps[0].changes()] == ["count", "cpu", "memory", "gpu"]


def test_min_alone_is_compared_with_the_count() -> None:
    """Without an autoscaler it sets the replicas, and what is read back as min stays the manifest's."""
    task = holds_every_rule(ServiceNoun, world, app="shop", name="web", min=2)
    assert task.sent == [scaled(min=2)]
    assert task.result["service"]["count"] == 2


@pytest.mark.parametrize(
    ("bounds", "sent"),
    [
        ({"min": 2, "max": 9}, {"min": 2}),
        ({"min": 1, "max": 4}, {"max": 4}),
        ({"max": 4}, {"max": 4}),
        ({"min": 3}, {"min": 3}),
        ({"min": 1, "max": 9}, None),
    ],
)
def test_with_an_autoscaler_the_bounds_are_set_and_it_runs_what_it_likes(
    bounds: dict[str, int], sent: dict[str, int] | None
) -> None:
    """It runs five of one to nine: a wait for an exact number would never end."""
    task = holds_every_rule(
        ServiceNoun, lambda: world(KEDA, count=5, bounds=(1, 9)), app="shop", name="web", **bounds
    )
    assert task.sent == ([] if sent is None else [scaled(**sent)])


def test_bounds_make_an_autoscaler() -> None:
    task = holds_every_rule(ServiceNoun, lambda: world(KEDA), app="shop", name="web", min=2, max=3)
    assert task.sent == [scaled(min=2, max=3)]
    assert task.result["service"]["autoscale"]["enabled"]


def test_bounds_make_an_autoscaler_where_the_manifest_has_the_same_max() -> None:
    """Without max beside it, min would set the number of processes."""
    spec = {"scale": {"count": "1-4"}}
    task = holds_every_rule(ServiceNoun, lambda: world(KEDA, spec=spec), app="shop", name="web", min=2, max=4)
    assert task.sent == [scaled(min=2, max=4)]
    service = task.result["service"]
    assert (service["min"], service["max"], service["autoscale"]["enabled"]) == (2, 4, True)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"min": 10}, "min: is above the max of web, 9. Give max, too"),
        ({"max": 1}, "max: is below the min of web, 2. Give min, too"),
    ],
)
def test_a_bound_has_to_fit_the_one_that_stays(given: dict[str, int], words: str) -> None:
    for check_mode in (False, True):
        rack = world(KEDA, count=5, bounds=(2, 9))
        task = run_task(ServiceNoun, rack, app="shop", name="web", check_mode=check_mode, **given)
        assert isinstance(task.error, errors.ConvoxOptionError)
        assert task.error.message == words
        assert task.sent == []


def test_a_gpus_vendor_goes_with_its_number() -> None:
    task = done(ServiceNoun, world(gpu=0, gpu_vendor="amd"), app="shop", name="web", gpu=1, gpu_vendor="amd")
    assert task.sent == [scaled(gpu=1, gpu_vendor="amd")]


def test_another_vendor_goes_with_the_number_that_is_there() -> None:
    task = holds_every_rule(
        ServiceNoun,
        lambda: world(gpu=1, gpu_vendor="amd"),
        app="shop",
        name="web",
        gpu=1,
        gpu_vendor="nvidia",
    )
    assert task.sent == [scaled(gpu=1, gpu_vendor="nvidia")]
    assert task.result["service"]["gpu_vendor"] == "nvidia"


def test_no_gpus_have_no_vendor() -> None:
    task = done(ServiceNoun, world(gpu=0), app="shop", name="web", gpu=0, gpu_vendor="amd")
    assert (task.sent, task.changed) == ([], False)
    task = holds_every_rule(
        ServiceNoun, lambda: world(gpu=1), app="shop", name="web", gpu=0, gpu_vendor="amd"
    )
    assert task.sent == [scaled(gpu=0)]


def test_a_whole_app_is_restarted_service_by_service() -> None:
    task = done(ServiceNoun, world(), app="shop", state="restarted")
    assert task.sent == [restarted("job"), restarted("web")]
    assert [service["name"] for service in task.result["services"]] == ["job", "web"]
    checked = done(ServiceNoun, world(), app="shop", state="restarted", check_mode=True)
    assert (checked.changed, checked.sent) == (True, [])


def test_a_name_that_is_empty_is_not_the_whole_app() -> None:
    task = run_task(ServiceNoun, world(), app="shop", name="", state="restarted")
    assert isinstance(task.error, errors.ConvoxOptionError)
    assert task.sent == []


def test_agents_cannot_be_scaled() -> None:
    def agent() -> MemoryRack:
        return world(spec={"agent": True})

    task = run_task(ServiceNoun, agent(), app="shop", name="web", count=3)
    assert isinstance(task.error, errors.ConvoxOptionError)
    assert "is an agent" in task.error.message
    assert task.sent == []
    assert not done(ServiceNoun, agent(), app="shop", name="web", count=1).changed


def test_absent_services_are_named_with_those_that_are_there() -> None:
    task = run_task(ServiceNoun, world(), app="shop", name="wbe", count=1)
    assert isinstance(task.error, errors.ConvoxOptionError)
    assert task.error.message == "name: shop has no service wbe. Its services are: job, web"
    rack = MemoryRack()
    rack.add_app("shop")
    task = run_task(ServiceNoun, rack, app="shop", name="web", count=1)
    assert task.error is not None
    assert "nothing was promoted yet" in task.error.message


@pytest.mark.parametrize(
    ("given", "option"),
    [
        ({"count": -1}, "count"),
        ({"cpu": 0}, "cpu"),
        ({"cpu": -5}, "cpu"),
        ({"memory": 0}, "memory"),
        ({"gpu": -1}, "gpu"),
        ({"min": -1}, "min"),
        ({"max": 0}, "max"),
        ({"min": 3, "max": 2}, "min"),
        ({"count": 1, "min": 1}, "count"),
        ({"count": 1, "max": 1}, "count"),
        ({"state": "restarted", "count": 1}, "count"),
        ({"state": "restarted", "gpu": 0}, "gpu"),
        ({"count": 1, "name": None}, "name"),
        ({"name": ""}, "name"),
        ({"name": None}, "name"),
    ],
)
def test_bad_input(given: dict[str, Any], option: str) -> None:
    assert refusal(ServiceNoun, **{"app": "shop", "name": "web", **given}).option == option


@pytest.mark.parametrize(
    "given",
    [{"count": 0}, {"gpu": 0}, {"min": 0}, {"min": 2, "max": 2}, {"state": "restarted", "name": None}],
)
def test_good_input(given: dict[str, Any]) -> None:
    ServiceNoun().desired(options(ServiceNoun, **{"app": "shop", "name": "web", **given}))
