# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The noun of convox_build_info."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._modules.build_info import logs
from ansible_collections.convox.rack.plugins.module_utils._modules.build_info.noun import BuildInfoNoun
from tests.practice_rack.memory import MemoryRack
from tests.unit.tasks import Task, done, holds_every_rule, options, refusal, run_task

CANARY = "canary-of-the-build-info"


def world() -> MemoryRack:
    """Three builds: of a commit, a failed one, and one without a commit."""
    rack = MemoryRack()
    rack.add_app("web")
    rack.add_release({"TOKEN": CANARY, "PIN": "123"}, build="")
    rack.add_build("B1", git_sha="4f2c9e1a", description="first", lines=["one", f"login {CANARY}", "PIN=123"])
    rack.clock.sleep(1.0)
    rack.add_build("B2", status="failed", lines=["\x1b[31mred\x1b[0m", "", "  0%\r100%", "ERROR: no"])
    rack.clock.sleep(1.0)
    rack.add_build("B3")
    return rack


def ids(task: Task) -> list[str]:
    return [build["id"] for build in task.result["builds"]]


def read(rack: MemoryRack, **given: Any) -> Task:
    return done(BuildInfoNoun, rack, app="web", **given)


def test_all_newest_first() -> None:
    task = holds_every_rule(BuildInfoNoun, world, app="web")
    assert ids(task) == ["B3", "B2", "B1"]
    first = task.result["builds"][-1]
    assert (first["description"], first["git_sha"], first["status"]) == ("first", "4f2c9e1a", "complete")
    assert first["started"] == first["ended"] == "2026-01-01T00:00:00Z"
    assert {"logs", "repository"}.isdisjoint(first)


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"limit": 1}, ["B3"]),
        ({"id": ["B1"]}, ["B1"]),
        ({"id": ["B1", "B3", "BNOTTHERE"]}, ["B3", "B1"]),
        ({"id": ["B1", "B3"], "limit": 1}, ["B3"]),
        ({"id": ["BNOTTHERE"]}, []),
        ({"id": []}, []),
        ({"id": ["B2"], "status": ["complete"]}, []),
        ({"status": ["failed"]}, ["B2"]),
        ({"status": ["failed"], "limit": 1}, ["B2"]),
        ({"status": ["comp*"], "limit": 1}, ["B3"]),
        ({"status": []}, []),
        ({"git_sha": "4F2C"}, ["B1"]),
        ({"git_sha": "4f2c9e1a", "limit": 1}, ["B1"]),
        ({"git_sha": "4f2c9e1ab"}, []),
        ({"git_sha": ""}, ["B3", "B2", "B1"]),
    ],
)
def test_those_that_are_asked_for(given: dict[str, Any], found: list[str]) -> None:
    assert ids(read(world(), **given)) == found
    assert ids(read(world(), check_mode=True, **given)) == found


def test_older_builds_are_read_until_enough_are_found() -> None:
    rack = MemoryRack()
    rack.add_app("web")
    for number in range(60):
        rack.add_build(f"B{number}", status="failed" if number in (3, 50) else "complete")
    assert ids(read(rack, status=["failed"], limit=1)) == ["B50"]
    assert ids(read(rack, status=["failed"], limit=2)) == ["B50", "B3"]
    assert [request.query["limit"] for request in rack.requests] == ["20", "20", "200"]
    assert len(ids(read(rack, limit=50))) == 50
    assert len(ids(read(rack))) == 20


@pytest.mark.parametrize("given", [{}, {"id": ["B1"]}, {"id": []}, {"include": ["logs"]}])
def test_an_app_that_is_not_there(given: dict[str, Any]) -> None:
    task = run_task(BuildInfoNoun, MemoryRack(), app="web", **given)
    assert isinstance(task.error, errors.ConvoxNotFoundError)
    assert read(MemoryRack(), check_mode=True, **given).result == {"builds": []}


def test_a_build_that_runs() -> None:
    rack = world()
    made = rack.start_build(60.0, ["Building: web", "half"])
    (build,) = read(rack, id=[made.id]).result["builds"]
    assert (build["status"], build["ended"], build["manifest"]) == ("running", None, "")


# --- logs


def test_logs_hold_no_secrets_and_no_orders_to_a_terminal() -> None:
    task = read(world(), include=["logs"])
    assert [build["logs"] for build in task.result["builds"]] == [
        [],
        ["red", "100%", "ERROR: no"],
        ["one", "login ********", "PIN=********"],
    ]
    assert CANARY not in str(task.result)
    assert task.warnings == []


def test_the_log_of_a_build_that_runs_is_what_there_is() -> None:
    rack = world()
    made = rack.start_build(90.0, ["Building: web", "Building: worker"])
    rack.clock.sleep(35.0)
    before = rack.clock.now()
    (build,) = read(rack, id=[made.id], include=["logs"]).result["builds"]
    assert build["logs"] == ["Building: web"]
    assert rack.clock.now() - before < 2 * logs.SILENCE


def test_a_build_that_never_stops_writing_is_left() -> None:
    rack = world()
    made = rack.start_build(500.0, [f"line {number}" for number in range(1000)])
    rack.clock.sleep(5.0)
    before = rack.clock.now()
    (build,) = read(rack, id=[made.id], include=["logs"]).result["builds"]
    assert len(build["logs"]) > 10
    assert rack.clock.now() - before < logs.LONGEST + 5.0


def test_a_log_that_is_gone() -> None:
    rack = world()
    rack.state.objects.clear()
    task = read(rack, id=["B1"], include=["logs"])
    assert task.result["builds"][0]["logs"] is None
    assert task.warnings == ["The rack has no log of build B1 of web any more, so its logs are null"]


def test_a_long_log_is_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "MOST_LINES", 3)
    rack = world()
    rack.add_build("B4", lines=[f"line {number}" for number in range(9)])
    (build,) = read(rack, id=["B4"], include=["logs"]).result["builds"]
    assert build["logs"] == ["line 6", "line 7", "line 8"]


def test_a_plain_deploy_key_reads_logs_and_is_told_that_nothing_is_masked() -> None:
    rack = world()
    task = read(rack, key=rack.deploy_key(), id=["B1"], include=["logs"])
    assert task.result["builds"][0]["logs"][0] == "one"
    assert [warning.partition(",")[0] for warning in task.warnings] == [
        "The env of web cannot be read with this key"
    ]


# --- what is refused


@pytest.mark.parametrize(("given", "option"), [({"limit": 0}, "limit"), ({"id": [""]}, "id")])
def test_what_lists_nothing(given: dict[str, Any], option: str) -> None:
    assert refusal(BuildInfoNoun, app="web", **given).option == option


@given(st.integers(1, 5), st.none() | st.lists(st.sampled_from(["complete", "failed", "run*"]), max_size=2))
def test_nothing_is_ever_planned(limit: int, status: list[str] | None) -> None:
    noun = BuildInfoNoun()
    desired = noun.desired(options(BuildInfoNoun, app="web", limit=limit, status=status))
    assert noun.plan(noun.assumed(desired), desired) == ()
    task = read(world(), limit=limit, status=status)
    assert (task.changed, task.sent) == (False, [])
    statuses = {"B1": "complete", "B2": "failed", "B3": "complete"}
    wanted = [id_ for id_ in ("B3", "B2", "B1") if status is None or statuses[id_] in status]
    assert ids(task) == wanted[:limit]
