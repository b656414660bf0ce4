# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the page of the playbook report shows."""

from __future__ import annotations

import datetime
import json
from typing import Any

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.convox.rack.plugins.filter.from_here import FilterModule as FromHere
from ansible_collections.convox.rack.plugins.filter.report_view import FilterModule as ReportView
from ansible_collections.convox.rack.plugins.plugin_utils import report

NOW = datetime.datetime(2026, 11, 27, 18, 10)
TIME = "2026-11-27T18:10:00Z"
HOSTILE = "<script>alert('x')</script>"


def app(name: str = "web", count: int = 2, running: int = 2, **more: Any) -> dict[str, Any]:
    """An app as convox_app_info returns it, with a build's process beside those of its service."""
    states = ["running"] * running + ["crashed"]
    processes = [{"service": "web", "status": status} for status in states]
    made = {"id": "RA", "created": "2026-11-27T10:00:00.123456789Z", "description": "", "variables": ["KEY"]}
    return {
        "name": name,
        "status": "running",
        "release": "RA",
        "parameters": {"Secret": "a-secret"},
        "services": [{"name": "web", "count": count, "cpu": 250, "memory": 512, "domain": "d", "ports": [1]}],
        "processes": [*processes, {"service": "build", "status": "running"}],
        "releases": [made],
        **more,
    }


def rack(*apps: dict[str, Any], problem: str = "", **more: Any) -> dict[str, Any]:
    capacity = {"cluster_cpu": 4000, "process_cpu": 1000, "cluster_memory": 16000, "process_memory": 800}
    told = {"status": "running", "version": "3.24.9", "capacity": capacity, **more}
    return {"name": "one", "problem": problem, "rack": {} if problem else told, "apps": list(apps)}


def shown(*racks: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = ReportView().filters()["report_view"](list(racks), TIME)
    return found


def attention(page: dict[str, Any]) -> list[list[str]]:
    return [each["attention"] for each in page["attention"]]


def test_sums_bars_and_words() -> None:
    page = shown(rack(app(), app("api", count=4, running=1)), rack(problem="no connection"))
    assert [(each["name"], each["count"]) for each in page["totals"]] == [
        ("racks", 2),
        ("apps", 2),
        ("services", 2),
        ("processes", 3),
    ]
    assert attention(page) == [["app api runs 1 of 4 processes"], ["no connection"]]
    one, away = page["racks"]
    assert [(each["frame"], each["full"], each["level"]) for each in one["apps"]] == [
        (50, 50, "good"),
        (100, 25, "busy"),
    ]
    assert [(each["name"], each["percent"], each["there"]) for each in one["capacity"]] == [
        ("CPU", 25, "4 cores"),
        ("Memory", 5, "16.0 GB"),
    ]
    assert one["apps"][0]["released"] == {"iso": "2026-11-27T10:00:00Z", "words": "2026-11-27 10:00"}
    assert (away["status"], away["tone"], away["apps"]) == ("not read", "bad", [])


def test_what_somebody_should_look_at() -> None:
    full = {"cluster_cpu": 1000, "process_cpu": 1300}
    page = shown(rack(app(status="failed"), app("b", status="updating", running=0), capacity=full))
    assert attention(page) == [["processes ask for 130 % of its CPU", "app web is failed"]]
    assert page["racks"][0]["capacity"][0]["width"] == 100
    assert attention(shown(rack(status="unreachable"))) == [["the rack is unreachable"]]
    assert attention(shown(rack(app()))) == []


def test_every_text_is_escaped_and_no_env_is_taken() -> None:
    release = {"id": HOSTILE, "created": HOSTILE, "description": HOSTILE, "variables": ["SECRET_NAME"]}
    service = {"name": HOSTILE, "domain": HOSTILE, "ports": [1], "count": HOSTILE}
    hostile = app(HOSTILE, status=HOSTILE, release=HOSTILE, releases=[release], services=[service])
    told = rack(hostile, status=HOSTILE, version=HOSTILE, region=HOSTILE, provider=HOSTILE, domain=HOSTILE)
    said = json.dumps(shown({**told, "name": HOSTILE}, rack(problem=HOSTILE)))
    assert "<" not in said and "&lt;script&gt;" in said
    assert "SECRET_NAME" not in said and "a-secret" not in said


@pytest.mark.parametrize(
    "given", [{}, {"name": None, "rack": None, "apps": None}, {"apps": [{}]}, {"rack": {"capacity": {}}}]
)
def test_a_rack_that_tells_nothing(given: dict[str, Any]) -> None:
    assert shown(given)["racks"][0]["capacity"] == []


def test_releases_by_day() -> None:
    times = [NOW, NOW, NOW - datetime.timedelta(days=13), NOW - datetime.timedelta(days=14)]
    plot = report.days(times, NOW)
    assert [each["count"] for each in plot["bars"]] == [1, *[0] * 12, 2]
    assert (plot["total"], plot["most"], plot["first"]) == (3, 2, "2026-11-14")
    assert [plot["bars"][n]["height"] for n in (0, 1, 13)] == [24, 0, 48]
    assert report.days([], NOW)["total"] == 0


def test_the_newest_releases_of_all_apps() -> None:
    made = [{"id": f"R{n:02}", "created": f"2026-11-{n:02}T00:00:00Z"} for n in range(1, 26)]
    found = shown(rack(app(release="R25", releases=made)))["racks"][0]["releases"]
    assert [each["id"] for each in found] == [f"R{n:02}" for n in range(25, 5, -1)]
    assert [each["id"] for each in found if each["active"]] == ["R25"]


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [(512, "MiB", "512 MiB"), (16384, "MiB", "16.0 GiB"), (34360, "MB", "34.4 GB"), (0.5, "MB", "0.5 MB")],
)
def test_sizes(value: float, unit: str, words: str) -> None:
    assert report.size(value, unit) == words


@pytest.mark.parametrize(("racks", "time"), [([], "today"), ([], None), ("x", TIME), ([1], TIME)])
def test_something_else_is_refused(racks: Any, time: Any) -> None:
    with pytest.raises(AnsibleFilterError, match="report_"):
        ReportView().filters()["report_view"](racks, time)


def test_a_path_that_is_no_text_is_refused() -> None:
    for given in (None, "", 5):
        with pytest.raises(AnsibleFilterError, match="takes a path"):
            FromHere().filters()["from_here"](given)
    assert FromHere().filters()["from_here"]("/a/b") == "/a/b"
