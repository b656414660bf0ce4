# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Websockets of the practice rack in memory."""

from __future__ import annotations

import httpx
import pytest

from tests.contract.memory_desk import AUTH, Desk, two_releases
from tests.contract.reach import Closed, Refused
from tests.practice_rack.faults import Fault
from tests.practice_rack.memory_streams import CUT, END, PING

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
