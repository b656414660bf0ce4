# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The noun of convox_service_info."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._modules.service_info.noun import ServiceInfoNoun
from tests.practice_rack.memory import MemoryRack
from tests.unit.tasks import Task, done, holds_every_rule, options, refusal, run_task

NAMES = ["api", "web", "worker"]


def world(**settings: Any) -> MemoryRack:
    rack = MemoryRack(**settings)
    rack.add_app("web")
    for name in reversed(NAMES):
        rack.add_service(name, count=2)
    return rack


def read(rack: MemoryRack, **given: Any) -> Task:
    return done(ServiceInfoNoun, rack, app="web", **given)


def names(task: Task) -> list[str]:
    return [service["name"] for service in task.result["services"]]


def test_all_by_their_names() -> None:
    task = holds_every_rule(ServiceInfoNoun, world, app="web")
    assert names(task) == NAMES
    service = task.result["services"][0]
    assert (service["count"], service["domain"], service["nlb"]) == (2, "api.web.rack.test", [])
    assert service["autoscale"] is None
    assert "metrics" not in service


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"name": ["web"]}, ["web"]),
        ({"name": ["worker", "api"]}, ["api", "worker"]),
        ({"name": ["nothing"]}, []),
        ({"name": []}, []),
    ],
)
def test_those_that_are_asked_for_by_one_request(given: dict[str, Any], found: list[str]) -> None:
    rack = world()
    assert names(read(rack, **given)) == found
    assert len(rack.requests) == 1


def test_an_app_that_is_not_there() -> None:
    task = run_task(ServiceInfoNoun, MemoryRack(), app="web")
    assert isinstance(task.error, errors.ConvoxNotFoundError)
    for include in ([], ["metrics"]):
        assert read(MemoryRack(), check_mode=True, include=include).result == {"services": []}


def test_an_app_without_services() -> None:
    rack = MemoryRack()
    rack.add_app("web")
    assert read(rack, include=["metrics"]).result == {"services": []}


def test_all_that_a_rack_tells() -> None:
    rack = world()
    told = {
        "name": "web",
        "count": 0,
        "cold-start": True,
        "scale-override-active": True,
        "triggers-override-active": True,
        "autoscale": {
            "enabled": True,
            "cpu-threshold": 70,
            "queue-threshold": 5,
            "metric-name": "q",
            "new": 1,
        },
        "nlb": [{"container-port": 5000, "port": 6000, "protocol": "tcp", "scheme": "public", "new": 1}],
        "gpu-vendor": "nvidia",
        "gpu-mem-used": 12,
        "new": "x",
    }
    rack.fail(200, "", "GET", "/services$")
    rack.faults[-1].body = json.dumps([told])
    (service,) = read(rack).result["services"]
    assert service["cold_start"] and service["scale_override_active"] and service["triggers_override_active"]
    assert service["autoscale"]["cpu_threshold"] == 70
    assert service["autoscale"]["mem_threshold"] is None
    assert (service["nlb"][0]["container_port"], service["nlb"][0]["allow_cidr"]) == (5000, [])
    assert (service["gpu_vendor"], service["gpu_mem_used"]) == ("nvidia", 12)
    assert "new" not in str(service)


# --- metrics


def test_metrics_of_each_service() -> None:
    rack = world(metrics=True)
    hours = {"start": "2026-01-01T01:00:00+01:00", "end": "2026-01-02", "period": 60}
    task = read(rack, include=["metrics"], metrics=["cpu", "mem"], parallel=2, **hours)
    assert names(task) == NAMES
    for service in task.result["services"]:
        assert [metric["name"] for metric in service["metrics"]] == ["cpu", "mem"]
        assert service["metrics"][0]["values"][0]["time"] == "2026-01-02T00:00:00.000000000Z"
    queries = [request.query for request in rack.requests if request.path.endswith("/metrics")]
    times = {"start": "20260101.000000.000000000", "end": "20260102.000000.000000000"}
    assert queries == [{"metrics": "cpu,mem", **times, "period": "60"}] * 3
    assert len(rack.requests) == 4
    assert task.warnings == []


def test_a_rack_without_metrics() -> None:
    task = read(world(), include=["metrics"])
    assert [service["metrics"] for service in task.result["services"]] == [None, None, None]
    assert task.warnings == [
        "This rack keeps no metrics of services (metrics unavailable), so metrics are null"
    ]


def test_metrics_that_fail() -> None:
    rack = world(metrics=True)
    rack.fail(403, "operation not permitted for deploy keys", "GET", "web/services/web/metrics", times=-1)
    task = run_task(ServiceInfoNoun, rack, app="web", include=["metrics"], parallel=1)
    assert isinstance(task.error, errors.ConvoxForbiddenError)
    assert "web of web" in str(task.error)


@pytest.mark.parametrize(
    ("given", "option"),
    [
        ({"name": [""]}, "name"),
        ({"parallel": 0}, "parallel"),
        ({"metrics": ["cpu"]}, "metrics"),
        ({"start": "2026-01-01"}, "start"),
        ({"end": "2026-01-01"}, "end"),
        ({"period": 5}, "period"),
        ({"include": ["metrics"], "period": 0}, "period"),
        ({"include": ["metrics"], "metrics": []}, "metrics"),
        ({"include": ["metrics"], "metrics": ["a,b"]}, "metrics"),
        ({"include": ["metrics"], "start": "now"}, "start"),
        ({"include": ["metrics"], "start": "0001-01-01T00:00:00+05:00"}, "start"),
        ({"include": ["metrics"], "start": "2026-01-01", "end": "2026-01-01"}, "end"),
    ],
)
def test_what_no_rack_can_tell(given: dict[str, Any], option: str) -> None:
    assert refusal(ServiceInfoNoun, app="web", **given).option == option


@given(st.none() | st.lists(st.sampled_from([*NAMES, "nothing"]), max_size=3))
def test_nothing_is_ever_planned(given: list[str] | None) -> None:
    noun = ServiceInfoNoun()
    desired = noun.desired(options(ServiceInfoNoun, app="web", name=given))
    assert noun.plan(noun.assumed(desired), desired) == ()
    task = read(world(), name=given)
    assert (task.changed, task.sent) == (False, [])
    assert names(task) == [name for name in NAMES if given is None or name in given]
