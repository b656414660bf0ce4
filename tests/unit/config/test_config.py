# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The noun of convox_config: a plan that is carried out leaves nothing to do, and shows no text."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._modules.config.noun import (
    ConfigNoun,
    Desired,
    Observed,
    SetValue,
)
from tests.practice_rack.memory import MemoryRack
from tests.unit.tasks import Task, done, holds_every_rule, run_task

TEXT = '{\n  "a": "grüße"\n}\r\n'


def world(**settings: Any) -> MemoryRack:
    rack = MemoryRack(**settings)
    rack.add_app("web", configs={"there": "old"})
    return rack


def put(rack: MemoryRack, value: str, **given: Any) -> Task:
    return done(ConfigNoun, rack, app="web", name="there", value=value, **given)


def texts(rack: MemoryRack) -> dict[str, str]:
    return dict(rack.app("web").configs)


@given(st.none() | st.text(), st.text())
def test_a_plan_carried_out_leaves_nothing(there: str | None, text: str) -> None:
    noun, desired = ConfigNoun(), Desired("web", "app.json", text)
    steps = noun.plan(Observed(there), desired)
    assert bool(steps) is (there != text)
    for step in steps:
        assert isinstance(step, SetValue)
        there = step.desired.value
    assert noun.plan(Observed(there), desired) == []


def test_no_text_is_shown() -> None:
    step = SetValue(Desired("web", "app.json", "canary"), "canary of before")
    assert "canary" not in repr((step, Observed("canary"), step.changes()))


@pytest.mark.parametrize("text", [TEXT, "", "old", "x" * 100_000, "=\x00\u2028%%%"])
def test_a_text_is_kept_as_it_is(text: str) -> None:
    holds_every_rule(ConfigNoun, world, app="web", name="there", value=text)
    holds_every_rule(ConfigNoun, world, app="web", name="new.one", value=text)
    rack = world()
    put(rack, text)
    assert texts(rack)["there"] == text


def test_reads_that_lag_behind_are_read_again() -> None:
    task = put(world(read_lag_seconds=3.0), "new")
    assert (task.changed, task.kinds) == (True, ["apps.config_set"])


def test_what_the_rack_does_not_keep_is_an_error() -> None:
    rack = world(read_lag_seconds=100.0)
    task = run_task(ConfigNoun, rack, app="web", name="there", value="canary of the new one")
    assert isinstance(task.error, errors.ConvoxIgnoredError)
    assert task.changed
    assert "config there of web still holds another text" in str(task.error)
    assert "canary" not in str(task.error)


def test_an_app_that_is_not_there() -> None:
    task = run_task(ConfigNoun, MemoryRack(), app="web", name="there", value="new")
    assert isinstance(task.error, errors.ConvoxNotFoundError)
    assert task.error.is_about("app", "web")
    assert not task.changed


@pytest.mark.parametrize(
    "name", ["", "-a", "a-", "a.", ".a", "a..b", "a.-b", "A", "a_b", "a/b", "..", "é", "a\n", "x" * 250]
)
def test_a_name_that_no_rack_takes(name: str) -> None:
    rack = world()
    task = run_task(ConfigNoun, rack, app="web", name=name, value="new")
    assert isinstance(task.error, errors.ConvoxOptionError)
    assert task.error.option == "name"
    assert rack.requests == []
