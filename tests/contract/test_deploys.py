# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Deploys on the practice rack: builds from a folder, rollouts that work, fail, stick, are cancelled."""

from __future__ import annotations

import io
import tarfile
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.contract.conftest import Desk

Make = Callable[..., Desk]

MANIFEST = "environment:\n  - A=1\nservices:\n  api:\n    image: httpd\n    port: 80\n    scale: 2\n"


def archive(files: dict[str, str], links: tuple[tuple[str, bytes, str], ...] = ()) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as packed:
        for name, text in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(text.encode())
            packed.addfile(member, io.BytesIO(text.encode()))
        for name, kind, target in links:
            member = tarfile.TarInfo(name)
            member.type, member.linkname = kind, target
            packed.addfile(member)
    return out.getvalue()


def build(desk: Desk, content: bytes, **form: str) -> Any:
    """Upload and build, as a client does."""
    if "one" not in desk.rack.state.apps:
        desk.call("POST", "/apps", data={"name": "one"})
    url = desk.call("POST", "/apps/one/objects/tmp/x.tgz", content=content).json()["Url"]
    return desk.build("one", url=url, **form)


def log(desk: Desk, made: Any) -> str:
    return desk.call("GET", made["logs"].replace("object://one", "/apps/one/objects")).text


# -- builds of a folder


def test_a_folder_is_built(desk: Desk) -> None:
    made = build(desk, archive({"./convox.yml": MANIFEST, "src/app.py": "x"}))
    assert (made["status"], made["manifest"]) == ("complete", MANIFEST)
    desk.promote("one", made["release"])
    services = desk.get("/apps/one/services")
    assert [(s["name"], s["count"], s["ports"][0]["container"]) for s in services] == [("api", 2, 80)]
    unpacked = desk.get(f"/_practice/builds/one/{made['id']}/files")
    assert unpacked["src/app.py"] == {"mode": 0o644, "text": "x"}


def test_links_are_dropped_without_a_word(desk: Desk) -> None:
    links = (("soft", tarfile.SYMTYPE, "convox.yml"), ("hard", tarfile.LNKTYPE, "convox.yml"))
    made = build(desk, archive({"convox.yml": MANIFEST}, links))
    assert made["status"] == "complete"
    assert sorted(desk.get(f"/_practice/builds/one/{made['id']}/files")) == ["convox.yml"]
    assert "soft" not in log(desk, made)


def test_another_manifest(desk: Desk) -> None:
    made = build(desk, archive({"convox.yml": "x: [", "other.yml": MANIFEST}), manifest="other.yml")
    assert (made["status"], made["manifest"]) == ("complete", MANIFEST)


@pytest.mark.parametrize(
    ("content", "form", "reason"),
    [
        (b"no archive", {}, "could not unpack source: gzip: invalid header"),
        (archive({"convox.yml": MANIFEST * 99})[:60], {}, "could not unpack source: unexpected EOF"),
        (archive({"readme": "x"}), {}, "open convox.yml: no such file or directory"),
        (archive({"convox.yml": MANIFEST}), {"manifest": "b.yml"}, "open b.yml: no such file or directory"),
        (archive({"convox.yml": "services: ["}), {}, "yaml: "),
        (archive({"convox.yml": MANIFEST + "# fail\n"}), {}, "told to fail"),
    ],
)
def test_builds_that_fail(desk: Desk, content: bytes, form: dict[str, str], reason: str) -> None:
    made = build(desk, content, **form)
    assert (made["status"], made["release"], made["reason"]) == ("failed", "", "")
    assert reason in log(desk, made)
    assert desk.get("/apps/one/releases") == []


def test_a_build_inherits_the_env_of_the_newest_release(desk: Desk) -> None:
    desk.deployed("one")
    desk.call("POST", "/apps/one/releases", data={"env": "A=1"})
    made = desk.build("one", url="http://h/x.tgz")
    assert desk.get(f"/apps/one/releases/{made['release']}")["env"] == "A=1"


def test_an_empty_env_is_an_env(desk: Desk) -> None:
    desk.call("POST", "/apps", data={"name": "one"})
    desk.call("POST", "/apps/one/releases", data={"env": "A=1"})
    made = desk.call("POST", "/apps/one/releases", data={"env": ""}).json()
    assert (made["env"], made["description"]) == ("", "env remove:A")


# -- rollouts


def test_a_crash_goes_back_through_every_status(rack_with: Make) -> None:
    desk = rack_with(revert_seconds=0.3, rollback_seconds=1.0)
    old = desk.deployed("one")["release"]
    crash = MANIFEST.replace("port: 80", "command: crash")
    new = build(desk, archive({"convox.yml": crash}))["release"]
    desk.call("POST", f"/apps/one/releases/{new}/promote")
    seen: list[tuple[str, str]] = []
    crashed = False
    while not seen or seen[-1] != ("running", old):
        app = desk.get("/apps/one")
        if (app["status"], app["release"]) not in seen:
            seen.append((app["status"], app["release"]))
        crashed = crashed or any(p["status"] == "crashed" for p in desk.get("/apps/one/processes"))
    assert seen == [("updating", new), ("rollback", new), ("rollback", old), ("running", old)]
    assert crashed
    desk.until("/apps/one/processes?service=web", lambda found: [p["status"] for p in found] == ["running"])
    assert not [p for p in desk.get("/apps/one/processes") if p["service"] == "api"]


def test_the_first_release_of_an_app_may_fail_too(desk: Desk) -> None:
    app = desk.deployed("one", url="http://h/crash.tgz")
    assert (app["status"], app["release"]) == ("running", "")
    assert desk.get("/apps/one/services") == []


def test_a_promotes_timeout_ends_it(rack_with: Make) -> None:
    desk = rack_with(revert_seconds=60, stuck_promotes=0)
    old = desk.deployed("one")["release"]
    new = desk.build("one", url="http://h/crash.tgz")["release"]
    began = time.monotonic()
    assert desk.promote("one", new, timeout="1")["release"] == old
    assert 0.9 < time.monotonic() - began < 3


def test_a_promote_may_stick_and_be_cancelled(rack_with: Make) -> None:
    desk = rack_with()
    old = desk.deployed("one")["release"]
    desk.rack.settings.stuck_promotes = 1
    new = desk.build("one", url="http://h/x.tgz")["release"]
    desk.call("POST", f"/apps/one/releases/{new}/promote")
    time.sleep(0.3)
    assert desk.get("/apps/one")["status"] == "updating"
    assert desk.call("POST", "/apps/one/cancel").text == "ok\n"
    app = desk.until("/apps/one", lambda a: a["status"] == "running")
    assert app["release"] == old


def test_cancel_in_the_first_moment(rack_with: Make) -> None:
    desk = rack_with(cancel_grace_seconds=0.2, promote_seconds=5)
    desk.rack.settings.promote_seconds = 0.1
    desk.deployed("one")
    desk.rack.settings.promote_seconds = 5
    new = desk.build("one", url="http://h/x.tgz")["release"]
    desk.call("POST", f"/apps/one/releases/{new}/promote")
    got = desk.call("POST", "/apps/one/cancel")
    assert (got.status_code, got.json()) == (500, {"error": "not currently updating"})
    time.sleep(0.2)
    assert desk.call("POST", "/apps/one/cancel").status_code == 200


def test_force_makes_the_unfinished_release_the_one_to_fall_back_to(rack_with: Make) -> None:
    desk = rack_with(promote_seconds=2)
    desk.rack.settings.promote_seconds = 0.1
    desk.deployed("one")
    desk.rack.settings.promote_seconds = 2
    middle = desk.build("one", url="http://h/x.tgz")["release"]
    new = desk.build("one", url="http://h/crash.tgz")["release"]
    desk.call("POST", f"/apps/one/releases/{middle}/promote")
    assert desk.call("POST", f"/apps/one/releases/{new}/promote").status_code == 403
    assert desk.promote("one", new, force="true")["release"] == middle


# -- services


def web(desk: Desk) -> Any:
    return next(s for s in desk.get("/apps/one/services") if s["name"] == "web")


def test_what_survives_a_promote(desk: Desk) -> None:
    desk.deployed("one")
    desk.call("PUT", "/apps/one/services/web", data={"count": "3", "cpu": "500", "memory": "1024"})
    assert [web(desk)[k] for k in ("count", "cpu", "memory")] == [3, 500, 1024]
    desk.promote("one", desk.build("one", url="http://h/x.tgz")["release"])
    assert [web(desk)[k] for k in ("count", "cpu", "memory")] == [3, 250, 512]


def test_a_lock_puts_cpu_back_too(desk: Desk) -> None:
    desk.deployed("one")
    desk.call("PUT", "/apps/one/services/web", data={"cpu": "500"})
    desk.call("PUT", "/apps/one", data={"lock": "true"})
    assert web(desk)["cpu"] == 250


@pytest.mark.parametrize(("override", "count"), [(False, 1), (True, 0)])
def test_zero_survives_with_the_override_alone(rack_with: Make, override: bool, count: int) -> None:
    desk = rack_with(scale_override=override)
    release = desk.deployed("one")["release"]
    desk.call("PUT", "/apps/one/services/web", data={"count": "0"})
    desk.until("/apps/one/processes?service=web", lambda found: found == [])
    desk.promote("one", release)
    assert web(desk)["count"] == count


def test_min_alone_sets_the_count(desk: Desk) -> None:
    desk.deployed("one")
    desk.call("PUT", "/apps/one/services/web", data={"min": "2"})
    assert (web(desk)["count"], web(desk)["min"]) == (2, 1)


def test_old_racks_ignore_min_and_max(rack_with: Make) -> None:
    desk = rack_with(version="3.24.5")
    desk.deployed("one")
    assert desk.call("PUT", "/apps/one/services/web", data={"min": "2", "max": "3"}).text == "ok\n"
    assert web(desk)["count"] == 1


def test_services_come_in_no_fixed_order(desk: Desk) -> None:
    desk.deployed("one")
    assert {desk.get("/apps/one/services")[0]["name"] for _unused in range(40)} == {"web", "worker"}


def test_a_restart_replaces_the_processes(desk: Desk) -> None:
    desk.deployed("one")
    [old] = desk.until(
        "/apps/one/processes?service=web", lambda p: len(p) == 1 and p[0]["status"] == "running"
    )
    desk.call("POST", "/apps/one/services/web/restart")
    assert desk.get("/apps/one")["status"] == "running"
    [new] = desk.until("/apps/one/processes?service=web", lambda p: len(p) == 1 and p[0]["id"] != old["id"])
    assert (new["status"], new["release"]) == ("running", old["release"])


def test_an_unchanged_promote_is_quick_and_keeps_the_processes(rack_with: Make) -> None:
    desk = rack_with(promote_seconds=2, process_seconds=0.05)
    desk.rack.settings.promote_seconds = 0.1
    release = desk.deployed("one")["release"]
    desk.rack.settings.promote_seconds = 2
    before = [p["id"] for p in desk.get("/apps/one/processes")]
    began = time.monotonic()
    desk.promote("one", release)
    assert time.monotonic() - began < 1
    assert [p["id"] for p in desk.get("/apps/one/processes")] == before


def test_a_range_with_an_autoscaler(rack_with: Make) -> None:
    desk = rack_with(keda=True)
    desk.deployed("one")
    seen = []
    for form in ({"min": "2", "max": "4"}, {"max": "5"}, {"count": "3"}):
        assert desk.call("PUT", "/apps/one/services/web", data=form).text == "ok\n"
        seen.append([web(desk)[k] for k in ("min", "max", "count")])
    assert seen == [[2, 4, 2], [2, 5, 2], [3, 3, 3]]


def test_a_promote_that_shows_late(rack_with: Make) -> None:
    desk = rack_with(late_status_seconds=0.3)
    desk.rack.settings.late_status_seconds = 0
    old = desk.deployed("one")["release"]
    desk.rack.settings.change({"late_status_seconds": 0.3, "promote_seconds": 0.6})
    new = desk.build("one", url="http://h/x.tgz")["release"]
    desk.call("POST", f"/apps/one/releases/{new}/promote")
    app = desk.get("/apps/one")
    assert (app["status"], app["release"]) == ("running", old)
    desk.until("/apps/one", lambda a: (a["status"], a["release"]) == ("updating", new))
    desk.until("/apps/one", lambda a: (a["status"], a["release"]) == ("running", new))
