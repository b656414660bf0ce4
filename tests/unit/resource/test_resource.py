# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The noun of convox_resource: resources of the rack."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._modules.resource import steps
from ansible_collections.convox.rack.plugins.module_utils._modules.resource.noun import ResourceNoun
from tests.practice_rack.faults import Fault
from tests.practice_rack.memory import MemoryRack
from tests.unit.tasks import done, holds_every_rule, refusal, run_task

V2 = {"generation": "2", "version": "20190111211123"}
OLD, NEW = "https://203.0.113.7/canary-old", "https://203.0.113.7/canary-new"
HOOK: dict[str, Any] = {"name": "hook", "type": "webhook", "parameters": {"Url": NEW}}


def world(url: str | None = OLD, **settings: Any) -> MemoryRack:
    """A rack with the app web, and with a webhook unless there is no url for it."""
    rack = MemoryRack(**settings)
    rack.add_app("web")
    rack.add_app("shop")
    if url is not None:
        form = {"kind": "webhook", "name": "hook", "parameters": f"Url={url}"}
        rack.act("POST", "/resources", form)
        rack.requests.clear()
    return rack


def shown(task: Any) -> Any:
    return task.result["resource"]


@given(
    st.sampled_from([{}, V2]),
    st.sampled_from([None, OLD, NEW]),
    st.sampled_from(["present", "absent"]),
    st.none() | st.lists(st.sampled_from(["web", "shop"]), unique=True),
)
def test_any_resource_comes_to_any_desired_one(
    settings: dict[str, str], before: str | None, state: str, links: list[str] | None
) -> None:
    wanted: dict[str, Any] = {"name": "hook"} if state == "absent" else dict(HOOK)
    wanted |= {"state": state}
    if settings and state == "present":
        wanted["links"] = links
    task = holds_every_rule(ResourceNoun, lambda: world(before, **settings), **wanted)
    assert "canary" not in f"{task.result} {task.lines} {task.warnings}"
    if state == "absent":
        assert (shown(task), task.kinds) == (
            None,
            ["rack_resources.delete"] if before else [],
        )
        return
    assert (shown(task)["type"], shown(task)["status"]) == ("webhook", "running")
    assert shown(task)["parameters"] == {"Url": "********"}
    assert shown(task)["links"] == (sorted(links or []) if settings else [])
    if before == OLD:
        changing = "update" if settings else "create"
        assert f"rack_resources.{changing}" in task.kinds


@pytest.mark.parametrize(("before", "most"), [(NEW, 1), (None, 3), (OLD, 6)])
def test_requests(before: str | None, most: int) -> None:
    rack = world(before)
    done(ResourceNoun, rack, **HOOK)
    assert len(rack.requests) == most


def test_what_is_not_named_stays() -> None:
    rack = world(**V2)
    form = {"kind": "postgres", "name": "db", "parameters": "Storage=10&Version=9"}
    rack.act("POST", "/resources", form)
    task = done(ResourceNoun, rack, name="db", parameters={"Storage": 20})
    assert shown(task)["parameters"] == {"Storage": "********", "Version": "********"}
    assert rack.state.rack_resources["db"]["parameters"] == {"Storage": "20", "Version": "9"}


def test_the_diff_says_that_it_is_made_anew() -> None:
    step = run_task(ResourceNoun, world(), check_mode=True, **HOOK).outcome.steps[0]  # type: ignore[union-attr]
    assert isinstance(step, steps.Replace)
    assert [(each.where[1:], each.before, each.after) for each in step.changes()] == [
        (("parameters", "Url"), "********", "******** (changed)"),
        (("made_anew",), None, steps.MADE_ANEW),
    ]


def test_the_old_one_is_put_back_where_the_rack_refuses_the_new_one() -> None:
    rack = world()
    task = run_task(ResourceNoun, rack, **{**HOOK, "parameters": {"Url": "http://10.0.0.1/canary"}})
    assert isinstance(task.error, errors.ConvoxValidationError)
    assert "non-routable" in task.error.message
    assert "The old one was put back" in str(task.error)
    assert rack.state.rack_resources["hook"]["parameters"] == {"Url": OLD}
    assert task.changed, "it was made anew, with another id to whoever watches"


def test_where_it_cannot_be_put_back_that_is_said() -> None:
    rack = world()
    rack.faults.append(Fault("status", "POST", "/resources$", times=-1, status=400))
    task = run_task(ResourceNoun, rack, **HOOK)
    assert "could not be put back: make it again" in str(task.error)
    assert rack.state.rack_resources == {}


def test_reads_that_lag_are_waited_for() -> None:
    rack = world(read_lag_seconds=3.0)
    rack.clock.sleep(10)
    task = done(ResourceNoun, rack, **HOOK)
    assert task.kinds == ["rack_resources.delete", "rack_resources.create"]


def test_what_the_rack_does_not_keep_is_named() -> None:
    rack = world(**V2)
    rack.faults.append(Fault("status", "PUT", "/resources", status=200, body="{}"))
    task = run_task(ResourceNoun, rack, **HOOK)
    assert isinstance(task.error, errors.ConvoxIgnoredError)
    assert "did not keep Url" in task.error.message


@pytest.mark.parametrize("status", ["creating", "deleting", "updating"])
@pytest.mark.parametrize("wait", [True, False])
def test_a_resource_that_the_rack_works_on(status: str, wait: bool) -> None:
    rack = world(NEW, **V2)
    rack.state.rack_resources["hook"]["status"] = status

    def ready() -> None:
        if status == "deleting":
            del rack.state.rack_resources["hook"]
        else:
            rack.state.rack_resources["hook"]["status"] = "running"

    rack.at(30.0, ready)
    task = run_task(ResourceNoun, rack, wait=wait, **HOOK)
    if wait:
        assert task.error is None
        assert shown(task)["status"] == "running"
        assert task.changed is (status == "deleting")
    else:
        assert rack.clock.now() < 10


def test_a_wait_that_ends() -> None:
    rack = world(NEW, **V2)
    rack.state.rack_resources["hook"]["status"] = "creating"
    task = run_task(ResourceNoun, rack, wait_timeout=20, **HOOK)
    assert isinstance(task.error, errors.ConvoxWaitError)
    assert "last seen: status creating" in task.error.message


@pytest.mark.parametrize("state", ["present", "absent"])
def test_an_answer_that_is_lost_is_settled_by_looking(state: str) -> None:
    rack = world(None if state == "present" else OLD)
    rack.faults.append(Fault("cut_after", "POST" if state == "present" else "DELETE", "/resources"))
    task = done(ResourceNoun, rack, **({"name": "hook", "state": state} if state == "absent" else HOOK))
    assert task.changed
    assert task.client.ledger.unsettled == []


def test_a_namesake_of_another_type() -> None:
    task = run_task(ResourceNoun, world(**V2), name="hook", type="postgres")
    assert isinstance(task.error, errors.ConvoxOptionError)
    assert "cannot become 'postgres', for hook is a webhook" in task.error.message
    assert task.sent == []


def test_a_new_one_needs_a_type() -> None:
    task = run_task(ResourceNoun, world(None), name="hook", parameters={"Url": NEW})
    assert isinstance(task.error, errors.ConvoxOptionError)
    assert task.error.option == "type"


@pytest.mark.parametrize("before", [None, NEW])
def test_links_on_a_v3_rack(before: str | None) -> None:
    task = run_task(ResourceNoun, world(before), **HOOK, links=["web"])
    assert isinstance(task.error, errors.ConvoxOptionError)
    assert "links: exist on v2 racks alone" in task.error.message
    assert task.sent == []
    assert done(ResourceNoun, world(before), **HOOK, links=[]).result["resource"]["links"] == []


@pytest.mark.parametrize(
    ("given", "option"),
    [
        ({"name": ""}, "name"),
        ({"name": ".."}, "name"),
        ({"name": "a/b"}, "name"),
        ({"name": "line\nbreak"}, "name"),
        ({"name": "\ud800"}, "name"),
        ({"app": "web"}, "state"),
        ({"app": "web", "state": "absent"}, "state"),
        ({"state": "exported", "dest": "/x"}, "app"),
        ({"state": "exported", "app": "web"}, "dest"),
        ({"state": "imported", "app": "web"}, "src"),
        ({"state": "imported", "app": "web", "src": "/x", "dest": "/x"}, "dest"),
        ({"state": "absent", "type": "webhook"}, "type"),
        ({"state": "absent", "parameters": {}}, "parameters"),
        ({"links": [".."]}, "links"),
        ({"parameters": {1: "x"}}, "parameters"),
        ({"parameters": {"": "x"}}, "parameters"),
        ({"parameters": {"A": None}}, "parameters"),
        ({"parameters": {"A": ["canary"]}}, "parameters"),
        ({"parameters": {"A=canary": "x"}}, "parameters"),
        ({"parameters": {"A": "\ud800"}}, "parameters"),
    ],
)
def test_what_is_refused_before_any_request(given: dict[str, Any], option: str) -> None:
    error = refusal(ResourceNoun, **{"name": "hook", "state": "present", "force": True, **given})
    assert error.option == option
    assert "canary" not in error.message
