# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Strange hosts, keys, proxies and numbers: what says how a rack is reached, over memory and over sockets."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

from hypothesis import given

from ansible_collections.convox.rack.plugins.module_utils import _runner
from tests.fuzz import connections, nouns, worlds
from tests.fuzz.sound import fuzz, in_time, share, sound

READS = {"app": "web", "name": "active"}


def test_on_a_rack(tmp_path: Path) -> None:
    """Where the rack answers whatever it is called."""

    @fuzz
    @given(connections.options(), connections.variables())
    def holds(options: dict[str, Any], variables: dict[str, str]) -> None:
        rack = worlds.deployed()
        environ = {**worlds.login(rack), **connections.own_files(tmp_path), **variables}
        with worlds.served(rack), in_time():
            ran = worlds.in_process_here(
                nouns.NOUNS["release_info"], {**READS, **options}, rack, environ=environ
            )
        sound(ran, rack, options)

    holds()


def test_over_sockets(tmp_path: Path) -> None:
    """Where nobody answers: no name is known, and no port of this machine is open."""
    rack = worlds.deployed()

    @share(2)
    @given(connections.options(), connections.variables())
    def holds(options: dict[str, Any], variables: dict[str, str]) -> None:
        environ = {**worlds.login(rack), **connections.own_files(tmp_path), **variables}
        given = {**READS, "max_retries": 0, "timeout": 1.0, "backoff_max": 0, **options}
        given["max_retries"] = 0
        quick = partial(_runner.Transport, sleep=rack.clock.sleep)
        with (
            mock.patch.object(_runner, "_transports", {}),
            mock.patch.object(_runner, "Transport", quick),
            connections.no_network(),
            in_time(),
        ):
            ran = worlds.in_process_here(nouns.NOUNS["release_info"], given, rack, environ=environ)
        sound(ran, rack, given)
        assert ran.answer.get("failed"), ran.answer

    holds()


def test_the_network_is_cut_off() -> None:
    """So that the test above can fail."""
    with connections.no_network():
        for host in ("example.com", "10.0.0.1"):
            try:
                connections.socket.create_connection((host, 1), timeout=1)
            except OSError as error:
                assert "not known" in str(error)
            else:
                raise AssertionError(host)
