# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The noun of convox_release_info."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._modules.release_info.noun import (
    Observed,
    ReleaseInfoNoun,
)
from tests.practice_rack.memory import MemoryRack
from tests.unit.tasks import Task, done, holds_every_rule, options, refusal, run_task


def world() -> MemoryRack:
    """Three releases: one without a build, the active one, and a newer env."""
    rack = MemoryRack()
    rack.add_app("web")
    rack.add_release("A=canary-1", build="", description="env add:A")
    rack.activate(rack.add_release("A=canary-1", description="a build").id)
    rack.add_release("A=canary-1 B=canary-2", description="env add:B")
    return rack


def ids(task: Task) -> list[str]:
    return [release["id"] for release in task.result["releases"]]


def read(rack: MemoryRack, **given: Any) -> Task:
    return done(ReleaseInfoNoun, rack, app="web", **given)


def test_all_newest_first_with_names_alone() -> None:
    task = holds_every_rule(ReleaseInfoNoun, world, app="web")
    first, active, newest = (release.id for release in world().app().releases)
    assert ids(task) == [newest, active, first]
    assert task.result["active"] == active
    shown = task.result["releases"]
    assert [release["active"] for release in shown] == [False, True, False]
    assert [release["variables"] for release in shown] == [["A", "B"], ["A"], ["A"]]
    assert [release["build"] for release in shown] == ["B1", "B1", ""]
    assert [release["description"] for release in shown] == ["env add:B", "a build", "env add:A"]
    assert "services" in shown[1]["manifest"]
    assert all(release["created"].startswith("2026-") and release["app"] == "web" for release in shown)
    assert "canary" not in str(task.result)
    assert not task.changed


@pytest.mark.parametrize("asked", [{}, {"name": "active"}, {"name": "latest"}, {"limit": 1}])
def test_two_requests(asked: dict[str, Any]) -> None:
    rack = world()
    read(rack, **asked)
    assert len(rack.requests) == 2


def test_values_only_where_they_are_asked_for() -> None:
    for name in (None, "active", "latest"):
        assert all("env" not in release for release in read(world(), name=name).result["releases"])
    shown = read(world(), reveal=True).result["releases"]
    assert [release["env"] for release in shown] == [
        {"A": "canary-1", "B": "canary-2"},
        {"A": "canary-1"},
        {"A": "canary-1"},
    ]


def test_one_of_them() -> None:
    first, active, newest = (release.id for release in world().app().releases)
    assert ids(read(world(), name="active")) == [active]
    assert ids(read(world(), name="latest")) == [newest]
    assert ids(read(world(), name=first)) == [first]
    task = read(world(), name=first)
    assert (task.result["active"], task.result["releases"][0]["active"]) == (active, False)


def test_no_more_than_the_limit() -> None:
    newest = world().app().releases[-1].id
    assert ids(read(world(), limit=1)) == [newest]
    assert len(ids(read(world(), limit=2))) == 2
    rack = world()
    for number in range(12):
        rack.add_release(f"N={number}")
    assert len(ids(read(rack))) == 10
    assert len(ids(read(rack, limit=99))) == 15


def test_what_is_not_there() -> None:
    task = run_task(ReleaseInfoNoun, world(), app="web", name="RNOTTHEREXX")
    assert isinstance(task.error, errors.ConvoxNotFoundError)
    assert "rnottherexx" in task.error.message
    task = run_task(ReleaseInfoNoun, MemoryRack(), app="web")
    assert isinstance(task.error, errors.ConvoxNotFoundError)
    assert task.error.message == "app not found: web"


def test_an_app_without_releases() -> None:
    rack = MemoryRack()
    rack.add_app("web")
    for name in (None, "active", "latest"):
        assert read(rack, name=name).result == {"releases": [], "active": None}


def test_a_plain_deploy_key_may_not_list_releases() -> None:
    rack = world()
    task = run_task(ReleaseInfoNoun, rack, app="web", key=rack.deploy_key())
    assert isinstance(task.error, errors.ConvoxForbiddenError)
    assert task.error.hint
    assert done(ReleaseInfoNoun, rack, app="web", key=rack.deploy_key("r")).result["releases"]


def test_a_promote_under_way_is_active_already() -> None:
    rack = world()
    newest = rack.release().id
    rack.promote(newest)
    task = read(rack, name="active")
    assert (ids(task), task.result["active"]) == ([newest], newest)


@given(st.dictionaries(st.sampled_from("ABC"), st.text("xyz", min_size=1)), st.booleans())
def test_the_names_are_those_of_the_env(env: dict[str, str], reveal: bool) -> None:
    rack = MemoryRack()
    rack.add_app("web")
    rack.add_release(env)
    release = read(rack, reveal=reveal).result["releases"][0]
    assert release["variables"] == sorted(env)
    assert release.get("env") == (env if reveal else None)


@given(st.sampled_from([None, "active", "latest", "RABCDEFGHIJ"]), st.integers(1, 99), st.booleans())
def test_nothing_is_ever_planned(name: str | None, limit: int, reveal: bool) -> None:
    noun = ReleaseInfoNoun()
    desired = noun.desired(options(ReleaseInfoNoun, app="web", name=name, limit=limit, reveal=reveal))
    observed = noun.assumed(desired)
    assert isinstance(observed, Observed)
    assert noun.plan(observed, desired) == ()


@pytest.mark.parametrize("limit", [0, -1])
def test_a_limit_that_lists_nothing(limit: int) -> None:
    assert refusal(ReleaseInfoNoun, app="web", limit=limit).option == "limit"


# --- check mode, after each task of the README's playbook


@pytest.mark.parametrize("given", [{}, {"name": "active"}, {"name": "latest"}, {"reveal": True}])
def test_check_mode_reads_what_is_there(given: dict[str, Any]) -> None:
    """An app that an earlier task would make has no releases yet; all else is read."""
    nothing = {"releases": [], "active": None}
    rack = MemoryRack()
    assert read(rack, check_mode=True, **given).result == nothing
    rack.add_app("web")
    assert read(rack, check_mode=True, **given).result == nothing
    for make in (lambda: rack.add_release("A=1", build=""), lambda: rack.add_release("A=1")):
        make()
        assert read(rack, check_mode=True, **given).result == read(rack, **given).result
    rack.activate(rack.release().id)
    task = read(rack, check_mode=True, **given)
    assert task.result == read(rack, **given).result
    assert task.result["active"] == rack.release().id
    assert (task.changed, task.sent) == (False, [])


def test_check_mode_does_not_find_a_release_that_is_named() -> None:
    rack = MemoryRack()
    rack.add_app("web")
    task = run_task(ReleaseInfoNoun, rack, check_mode=True, app="web", name="RNOTTHEREXX")
    assert isinstance(task.error, errors.ConvoxNotFoundError)
    unknown = read(rack, check_mode=True, name="")
    assert unknown.result["releases"] == [], "a release that an earlier task would have made has no id yet"
