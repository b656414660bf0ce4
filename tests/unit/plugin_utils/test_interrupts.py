# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""A task that is ended from outside."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator

import pytest

from ansible_collections.convox.rack.plugins.module_utils._noun import Leaving
from ansible_collections.convox.rack.plugins.plugin_utils import interrupts


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    """The handlers of this process come back."""
    before = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)}
    yield
    for each, handler in before.items():
        signal.signal(each, handler)


class Words:
    """What was said."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.leaving = Leaving(self.said.append, lambda: "promote R of web goes on")


def test_a_signal_says_it_once_and_does_what_it_did_before() -> None:
    words, done = Words(), []
    signal.signal(signal.SIGTERM, lambda number, frame: done.append(number))
    earlier = signal.getsignal(signal.SIGTERM)
    with interrupts.said(words.leaving):
        os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGTERM)
    assert (words.said, done) == (["promote R of web goes on"], [signal.SIGTERM] * 2)
    assert signal.getsignal(signal.SIGTERM) is earlier


def test_ctrl_c_still_raises() -> None:
    words = Words()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with pytest.raises(KeyboardInterrupt), interrupts.said(words.leaving):
        os.kill(os.getpid(), signal.SIGINT)
    assert words.said == ["promote R of web goes on"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_signal_that_ends_the_process_ends_it() -> None:
    read, write = os.pipe()
    child = os.fork()
    if not child:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        with interrupts.said(
            Leaving(lambda text: None if os.write(write, text.encode()) else None, lambda: "on")
        ):
            os.kill(os.getpid(), signal.SIGTERM)
        os._exit(0)
    _child, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGTERM
    assert os.read(read, 100) == b"on"
    os.close(read)
    os.close(write)


def test_what_is_ignored_stays_ignored() -> None:
    words = Words()
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    with interrupts.said(words.leaving):
        os.kill(os.getpid(), signal.SIGTERM)
    assert words.said == []


def test_without_words_nothing_is_said() -> None:
    said: list[str] = []
    leaving = Leaving(said.append)
    leaving.say()
    leaving.words = lambda: "now"
    leaving.say()
    leaving.say()
    assert said == ["now"]


def test_another_thread_has_no_signals() -> None:
    before = signal.getsignal(signal.SIGTERM)
    seen: list[object] = []

    def work() -> None:
        with interrupts.said(Words().leaving):
            seen.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [before]


def test_a_wait_ends_with_the_play(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = interrupts.ClockOfAPlay()
    clock.sleep(0.0)
    monkeypatch.setattr(os, "getppid", lambda: 1)
    with pytest.raises(KeyboardInterrupt, match="the play has ended"):
        clock.sleep(0.0)
