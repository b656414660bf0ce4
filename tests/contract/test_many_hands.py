# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests of many writers and of strange answers need: old reads, lost answers, what truly was written."""

from __future__ import annotations

import threading
from typing import Any
from unittest import mock

import httpx
import pytest

from tests.contract.memory_desk import Desk, two_releases
from tests.practice_rack.faults import Fault


def test_reads_show_what_was() -> None:
    desk, old, new = two_releases(read_lag_seconds=3.0, promote_seconds=10.0)
    desk.rack.clock.sleep(10)
    assert desk.app() == ("running", old)
    desk.promote(new)
    seen = []
    for _unused in range(15):
        desk.rack.clock.sleep(1.0)
        seen.append(desk.app())
    assert seen == [*[("running", old)] * 2, *[("updating", new)] * 10, *[("running", new)] * 3]


def test_what_is_due_is_seen_as_late_as_it_happened() -> None:
    """Nobody looks while the app is made, and only afterwards the rack is seen as it was."""
    desk = Desk(read_lag_seconds=5.0, create_seconds=2.0)
    desk.rack.add_app("other")
    desk.get("/apps")
    desk.client.post("/apps", data={"name": "web"})
    seen = []
    for _unused in range(4):
        desk.rack.clock.sleep(2.0)
        seen.append(sorted((app["name"], app["status"]) for app in desk.get("/apps")))
    other = ("other", "running")
    assert seen == [[other], [other], [other, ("web", "updating")], [other, ("web", "running")]]


def test_only_some_reads_are_old() -> None:
    desk, _old, new = two_releases(read_lag_seconds=3.0, read_lag_paths="^/apps/[^/]+$")
    desk.get("/apps/web")
    desk.client.post("/apps/web/releases", data={"env": "A=3"})
    desk.promote(new)
    assert desk.app()[0] == "running"
    assert len(desk.get("/apps/web/releases")) == 3


def test_every_kind_of_thing_may_be_old() -> None:
    desk, _old, _new = two_releases(read_lag_seconds=3.0)
    before = {path: desk.get(path) for path in ("/apps/web/configs", "/registries", "/resources")}
    web = {s["name"]: s["count"] for s in desk.get("/apps/web/services")}
    desk.client.put("/apps/web/configs/a", data={"value": "Yg=="})
    desk.client.post("/registries", data={"server": "r", "username": "u", "password": "p"})
    desk.client.post("/resources", data={"kind": "webhook", "name": "w", "parameters": "Url=https%3A%2F%2Fh"})
    desk.client.put("/apps/web/services/web", data={"count": "4"})
    desk.rack.clock.sleep(2.9)
    assert {path: desk.get(path) for path in before} == before
    assert {s["name"]: s["count"] for s in desk.get("/apps/web/services")} == web
    desk.rack.clock.sleep(0.1)
    assert all(desk.get(path) for path in before)
    assert {s["name"]: s["count"] for s in desk.get("/apps/web/services")} == {**web, "web": 4}


def test_a_lag_may_be_another_each_time() -> None:
    desk, _old, _new = two_releases(lag_seconds=4.0, lag_jitter=True)
    desk.rack.clock.sleep(10)
    desk.client.post("/apps/web/releases", data={"env": "A=3"})
    desk.rack.clock.sleep(2)
    assert {len(desk.get("/apps/web/releases")) for _unused in range(40)} == {2, 3}
    desk.rack.clock.sleep(2)
    assert {len(desk.get("/apps/web/releases")) for _unused in range(40)} == {3}
    desk.rack.settings.change({"lag_seconds": 0.0, "read_lag_seconds": 4.0})
    desk.get("/apps/web")
    desk.client.put("/apps/web", data={"lock": "true"})
    desk.rack.clock.sleep(2)
    assert {desk.get("/apps/web")["locked"] for _unused in range(40)} == {False, True}


def test_writes_work_on_what_is() -> None:
    """An old read is no old write: the rack itself refuses by what it truly is."""
    desk, _old, new = two_releases(read_lag_seconds=60.0)
    desk.get("/apps/web")
    desk.promote(new)
    assert desk.app()[0] == "running"
    again = desk.client.post(f"/apps/web/releases/{new}/promote")
    assert (again.status_code, again.json()) == (403, {"error": "app is currently updating"})
    assert [record.changed for record in desk.rack.writes] == [True, False]
    assert desk.rack.app().status == "updating", "what a test is told is true"


def test_a_rack_that_does_the_work_and_is_gone() -> None:
    desk, _old, new = two_releases()
    desk.rack.faults.append(Fault("cut_after", "POST", "/promote$"))
    desk.rack.meanwhile(
        lambda: desk.rack.faults.append(Fault("refuse", times=-1)), "POST", f"/{new}/promote$"
    )
    assert desk.app()[0] == "running"
    with pytest.raises(httpx.RemoteProtocolError):
        desk.promote(new)
    for _unused in range(3):
        with pytest.raises(httpx.ConnectError):
            desk.get("/apps/web")
    assert [(r.operation, r.changed) for r in desk.rack.true_writes] == [("releases.promote", True)]
    assert desk.rack.app().release == new


@pytest.mark.parametrize(
    ("method", "path", "form", "changed"),
    [
        ("POST", "/apps", {"name": "new"}, True),
        ("POST", "/apps", {"name": "web"}, False),
        ("PUT", "/apps/web", {"lock": "true"}, True),
        ("DELETE", "/apps/web", {}, True),
        ("POST", "/apps/web/cancel", {}, False),
        ("POST", "/apps/web/releases", {"env": "A=1"}, True),
        ("POST", "/apps/web/releases", {"env": "A=1", "build": "BNONE"}, False),
        ("POST", "/apps/web/releases/RNONE/promote", {}, False),
        ("POST", "/apps/web/builds", {"url": "http://h/x.tgz"}, True),
        ("POST", "/apps/web/objects/tmp/x", {}, True),
        ("PUT", "/apps/web/services/web", {"count": "2"}, True),
        ("PUT", "/apps/web/services/none", {"count": "2"}, False),
        ("POST", "/apps/web/services/web/restart", {}, True),
        ("POST", "/apps/web/services/web/processes", {}, True),
        ("PUT", "/apps/web/configs/a", {"value": "Yg=="}, True),
        ("POST", "/registries", {"server": "r", "username": "u", "password": "p"}, True),
        ("DELETE", "/registries/none", {}, False),
        ("POST", "/system/jwt/token", {"role": "read", "durationInHour": "1"}, True),
    ],
)
def test_which_requests_changed_the_rack(method: str, path: str, form: Any, changed: bool) -> None:
    desk, _old, _new = two_releases()
    desk.client.request(method, path, data=form)
    assert [record.changed for record in desk.rack.requests] == [changed]
    assert len(desk.rack.true_writes) == changed


def test_who_waits_for_an_answer_keeps_nobody_from_asking() -> None:
    """While a request waits another thread's is answered, as between two clients of a real rack."""
    desk, _old, _new = two_releases()
    desk.rack.faults.append(Fault("delay", "GET", "^/apps$", seconds=5.0))
    answered: list[int] = []
    real = desk.rack.clock.sleep

    def ask() -> None:
        answered.append(desk.client.get("/apps/web").status_code)

    def sleep(seconds: float) -> None:
        other = threading.Thread(target=ask)
        other.start()
        other.join(10)
        real(seconds)

    with mock.patch.object(desk.rack.clock, "sleep", sleep):
        assert desk.client.get("/apps").status_code == 200
    assert answered == [200]
