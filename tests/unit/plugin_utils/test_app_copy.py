# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""In what two apps differ, and what a copy looks like that was broken off."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.filter import app_differences as differences_filter
from ansible_collections.convox.rack.plugins.filter import app_state as state_filter
from ansible_collections.convox.rack.plugins.plugin_utils import app_copy

MANIFEST = """services:
  web:
    scale: {count: 2, cpu: 100}
  worker: {}
"""


def service(name: str, **scale: int) -> dict[str, Any]:
    return {"name": name, **scale, "gpu": 0, "gpu_vendor": "", "by_itself": False}


SOURCE: dict[str, Any] = {
    "name": "web",
    "locked": True,
    "parameters": {"BuildMem": "1024"},
    "env": {"TOKEN": "canary", "A": "1"},
    "configs": {"app.json": "canary"},
    "build": {"id": "B1", "manifest": MANIFEST, "git_sha": "", "description": "first"},
    "services": [
        {
            "name": "web",
            "count": 5,
            "cpu": 100,
            "memory": 1024,
            "gpu": 0,
            "gpu_vendor": "",
            "by_itself": False,
        },
        {
            "name": "worker",
            "count": 1,
            "cpu": 250,
            "memory": 512,
            "gpu": 0,
            "gpu_vendor": "",
            "by_itself": False,
        },
    ],
    "resources": [],
    "budget": {"monthly_cap_usd": 40},
}
EMPTY = {**app_copy.NOTHING, "name": "web", "locked": False, "services": []}


def changed(**more: Any) -> dict[str, Any]:
    return {**copy.deepcopy(SOURCE), **more}


def fresh() -> list[dict[str, Any]]:
    """The services as the first promote leaves them."""
    services: list[dict[str, Any]] = copy.deepcopy(SOURCE["services"])
    services[0] |= {"count": 2, "memory": 512}
    return services


@pytest.mark.parametrize("parts", range(2**6))
def test_each_part_of_a_copy_may_be_missing(parts: int) -> None:
    """Whichever steps were done before it was broken off."""
    names = ("locked", "parameters", "env", "configs", "build", "budget")
    there = {**EMPTY, **{name: SOURCE[name] for bit, name in enumerate(names) if parts >> bit & 1}}
    there["services"] = fresh() if there["build"] else []
    assert app_copy.differences(there, SOURCE, unfinished=True) == []
    assert app_copy.differences(there, SOURCE) != []


def test_a_whole_copy() -> None:
    build = {**SOURCE["build"], "id": "B2"}
    assert app_copy.differences(changed(build=build), SOURCE) == []


@pytest.mark.parametrize(
    ("there", "words"),
    [
        (changed(env={"TOKEN": "other", "B": "2"}), ["variable A", "variable B", "variable TOKEN"]),
        (
            changed(parameters={"BuildMem": "2", "BuildCpu": "1"}),
            ["parameter BuildCpu", "parameter BuildMem"],
        ),
        (changed(configs={"app.json": "x", "mine": "y"}), ["config app.json", "config mine"]),
        (changed(build={**SOURCE["build"], "git_sha": "a", "description": "other"}), ["build"]),
        (changed(services=[{**SOURCE["services"][0], "count": 7}]), ["count of service web"]),
        (changed(services=[{**SOURCE["services"][0], "name": "old"}]), ["service old"]),
        (changed(budget={"monthly_cap_usd": 10}), ["budget"]),
    ],
)
def test_an_app_of_somebody_else(there: dict[str, Any], words: list[str]) -> None:
    assert app_copy.differences(there, SOURCE, unfinished=True) == words


def test_what_is_there_and_not_at_the_source() -> None:
    assert app_copy.differences(SOURCE, EMPTY, unfinished=True) == [
        "parameter BuildMem",
        "variable A",
        "variable TOKEN",
        "config app.json",
        "build",
        "service web",
        "service worker",
        "budget",
        "it is locked",
    ]


@given(st.dictionaries(st.sampled_from("ABC"), st.text()), st.dictionaries(st.sampled_from("ABC"), st.text()))
def test_values_are_never_among_the_words(one: dict[str, str], other: dict[str, str]) -> None:
    found = app_copy.differences(changed(env=one), changed(env=other))
    assert set(found) <= {"variable A", "variable B", "variable C"}
    assert (found == []) == (one == other)


@pytest.mark.parametrize(
    ("scale", "count"),
    [
        ("3", 3),
        ("2-5", 2),
        ("{count: {min: 4, max: 6}}", 4),
        ("{count: 1-3}", 1),
        ("${N}", None),
        ("{cpu: 5}", 1),
    ],
)
def test_what_a_manifest_says(scale: str, count: int | None) -> None:
    found = app_copy.manifest_scale(f"services:\n  web:\n    scale: {scale}\n")
    assert found["web"]["count"] == count


def test_filters_quote_nothing() -> None:
    with pytest.raises(Exception, match="not what tells of an app") as caught:
        state_filter.app_state({"canary": "canary"})
    assert "canary" not in str(caught.value)
    with pytest.raises(Exception, match="compare two apps") as caught:
        differences_filter.app_differences({"canary": "canary"}, "canary")
    assert "canary" not in str(caught.value)
