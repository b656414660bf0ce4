# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""What convox_app_info includes of each app, and what it says where it cannot."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api._http.secrets import Secrets
from ansible_collections.convox.rack.plugins.module_utils._modules.app_info import report
from ansible_collections.convox.rack.plugins.module_utils._modules.app_info.noun import INCLUDE, AppInfoNoun
from tests.practice_rack.memory import MemoryRack
from tests.practice_rack.settings import MANIFEST
from tests.unit.tasks import Task, done, run_task

CANARY = "canary-of-the-app-info"
EVERYTHING = list(INCLUDE)


def world(**settings: Any) -> MemoryRack:
    """The app web runs with a balancer, a config and a budget; the app api has nothing in it."""
    rack = MemoryRack(**{"metrics": True, "cost_tracking": True, **settings})
    rack.add_app("api")
    rack.add_app("web")
    manifest = yaml.safe_load(MANIFEST)
    manifest["balancers"] = {"custom": {"service": "web", "ports": {5000: 3000}}}
    build = rack.add_build("B1", manifest=yaml.safe_dump(manifest)).id
    rack.add_release({"A": "1", "TOKEN": CANARY}, build="")
    rack.activate(rack.add_release({"A": "1", "TOKEN": CANARY, "B": "2"}, build=build).id)
    rack.act("PUT", "/apps/web/configs/shown", {"value": "Y2FuYXJ5"})
    if rack.settings.cost_tracking:
        rack.act("POST", "/apps/web/budget", {"monthly-cap-usd": "100"})
    return rack


def included(task: Task, app: str = "web") -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in task.result["apps"] if each["name"] == app)
    return found


def test_everything() -> None:
    rack = world()
    task = done(AppInfoNoun, rack, include=EVERYTHING)
    web = included(task)
    assert list(web)[-len(INCLUDE) :] == EVERYTHING
    assert [service["name"] for service in web["services"]] == ["web", "worker"]
    assert {process["status"] for process in web["processes"]} == {"running"}
    assert web["resources"] == [{"name": "database", "type": "postgres", "status": "running"}]
    ports = [{"protocol": "TCP", "source": 5000, "target": 3000}]
    endpoint = "balancer-custom.web.rack.test"
    assert web["balancers"] == [{"name": "custom", "endpoint": endpoint, "ports": ports, "service": "web"}]
    assert [build["id"] for build in web["builds"]] == ["B1"]
    assert {"manifest", "logs", "repository"}.isdisjoint(web["builds"][0])
    assert [release["variables"] for release in web["releases"]] == [["A", "B", "TOKEN"], ["A", "TOKEN"]]
    assert [release["active"] for release in web["releases"]] == [True, False]
    assert {"env", "manifest"}.isdisjoint(web["releases"][0])
    assert (web["budget"]["monthly_cap_usd"], web["budget"]["state"]) == (100.0, None)
    assert web["configs"] == ["shown"]
    assert [metric["name"] for metric in web["metrics"]]
    assert {pod["service"] for pod in web["diagnose"]["pods"]} == {"", "web", "worker"}
    assert yaml.safe_load(web["manifest"])["services"].keys() == {"web", "worker"}
    assert "canary" not in str(task.result)
    assert "postgres://" not in str(task.result)
    assert (task.warnings, task.changed, task.sent) == ([], False, [])


def test_an_app_with_nothing_in_it() -> None:
    api = included(done(AppInfoNoun, world(), name=["api"], include=EVERYTHING), "api")
    lists = ("services", "processes", "resources", "balancers", "builds", "releases", "configs")
    assert [api[part] for part in lists] == [[]] * len(lists)
    assert (api["budget"], api["manifest"]) == (None, None)
    assert (api["diagnose"]["overview"], api["diagnose"]["pods"]) == ({"services": []}, [])


def test_parts_come_in_the_same_order_whatever_is_asked_first() -> None:
    for include in (["manifest", "services"], ["services", "manifest"]):
        assert list(included(done(AppInfoNoun, world(), include=include)))[-2:] == ["services", "manifest"]


def test_no_more_than_the_newest_ten() -> None:
    rack = world()
    for number in range(12):
        rack.add_release(f"N={number}", build=f"B{number + 10}")
    web = included(done(AppInfoNoun, rack, name=["web"], include=["releases", "builds"]))
    assert (len(web["releases"]), len(web["builds"])) == (10, 10)


def test_metrics_and_diagnose_ask_for_what_the_options_say() -> None:
    rack = world()
    hours = {"start": "2026-01-01T01:00:00", "end": "2026-01-01T02:00:00Z", "period": 60}
    given = {"include": ["metrics", "diagnose"], "metrics": ["cpu", "mem"], **hours}
    done(AppInfoNoun, rack, name=["web"], checks=["overview", "init"], services=["web"], lines=5, **given)
    asked = {request.path.rpartition("/")[2]: request.query for request in rack.requests}
    times = {"start": "20260101.010000.000000000", "end": "20260101.020000.000000000"}
    assert asked["metrics"] == {"metrics": "cpu,mem", **times, "period": "60"}
    assert asked["diagnose"] == {"checks": "init,overview", "services": "web", "lines": "5"}


# --- what a rack cannot tell


@pytest.mark.parametrize(
    ("settings", "part"),
    [({"metrics": False}, "metrics"), ({"diagnose": False}, "diagnose"), ({"version": "3.23.9"}, "diagnose")],
)
def test_what_a_rack_lacks_is_null_and_said_once(settings: dict[str, Any], part: str) -> None:
    task = done(AppInfoNoun, world(**settings), include=[part, "services"])
    assert [app[part] for app in task.result["apps"]] == [None, None]
    assert included(task)["services"]
    (warning,) = task.warnings
    assert warning.startswith(f"This rack cannot tell {part} of apps (")
    assert warning.endswith(f"), so {part} is null")


def test_budgets_without_cost_tracking_are_null() -> None:
    rack = world(cost_tracking=False)
    assert included(done(AppInfoNoun, rack, include=["budget"]))["budget"] is None
    rack.fail(422, "cost tracking is off: cost_tracking_enable", "GET", "/budget$", times=-1)
    task = done(AppInfoNoun, rack, include=["budget"])
    assert included(task)["budget"] is None
    assert len(task.warnings) == 1


# --- what goes wrong


def test_what_the_key_may_not_read_fails_and_names_the_app() -> None:
    task = run_task(AppInfoNoun, world(), key="", include=["services"])
    assert task.error is None
    rack = world()
    rack.fail(403, "operation not permitted for deploy keys", "GET", "/apps/web/configs$", times=-1)
    task = run_task(AppInfoNoun, rack, include=EVERYTHING)
    assert isinstance(task.error, errors.ConvoxForbiddenError)
    assert "configs of web" in str(task.error)
    assert task.error.hint


@pytest.mark.parametrize("part", sorted(set(EVERYTHING) - {"processes", "configs"}))
def test_an_app_that_is_deleted_meanwhile_is_left_out(part: str) -> None:
    """Of processes and configs a rack lists none then, which is as true."""
    rack = world()
    rack.meanwhile(lambda: rack.state.apps.pop("web", None), "GET", "^/apps$")
    task = done(AppInfoNoun, rack, include=[part])
    assert [app["name"] for app in task.result["apps"]] == ["api"]


@pytest.mark.parametrize("part", EVERYTHING)
@pytest.mark.parametrize("body", ["null", "5", '"text"', '[{"name": 5}]', "{}", "[null]", "not JSON"])
def test_half_answers_are_no_error_of_our_own(part: str, body: str) -> None:
    rack = world()
    for path in ("/services$", "/processes$", "/resources$", "/balancers$", "/builds$", "/releases$"):
        rack.fail(200, "", "GET", f"/apps/web{path}", times=-1)
    for path in ("/budget$", "/configs$", "/metrics$", "/diagnose$", "/releases/R.*$"):
        rack.fail(200, "", "GET", f"/apps/web{path}", times=-1)
    for fault in rack.faults:
        fault.body = body
    run_task(AppInfoNoun, rack, include=[part])


# --- diagnose


def test_logs_of_a_diagnosis_hold_no_secrets() -> None:
    rack = world()
    pod = {"name": "web-1", "service": "web", "stateDetail": "CrashLoopBackOff", "hint": f"look at {CANARY}"}
    logs = {"logs": f"one\ntoken={CANARY}\x1b[31m\nB=2\n", "previousLogs": "", "events": [f"Pulled {CANARY}"]}
    rack.fail(200, "", "GET", "/diagnose$")
    rack.faults[-1].body = json.dumps({"overview": {"services": None}, "pods": [{**pod, **logs}]})
    found = included(done(AppInfoNoun, rack, name=["web"], include=["diagnose"]))["diagnose"]
    assert found == {
        "overview": {"services": []},
        "pods": [
            {
                "name": "web-1",
                "service": "web",
                "state_detail": "CrashLoopBackOff",
                "hint": "look at ********",
                "logs": ["one", "token=********", "B=********"],
                "previous_logs": [],
                "events": ["Pulled ********"],
            }
        ],
    }


def test_a_diagnosis_that_is_too_deep_ends_somewhere() -> None:
    deep: Any = "end"
    for _level in range(50):
        deep = {"more": deep}
    assert "end" not in str(report.as_result(deep, Secrets()))
