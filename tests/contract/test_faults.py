# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults on demand, of plain requests and of websockets."""

from __future__ import annotations

import time
from collections.abc import Callable

import httpx
import pytest
from websockets.exceptions import ConnectionClosedError, InvalidMessage, InvalidStatus

from tests.contract.conftest import Desk
from tests.practice_rack.faults import Fault

Make = Callable[..., Desk]


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
    assert [desk.call("GET", "/apps").status_code for _unused in range(4)] == [200, 502, 502, 200]


def test_faults_for_ever(desk: Desk) -> None:
    desk.rack.faults.append(Fault("status", path="^/apps$", times=-1))
    assert {desk.call("GET", "/apps").status_code for _unused in range(5)} == {503}
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


def test_a_stream_cut_half_way(desk: Desk) -> None:
    desk.deployed("one")
    desk.rack.faults.append(Fault("cut_after", "SOCKET", "/services/web/logs", frames=1))
    with desk.open("/apps/one/services/web/logs", Follow="false") as stream:
        assert isinstance(stream.recv(timeout=2), str)
        with pytest.raises(ConnectionClosedError):
            stream.recv(timeout=2)


def test_a_handshake_that_fails(desk: Desk) -> None:
    desk.rack.faults.append(Fault("status", "SOCKET", "logs", status=502))
    with pytest.raises(InvalidStatus) as caught, desk.open("/apps/one/logs"):
        pass
    assert caught.value.response.status_code == 502


def test_a_cut_instead_of_a_handshake(desk: Desk) -> None:
    desk.rack.faults.append(Fault("cut_before", "SOCKET"))
    with pytest.raises((InvalidMessage, EOFError)), desk.open("/apps/one/logs"):
        pass
    assert desk.rack.requests[-1].fault == "cut_before"


def test_build_logs_come_while_it_runs(rack_with: Make) -> None:
    desk = rack_with(build_seconds=3)
    desk.call("POST", "/apps", data={"name": "one"})
    build = desk.call("POST", "/apps/one/builds", data={"url": "http://h/x.tgz"}).json()
    began = time.monotonic()
    with desk.open(f"/apps/one/builds/{build['id']}/logs") as stream:
        assert stream.recv(timeout=2) == "Building: web\n"
        assert time.monotonic() - began < 2
        rest = [stream.recv(timeout=5) for _unused in range(4)]
    assert rest[-1] == b""
    assert str(rest[-2]).startswith("Pushing: registry.rack.test/one:worker.B")


@pytest.mark.parametrize(("version", "frames"), [("3.25.4", 2), ("3.25.5", 1)])
def test_an_exec_that_never_started(rack_with: Make, version: str, frames: int) -> None:
    desk = rack_with(version=version)
    desk.call("POST", "/apps", data={"name": "one"})
    with desk.open("/apps/one/processes/none/exec", Command="true") as stream:
        got = [stream.recv(timeout=5) for _unused in range(frames + 1)]
    assert got[-2:] == ['ERROR: pods "none" not found\n', b""]
