# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""A websocket on which nothing is said for long stays open, tells its reader, and costs next to nothing."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api._http import websocket as sockets
from tests.unit.api.clients import Client
from tests.unit.api.servers import Server, Talk, frame, websocket

END = frame(2)


def read(client: Client, **request: Any) -> list[str]:
    return list(client.stream_text("/apps/a/logs", operation="read logs", **request))


def test_silence_is_told_to_who_wants_to_look_elsewhere() -> None:
    def later(talk: Talk) -> None:
        talk.silence(0.35)
        talk.send(frame(1, "late") + END)

    with Server((websocket(then=later),)) as rack, Client(rack.url) as client:
        texts = read(client, idle=0.1)
        assert texts[-1] == "late"
        assert 2 <= texts.count("") <= 4


def test_a_quiet_stream_is_kept_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "_PING_SECONDS", 0.1)
    heard: list[bytes] = []

    def listen(talk: Talk) -> None:
        heard.append(talk.sock.recv(100))
        talk.send(END)

    with Server((websocket(then=listen),)) as rack, Client(rack.url) as client:
        assert read(client) == []
    assert heard[0][0] == 0x89


@pytest.mark.parametrize("idle", [None, 0.3])
def test_a_long_silence_costs_next_to_nothing(monkeypatch: pytest.MonkeyPatch, idle: float | None) -> None:
    monkeypatch.setattr(sockets, "_PING_SECONDS", 0.1)
    looks: list[float] = []

    class Counting(sockets.Channel):
        def exchange(self, seconds: float) -> bytes | None:
            looks.append(seconds)
            return super().exchange(seconds)

    monkeypatch.setattr(sockets, "Channel", Counting)
    with (
        Server((websocket(then=lambda talk: talk.silence()),)) as rack,
        Client(rack.url) as client,
        pytest.raises(errors.ConvoxTimeoutError),
    ):
        read(client, timeout=1.0, idle=idle)
    # One for each ping and for each time that the reader may look elsewhere, and as many that came too early.
    assert len(looks) <= 2 * (10 + 4 + 1)
