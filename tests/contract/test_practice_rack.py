# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the practice rack adds to a rack: faults, refusals, lag, losses, a console, keys, TLS, control."""

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
from websockets.exceptions import ConnectionClosedError, InvalidMessage, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.contract.conftest import Desk
from tests.practice_rack.faults import Fault

Make = Callable[..., Desk]
BASIC = "Basic Y29udm94OnNlY3JldA=="  # convox:secret


# -- faults


def test_cut_before_the_work_is_done(desk: Desk) -> None:
    desk.rack.faults.append(Fault("cut_before", "POST", "^/apps$"))
    with pytest.raises(httpx.RemoteProtocolError):
        desk.call("POST", "/apps", data={"name": "one"})
    assert desk.get("/apps") == []
    assert desk.call("POST", "/apps", data={"name": "one"}).status_code == 200


def test_cut_after_the_work_is_done(desk: Desk) -> None:
    desk.rack.faults.append(Fault("cut_after", "POST", "^/apps$"))
    with pytest.raises(httpx.RemoteProtocolError):
        desk.call("POST", "/apps", data={"name": "one"})
    assert [app["name"] for app in desk.get("/apps")] == ["one"]
    record = desk.rack.requests[0]
    assert (record.fault, record.status, record.form, record.write) == (
        "cut_after",
        None,
        {"name": "one"},
        True,
    )


@pytest.mark.parametrize("path", ["/apps", "/auth"])
def test_half_an_answer(desk: Desk, path: str) -> None:
    desk.rack.faults.append(Fault("half", "GET", path))
    with pytest.raises(httpx.RemoteProtocolError, match="peer closed connection without sending complete"):
        desk.call("GET", path)


def test_half_an_answer_leaves_the_work_done(desk: Desk) -> None:
    desk.rack.faults.append(Fault("half", "POST", "^/apps$"))
    with pytest.raises(httpx.RemoteProtocolError):
        desk.call("POST", "/apps", data={"name": "one"})
    assert len(desk.get("/apps")) == 1


@pytest.mark.parametrize(("after_work", "made"), [(False, 0), (True, 1)])
def test_a_status_with_headers(desk: Desk, after_work: bool, made: int) -> None:
    fault = Fault("status", "POST", "^/apps$", status=503, headers={"Retry-After": "1"}, body="try later")
    fault.after_work = after_work
    desk.rack.faults.append(fault)
    got = desk.call("POST", "/apps", data={"name": "one"})
    assert (got.status_code, got.headers["retry-after"], got.text) == (503, "1", "try later")
    assert len(desk.get("/apps")) == made


@pytest.mark.parametrize("after_work", [False, True])
def test_a_delay(desk: Desk, after_work: bool) -> None:
    desk.rack.faults.append(Fault("delay", "POST", "^/apps$", seconds=0.4, after_work=after_work))
    with pytest.raises(httpx.ReadTimeout):
        desk.call("POST", "/apps", data={"name": "one"}, timeout=0.15)
    assert len(desk.get("/apps")) == (1 if after_work else 0)


def test_skip_and_times(desk: Desk) -> None:
    desk.rack.faults.append(Fault("status", "GET", "^/apps$", skip=1, times=2, status=502))
    assert [desk.call("GET", "/apps").status_code for _ in range(4)] == [200, 502, 502, 200]


def test_faults_for_ever(desk: Desk) -> None:
    desk.rack.faults.append(Fault("status", path="^/apps$", times=-1))
    assert {desk.call("GET", "/apps").status_code for _ in range(5)} == {503}
    assert desk.call("GET", "/auth").status_code == 200


def test_a_connection_survives_another_ones_cut(rack_with: Make) -> None:
    desk = rack_with(tls=True)
    desk.rack.faults.append(Fault("cut_before", "POST"))
    with httpx.Client(base_url=desk.rack.url, auth=desk.client.auth, verify=False) as other:
        assert other.get("/apps").status_code == 200
        with pytest.raises(httpx.TransportError):
            desk.call("POST", "/apps", data={"name": "one"})
        assert other.get("/apps").json() == []


# -- websockets


def _open(desk: Desk, path: str, **headers: str) -> ClientConnection:
    return connect(
        desk.rack.url.replace("http", "ws", 1) + path, additional_headers={"Authorization": BASIC, **headers}
    )


def test_a_stream_cut_half_way(desk: Desk) -> None:
    desk.deployed("one")
    desk.rack.faults.append(Fault("cut_after", "SOCKET", "/services/web/logs", frames=1))
    with _open(desk, "/apps/one/services/web/logs", Follow="false") as stream:
        assert isinstance(stream.recv(timeout=2), str)
        with pytest.raises(ConnectionClosedError):
            stream.recv(timeout=2)


def test_a_handshake_that_fails(desk: Desk) -> None:
    desk.rack.faults.append(Fault("status", "SOCKET", "logs", status=502))
    with pytest.raises(InvalidStatus) as caught, _open(desk, "/apps/one/logs"):
        pass
    assert caught.value.response.status_code == 502


def test_a_cut_instead_of_a_handshake(desk: Desk) -> None:
    desk.rack.faults.append(Fault("cut_before", "SOCKET"))
    with pytest.raises((InvalidMessage, EOFError)), _open(desk, "/apps/one/logs"):
        pass
    assert desk.rack.requests[-1].fault == "cut_before"


def test_build_logs_come_while_it_runs(rack_with: Make) -> None:
    desk = rack_with(build_seconds=0.6)
    desk.call("POST", "/apps", data={"name": "one"})
    build = desk.call("POST", "/apps/one/builds", data={"url": "http://h/x.tgz"}).json()
    began = time.monotonic()
    with _open(desk, f"/apps/one/builds/{build['id']}/logs") as stream:
        assert stream.recv(timeout=2) == "Building: web\n"
        assert time.monotonic() - began < 0.5
        rest = [stream.recv(timeout=2) for _ in range(4)]
    assert rest[-1] == b""
    assert str(rest[-2]).startswith("Pushing: registry.rack.test/one:worker.B")


@pytest.mark.parametrize(("version", "frames"), [("3.25.4", 2), ("3.25.5", 1)])
def test_an_exec_that_never_started(rack_with: Make, version: str, frames: int) -> None:
    desk = rack_with(version=version)
    desk.call("POST", "/apps", data={"name": "one"})
    with _open(desk, "/apps/one/processes/none/exec", Command="true") as stream:
        got = [stream.recv(timeout=2) for _ in range(frames + 1)]
    assert got[-2:] == ['ERROR: pods "none" not found\n', b""]


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
    with _open(desk, "/apps/one/logs") as stream:
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


def test_it_listens_on_this_machine_alone(desk: Desk) -> None:
    assert desk.rack.host.startswith("127.0.0.1:")
    with socket.create_connection(("127.0.0.1", desk.rack.port), timeout=1):
        pass
