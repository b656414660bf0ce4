# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests prepare on the practice rack in memory, and what becomes of promotes there."""

from __future__ import annotations

import pytest

from tests.contract.memory_desk import AUTH, Desk, two_releases
from tests.practice_rack.conditions import Condition, crash_loop
from tests.practice_rack.wire import RackError

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


def test_a_build_that_somebody_started() -> None:
    desk = Desk()
    desk.rack.add_app()
    good = desk.rack.start_build(10.0, ["one", "two"])
    bad = desk.rack.start_build(20.0, ["ERROR: no"], "cancelled", reason="by hand")
    assert [desk.get(f"/apps/web/builds/{b.id}")["status"] for b in (good, bad)] == ["running"] * 2
    with desk.reach.open(f"/apps/web/builds/{good.id}/logs", AUTH) as stream:
        assert [stream.recv(9.0) for _unused in range(3)] == ["one\n", "two\n", b""]
    desk.rack.clock.sleep(20)
    told = [desk.get(f"/apps/web/builds/{b.id}") for b in (good, bad)]
    assert [(b["status"], b["reason"], bool(b["release"])) for b in told] == [
        ("complete", "", True),
        ("cancelled", "by hand", False),
    ]
    desk.rack.remove_build(good.id)
    assert desk.client.get(f"/apps/web/builds/{good.id}").status_code == 500


def test_a_password_that_becomes_a_deploy_key() -> None:
    desk, _old, new = two_releases()
    assert desk.client.get("/apps/web/releases").status_code == 200
    desk.rack.demote()
    assert desk.client.get("/apps/web/releases").status_code == 403
    desk.promote(new)
    desk.rack.promote(new, force="true")
    assert desk.rack.apps["web"].release == new
