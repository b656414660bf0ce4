# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines on the screen."""

from __future__ import annotations

import pytest

from ansible_collections.convox.rack.plugins.plugin_utils.progress import INTERVAL, Progress


class Screen:
    """A screen and a clock of the test."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.time = 100.0
        self.progress = Progress(self.lines.append, lambda: self.time)

    def say(self, *words: str, after: float = 0.0) -> list[str]:
        """What this call shows."""
        self.time += after
        before = len(self.lines)
        self.progress.say(*words)
        return self.lines[before:]


def test_a_line_names_the_app() -> None:
    assert Screen().say("web", "updating", "status") == ["[web] updating"]


def test_nothing_is_shown_twice() -> None:
    screen = Screen()
    screen.say("web", "updating", "status")
    assert screen.say("web", "updating", "status", after=60) == []
    assert screen.say("web", "running", "status") == ["[web] running"]
    assert screen.say("web", "updating", "status", after=INTERVAL) == ["[web] updating"]


def test_of_one_thing_one_line_a_second() -> None:
    screen = Screen()
    screen.say("web", "1 pending", "api")
    assert screen.say("web", "2 pending", "api", after=0.5) == []
    assert screen.say("web", "3 pending", "api", after=0.5) == ["[web] 3 pending"]


def test_what_was_left_out_is_shown_when_it_is_still_so() -> None:
    screen = Screen()
    screen.say("web", "updating", "status")
    assert screen.say("web", "running", "status", after=0.2) == []
    assert screen.say("web", "running", "status", after=0.9) == ["[web] running"]


def test_other_things_and_apps_have_a_second_of_their_own() -> None:
    screen = Screen()
    screen.say("web", "same", "status")
    assert screen.say("web", "same", "api") == ["[web] same"]
    assert screen.say("shop", "same", "status") == ["[shop] same"]


def test_a_log_shows_every_line_at_once() -> None:
    screen = Screen()
    assert [screen.say("web", "Step 1") for _unused in range(3)] == [["[web] Step 1"]] * 3


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a\nb\n", ["[web] a", "[web] b"]),
        ("a  \r\n\n \nb\t", ["[web] a", "[web] b"]),
        ("  indented", ["[web]   indented"]),
        ("", []),
        ("\n", []),
    ],
)
def test_lines_of_a_text(text: str, lines: list[str]) -> None:
    assert Screen().say("web", text) == lines
    assert Screen().say("web", text, "thing") == lines


def test_the_first_line_comes_at_once_whatever_the_clock_says() -> None:
    screen = Screen()
    screen.time = 0.0
    assert screen.say("web", "updating", "status") == ["[web] updating"]
