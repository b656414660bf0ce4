# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Handlers of signals that stand inside one another, as those of a task that writes a file do."""

from __future__ import annotations

import os
import signal
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._noun import Leaving
from ansible_collections.convox.rack.plugins.module_utils._shared import signals
from ansible_collections.convox.rack.plugins.module_utils._shared.local_dest import Dest
from ansible_collections.convox.rack.plugins.plugin_utils import interrupts

TERM = signal.SIGTERM


@pytest.fixture
def heard() -> Iterator[list[str]]:
    """What the handlers have heard; below ours stands one that lets the process live."""
    found: list[str] = []
    before = signal.signal(TERM, lambda number, frame: found.append("process"))
    yield found
    signal.signal(TERM, before)


def handler(name: str, heard: list[str]) -> Any:
    def handle(number: int, frame: types.FrameType | None, earlier: Any) -> None:
        heard.append(name)
        signals.pass_on(number, frame, earlier)

    return handle


def kill() -> None:
    os.kill(os.getpid(), TERM)


def test_each_hears_it_from_the_inner_to_the_outer(heard: list[str]) -> None:
    lowest = signal.getsignal(TERM)
    with signals.handled([TERM], handler("outer", heard)):
        outer = signal.getsignal(TERM)
        with signals.handled([TERM], handler("inner", heard)):
            kill()
            assert heard == ["inner", "outer", "process"]
            # Passed on is passed on: nobody of us hears a second one.
            kill()
            assert heard == ["inner", "outer", "process", "process"]
        assert signal.getsignal(TERM) is outer
        # The inner one is over, and the outer one has it again.
        kill()
        assert heard[4:] == ["outer", "process"]
    assert signal.getsignal(TERM) is lowest


def test_an_error_on_the_way_out_leaves_the_handlers_as_they_were(heard: list[str]) -> None:
    lowest = signal.getsignal(TERM)

    def raises(number: int, frame: types.FrameType | None, earlier: Any) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), signals.handled([TERM], handler("outer", heard)):  # noqa: SIM117
        with signals.handled([TERM], raises):
            kill()
    assert (heard, signal.getsignal(TERM)) == ([], lowest)


def test_a_file_that_is_written_inside_a_task(heard: list[str], tmp_path: Path) -> None:
    """The file goes, the task says what goes on, once, and then the process does what it does."""
    lowest = signal.getsignal(TERM)
    leaving = Leaving(heard.append, lambda: "the rack goes on")
    dest = Dest(str(tmp_path / "a"), "dest")
    with interrupts.said(leaving):
        with pytest.raises(errors.ConvoxOptionError), dest.replacing() as file:
            file.write(b"half")
            assert len(os.listdir(tmp_path)) == 1
            kill()
            assert (os.listdir(tmp_path), heard) == ([], ["the rack goes on", "process"])
        kill()
    assert heard == ["the rack goes on", "process", "process"]
    assert (os.listdir(tmp_path), signal.getsignal(TERM)) == ([], lowest)


def test_two_files_at_a_time(heard: list[str], tmp_path: Path) -> None:
    first, second = (Dest(str(tmp_path / name), "dest") for name in "ab")

    def both() -> None:
        with first.replacing(), second.replacing():
            assert len(os.listdir(tmp_path)) == 2
            kill()
            assert (os.listdir(tmp_path), heard) == ([], ["process"])

    with pytest.raises(errors.ConvoxOptionError):
        both()
    assert os.listdir(tmp_path) == []
