# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""A websocket that decorates holds nobody up: its opening has a bound of its own, and silence is what brings
no text, whatever else comes."""

from __future__ import annotations

import time

import pytest

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from tests.unit.api.clients import Client, at_most, error_of
from tests.unit.api.servers import Reply, Server, Talk, answer, frame, websocket

NEVER: Reply = Talk.silence


def pings(talk: Talk) -> None:
    for _number in range(100):
        talk.send(frame(9, "still here"))
        talk.silence(0.05)


def endless_frame(talk: Talk) -> None:
    talk.send(b"\x81\x7f\0\0\0\0\0\1\0\0")
    for _number in range(100):
        talk.send(b"x")
        talk.silence(0.05)


@pytest.mark.parametrize("replies", [(NEVER,), (answer(503),) * 9, (answer(429, retry_after="60"),) * 9])
def test_the_opening_has_a_bound(replies: tuple[Reply, ...]) -> None:
    with Server(replies) as rack, Client(rack.url) as client:
        texts = client.stream_text("/apps/a/logs", operation="read logs", timeout=60.0, opening=0.5)
        with at_most(2.0):
            assert isinstance(error_of(lambda: next(texts)), errors.ConvoxError)


def test_the_stream_outlives_its_opening() -> None:
    def later(talk: Talk) -> None:
        talk.silence(0.6)
        talk.send(frame(1, "late") + frame(2))

    with Server((websocket(then=later),)) as rack, Client(rack.url) as client, at_most(3.0):
        texts = client.stream_text("/apps/a/logs", operation="read logs", timeout=60.0, opening=0.3)
        assert list(texts) == ["late"]


@pytest.mark.parametrize("noise", [pings, endless_frame])
def test_what_brings_no_text_is_silence(noise: Reply) -> None:
    assert callable(noise)
    with Server((websocket(then=noise),)) as rack, Client(rack.url) as client, at_most(3.0):
        texts = client.stream_text("/apps/a/logs", operation="read logs", timeout=60.0, idle=0.2)
        started = time.monotonic()
        assert [next(texts), next(texts)] == ["", ""]
        assert time.monotonic() - started < 1.5
        texts.close()
