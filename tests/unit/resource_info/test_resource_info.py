# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The noun of convox_resource_info."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._modules.resource_info.noun import (
    ResourceInfoNoun,
)
from tests.practice_rack.memory import MemoryRack
from tests.practice_rack.resources import PASSWORD
from tests.unit.tasks import Task, done, holds_every_rule, options, refusal, run_task

HOOK = "https://203.0.113.7/canary"


def world() -> MemoryRack:
    """An app with a database and a cache, and a rack with two webhooks."""
    rack = MemoryRack(profile="plain")
    rack.add_app("web")
    rack.activate(rack.add_release("").id)
    for name in ("hook2", "hook1"):
        rack.act("POST", "/resources", {"kind": "webhook", "name": name, "parameters": f"Url={HOOK}"})
    rack.requests.clear()
    return rack


def names(task: Task) -> list[str]:
    return [each["name"] for each in task.result["resources"]]


def read(rack: MemoryRack, **given: Any) -> Task:
    return done(ResourceInfoNoun, rack, **given)


def test_of_an_app() -> None:
    task = holds_every_rule(ResourceInfoNoun, world, app="web")
    assert names(task) == ["cache", "database"]
    assert [each["type"] for each in task.result["resources"]] == ["redis", "postgres"]
    assert [each["status"] for each in task.result["resources"]] == ["running", "running"]
    assert "types" not in task.result
    assert PASSWORD not in str(task.result)


def test_of_the_rack() -> None:
    task = holds_every_rule(ResourceInfoNoun, world)
    assert names(task) == ["hook1", "hook2"]
    assert task.result["resources"][0]["parameters"] == {"Url": "********"}
    assert "canary" not in str(task.result)


def test_what_is_secret_only_where_it_is_asked_for() -> None:
    of_app = read(world(), app="web", name=["database"], reveal=True).result["resources"]
    assert PASSWORD in of_app[0]["url"]
    of_rack = read(world(), name=["hook1"], reveal=True).result["resources"]
    assert of_rack[0]["parameters"] == {"Url": HOOK}


def test_types() -> None:
    rack = world()
    task = read(rack, include=["types"])
    url = {"name": "Url", "description": "url to which to post rack events", "default": ""}
    assert task.result["types"] == [{"name": "webhook", "parameters": [url]}]
    assert len(rack.requests) == 2
    assert read(world(), app="web", include=["types"]).result["types"]


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"name": ["database"]}, ["database"]),
        ({"name": ["database", "nothing"]}, ["database"]),
        ({"name": ["nothing"]}, []),
        ({"type": ["redis"]}, ["cache"]),
        ({"type": ["redis"], "name": ["database"]}, []),
    ],
)
def test_some_of_them(given: dict[str, Any], found: list[str]) -> None:
    rack = world()
    assert names(read(rack, app="web", **given)) == found
    assert len(rack.requests) == 1


def test_what_is_not_there() -> None:
    task = run_task(ResourceInfoNoun, world(), app="gone")
    assert isinstance(task.error, errors.ConvoxNotFoundError)
    assert task.error.message == "app not found: gone"
    rack = MemoryRack()
    assert names(read(rack)) == []
    assert names(read(rack, app="gone", check_mode=True)) == []
    rack.add_app("web")
    assert names(read(rack, app="web")) == []
    rack.fail(500, "no release for apps", "GET", "/resources$")
    task = run_task(ResourceInfoNoun, rack, app="web")
    assert isinstance(task.error, errors.ConvoxServerError)


@pytest.mark.parametrize("option", ["name", "type"])
@pytest.mark.parametrize("value", ["", ".", ".."])
def test_names_that_are_none(option: str, value: str) -> None:
    assert refusal(ResourceInfoNoun, **{option: [value]}).option == option


@given(st.none() | st.just("web"), st.none() | st.lists(st.sampled_from("ab")), st.booleans())
def test_nothing_is_ever_planned(app: str | None, name: list[str] | None, reveal: bool) -> None:
    noun = ResourceInfoNoun()
    desired = noun.desired(options(ResourceInfoNoun, app=app, name=name, reveal=reveal))
    assert noun.plan(noun.assumed(desired), desired) == ()
