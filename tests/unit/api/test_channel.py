# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writing to a connection that the other end has left: what it said before is read all the same."""

from __future__ import annotations

from typing import Any

import httpcore
import pytest

from ansible_collections.convox.rack.plugins.module_utils._api import client as api_client
from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api._http.channel import Channel, CutError
from tests.unit.api.clients import Client, at_most, error_of
from tests.unit.api.servers import Server, Talk, frame, websocket

END = frame(2)
GONE = frame(1, 'ERROR: pods "none" not found\n') + END


class Left(httpcore.NetworkStream):
    """A stream that can only be written to at once, as TLS through a proxy that is reached over TLS."""

    def __init__(self, broken: Exception) -> None:
        self.broken = broken
        self.reads = [b"why", b""]

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.reads.pop(0)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        raise self.broken

    def get_extra_info(self, info: str) -> Any:
        return None


def test_what_was_said_before_is_read() -> None:
    channel = Channel(Left(httpcore.WriteError("reset")))
    channel.send(b"one", 1.0)
    channel.send(b"two", 1.0)
    assert not channel.is_busy
    assert channel.exchange(1.0) == b"why"
    with pytest.raises(CutError):
        channel.exchange(1.0)


def test_nothing_is_read_behind_half_a_frame() -> None:
    channel = Channel(Left(httpcore.WriteTimeout("timed out")))
    channel.send(b"one", 1.0)
    with pytest.raises(CutError):
        channel.exchange(1.0)


def says_why_and_leaves(talk: Talk) -> None:
    talk.sock.recv(1)
    talk.send(GONE)
    # With input that nobody has read, which resets the connection.
    talk.sock.close()


@pytest.mark.parametrize("size", [1000, 32 * 1024 * 1024])
def test_the_rack_s_words_win_over_the_input_that_was_left(size: int) -> None:
    for _number in range(5):
        with (
            Server((websocket(then=says_why_and_leaves),)) as rack,
            Client(rack.url) as client,
            at_most(3.0),
        ):
            opened = api_client.Client(client.transport).open_socket(
                "/apps/web/processes/p/exec", operation="run it", input=[bytes(size)], timeout=5
            )
            error = error_of(lambda opened=opened: list(opened))
            assert isinstance(error, errors.ConvoxNotFoundError), error
            opened.close()
