# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the practice rack adds to a rack: refusals, lag, losses, a console, keys, TLS, control."""

from __future__ import annotations

import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from websockets.sync.client import connect

from tests.contract.conftest import Desk

Make = Callable[..., Desk]


# -- what the rack refuses, hides and loses


def test_refused_writes_are_counted(desk: Desk) -> None:
    desk.rack.settings.refuse_writes = True
    got = desk.call("POST", "/apps", data={"name": "one"})
    assert (got.status_code, got.json()) == (599, {"error": "the practice rack refuses writes"})
    assert desk.call("GET", "/apps").status_code == 200
    assert desk.rack.state.refused_writes == 1
    assert desk.rack.state.apps == {}


def test_lists_lag(rack_with: Make) -> None:
    desk = rack_with(lag_seconds=0.2)
    desk.call("POST", "/apps", data={"name": "one"})
    made = desk.call("POST", "/apps/one/releases", data={"env": "A=1"}).json()
    assert desk.get("/apps/one/releases") == []
    assert desk.get(f"/apps/one/releases/{made['id']}") == made
    assert desk.until("/apps/one/releases", bool) == [made]


def test_a_new_id_is_not_found_for_a_while(rack_with: Make) -> None:
    desk = rack_with(find_lag_seconds=0.2)
    desk.call("POST", "/apps", data={"name": "one"})
    made = desk.call("POST", "/apps/one/releases", data={"env": "A=1"}).json()
    got = desk.call("GET", f"/apps/one/releases/{made['id']}")
    assert got.json() == {"error": f'releases.convox.com "{made["id"].lower()}" not found'}
    assert desk.until(f"/apps/one/releases/{made['id']}", lambda found: "id" in found) == made


def test_parameters_are_lost(rack_with: Make) -> None:
    desk = rack_with(lose_parameters=1)
    desk.call("POST", "/apps", data={"name": "one"})
    for expected in ({}, {"BuildCpu": "512"}):
        assert desk.call("PUT", "/apps/one", data={"parameters": "BuildCpu=512"}).text == "ok\n"
        assert desk.get("/apps/one")["parameters"] == expected


def test_a_promote_reverts_a_lock(rack_with: Make) -> None:
    desk = rack_with(revert_locks=1)
    release = desk.deployed("one")["release"]
    desk.call("PUT", "/apps/one", data={"lock": "true"})
    desk.until("/apps/one", lambda app: app["status"] == "running" and app["locked"])
    assert desk.promote("one", release)["locked"] is False


def test_a_change_may_be_answered_modified(rack_with: Make) -> None:
    desk = rack_with(modified_errors=1)
    desk.call("POST", "/apps", data={"name": "one"})
    got = desk.call("PUT", "/apps/one", data={"lock": "true"})
    assert got.status_code == 500
    assert "the object has been modified" in got.json()["error"]
    assert desk.call("PUT", "/apps/one", data={"lock": "true"}).status_code == 200


def test_a_tripped_budget_still_writes_the_lock(desk: Desk) -> None:
    release = desk.deployed("one")["release"]
    desk.rack.settings.budget_tripped = True
    refused = {"error": "budget cap exceeded"}
    for method, path, form in (
        ("POST", f"/apps/one/releases/{release}/promote", {}),
        ("PUT", "/apps/one/services/web", {"count": "2"}),
        ("POST", "/apps/one/services/web/processes", {}),
        ("PUT", "/apps/one", {"lock": "true"}),
    ):
        got = desk.call(method, path, data=form)
        assert (got.status_code, got.json()) == (409, refused)
    assert desk.get("/apps/one")["locked"] is True


@pytest.mark.parametrize(
    ("settings", "status"), [({"diagnose": False}, 404), ({"version": "3.23.9"}, 404), ({}, 200)]
)
def test_racks_without_diagnose(rack_with: Make, settings: dict[str, object], status: int) -> None:
    desk = rack_with(**settings)
    desk.call("POST", "/apps", data={"name": "one"})
    assert desk.call("GET", "/apps/one/diagnose").status_code == status


@pytest.mark.parametrize("settings", [{"app_logs": False}, {"version": "3.24.5"}])
def test_racks_without_app_logs(rack_with: Make, settings: dict[str, object]) -> None:
    desk = rack_with(**settings)
    with desk.open("/apps/one/logs") as stream:
        assert stream.recv(timeout=2) == "ERROR: unimplemented\n"


# -- who comes in


def test_a_plain_deploy_key(rack_with: Make) -> None:
    desk = rack_with(deploy_keys={"key": None}, delete_seconds=60)
    desk.deployed("one")
    desk.client.auth = httpx.BasicAuth("convox", "key")
    build = desk.build("one", url="http://h/x.tgz")
    assert desk.promote("one", build["release"])["release"] == build["release"]
    assert desk.call("POST", "/apps/one/releases", data={"env": "A=1"}).status_code == 200
    assert desk.call("POST", "/apps/one/objects/tmp/x.tgz", content=b"x").status_code == 200
    assert desk.call("GET", "/system").status_code == 200
    refused = {"error": "operation not permitted for deploy keys"}
    for method, path in (
        ("GET", "/apps"),
        ("GET", "/apps/one/releases"),
        ("GET", f"/apps/one/releases/{build['release']}"),
        ("GET", "/apps/one/services"),
        ("GET", "/apps/one/processes"),
        ("GET", "/apps/one/diagnose"),
        ("POST", "/apps/one/cancel"),
        ("PUT", "/apps/one"),
        ("DELETE", "/apps/one"),
        ("PUT", "/apps/one/services/web"),
        ("POST", "/apps/one/services/web/restart"),
    ):
        got = desk.call(method, path)
        assert (got.status_code, got.json()) == (403, refused), path


def test_a_plain_deploy_key_reads_app_logs_only(rack_with: Make) -> None:
    desk = rack_with(deploy_keys={"secret2": None})
    desk.deployed("one")
    key = {"Authorization": "Basic Y29udm94OnNlY3JldDI="}  # convox:secret2
    url = desk.rack.url.replace("http", "ws", 1)
    with connect(url + "/apps/one/services/web/logs", additional_headers=key) as stream:
        assert stream.recv(timeout=2) == "ERROR: operation not permitted for deploy keys\n"
    with connect(url + "/apps/one/logs", additional_headers={**key, "Follow": "false"}) as stream:
        assert str(stream.recv(timeout=2)).startswith("[pod/web-")


def test_a_deploy_key_with_a_role(rack_with: Make) -> None:
    desk = rack_with(deploy_keys={"reader": "r", "writer": "rw"})
    for key, status in (("reader", 401), ("writer", 200)):
        desk.client.auth = httpx.BasicAuth("convox", key)
        assert desk.call("GET", "/apps").status_code == 200
        assert desk.call("POST", "/apps", data={"name": key}).status_code == status


def test_a_console(rack_with: Make) -> None:
    desk = rack_with(console="org/rack")
    page = desk.call("GET", "/apps")
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert page.text.startswith("<!DOCTYPE html>")
    wrong = desk.call("GET", "/apps", headers={"Rack": "org/other"})
    assert (wrong.status_code, wrong.json()) == (404, {"error": "rack not found: org/other"})
    assert desk.call("GET", "/apps", headers={"Rack": "org/rack"}).json() == []


@pytest.mark.parametrize(("hardware", "asked"), [(False, "false"), (True, "true")])
def test_a_console_session(rack_with: Make, hardware: bool, asked: str) -> None:
    desk = rack_with(console="org/rack", session=True, session_token=hardware, deploy_keys={"key": "rw"})
    desk.client.headers["Rack"] = "org/rack"
    refused = desk.call("GET", "/apps")
    assert refused.status_code == 401
    assert refused.headers["www-authenticate"] == f'Session path="/session" token="{asked}"'
    session = desk.call("POST", "/session").json()["id"]
    assert desk.call("GET", "/apps", headers={"Session": session}).status_code == 200
    assert desk.call("GET", "/apps", headers={"Session": "none"}).status_code == 401
    desk.client.auth = httpx.BasicAuth("convox", "key")
    assert desk.call("GET", "/apps").status_code == 200


def test_tokens_end_after_a_rotation(rack_with: Make) -> None:
    desk = rack_with(restart_seconds=0.1)
    form = {"role": "read", "durationInHour": "1"}
    token = desk.call("POST", "/system/jwt/token", data=form).json()["token"]
    desk.call("PUT", "/system/jwt/rotate")
    time.sleep(0.15)
    got = desk.client.get("/auth", auth=("jwt", token))
    assert (got.status_code, got.json()) == (401, {"error": "invalid authentication: signature is invalid"})


def test_tls_of_its_own_authority(rack_with: Make) -> None:
    desk = rack_with(tls=True)
    assert desk.rack.url.startswith("https://127.0.0.1:")
    assert desk.get("/apps") == []
    with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
        httpx.get(desk.rack.url + "/apps")


# -- control


def test_control_over_http(desk: Desk) -> None:
    assert desk.call("PUT", "/_practice/settings", json={"promote_seconds": 0.3}).json() == "ok"
    assert desk.rack.settings.promote_seconds == 0.3
    assert desk.call("POST", "/_practice/faults", json=[{"kind": "status", "path": "/auth"}]).json() == "ok"
    assert desk.call("GET", "/auth").status_code == 503
    assert desk.call("GET", "/auth", headers={"Convox-Actor": "me"}).status_code == 200
    told = desk.get("/_practice/requests")["requests"]
    assert [(r["method"], r["path"], r["status"], r["write"]) for r in told] == [
        ("GET", "/auth", 503, False),
        ("GET", "/auth", 200, False),
    ]
    assert told[1]["headers"]["convox-actor"] == "me"
    assert "authorization" not in told[1]["headers"]
    desk.call("DELETE", "/_practice/requests")
    assert desk.get("/_practice/requests") == {"requests": [], "refused_writes": 0}


def test_control_refuses_what_it_does_not_know(desk: Desk) -> None:
    assert desk.call("PUT", "/_practice/settings", json={"speed": 1}).json() == {
        "error": "unknown settings: speed"
    }
    assert desk.call("POST", "/_practice/faults", json=[{"kind": "fire"}]).status_code == 400
    assert desk.client.get("/_practice/requests", auth=("convox", "wrong")).status_code == 401


def test_reset(desk: Desk) -> None:
    desk.call("POST", "/apps", data={"name": "one"})
    assert desk.call("POST", "/_practice/reset").json() == "ok"
    assert desk.get("/apps") == []
    assert [r.path for r in desk.rack.requests] == ["/apps"]


def test_as_a_program() -> None:
    options = ["--port", "0", "--password", "pw", "--deploy-key", "k=rw", "--tls"]
    command = [sys.executable, "-m", "tests.practice_rack", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:
        try:
            assert program.stdout is not None
            ca_path = program.stdout.readline().strip().removeprefix("practice rack authority: ")
            line = program.stdout.readline().strip()
            assert line.startswith("practice rack listening on https://127.0.0.1:")
            verify = ssl.create_default_context(cafile=ca_path)
            assert (
                httpx.get(line.rpartition(" ")[2] + "/apps", auth=("convox", "k"), verify=verify).json() == []
            )
        finally:
            program.terminate()
        assert program.wait(10) == 0
    assert not Path(ca_path).exists()


def test_a_program_ends_when_it_is_told_to() -> None:
    command = [sys.executable, "-m", "tests.practice_rack", "--password", "pw"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:
        try:
            assert program.stdout is not None
            stop = program.stdout.readline().strip().rpartition(" ")[2] + "/_practice/stop"
            assert httpx.post(stop, auth=("convox", "wrong")).status_code == 401
            assert httpx.post(stop, auth=("convox", "pw")).json() == "ok"
            assert program.wait(10) == 0
        finally:
            program.kill()


def test_it_listens_on_this_machine_alone(desk: Desk) -> None:
    assert desk.rack.host.startswith("127.0.0.1:")
    with socket.create_connection(("127.0.0.1", desk.rack.port), timeout=1):
        pass
