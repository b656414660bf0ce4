# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The practice rack in memory: its clock, its log of requests, its faults."""

from __future__ import annotations

import time
from typing import Any

import httpx
import pytest

from tests.contract.memory_desk import Desk, two_releases
from tests.practice_rack.faults import Fault
from tests.practice_rack.memory import MemoryRack

# -- time


def test_time_passes_only_when_somebody_sleeps() -> None:
    desk, old, new = two_releases(promote_seconds=1000.0)
    desk.promote(new)
    for _unused in range(50):
        assert desk.app() == ("updating", new)
    assert desk.rack.clock.now() == 0
    desk.rack.clock.sleep(999.9)
    assert desk.app() == ("updating", new)
    desk.rack.clock.sleep(0.1)
    assert desk.app() == ("running", new)
    assert desk.get("/apps/web/releases?limit=1")[0]["created"] == "2026-01-01T00:00:00Z"


def test_what_is_due_happens_at_its_time_and_in_its_order() -> None:
    desk, old, new = two_releases(revert_seconds=10.0, rollback_seconds=1.0)
    desk.rack.fate(new, "fail")
    seen: list[float] = []
    desk.rack.at(10.05, lambda: seen.append(desk.rack.state.now))
    desk.promote(new)
    desk.rack.clock.sleep(60)
    assert desk.app() == ("running", old)
    assert seen == [10.05]


def test_all_of_it_is_quick() -> None:
    desk, _old, new = two_releases()
    desk.get("/apps/web")
    began = time.thread_time()
    for _unused in range(200):
        desk.get("/apps/web")
    assert time.thread_time() - began < 200 * 0.001, "about a fifth of it on a machine of today"


# -- what a test looks at


def test_writes_as_they_were_sent() -> None:
    desk = Desk()
    desk.client.post("/apps", data={"name": "web"})
    desk.client.put("/apps/web", data={"lock": "true", "parameters": "BuildCpu=512&BuildMem="})
    desk.client.get("/apps/web")
    desk.client.delete("/apps/web")
    assert desk.rack.sent == [
        ("POST", "/apps", {"name": "web"}),
        ("PUT", "/apps/web", {"lock": "true", "parameters": {"BuildCpu": "512", "BuildMem": ""}}),
        ("DELETE", "/apps/web", {}),
    ]
    assert desk.rack.kinds == ["apps.create", "apps.update", "apps.delete"]
    assert [record.changed for record in desk.rack.writes] == [True, True, False], "a locked app"
    assert (desk.rack.reads, len(desk.rack.true_writes)) == (1, 2)
    assert [record.at for record in desk.rack.asked("^/apps/web$", "PUT")] == [0.0]


@pytest.mark.parametrize(
    ("lost", "changed"),
    [
        (lambda rack: rack.lose("PUT", "^/apps/web$"), [False, True]),
        (lambda rack: setattr(rack.settings, "lose_parameters", 1), [False, True]),
        (lambda rack: None, [True, True]),
    ],
)
def test_a_write_that_was_lost_is_no_true_one(lost: Any, changed: list[bool]) -> None:
    desk = Desk()
    desk.rack.add_app()
    lost(desk.rack)
    for _unused in changed:
        assert desk.client.put("/apps/web", data={"parameters": "BuildCpu=512"}).text == "ok\n"
        desk.rack.clock.sleep(1)
    assert [record.changed for record in desk.rack.writes] == changed


def test_a_refused_budget_still_writes_the_lock() -> None:
    desk = Desk(budget_tripped=True)
    desk.rack.add_app()
    assert desk.client.put("/apps/web", data={"lock": "true"}).status_code == 409
    assert [(r.status, r.changed) for r in desk.rack.writes] == [(409, True)]


# -- faults


@pytest.mark.parametrize(("after", "made"), [(False, 0), (True, 1)])
def test_the_connection_is_cut_at_one_write(after: bool, made: int) -> None:
    desk = Desk()
    desk.rack.break_write(1, after=after)
    desk.client.post("/apps", data={"name": "one"})
    desk.get("/apps")
    with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
        desk.client.post("/apps", data={"name": "two"})
    assert len(desk.get("/apps")) == 1 + made
    record = desk.rack.writes[-1]
    assert (record.status, record.changed) == (None, after)
    assert record.form == {"name": "two"}


def test_a_rack_that_cannot_be_reached_gets_no_request() -> None:
    desk = Desk()
    desk.rack.faults.append(Fault("refuse", times=2))
    for _unused in range(2):
        with pytest.raises(httpx.ConnectError):
            desk.get("/apps")
    assert desk.get("/apps") == []
    assert len(desk.rack.requests) == 1


def test_half_an_answer() -> None:
    desk = Desk()
    desk.rack.faults.append(Fault("half", "POST"))
    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
        desk.client.post("/apps", data={"name": "web"})
    assert [app["name"] for app in desk.get("/apps")] == ["web"]


@pytest.mark.parametrize("after_work", [False, True])
def test_a_delay_is_time_on_the_clock(after_work: bool) -> None:
    desk = Desk()
    desk.rack.faults.append(Fault("delay", "POST", seconds=5.0, after_work=after_work, times=2))
    assert desk.client.post("/apps", data={"name": "one"}).status_code == 200
    assert desk.rack.clock.now() == 5.0
    with pytest.raises(httpx.ReadTimeout):
        desk.client.post("/apps", data={"name": "two"}, timeout=2.0)
    assert desk.rack.clock.now() == 7.0
    assert len(desk.get("/apps")) == (2 if after_work else 1)
    desk.rack.clock.sleep(3.0)
    assert len(desk.get("/apps")) == 2, "the client has gone, and the rack works on"


def test_the_callers_own_deadline() -> None:
    rack = MemoryRack()
    rack.faults.append(Fault("delay", seconds=60.0))
    client = httpx.Client(transport=rack.transport(left=lambda: 7.0), timeout=None)
    with client, pytest.raises(httpx.ReadTimeout):
        client.get("http://rack.test/apps")
    assert rack.clock.now() == 7.0


@pytest.mark.parametrize("accept", ["application/json", "*/*"])
def test_an_error_on_demand(accept: str) -> None:
    desk = Desk()
    desk.rack.fail(403, "operation not permitted for deploy keys", "GET", "/releases$", skip=1, times=-1)
    desk.rack.add_app()
    assert desk.get("/apps/web/releases") == []
    got = desk.client.get("/apps/web/releases", headers={"Accept": accept})
    assert (got.status_code, got.json()) == (403, {"error": "operation not permitted for deploy keys"})


def test_an_answer_on_its_way_may_be_altered() -> None:
    desk = Desk()
    desk.rack.add_app()

    def alter(record: Any, reply: Any) -> Any:
        reply.content = reply.content.replace(b'"running"', b"null")
        return reply

    desk.rack.alter = alter
    assert desk.get("/apps/web")["status"] is None


def test_a_server_that_breaks_down() -> None:
    desk = Desk()
    with pytest.raises(httpx.RemoteProtocolError):
        desk.client.post("/certificates", data={"pub": "no pem", "key": "x"})


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nope", 404), ("PATCH", "/apps", 405), ("GET", "/apps/x/logs", 404)],
)
def test_unknown_routes(method: str, path: str, status: int) -> None:
    desk = Desk()
    got = desk.client.request(method, path)
    assert (got.status_code, got.content, "request-id" in got.headers) == (status, b"", False)


def test_a_console() -> None:
    desk = Desk(console="org/rack", session=True)
    assert desk.client.get("/apps").text.startswith("<!DOCTYPE html>")
    desk.client.headers["Rack"] = "org/rack"
    assert desk.client.get("/apps").status_code == 401
    session = desk.client.post("/session").json()["id"]
    assert desk.client.get("/apps", headers={"Session": session}).json() == []
    assert desk.rack.writes == []


def test_a_plain_deploy_key() -> None:
    desk = Desk()
    desk.rack.add_app()
    desk.client.auth = httpx.BasicAuth("convox", desk.rack.deploy_key())
    assert desk.client.get("/apps/web").status_code == 200
    assert desk.client.get("/apps/web/releases").status_code == 403
    desk.client.auth = httpx.BasicAuth("convox", desk.rack.deploy_key("r"))
    assert desk.client.get("/apps/web/releases").status_code == 200
