# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The comparison of the replays sees what differs, and only lets pass what it names."""

from __future__ import annotations

import json

import pytest

from tests.contract.normalise import Pairs, collapse, json_text, take_apart


@pytest.mark.parametrize(
    ("recorded", "actual"),
    [
        ('"RABCDEFGHIJ"', '"RZZZZZZZZZZ"'),
        ("web-56f5678c85-p92zt", "web-bcdfghjk-wwwww"),
        ("web-fd13069220-22g7b", "web-00aa11bb22-bbbbb"),
        ("web-hvnwd", "web-bcdfg"),
        ("2026-11-24T14:15:08.062339929Z", "2027-01-01T00:00:00.1Z"),
        ('"ageSeconds":5', '"ageSeconds":17'),
    ],
)
def test_what_is_let_pass(recorded: str, actual: str) -> None:
    assert take_apart(recorded).skeleton == take_apart(actual).skeleton


@pytest.mark.parametrize(
    ("recorded", "actual"),
    [
        ("RABCDEFGHIJ", "BABCDEFGHIJ"),
        ("RABCDEFGHIJ", "RABCDEFGHI"),
        ("RABCDEFGHIJ", ""),
        ("web-hvnwd", "worker-hvnwd"),
        ("web-hvnwd", "web-56f5678c85-hvnwd"),
        ("2026-11-24T14:15:08Z", "2026-11-24T14:15:08.1Z"),
        ("2026-11-24T14:15:08Z", "0001-01-01T00:00:00Z"),
        ('"restarts":1', '"restarts":0'),
        ('"release":null', '"release":""'),
    ],
)
def test_what_is_not(recorded: str, actual: str) -> None:
    assert take_apart(recorded).skeleton != take_apart(actual).skeleton


def test_pairs_hold_one_to_one() -> None:
    pairs = Pairs()
    assert pairs.bind("RA", "RX") is None
    assert pairs.bind("RA", "RX") is None
    assert pairs.bind("RA", "RY") is not None
    assert pairs.bind("RB", "RX") is not None
    assert pairs.translate("/apps/a/releases/RA") == "/apps/a/releases/RX"


def test_how_json_is_written_counts() -> None:
    value = {"a": "<b>"}
    assert json_text('{\n  "a": "\\u003cb\\u003e"\n}\n')[0] == "indented"
    assert json_text('{"a":"\\u003cb\\u003e"}\n')[0] == "compact"
    assert json_text(json.dumps(value))[0] == "text"
    assert json_text('{"a":1,"b":2}\n')[1] != json_text('{"b":2,"a":1}\n')[1]


def test_services_may_come_in_any_order() -> None:
    one, two = ({"name": name, "scale-override-active": False} for name in "ab")
    texts = {
        json_text(json.dumps(order, separators=(",", ":")) + "\n")[1] for order in ([one, two], [two, one])
    }
    assert len(texts) == 1


def test_only_repeated_lines_of_one_process_collapse() -> None:
    frames = [
        {"type": "text", "data": line}
        for line in ("web started\n", "web started\n", "GET /health 200\n", "GET /health 200\n")
    ]
    assert len(collapse(frames)) == 3
