# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Watching a build: the status decides, the log decorates, whatever becomes of its stream."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._api import errors, third_party
from ansible_collections.convox.rack.plugins.module_utils._modules.build import watch
from ansible_collections.convox.rack.plugins.module_utils._shared.log_lines import plain_line
from tests.practice_rack.memory import MemoryRack
from tests.practice_rack.memory_streams import CUT, END, Part
from tests.unit.tasks import client_of, context_of

LOG = "Building: .\nStep 1/2\nStep 2/2\n"


class Stage:
    """A build that ends after so many ``seconds``; its log comes as the ``streams`` say, one after the other,
    and is stored as ``log``. ``facts``: of the build."""

    def __init__(
        self,
        seconds: float,
        streams: Sequence[Sequence[Part]],
        *,
        timeout: float = 100.0,
        log: str = LOG,
        **facts: Any,
    ) -> None:
        self.said: list[str] = []
        self.rack = MemoryRack()
        self.rack.add_app("web")
        self.build = self.rack.start_build(seconds, log.splitlines(), **facts).id
        for parts in streams:
            self.rack.play("/logs$", parts)
        self.run = context_of(
            self.rack,
            {"wait_timeout": timeout},
            progress=lambda app, text, thing="": self.said.append(text),
        )

    def to_end(self, key: str = "") -> Any:
        """Watch the build; ``key``: another than the rack's password."""
        return watch.Watch(client_of(self.rack, key=key), self.run, "web", self.build).to_end()

    def fails(self, key: str = "") -> errors.ConvoxError:
        with pytest.raises(errors.ConvoxError) as caught:
            self.to_end(key)
        return caught.value

    @property
    def opened(self) -> int:
        return len(self.rack.asked("/logs$", "SOCKET"))

    @property
    def looked(self) -> int:
        return len(self.rack.asked(f"/builds/{self.build}$", "GET"))

    @property
    def seconds(self) -> float:
        return self.rack.clock.now()


def test_the_log_is_shown_and_the_build_returned() -> None:
    stage = Stage(3.0, [["Building: .\nSt", 1.0, "ep 1/2\n", 2.0, "Step 2/2\n", END]])
    assert stage.to_end().release == stage.rack.release().id
    assert stage.said == LOG.splitlines()
    assert stage.seconds < 4.0


def test_a_log_as_racks_send_it() -> None:
    stage = Stage(3.0, [])
    assert stage.to_end().status == "complete"
    assert stage.said == LOG.splitlines()
    assert (stage.opened, stage.seconds < 4.0) == (1, True)


def test_a_log_that_never_ends_does_not_hold_us() -> None:
    stage = Stage(3.0, [["Building: .\n", 90.0]])
    stage.to_end()
    assert stage.seconds < 4.0
    assert stage.said == LOG.splitlines()


def test_a_log_that_breaks_off_is_opened_again_and_nothing_is_shown_twice() -> None:
    stage = Stage(20.0, [["Building: .\nSte", 1.0, CUT], ["Building: .\nStep 1/2\nSt", CUT], [LOG, 30.0]])
    stage.to_end()
    assert stage.said == LOG.splitlines()
    assert stage.opened == 3


def test_a_log_that_cannot_be_read_is_left_alone_after_some_tries() -> None:
    stage = Stage(60.0, [[CUT]] * 100)
    stage.to_end()
    assert stage.opened == watch.REOPENINGS + 1
    assert stage.said == LOG.splitlines()
    assert stage.seconds < 63.0


def test_without_the_library_the_log_comes_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(third_party, "frame_protocol", asked.append)
    stage = Stage(10.0, [])
    stage.to_end()
    assert (len(asked), stage.opened) == (1, 0)
    assert stage.said == LOG.splitlines()


def test_a_log_that_ends_before_the_build() -> None:
    stage = Stage(10.0, [[LOG, END]] * 9)
    stage.to_end()
    assert stage.said == LOG.splitlines()
    assert stage.looked < 30


def test_a_failed_build_tells_its_reason_and_its_last_lines() -> None:
    log = LOG + "ERROR: npm said no\nERROR: exit status 1"
    stage = Stage(3.0, [["Building: .\n", 2.0, CUT]], log=log, status="failed")
    error = stage.fails()
    assert error.extra["build"]["id"] == stage.build
    assert error.extra["reason"] == "exit status 1"
    assert error.extra["logs"] == log.splitlines()
    assert "ended as failed: exit status 1." in error.message
    assert "Step 2/2 | ERROR: npm said no | ERROR: exit status 1" in error.message
    assert stage.said == log.splitlines()


@pytest.mark.parametrize(
    ("reason", "log", "words"),
    [
        ("out of memory", LOG, "out of memory"),
        ("", LOG, "Step 2/2"),
        ("", "", "the rack gave no reason"),
    ],
)
def test_the_reason(reason: str, log: str, words: str) -> None:
    stage = Stage(0.0, [], log=log, status="failed", reason=reason)
    assert f"ended as failed: {words}" in stage.fails().message


def test_a_key_that_may_not_read_the_stored_log_has_what_was_shown() -> None:
    stage = Stage(1.0, [["Building: .\nERROR: no\n", 9.0]], log="more", status="cancelled")
    error = stage.fails(stage.rack.deploy_key())
    assert "ended as cancelled: no" in error.message
    assert error.extra["logs"] == ["Building: .", "ERROR: no"]
    assert "401" not in str(error)


def test_the_deadline_says_that_the_build_goes_on() -> None:
    stage = Stage(100.0, [["Building: .\n", 100.0]], timeout=5.0)
    error = stage.fails()
    assert isinstance(error, errors.ConvoxWaitError)
    assert "waited 5 s for build" in error.message
    assert "last line: Building: ." in error.message
    assert "goes on" in (error.hint or "")
    assert error.extra["build"]["id"] == stage.build
    assert stage.seconds < 6.0


def test_who_ends_our_wait_hears_that_the_build_goes_on() -> None:
    stage = Stage(100.0, [["Building: .\n", 100.0]])

    def interrupt() -> None:
        raise KeyboardInterrupt

    stage.rack.meanwhile(interrupt, "GET", "/builds/")
    with pytest.raises(KeyboardInterrupt):
        stage.to_end()
    assert stage.said[-1] == f"build {stage.build} goes on by itself"


def test_it_is_said_once_that_the_build_goes_on() -> None:
    """Of a build that the task itself has started the task says so."""
    stage = Stage(100.0, [["Building: .\n", 100.0]])

    def interrupt() -> None:
        raise KeyboardInterrupt

    stage.rack.meanwhile(interrupt, "GET", "/builds/")
    client = client_of(stage.rack)
    client.ledger.wrote("start a build of web")
    with pytest.raises(KeyboardInterrupt):
        watch.Watch(client, stage.run, "web", stage.build).to_end()
    assert not any("goes on" in line for line in stage.said)


def test_secrets_are_covered_everywhere() -> None:
    log = "token=canary123 x\nERROR: canary123\n"
    stage = Stage(1.0, [[log, END]], log=log, status="failed")
    stage.run.add_secrets(["canary123"])
    error = stage.fails()
    assert "canary" not in f"{stage.said} {error} {error.extra}"
    assert error.extra["logs"] == ["token=******** x", "ERROR: ********"]


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("\x1b[1;32mgreen\x1b[0m text", "green text"),
        ("10%\r50%\r100%\r", "100%"),
        ("tab\tstays \x07", "tab\tstays"),
    ],
)
def test_lines_are_plain(line: str, shown: str) -> None:
    assert plain_line(line) == shown


@given(st.lists(st.text("ab\n", max_size=6), max_size=8), st.integers(0, 8), st.integers(0, 8))
def test_lines_come_once_however_the_text_is_cut(parts: list[str], first: int, second: int) -> None:
    """Three streams, each from the beginning: two that break off, and a whole one."""
    shown: list[str] = []
    lines = watch.Lines(shown.append)
    for end in (min(first, second), max(first, second), len(parts)):
        lines.begin()
        for part in parts[:end]:
            lines.feed(part)
    lines.end()
    assert shown == [line for line in "".join(parts).split("\n") if line]
