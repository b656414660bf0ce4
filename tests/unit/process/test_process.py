# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The noun of convox_process."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.resources.processes import Process
from ansible_collections.convox.rack.plugins.module_utils._modules.process import noun, select
from ansible_collections.convox.rack.plugins.module_utils._modules.process.noun import Observed, ProcessNoun
from tests.practice_rack.memory import MemoryRack
from tests.unit.tasks import done, options, refusal, run_task

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)
SERVICES = {"job": {"scale": {"count": 2}}, "web": {"scale": {"count": 1}}}


def world(**settings: Any) -> MemoryRack:
    rack = MemoryRack(**settings)
    rack.add_app("shop", services=SERVICES)
    return rack


def ids(rack: MemoryRack, service: str = "") -> list[str]:
    pods = rack.app("shop").pods.values()
    return sorted(pod.id for pod in pods if service in ("", pod.service) and pod.kind != "resource")


def stopped(*names: str) -> list[tuple[str, str, dict[str, Any]]]:
    return [("DELETE", f"/apps/shop/processes/{name}", {}) for name in names]


PROCESSES = st.builds(
    Process,
    id=st.uuids().map(str),
    service=st.sampled_from(["web", "job", "build"]),
    release=st.sampled_from(["RA", "RB", ""]),
    status=st.sampled_from(select.STATUSES),
    started=st.one_of(
        st.none(), st.integers(0, 10**6).map(lambda n: f"{NOW - timedelta(seconds=n):%Y-%m-%dT%H:%M:%SZ}")
    ),
)


@given(
    st.lists(PROCESSES, max_size=8, unique_by=lambda process: process.id),
    st.fixed_dictionaries(
        {},
        optional={
            "service": st.sampled_from(["web", "job", "build"]),
            "release": st.just("RA"),
            "older_than": st.sampled_from(["0s", "90m", "2d"]),
            "status": st.lists(st.sampled_from(select.STATUSES), min_size=1, max_size=3),
        },
    ),
)
def test_after_what_is_planned_nothing_is_left(there: list[Process], given: dict[str, Any]) -> None:
    desired = ProcessNoun().desired(options(ProcessNoun, app="shop", **given))

    def observed(processes: list[Process]) -> Observed:
        return Observed(tuple(each for each in processes if desired.selection.means(each, NOW)))

    steps = ProcessNoun().plan(observed(there), desired)
    gone = {process.id for step in steps for process in step.processes}  # type: ignore[attr-defined]
    left = [process for process in there if process.id not in gone]
    assert ProcessNoun().plan(observed(left), desired) == []
    for process in there:
        builds = process.service == "build" and given.get("service") != "build"
        assert not (builds and process.id in gone)


def test_the_processes_of_a_service_are_replaced() -> None:
    rack = world()
    before = ids(rack, "job")
    checked = done(ProcessNoun, rack, app="shop", service="job", check_mode=True)
    assert (checked.changed, checked.sent, checked.result) == (True, [], {"stopped": before})
    task = done(ProcessNoun, rack, app="shop", service="job")
    assert task.sent == stopped(*before)
    assert task.result == {"stopped": before}
    assert rack.statuses("job", "shop") == ["running", "running"]
    assert not set(before) & set(ids(rack))


def test_by_their_ids_those_that_are_there() -> None:
    rack = world()
    (web,) = ids(rack, "web")
    task = done(ProcessNoun, rack, app="shop", id=["web-nothere", web])
    assert task.sent == stopped(web)
    again = done(ProcessNoun, rack, app="shop", id=[web])
    assert (again.changed, again.sent, again.result) == (False, [], {"stopped": []})


def test_a_process_of_its_own_and_nothing_else() -> None:
    rack = world()
    one = rack.add_process("web", "complete", app="shop").id
    task = done(ProcessNoun, rack, app="shop", service="web", status=["complete"])
    assert task.result == {"stopped": [one]}
    assert one not in ids(rack)


def test_a_process_of_a_service_that_the_app_has_no_more() -> None:
    rack = world()
    old = rack.add_process("gone", "running", app="shop").id
    assert done(ProcessNoun, rack, app="shop", service="gone").result == {"stopped": [old]}


def test_old_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    rack = world()
    started = select.time_of(rack.act("GET", "/apps/shop/processes")[0]["started"])
    assert started is not None
    monkeypatch.setattr(noun, "_now", lambda: started + timedelta(hours=1))
    assert not done(ProcessNoun, rack, app="shop", older_than="1h").changed
    assert len(done(ProcessNoun, rack, app="shop", older_than="59m").result["stopped"]) == 3


def test_an_answer_that_is_lost_and_a_process_that_is_gone_meanwhile() -> None:
    rack = world()
    (web,) = ids(rack, "web")
    rack.break_write(0, after=True)
    task = done(ProcessNoun, rack, app="shop", id=[web])
    assert task.changed
    assert task.client.ledger.unsettled == []
    rack = world()
    (web,) = ids(rack, "web")
    rack.meanwhile(lambda: rack.act("DELETE", f"/apps/shop/processes/{web}"), "DELETE", "", before=True)
    assert not done(ProcessNoun, rack, app="shop", id=[web]).changed


def test_without_waiting() -> None:
    rack = world(process_seconds=60.0)
    rack.clock.sleep(100)
    task = done(ProcessNoun, rack, app="shop", service="job", wait=False)
    assert rack.statuses("job", "shop") == ["pending", "pending"]
    assert len(task.result["stopped"]) == 2


def test_replacements_that_do_not_come() -> None:
    rack = world(process_seconds=1000.0)
    rack.clock.sleep(2000)
    task = run_task(ProcessNoun, rack, app="shop", service="job", wait_timeout=20)
    assert isinstance(task.error, errors.ConvoxWaitError)
    assert "2 running processes of job in shop" in task.error.message
    assert task.changed


def test_a_plain_deploy_key_stops_what_it_names() -> None:
    rack = world()
    (web,) = ids(rack, "web")
    key = rack.deploy_key()
    task = done(ProcessNoun, rack, app="shop", id=[web], key=key)
    assert task.changed and web not in ids(rack)
    assert len(task.warnings) == 1 and "may not list" in task.warnings[0]
    refused = run_task(ProcessNoun, rack, app="shop", service="web", key=key)
    assert isinstance(refused.error, errors.ConvoxForbiddenError)


@pytest.mark.parametrize("given", [{"service": "web"}, {"id": ["web-1"]}, {"older_than": "1d"}])
def test_an_app_that_is_not_there(given: dict[str, Any]) -> None:
    task = run_task(ProcessNoun, world(), app="nothing", **given)
    assert isinstance(task.error, errors.ConvoxNotFoundError)
    assert done(ProcessNoun, world(), app="nothing", check_mode=True, **given).changed


def test_a_404_of_somebody_else_is_no_word_about_a_process() -> None:
    rack = world()
    rack.fail(404, "default backend - 404", "GET", "/processes/", times=-1)
    task = run_task(ProcessNoun, rack, app="shop", id=["web-1"])
    assert isinstance(task.error, errors.ConvoxGatewayError)


@pytest.mark.parametrize(
    "text", ["", "90", "h", "1h 30m", "-1h", "1y", "١h", "9" * 400 + "w", "9" * 14 + "s"]
)
def test_no_durations(text: str) -> None:
    assert refusal(ProcessNoun, app="shop", older_than=text).option == "older_than"


@pytest.mark.parametrize(
    ("text", "there"),
    [("2026-01-02T03:04:05.123456789Z", True), (None, False), ("", False), ("soon", False)],
)
def test_times(text: str | None, there: bool) -> None:
    assert select.time_of(text) == (NOW if there else None)
