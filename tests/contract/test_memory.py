# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The practice rack in memory: its clock, its faults, its websockets, and what tests prepare on it."""

from __future__ import annotations

import time
from typing import Any

import httpx
import pytest

from tests.contract.conftest import BASIC
from tests.contract.reach import Closed, MemoryReach, Refused
from tests.practice_rack.conditions import Condition, crash_loop
from tests.practice_rack.faults import Fault
from tests.practice_rack.memory import MemoryRack
from tests.practice_rack.memory_streams import CUT, END, PING
from tests.practice_rack.wire import RackError

AUTH = {"Authorization": BASIC}


class Desk:
    """A rack in memory and a client that has its password."""

    def __init__(self, **settings: Any) -> None:
        self.rack = MemoryRack(**settings)
        self.reach = MemoryReach(self.rack)
        self.client = self.reach.client(auth=("convox", "secret"), headers={"Accept": "application/json"})

    def get(self, path: str) -> Any:
        return self.client.get(path).raise_for_status().json()

    def app(self) -> tuple[str, str]:
        found = self.get("/apps/web")
        return found["status"], found["release"]

    def promote(self, release: str, **form: str) -> None:
        self.client.post(f"/apps/web/releases/{release}/promote", data=form).raise_for_status()


def two_releases(**settings: Any) -> tuple[Desk, str, str]:
    """An app that runs the older of two releases."""
    desk = Desk(**settings)
    desk.rack.add_app()
    old, new = desk.rack.add_release("A=1").id, desk.rack.add_release("A=2", "B2").id
    desk.rack.activate(old)
    return desk, old, new


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
    began = time.perf_counter()
    for _unused in range(200):
        desk.get("/apps/web")
    assert time.perf_counter() - began < 200 * 0.001, "a third of it where nothing else runs"


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


# -- websockets


def test_a_build_log_comes_as_time_passes() -> None:
    desk = Desk(build_seconds=10.0)
    desk.rack.add_app()
    made = desk.client.post("/apps/web/builds", data={"url": "http://h/x.tgz"}).json()
    with desk.reach.open(f"/apps/web/builds/{made['id']}/logs", AUTH) as stream:
        with pytest.raises(TimeoutError):
            stream.recv(1.5)
        assert desk.rack.clock.now() == 1.5
        assert stream.recv(1.5) == "Building: web\n"
        assert desk.rack.clock.now() == pytest.approx(2.0)
        rest = [stream.recv(10.0) for _unused in range(4)]
        assert rest[-2:] == [f"Pushing: registry.rack.test/web:worker.{made['id']}\n", b""]
        assert desk.rack.clock.now() == pytest.approx(10.0)
        with pytest.raises(TimeoutError):
            stream.recv(60.0)
    assert desk.rack.requests[-1].status == 101


def test_a_service_log_that_is_followed() -> None:
    desk, _old, _new = two_releases()
    with desk.reach.open("/apps/web/services/web/logs", AUTH) as stream:
        first = [str(stream.recv(1.0)) for _unused in range(2)]
        assert first[1].endswith("web is ready\n")
        assert str(stream.recv(20.0)).endswith("web tick 1\n")
    assert desk.rack.clock.now() == pytest.approx(5.0)


def test_a_command_with_input() -> None:
    desk, _old, _new = two_releases()
    with desk.reach.open("/apps/web/processes/web/exec", {**AUTH, "Command": "head -n 1"}) as stream:
        with pytest.raises(TimeoutError):
            stream.recv(30.0)
        stream.send("hello\n")
        assert [stream.recv(1.0) for _unused in range(3)] == [
            "hello\n",
            "F1E49A85-0AD7-4AEF-A618-C249C6E6568D:0\n",
            b"",
        ]


def test_errors_of_websockets() -> None:
    desk = Desk()
    with desk.reach.open("/apps/web/logs", {}) as stream:
        assert [stream.recv(1.0), stream.recv(1.0)] == ["ERROR: invalid authentication\n", b""]
    with pytest.raises(Refused) as caught, desk.reach.open("/apps/web/nope", AUTH):
        pass
    assert caught.value.status == 404
    desk.rack.faults.append(Fault("status", "SOCKET", status=502))
    with pytest.raises(Refused), desk.reach.open("/apps/web/logs", AUTH):
        pass
    desk.rack.faults.append(Fault("cut_before", "SOCKET"))
    with pytest.raises(httpx.RemoteProtocolError), desk.reach.open("/apps/web/logs", AUTH):
        pass


def test_a_stream_that_is_cut() -> None:
    desk, _old, _new = two_releases()
    desk.rack.faults.append(Fault("cut_after", "SOCKET", frames=1))
    with desk.reach.open("/apps/web/services/web/logs", AUTH) as stream:
        assert isinstance(stream.recv(1.0), str)
        with pytest.raises(Closed):
            stream.recv(1.0)


def test_a_stream_that_a_test_plays() -> None:
    desk = Desk()
    desk.rack.play("/logs$", ["one\n", 5.0, PING, "two\n", CUT])
    with desk.reach.open("/apps/web/builds/B1/logs", AUTH) as stream:
        assert stream.recv(1.0) == "one\n"
        assert stream.recv(10.0) == "two\n"
        assert desk.rack.clock.now() == pytest.approx(5.0)
        with pytest.raises(Closed):
            stream.recv(1.0)
    desk.rack.play("/logs$", [b"\x81\x7e", END[:1]])  # the head of a frame that never comes whole
    with desk.reach.open("/apps/web/builds/B1/logs", AUTH) as stream, pytest.raises(TimeoutError):
        stream.recv(600.0)


def test_a_handshake_that_is_never_answered() -> None:
    desk = Desk()
    desk.rack.faults.append(Fault("delay", "SOCKET", seconds=1e9))
    with pytest.raises(httpx.ReadTimeout), desk.reach.open("/apps/web/logs", AUTH):
        pass
    assert desk.rack.clock.now() == 30.0


# -- rollouts and processes


@pytest.mark.parametrize(
    ("fate", "timeout", "after", "wanted"),
    [
        ("", "600", 1, ("running", "new")),
        ("fail", "600", 4.9, ("updating", "new")),
        ("fail", "600", 5.02, ("rollback", "new")),
        ("fail", "600", 5.2, ("rollback", "old")),
        ("fail", "600", 6, ("running", "old")),
        ("fail", "2", 4, ("running", "old")),
        ("stick", "600", 599, ("updating", "new")),
        ("stick", "600", 602, ("running", "old")),
        ("hang", "600", 99999, ("updating", "new")),
    ],
)
def test_what_becomes_of_a_promote(fate: str, timeout: str, after: float, wanted: tuple[str, str]) -> None:
    desk, old, new = two_releases()
    desk.rack.fate(new, fate)
    desk.promote(new, timeout=timeout)
    desk.rack.clock.sleep(after)
    assert desk.app() == (wanted[0], {"old": old, "new": new}[wanted[1]])


def test_cancels_that_come_too_early() -> None:
    desk, old, new = two_releases(early_cancels=2)
    desk.rack.fate(new, "hang")
    desk.promote(new)
    answers = [desk.client.post("/apps/web/cancel") for _unused in range(3)]
    assert [got.status_code for got in answers] == [403, 403, 200]
    assert answers[0].json() == {"error": "app is not updating"}
    desk.rack.clock.sleep(10)
    assert desk.app() == ("running", old)


def test_a_crash_loop_with_calm_moments() -> None:
    desk, _old, new = two_releases()
    desk.rack.fate(new, "hang")
    desk.rack.ill("worker", crash_loop(since=2.0, until=30.0))
    desk.promote(new)
    seen = []
    for _unused in range(20):
        listed = desk.get(f"/apps/web/processes?release={new}&service=worker")
        seen.append(listed[0]["status"])
        desk.rack.clock.sleep(2.0)
    assert seen == ["pending", "crashed", "running", *["crashed", "crashed", "running"] * 4, *["running"] * 5]
    assert {p["status"] for p in desk.get(f"/apps/web/processes?release={new}&service=web")} == {"running"}


def test_what_diagnose_tells_of_a_scripted_process() -> None:
    desk, _old, new = two_releases()
    desk.rack.fate(new, "hang")
    ill = Condition("crashed", "CrashLoopBackOff", "look at the log", "starting\n", "one\nboom\n")
    desk.rack.ill("worker", [(1, ill), (20, Condition("pending", "ImagePullBackOff")), (40, "unhealthy")])
    desk.promote(new)
    told = []
    for _unused in range(3):
        desk.rack.clock.sleep(15)
        pods = {p["name"]: p for p in desk.get("/apps/web/diagnose?lines=1")["pods"]}
        [mine] = desk.get(f"/apps/web/processes?release={new}&service=worker")
        pod = pods[mine["id"]]
        told.append(
            [mine["status"], *(pod.get(k) for k in ("phase", "ready", "stateDetail", "classification"))]
        )
        told[-1] += [pod.get(k) for k in ("hint", "logs", "previousLogs")]
    assert told[0] == [
        *("crashed", "Running", "0/1", "CrashLoopBackOff", "not-ready"),
        *("look at the log", "starting\n", "boom\n"),
    ]
    assert told[1][:5] == ["pending", "Pending", "0/1", "ImagePullBackOff", "not-ready"]
    assert told[2][:5] == ["unhealthy", "Running", "0/1", None, "unhealthy"]


def test_logs_of_a_scripted_process() -> None:
    desk, _old, new = two_releases()
    desk.rack.ill("worker", Condition("crashed", logs="starting\n", previous_logs="one\nboom\n"))
    desk.rack.fate(new, "hang")
    desk.promote(new)
    desk.rack.clock.sleep(1)
    desk.rack.state.apps["web"].pods = {
        k: p for k, p in desk.rack.app().pods.items() if p.service != "worker" or p.release == new
    }
    for previous, lines in (("false", ["starting\n"]), ("true", ["one\n", "boom\n"])):
        options = {"Follow": "false", "Prefix": "false", "Previous": previous}
        with desk.reach.open("/apps/web/services/worker/logs", {**AUTH, **options}) as stream:
            assert [stream.recv(1.0) for _unused in lines] == lines


# -- what a test prepares


def test_an_app_with_all_its_facts() -> None:
    desk = Desk()
    desk.rack.add_app(
        locked=True, parameters={"BuildCpu": "1"}, configs={"a": "b"}, status="updating", seconds=4
    )
    found = desk.get("/apps/web")
    assert (found["locked"], found["parameters"], found["status"]) == (True, {"BuildCpu": "1"}, "updating")
    assert desk.get("/apps/web/configs/a") == {"name": "a", "value": "b"}
    desk.rack.clock.sleep(4)
    assert desk.get("/apps/web")["status"] == "running"
    desk.rack.add_app("gone", status="deleting", seconds=4)
    desk.rack.clock.sleep(4)
    assert desk.client.get("/apps/gone").status_code == 404
    with pytest.raises(TypeError, match="an app has no colour"):
        desk.rack.add_app("x", colour="red")


def test_releases_and_builds_by_somebody() -> None:
    desk = Desk()
    desk.rack.add_app()
    ids = [desk.rack.add_release(env, build).id for env, build in (("A=1 B=2", "B1"), ("A=1", ""))]
    assert ids == ["RAAAAAAAAAB", "RAAAAAAAAAC"]
    listed = desk.get("/apps/web/releases")
    assert [(r["id"], r["build"], r["env"]) for r in listed] == [
        (ids[1], "", "A=1"),
        (ids[0], "B1", "A=1\nB=2"),
    ]
    assert desk.get("/apps/web/builds/B1")["status"] == "complete"
    failed = desk.rack.add_build(status="failed", lines=["ERROR: no"], git_sha="f00")
    told = desk.get(f"/apps/web/builds/{failed.id}")
    assert (told["status"], told["git-sha"], told["release"]) == ("failed", "f00", "")
    log = desk.client.get(told["logs"].replace("object://web", "/apps/web/objects"))
    assert log.text == "ERROR: no\n"
    assert desk.rack.requests[0].operation == "releases.list_releases"


def test_services_with_their_facts() -> None:
    desk = Desk()
    desk.rack.add_app(services={"api": {"image": "httpd", "port": 80, "scale": {"count": 2}}})
    desk.rack.add_service("web", count=3, cpu=512, bounds=(1, 9))
    found = {s["name"]: s for s in desk.get("/apps/web/services")}
    assert {n: (s["count"], s["cpu"], s["max"]) for n, s in found.items()} == {
        "api": (2, 250, 2),
        "web": (3, 512, 9),
    }
    assert found["web"]["autoscale"] == {"enabled": True}
    assert desk.rack.statuses("api") == ["running"] * 2
    desk.client.put("/apps/web/services/api", data={"count": "3"})
    assert sorted(desk.rack.statuses("api")) == ["pending", "running", "running"]
    desk.rack.clock.sleep(desk.rack.settings.process_seconds)
    desk.get("/apps/web")
    assert desk.rack.statuses("api") == ["running"] * 3


def test_processes_that_convox_run_left() -> None:
    desk = Desk()
    desk.rack.add_app(services={"web": {}})
    desk.rack.add_process("web", "failed", id="web-b5cpk")
    listed = desk.get("/apps/web/processes?service=web")
    assert sorted(p["status"] for p in listed) == ["failed", "running"]
    assert len({p["release"] for p in listed}) == 1


def test_an_agents_process_belongs_to_no_template() -> None:
    desk = Desk()
    desk.rack.add_app(services={"agent": {"agent": True}})
    [process] = desk.get("/apps/web/processes")
    assert process["id"].count("-") == 1


@pytest.mark.parametrize(("before", "envs"), [(True, ["A=9", "A=1"]), (False, ["A=1", "A=9"])])
def test_somebody_writes_at_the_same_moment(before: bool, envs: list[str]) -> None:
    desk = Desk()
    desk.rack.add_app()
    desk.rack.meanwhile(lambda: desk.rack.add_release("A=9"), "POST", "/releases$", before=before)
    for _unused in range(2):
        desk.client.post("/apps/web/releases", data={"env": "A=1"})
    assert [r.env for r in desk.rack.app().releases] == [*envs, "A=1"]


def test_somebody_elses_requests_are_in_no_log() -> None:
    desk, old, new = two_releases()
    desk.rack.promote(new)
    assert desk.app() == ("updating", new)
    with pytest.raises(RackError) as caught:
        desk.rack.act("POST", f"/apps/web/releases/{old}/promote")
    assert (caught.value.status, caught.value.message) == (403, "app is currently updating")
    assert desk.rack.writes == []
    assert desk.rack.env() == {"A": "2"}


def test_a_v2_rack() -> None:
    desk, old, new = two_releases(
        generation="2", version="20190111211123", late_status_seconds=3, promote_seconds=9
    )
    assert desk.get("/apps/web")["generation"] == "2"
    desk.promote(new)
    assert desk.app() == ("running", old)
    desk.rack.clock.sleep(3)
    assert desk.app() == ("updating", new)
    assert desk.client.get("/apps/web/diagnose").status_code == 404
