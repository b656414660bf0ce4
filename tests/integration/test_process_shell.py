# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shell that a connection keeps in a process: when it runs the next command, and when another one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.convox.rack.plugins.module_utils import _runner
from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.plugin_utils import process_shell
from ansible_collections.convox.rack.plugins.plugin_utils.remote import Gone, Place
from tests.integration.conftest import MakeRack
from tests.integration.processes import SERVICES
from tests.practice_rack.server import PracticeRack

SHELL, INPUT = "/bin/sh", "ü\0".encode()


@pytest.fixture
def rack(make_rack: MakeRack, tmp_path: Path) -> PracticeRack:
    rack = make_rack(password="secret", real_root=str(tmp_path / "processes"))
    rack.add_app("web", services=SERVICES)
    return rack


@pytest.fixture
def place(rack: PracticeRack) -> Iterator[Place]:
    client = _runner.client_for({"host": rack.url, "api_key": "secret"}, {}, pytest.fail)
    place = Place(client, "web", [*rack.state.apps["web"].pods][0])
    yield place
    place.close()
    client.transport.close()


def shells(rack: PracticeRack) -> int:
    return sum(record.path.endswith("/exec") for record in rack.requests)


def test_one_runs_the_commands_of_a_task(rack: PracticeRack, place: Place) -> None:
    said = [place.run(f"cat; exit {n}", INPUT * n, SHELL) for n in range(5)]
    assert said == [(n, INPUT * n, b"") for n in range(5)]
    assert shells(rack) == 1


def test_another_one_runs_what_comes_behind_an_input_that_nobody_read(
    rack: PracticeRack, place: Place
) -> None:
    for number in range(3):
        assert place.run("true", b"echo begun\n" * 30_000, SHELL) == (0, b"", b"")
        assert place.run(f"echo {number}", b"", SHELL) == (0, b"%d\n" % number, b"")
    assert 2 <= shells(rack) <= 4


def test_another_one_runs_what_comes_late(
    rack: PracticeRack, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert place.run("echo 1", b"", SHELL)[1] == b"1\n"
    monkeypatch.setattr(process_shell, "_FRESH", 0.0)
    assert place.run("echo 2", b"", SHELL)[1] == b"2\n"
    assert shells(rack) == 2


def test_a_command_that_ends_its_shell_is_not_run_again(rack: PracticeRack, place: Place) -> None:
    assert place.run("echo 1", b"", SHELL)[1] == b"1\n"
    with pytest.raises(errors.ConvoxError, match="ended under the command"):
        place.run("kill -9 $$", b"", SHELL)
    assert shells(rack) == 1
    assert place.run("echo 2", b"", SHELL)[1] == b"2\n"


def test_a_process_that_goes_between_two_commands(rack: PracticeRack, place: Place) -> None:
    assert place.run("echo 1", b"", SHELL)[1] == b"1\n"
    rack.act("DELETE", f"/apps/web/processes/{place.process}")
    with pytest.raises(errors.ConvoxError, match=place.process):
        place.run("sleep 9; echo 2", b"", SHELL)
    with pytest.raises(Gone):
        place.run("echo 3", b"", SHELL)
