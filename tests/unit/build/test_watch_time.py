# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""A build's status decides when its task ends, whatever becomes of its log; and no line of it does harm."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.resources import builds
from ansible_collections.convox.rack.plugins.module_utils._modules.build import watch
from ansible_collections.convox.rack.plugins.module_utils._modules.build.noun import BuildNoun
from ansible_collections.convox.rack.plugins.module_utils._noun import Context
from ansible_collections.convox.rack.plugins.module_utils._shared.log_lines import plain_line
from tests.practice_rack.faults import Fault
from tests.practice_rack.memory import MemoryRack
from tests.practice_rack.memory_streams import CUT, PING
from tests.unit.special_files import at_most
from tests.unit.tasks import RackClock, client_of, run_task

# A frame of 64 KiB of which a byte comes now and then.
ENDLESS = [b"\x81\x7f\0\0\0\0\0\1\0\0", *[part for _number in range(4000) for part in (b"x", 0.1)]]
LOGS: dict[str, Callable[[MemoryRack], None]] = {
    "no answer": lambda rack: rack.faults.append(Fault("delay", "SOCKET", "/logs$", times=-1, seconds=1e6)),
    "late": lambda rack: rack.faults.append(Fault("delay", "SOCKET", "/logs$", times=-1, seconds=0.9)),
    "503": lambda rack: rack.faults.append(Fault("status", "SOCKET", "/logs$", times=-1, status=503)),
    "503, late": lambda rack: rack.faults.append(
        Fault("status", "SOCKET", "/logs$", times=-1, status=503, seconds=20.0)
    ),
    "429": lambda rack: rack.faults.append(
        Fault("status", "SOCKET", "/logs$", times=-1, status=429, headers={"Retry-After": "60"})
    ),
    "refused": lambda rack: rack.faults.append(Fault("refuse", "SOCKET", "/logs$", times=-1)),
    "cut": lambda rack: rack.faults.append(Fault("cut_before", "SOCKET", "/logs$", times=-1)),
    "silent": lambda rack: rack.play("/logs$", ["Building\n"]),
    "pings": lambda rack: rack.play("/logs$", [part for _number in range(4000) for part in (PING, 0.05)]),
    "a frame without an end": lambda rack: rack.play("/logs$", ENDLESS),
    "the head of a frame": lambda rack: rack.play("/logs$", [b"\x81\x7e"]),
    "text without an end": lambda rack: rack.play(
        "/logs$", [p for n in range(9000) for p in (f"{n}\n", 0.01)]
    ),
    "an error held back": lambda rack: rack.play("/logs$", ["ERROR: x\n", 3000.0]),
    "errors": lambda rack: rack.play("/logs$", [p for n in range(9000) for p in (f"ERROR: {n}\n", 0.01)]),
    "broken": lambda rack: rack.play("/logs$", [b"\xff" * 40, 3000.0]),
    "cut in a line": lambda rack: rack.play("/logs$", ["Build", 0.5, CUT]),
}


def rack_with(name: str, build_seconds: float = 2.0, **more: Any) -> MemoryRack:
    rack = MemoryRack(build_seconds=build_seconds, **more)
    rack.add_app()
    LOGS[name](rack)
    return rack


@pytest.mark.parametrize("poll_interval", [2, 30])
@pytest.mark.parametrize("seconds", [2.0, 40.0])
@pytest.mark.parametrize("name", LOGS)
def test_the_status_decides(name: str, seconds: float, poll_interval: int) -> None:
    rack = rack_with(name, seconds)
    with at_most(60):
        task = run_task(
            BuildNoun, rack, app="web", url="http://h/x.tgz", wait_timeout=600, poll_interval=poll_interval
        )
    assert task.error is None
    assert task.result["build"]["status"] == "complete"
    pause = max(0.3, seconds / 12)
    # One pause between two reads, and a second for the log.
    assert rack.clock.now() <= seconds + min(pause, poll_interval) + 1.0 + 0.5


@pytest.mark.parametrize("name", LOGS)
def test_a_failure_is_as_soon(name: str) -> None:
    rack = rack_with(name)
    task = run_task(BuildNoun, rack, app="web", url="http://h/fail.tgz", wait_timeout=600)
    assert task.error is not None
    assert task.error.extra["build"]["status"] == "failed"
    assert task.error.extra["reason"]
    assert rack.clock.now() < 2.0 + 0.3 + 1.5


@pytest.mark.parametrize("url", ["http://h/x.tgz", "http://h/fail.tgz"])
def test_a_stored_log_that_never_comes(url: str) -> None:
    rack = rack_with("refused")
    rack.faults.append(Fault("delay", "GET", "/objects/", times=-1, seconds=1e6))
    task = run_task(BuildNoun, rack, app="web", url=url, wait_timeout=600)
    assert (task.error is None) is (url == "http://h/x.tgz")
    assert rack.clock.now() < 2.0 + 1.5 + (watch.REASON_SECONDS if task.error else watch.LATE)


def test_the_deadline_holds_with_a_log_that_is_never_opened() -> None:
    rack = rack_with("no answer", 1000.0)
    task = run_task(BuildNoun, rack, app="web", url="http://h/x.tgz", wait_timeout=6)
    assert isinstance(task.error, errors.ConvoxWaitError)
    assert rack.clock.now() < 8.0


def test_a_log_that_comes_back_is_shown_once() -> None:
    rack = MemoryRack(build_seconds=30.0)
    rack.add_app()
    rack.faults.append(Fault("status", "SOCKET", "/logs$", times=2, status=503))
    rack.play("/logs$", ["one\n", "tw", CUT])
    rack.play("/logs$", ["one\ntwo\n", 60.0])
    task = run_task(BuildNoun, rack, app="web", url="http://h/x.tgz")
    lines = [line.removeprefix("[web] ") for line in task.lines]
    assert lines.count("one") == lines.count("two") == 1
    assert "tw" not in lines


# --- lines


def watched(log: list[Any], secrets: list[str], stored: str | None = None) -> tuple[list[str], str]:
    """What is shown of a failed build's log, and the words of the failure."""
    rack = MemoryRack(build_seconds=2.0)
    rack.add_app()
    build = rack.add_build("BAAAAAAAAAA", status="running")
    shown: list[str] = []
    context = Context(clock=RackClock(rack), progress=lambda app, text, thing="": shown.append(text))
    context.add_secrets(secrets)
    rack.play("/logs$", log)
    client = client_of(rack)
    looked = watch.Watch(client, context, "web", build.id)
    ended = builds.Build.model_validate({"id": build.id, "status": "failed", "reason": "", "logs": ""})
    looked._show_for(1.0)
    looked._show_rest(ended)
    error = looked._bad(ended)
    assert error is not None
    return shown, f"{error} {error.extra}"


@pytest.mark.parametrize("inside", ["\r", "\u2028", "\x85", "\v", "\f", "\x1c", "\x1b[1m", "\x9b1m", "\t"])
def test_a_value_is_masked_whatever_stands_in_it(inside: str) -> None:
    secret = f"first-half{inside}second-half"
    shown, words = watched([f"A={secret} x\n", f"{secret}\n", "ERROR: ", f"{secret}\n", b"\x82\0"], [secret])
    assert shown
    assert "half" not in f"{shown} {words}"


def test_a_value_that_a_colour_cuts_is_masked() -> None:
    shown, words = watched(["A=first-\x1b[31mhalf\n", b"\x82\0"], ["first-half"])
    assert shown == ["A=********"]
    assert "half" not in words


@pytest.mark.parametrize("cut", range(1, 10))
def test_no_piece_of_a_value_is_shown_where_a_log_breaks_off(cut: int) -> None:
    secret = "first-half"
    shown, words = watched(["one\n", f"A={secret[:cut]}", CUT, f"A={secret}\n"], [secret])
    assert shown == ["one"]
    assert "A=" not in words


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x85"])
def test_lines_end_at_a_line_feed_alone(separator: str) -> None:
    shown: list[str] = []
    lines = watch.Lines(shown.append)
    lines.feed(f"a{separator}b\nc")
    lines.end()
    assert len(shown) == 2
    assert shown[0].startswith("a") and shown[0].endswith("b")


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("\x1b[1;32mgreen\x1b[0m text", "green text"),
        ("\x9b1;32mgreen\x9b0m text", "green text"),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]8;;http://h\x1b\\text\x1b]8;;\x1b\\", "text"),
        ("\x9d0;title\x9ctext", "text"),
        ("\x1bPdevice\x1b\\text", "text"),
        ("\x1b(Btext\x1b=", "text"),
        ("\x1b]0;no end", "0;no end"),
        ("a\x85b\x80c\x9fd\x7fe\x00f", "abcdef"),
        ("10%\r50%\r100%\r", "100%"),
        ("tab\tstays \x07", "tab\tstays"),
        ("\x1b", ""),
        ("ü ☺ \u00a0x", "ü ☺ \u00a0x"),
    ],
)
def test_lines_are_plain(line: str, shown: str) -> None:
    assert plain_line(line) == shown


@given(st.text(st.sampled_from("\x1b[]0;m\x07\x9b\x9d\x9c\x90\x85\r\ta")) | st.text())
def test_no_control_character_is_left(line: str) -> None:
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", plain_line(line.replace("\n", "")))


@pytest.mark.parametrize("piece", ["\x90", "\x1b]", "\x9d", "\x1b[", "\x9b0", "\x1b[0;", "\x1b ", "\r"])
def test_no_line_is_slow(piece: str) -> None:
    started = time.process_time()
    plain_line(piece * 200_000)
    assert time.process_time() - started < 2.0


def test_a_long_line_in_small_pieces_is_not_slow() -> None:
    shown: list[str] = []
    lines = watch.Lines(shown.append)
    started = time.process_time()
    for _number in range(50_000):
        lines.feed("x" * 100)
    lines.feed("\n")
    assert time.process_time() - started < 2.0
    assert [len(line) for line in shown] == [5_000_000]
