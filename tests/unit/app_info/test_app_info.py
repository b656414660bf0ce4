# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The noun of convox_app_info: which apps it lists."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._modules.app_info.noun import (
    INCLUDE,
    AppInfoNoun,
    Observed,
)
from tests.practice_rack.memory import MemoryRack
from tests.unit.tasks import Task, done, holds_every_rule, options, refusal, run_task

NAMES = ["api", "shop", "web"]


def world() -> MemoryRack:
    """Three apps: api is being updated, shop is locked, web runs."""
    rack = MemoryRack()
    for name in reversed(NAMES):
        rack.add_app(name, locked=name == "shop")
    rack.busy("api")
    return rack


def names(task: Task) -> list[str]:
    return [app["name"] for app in task.result["apps"]]


def test_all_by_their_names() -> None:
    task = holds_every_rule(AppInfoNoun, world)
    assert names(task) == NAMES
    assert task.result["apps"][1] == {
        "name": "shop",
        "status": "running",
        "release": "",
        "generation": "3",
        "locked": True,
        "router": "router.rack.test",
        "parameters": {},
    }


def test_a_rack_without_apps() -> None:
    assert done(AppInfoNoun, MemoryRack(), include=list(INCLUDE)).result == {"apps": []}


@pytest.mark.parametrize(
    ("given", "found", "requests"),
    [
        ({}, NAMES, 1),
        ({"name": ["web"]}, ["web"], 1),
        ({"name": ["web", "api", "web"]}, ["api", "web"], 1),
        ({"name": ["web", "nobody"]}, ["web"], 1),
        ({"name": ["nobody"]}, [], 1),
        ({"name": []}, [], 1),
        ({"status": ["running"]}, ["shop", "web"], 1),
        ({"status": ["up*", "deleting"]}, ["api"], 1),
        ({"status": []}, [], 1),
        ({"locked": True}, ["shop"], 1),
        ({"locked": False}, ["api", "web"], 1),
        ({"locked": False, "status": ["running"], "name": ["shop", "web"]}, ["web"], 1),
        ({"name": ["web"], "status": ["updating"], "include": ["services"]}, [], 1),
        ({"include": ["services"], "locked": True}, ["shop"], 2),
        ({"include": ["services", "processes"]}, NAMES, 7),
        # Neither is there before the first promote, so nobody asks.
        ({"include": ["manifest", "resources"]}, NAMES, 1),
    ],
)
def test_those_that_are_asked_for(given: dict[str, Any], found: list[str], requests: int) -> None:
    rack = world()
    assert names(done(AppInfoNoun, rack, **given)) == found
    assert len(rack.requests) == requests
    assert names(done(AppInfoNoun, world(), check_mode=True, **given)) == found


def test_a_plain_deploy_key_may_read_apps_and_not_list_them() -> None:
    rack = world()
    key = rack.deploy_key()
    assert names(done(AppInfoNoun, rack, key=key, name=["web"])) == ["web"]
    assert names(done(AppInfoNoun, rack, key=key, name=["web", "nobody", "api"])) == ["api", "web"]
    for name in (None, []):
        task = run_task(AppInfoNoun, rack, key=key, name=name)
        assert isinstance(task.error, errors.ConvoxForbiddenError)


@pytest.mark.parametrize(
    ("given", "option"),
    [
        ({"name": [""]}, "name"),
        ({"name": ["web", ".."]}, "name"),
        ({"parallel": 0}, "parallel"),
        ({"lines": 5}, "lines"),
        ({"include": ["diagnose"], "lines": 0}, "lines"),
        ({"include": ["metrics"], "services": ["web"]}, "services"),
        ({"include": ["diagnose"], "services": [""]}, "services"),
        ({"include": ["diagnose"], "checks": [""]}, "checks"),
        ({"include": ["diagnose"], "period": 5}, "period"),
        ({"include": ["metrics"], "start": "soon"}, "start"),
    ],
)
def test_what_nobody_can_read(given: dict[str, Any], option: str) -> None:
    assert refusal(AppInfoNoun, **given).option == option


@given(
    st.none() | st.lists(st.sampled_from([*NAMES, "nobody"]), max_size=4),
    st.none() | st.lists(st.sampled_from(["running", "updating", "r*"]), max_size=2),
    st.none() | st.booleans(),
)
def test_nothing_is_ever_planned(
    given: list[str] | None, status: list[str] | None, locked: bool | None
) -> None:
    noun = AppInfoNoun()
    desired = noun.desired(options(AppInfoNoun, name=given, status=status, locked=locked))
    assert noun.plan(Observed(), desired) == ()
    task = done(AppInfoNoun, world(), name=given, status=status, locked=locked)
    assert (task.changed, task.sent) == (False, [])
    wanted = [name for name in NAMES if given is None or name in given]
    if status is not None:
        runs = {"running", "r*"} & set(status)
        wanted = [name for name in wanted if (runs if name != "api" else "updating" in status)]
    assert names(task) == [name for name in wanted if locked in (None, name == "shop")]
