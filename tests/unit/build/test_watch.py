# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Watching a build: the status decides, the log decorates, whatever becomes of its stream."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api import models
from ansible_collections.convox.rack.plugins.module_utils._api.waiting import Clock
from ansible_collections.convox.rack.plugins.module_utils._modules.build import watch as build_watch
from ansible_collections.convox.rack.plugins.module_utils._noun import (Context)

CUT = errors.ConvoxConnectionError("cut")
LOG = "Building: .\nStep 1/2\nStep 2/2\n"


class Time(Clock):
    """A clock that goes only when somebody sleeps."""

    def __init__(self) -> None:
        self.time = 0.0

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds


class FakeRack:
    """One build that ends at ``seconds``; each stream of its log is a list of texts, pauses and errors."""

    def __init__(self, clock: Time, seconds: float, streams: list[list[Any]], **build: Any) -> None:
        self.clock = clock
        self.seconds = seconds
        self.streams = streams
        self.end = {"status": "complete", "release": "RAAAAAAAAAA", **build}
        self.stored: str | None = LOG
        self.opened = 0
        self.observers = 0

    def build(self, app: str, build: str) -> models.Build:
        self.observers += 1
        if self.clock.time < self.seconds:
            return models.Build(id=build, app=app, status="running")
        return models.Build(id=build, app=app, logs=f"object://{app}/build/{build}/logs", **self.end)

    def build_log(self, app: str, build: str, *, timeout: float, idle: float) -> Iterator[str]:
        self.opened += 1
        for part in self.streams.pop(0) if self.streams else []:
            if isinstance(part, errors.ConvoxError):
                raise part
            if isinstance(part, str):
                yield part
            else:
                for _unused in range(round(part / idle)):
                    self.clock.sleep(idle)
                    yield ""

    def object_text(self, app: str, key: str) -> str:
        assert key == "build/BAAAAAAAAAA/logs"
        if self.stored is None:
            raise errors.ConvoxForbiddenError(401, "operation not permitted for deploy keys")
        return self.stored


class Stage:
    def __init__(
        self, seconds: float, streams: list[list[Any]], timeout: float = 100.0, **build: Any
    ) -> None:
        self.clock = Time()
        self.said: list[str] = []
        self.rack = FakeRack(self.clock, seconds, streams, **build)
        self.run = Context(
            wait_timeout=timeout, clock=self.clock, progress=lambda app, text, thing="": self.said.append(text)
        )
        rack: Any = self.rack
        self.watch = build_watch.Watch(rack, self.run, "web", "BAAAAAAAAAA")


def test_the_log_is_shown_and_the_build_returned() -> None:
    stage = Stage(3.0, [["Building: .\nSt", 1, "ep 1/2\n", 2, "Step 2/2\n"]])
    assert stage.watch.to_end().release == "RAAAAAAAAAA"
    assert stage.said == LOG.splitlines()
    assert stage.clock.time < 4.0


def test_a_log_that_never_ends_does_not_hold_us() -> None:
    stage = Stage(3.0, [["Building: .\n", 90]])
    stage.watch.to_end()
    assert stage.clock.time < 4.0
    assert stage.said == LOG.splitlines()


def test_a_log_that_breaks_off_is_opened_again_and_nothing_is_shown_twice() -> None:
    stage = Stage(20.0, [["Building: .\nSte", 1, CUT], ["Building: .\nStep 1/2\nSt", CUT], [LOG, 30]])
    stage.watch.to_end()
    assert stage.said == LOG.splitlines()
    assert stage.rack.opened == 3


def test_a_log_that_cannot_be_read_is_left_alone_after_some_tries() -> None:
    stage = Stage(60.0, [[CUT]] * 100)
    stage.watch.to_end()
    assert stage.rack.opened == build_watch.REOPENINGS + 1
    assert stage.said == LOG.splitlines()
    assert stage.clock.time < 63.0


def test_without_the_library_the_log_comes_at_the_end() -> None:
    stage = Stage(10.0, [[errors.ConvoxMissingLibraryError("needs websockets")]] * 2)
    stage.watch.to_end()
    assert stage.rack.opened == 1
    assert stage.said == LOG.splitlines()


def test_a_log_that_ends_before_the_build() -> None:
    stage = Stage(10.0, [[LOG]])
    stage.watch.to_end()
    assert stage.said == LOG.splitlines()
    assert stage.rack.observers < 30


def test_a_failed_build_tells_its_reason_and_its_last_lines() -> None:
    log = LOG + "ERROR: npm said no\nERROR: exit status 1"
    stage = Stage(3.0, [["Building: .\n", 2, CUT]], status="failed", release="")
    stage.rack.stored = log
    with pytest.raises(errors.ConvoxError) as caught:
        stage.watch.to_end()
    assert caught.value.extra["build"]["id"] == "BAAAAAAAAAA"
    assert caught.value.extra["reason"] == "exit status 1"
    assert caught.value.extra["logs"] == log.splitlines()
    assert "ended as failed: exit status 1." in caught.value.message
    assert "Step 2/2 | ERROR: npm said no | ERROR: exit status 1" in caught.value.message
    assert stage.said == log.splitlines()


@pytest.mark.parametrize(
    ("reason", "log", "told"),
    [
        ("out of memory", LOG, "out of memory"),
        ("", LOG, "Step 2/2"),
        ("", "", "the rack gave no reason"),
    ],
)
def test_the_reason(reason: str, log: str, as_result: str) -> None:
    stage = Stage(0.0, [], status="failed", reason=reason)
    stage.rack.stored = log
    with pytest.raises(errors.ConvoxError, match=f"ended as failed: {told}"):
        stage.watch.to_end()


def test_a_key_that_may_not_read_the_stored_log_has_what_was_shown() -> None:
    stage = Stage(1.0, [["Building: .\nERROR: no\n"]], status="cancelled")
    stage.rack.stored = None
    with pytest.raises(errors.ConvoxError, match="ended as cancelled: no") as caught:
        stage.watch.to_end()
    assert caught.value.extra["logs"] == ["Building: .", "ERROR: no"]


def test_the_deadline_says_that_the_build_goes_on() -> None:
    stage = Stage(100.0, [["Building: .\n", 100]], timeout=5.0)
    with pytest.raises(errors.ConvoxWaitError, match="waited 5 s for build") as caught:
        stage.watch.to_end()
    assert "last line: Building: ." in caught.value.message
    assert "goes on" in (caught.value.hint or "")
    assert caught.value.extra["build"]["id"] == "BAAAAAAAAAA"
    assert stage.clock.time < 6.0


def test_who_ends_our_wait_hears_that_the_build_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage(100.0, [["Building: .\n", 100]])

    def interrupt(app: str, build: str) -> models.Build:
        raise KeyboardInterrupt

    monkeypatch.setattr(stage.rack, "build", interrupt)
    with pytest.raises(KeyboardInterrupt):
        stage.watch.to_end()
    assert stage.said[-1] == "build BAAAAAAAAAA goes on by itself"


def test_secrets_are_covered_everywhere() -> None:
    log = "token=canary123 x\nERROR: canary123\n"
    stage = Stage(1.0, [[log]], status="failed")
    stage.rack.stored = log
    stage.run.add_secrets(["canary123"])
    with pytest.raises(errors.ConvoxError) as caught:
        stage.watch.to_end()
    assert "canary" not in f"{stage.said} {caught.value} {caught.value.extra}"


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("\x1b[1;32mgreen\x1b[0m text", "green text"),
        ("10%\r50%\r100%\r", "100%"),
        ("tab\tstays \x07", "tab\tstays"),
    ],
)
def test_lines_are_plain(line: str, shown: str) -> None:
    assert build_watch.plain_line(line) == shown


@given(st.lists(st.text("ab\n", max_size=6), max_size=8), st.integers(0, 8), st.integers(0, 8))
def test_lines_come_once_however_the_text_is_cut(parts: list[str], first: int, second: int) -> None:
    """Three streams, each from the beginning: two that break off, and a whole one."""
    shown: list[str] = []
    lines = build_watch.Lines(shown.append)
    for end in (min(first, second), max(first, second), len(parts)):
        lines.begin()
        for part in parts[:end]:
            lines.feed(part)
    lines.end()
    assert shown == [line for line in "".join(parts).split("\n") if line]
