# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The event filter convox_normalize."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.events.plugins import load

MAIN = load("event_filter", "convox_normalize")["main"]
AT = "2026-11-27T10:00:00Z"


def normal(action: Any, status: Any = "success", **data: Any) -> dict[str, Any]:
    found: dict[str, Any] = MAIN(
        {"payload": {"action": action, "status": status, "timestamp": AT, "data": data}, "meta": {"a": 1}}
    )
    return found


def test_what_stands_on_top() -> None:
    found = normal(
        "app:promote:errored",
        "error",
        app="web",
        id="RABCDEFGHIJ",
        actor="alice@example.com",
        rack="acme/production",
        message="rollback: Rollback",
    )
    assert {name: value for name, value in found.items() if name != "payload"} == {
        "action": "app:promote:errored",
        "app": "web",
        "release": "RABCDEFGHIJ",
        "build": "",
        "actor": "alice@example.com",
        "rack": "acme/production",
        "outcome": "failed",
        "message": "rollback: Rollback",
        "timestamp": AT,
        "meta": {"a": 1},
    }
    assert found["payload"]["data"]["app"] == "web"


@pytest.mark.parametrize(
    ("action", "status", "outcome"),
    [
        ("app:promote:completed", "success", "succeeded"),
        ("app:promote:cancelled", "cancelled", "cancelled"),
        ("app:promote:errored", "success", "failed"),
        ("release:promote", "start", "started"),
        ("release:promote", "success", "started"),
        ("release:promote", "error", "failed"),
        ("build:create", "success", "succeeded"),
        ("build:create", "error", "failed"),
        ("app:budget:threshold", "", "unknown"),
        ("app:budget:threshold", None, "unknown"),
    ],
)
def test_outcomes(action: str, status: Any, outcome: str) -> None:
    assert normal(action, status)["outcome"] == outcome


def test_ids() -> None:
    build = normal("build:create", app="web", id="BABCDEFGHIJ", release_id="RABCDEFGHIJ")
    assert (build["build"], build["release"]) == ("BABCDEFGHIJ", "RABCDEFGHIJ")
    assert normal("app:create", name="web")["app"] == "web"
    assert normal("resource:create", name="web")["app"] == ""


@pytest.mark.parametrize(
    "bad", ["{{ lookup('pipe', 'id') }}", "web; id", "-e", "../x", "Web", "a" * 64, "web\n", 5, None, ["web"]]
)
def test_what_is_no_name_is_not_passed_on(bad: Any) -> None:
    found = normal("app:promote:errored", app=bad, id=bad, rack=bad)
    assert (found["app"], found["release"]) == ("", "")


def test_words_are_defused() -> None:
    words = "{{ lookup('pipe', 'id') }} {% x %}{# y #} {{{% \x1b[31m\u202e"
    found = normal("app:promote:errored", actor=words, message=words * 100)
    for name in ("actor", "message"):
        assert not any(mark in found[name] for mark in ("{{", "{%", "{#", "\x1b", "\u202e"))
    assert found["actor"].startswith("{ { lookup('pipe', 'id') }}")
    assert len(found["message"]) < 2000


@pytest.mark.parametrize("event", [{"payload": []}, {"payload": {"action": 5}}, {"i": 1}, {}])
def test_other_events_are_left_alone(event: dict[str, Any]) -> None:
    assert MAIN(event) == event


def test_data_of_another_kind() -> None:
    assert MAIN({"payload": {"action": "a", "data": [1]}})["app"] == ""
