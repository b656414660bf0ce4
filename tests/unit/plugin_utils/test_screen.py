# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines that a worker writes itself: shown at once, or given up without harm."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.convox.rack.plugins.plugin_utils import screen


@pytest.fixture
def pipe(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[int, int]]:
    """A pipe in the place of standard output: where it is read and where it is written."""
    read, write = os.pipe()
    monkeypatch.setattr(screen, "_handles", {"stdout": screen.Handle(write, "utf-8")})
    yield read, write
    for file in (read, write):
        try:
            os.close(file)
        except OSError:
            continue


def test_a_line_is_there_at_once(pipe: tuple[int, int]) -> None:
    shown = screen.Screen("stdout")
    shown.line("[web] größer")
    assert os.read(pipe[0], 100) == "[web] größer\n".encode()
    shown.line("[web] more")
    assert os.read(pipe[0], 100) == b"[web] more\n"


def test_what_the_encoding_lacks_is_escaped(pipe: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(screen._handles, "stdout", screen.Handle(pipe[1], "ascii"))
    screen.Screen("stdout").line("gr\u00f6\ud800")
    assert os.read(pipe[0], 100) == b"gr\\xf6\\ud800\n"


def test_nobody_reads_any_more(pipe: tuple[int, int]) -> None:
    shown = screen.Screen("stdout")
    os.close(pipe[0])
    for _unused in range(3):
        shown.line("lost")


def test_a_full_disk() -> None:
    file = os.open("/dev/full", os.O_WRONLY)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(screen, "_handles", {"stdout": screen.Handle(file, "utf-8")})
        for _unused in range(3):
            screen.Screen("stdout").line("lost")
    os.close(file)


def test_a_handle_that_was_closed(pipe: tuple[int, int]) -> None:
    shown = screen.Screen("stdout")
    os.close(pipe[1])
    shown.line("lost")


def test_a_reader_that_does_not_read_is_waited_for_once(
    pipe: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screen, "PATIENCE", 0.2)
    shown = screen.Screen("stdout")
    started = time.monotonic()
    for _unused in range(1000):
        shown.line("x" * 1000)
    assert time.monotonic() - started < 1.0
    assert os.read(pipe[0], 1001) == b"x" * 1000 + b"\n"


def test_a_line_longer_than_a_pipe_holds_at_once(pipe: tuple[int, int]) -> None:
    screen.Screen("stdout").line("x" * 30_000)
    assert len(os.read(pipe[0], 40_000)) == 30_001


def test_without_a_handle_nothing_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen, "_handles", {})
    screen.Screen("stdout").line("lost")


def test_when_the_play_is_gone_nothing_is_shown(
    pipe: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = screen.Screen("stdout")
    monkeypatch.setattr(os, "getppid", lambda: 1)
    shown.line("lost")
    os.set_blocking(pipe[0], False)
    with pytest.raises(BlockingIOError):
        os.read(pipe[0], 100)


def test_the_handles_are_of_the_standard_streams(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen, "_handles", {})
    with open(tmp_path / "out", "w", encoding="latin-1") as out:
        monkeypatch.setattr(sys, "stdout", out)
        monkeypatch.setattr(sys, "stderr", None)
        screen.prepare()
        first = dict(screen._handles)
        screen.prepare()
        assert screen._handles == first and list(first) == ["stdout"]
        assert first["stdout"].encoding == "latin-1"
        screen.Screen("stdout").line("[web] \u00e4")
        assert (tmp_path / "out").read_bytes() == "[web] \u00e4\n".encode("latin-1")
    os.close(first["stdout"].file)
