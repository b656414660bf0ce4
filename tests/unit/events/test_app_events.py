# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is told of an app from how it looks and how it looked."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.plugin_utils import app_events
from ansible_collections.convox.rack.plugins.plugin_utils.app_events import Look, Made, Seen

UP, ROLL, BACK = "running", "updating", "rollback"
STARTED, DONE, FAILED, GONE = "started", "completed", "errored", "cancelled"


def look(status: str, release: str, releases: tuple[Made, ...] | None = None) -> Look:
    return Look("web", status, release, releases, "2026-11-27T10:00:00Z")


def told(*looks: tuple[str, str]) -> list[tuple[str, str]]:
    """What is told of an app that looks so, one after the other: starts and ends of promotes."""
    seen, events = app_events.first(look(*looks[0])), []
    for each in looks[1:]:
        # As after a restart.
        seen = Seen.of_json(json.loads(json.dumps(seen.as_json())))
        seen, more = app_events.changes(seen, look(*each))
        events += more
    ends = {"release:promote": STARTED, **{f"app:promote:{end}": end for end in (DONE, FAILED, GONE)}}
    return [(ends[each["action"]], each["data"].get("id", "")) for each in events]


@pytest.mark.parametrize(
    ("looks", "wanted"),
    [
        # A promote that goes well, seen from its start, its middle and its end.
        ([(UP, "R1"), (ROLL, "R2"), (ROLL, "R2"), (UP, "R2"), (UP, "R2")], [(STARTED, "R2"), (DONE, "R2")]),
        ([(ROLL, "R2"), (UP, "R2")], [(DONE, "R2")]),
        ([(UP, "R1"), (UP, "R2")], [(DONE, "R2")]),
        ([(UP, ""), (ROLL, "R1"), (UP, "R1")], [(STARTED, "R1"), (DONE, "R1")]),
        ([(UP, ""), (UP, "R1")], [(DONE, "R1")]),
        # One that fails, however little of it is seen.
        (
            [(UP, "R1"), (ROLL, "R2"), (BACK, "R2"), (BACK, "R1"), (UP, "R1")],
            [(STARTED, "R2"), (FAILED, "R2")],
        ),
        ([(UP, "R1"), (ROLL, "R2"), (UP, "R1")], [(STARTED, "R2"), (FAILED, "R2")]),
        ([(UP, "R1"), (ROLL, "R2"), (BACK, "R1"), (UP, "R1")], [(STARTED, "R2"), (FAILED, "R2")]),
        ([(UP, "R1"), (BACK, "R2"), (UP, "R1")], [(STARTED, "R2"), (FAILED, "R2")]),
        ([(UP, ""), (ROLL, "R1"), (BACK, "R1"), (UP, "")], [(STARTED, "R1"), (FAILED, "R1")]),
        ([(UP, ""), (ROLL, "R1"), (UP, "")], [(STARTED, "R1"), (FAILED, "R1")]),
        ([(ROLL, "R2"), (BACK, "R2"), (UP, "R1")], [(FAILED, "R2")]),
        ([(ROLL, "R2"), (UP, "R1")], [(FAILED, "R2")]),
        ([(BACK, "R2"), (UP, "R1")], []),
        ([(BACK, "R1"), (UP, "R1")], []),
        ([(UP, "R1"), (BACK, "R1"), (UP, "R1")], []),
        # And once more, after it failed.
        (
            [(UP, "R1"), (ROLL, "R2"), (BACK, "R2"), (UP, "R1"), (ROLL, "R2"), (UP, "R2")],
            [(STARTED, "R2"), (FAILED, "R2"), (STARTED, "R2"), (DONE, "R2")],
        ),
        (
            [(UP, "R1"), (ROLL, "R2"), (BACK, "R2"), (ROLL, "R3"), (UP, "R3")],
            [(STARTED, "R2"), (FAILED, "R2"), (STARTED, "R3"), (DONE, "R3")],
        ),
        (
            [(UP, "R1"), (ROLL, "R2"), (BACK, "R2"), (UP, "R3")],
            [(STARTED, "R2"), (FAILED, "R2"), (DONE, "R3")],
        ),
        # Another takes its place.
        (
            [(UP, "R1"), (ROLL, "R2"), (ROLL, "R3"), (UP, "R3")],
            [(STARTED, "R2"), (GONE, "R2"), (STARTED, "R3"), (DONE, "R3")],
        ),
        ([(UP, "R1"), (ROLL, "R2"), (UP, "R3")], [(STARTED, "R2"), (GONE, "R2"), (DONE, "R3")]),
        # A lock or parameters: the same release again. A status of another kind says nothing.
        ([(UP, "R1"), (ROLL, "R1"), (UP, "R1")], []),
        ([(UP, "R1"), ("unknown", ""), (UP, "R1")], []),
        ([(UP, "R1"), (ROLL, "R2"), ("unknown", "R2"), (UP, "R2")], [(STARTED, "R2"), (DONE, "R2")]),
        ([("updating", ""), (UP, "")], []),
    ],
)
def test_promotes(looks: list[tuple[str, str]], wanted: list[tuple[str, str]]) -> None:
    assert told(*looks) == wanted


@given(
    st.lists(
        st.tuples(st.sampled_from([UP, ROLL, BACK, "creating"]), st.sampled_from(["", "R1", "R2", "R3"])),
        min_size=1,
    )
)
def test_no_end_is_told_twice_and_looking_again_tells_nothing(looks: list[tuple[str, str]]) -> None:
    doubled = [each for each in looks for _twice in range(2)]
    events = told(*looks)
    assert told(*doubled) == events
    for release in ("R1", "R2", "R3"):
        mine = [kind for kind, id_ in events if id_ == release and kind in (STARTED, FAILED, GONE)]
        # Two failures in a row would be one failure told twice.
        assert (FAILED, FAILED) not in zip(mine, mine[1:], strict=False)


def test_new_releases_are_told_once_though_the_list_lags() -> None:
    first, second, third = (Made(f"R{n}", f"2026-11-27T10:00:0{n}Z") for n in (1, 2, 3))
    seen = app_events.first(look(UP, "R1", (first,)))
    events: list[dict[str, Any]] = []
    for releases in ((third, second, first), (second, first), None, (third, second, first), (third,)):
        seen, more = app_events.changes(seen, look(UP, "R1", releases))
        events += more
    assert [(each["action"], each["data"]["id"], each["timestamp"]) for each in events] == [
        ("release:create", "R2", second.created),
        ("release:create", "R3", third.created),
    ]


@pytest.mark.parametrize(
    "change", [{"release": 5}, {"releases": "R"}, {"releases": [1]}, {"failed": 1}, {"x": 1}]
)
def test_what_is_no_state(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="not how an app looked"):
        Seen.of_json({**Seen().as_json(), **change})
