# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to convox.rack: a task that is ended from outside, by Ctrl-C, by a signal, or with its play."""

from __future__ import annotations

import os
import signal
import types
import typing as t
from contextlib import contextmanager

from ansible_collections.convox.rack.plugins.module_utils._api.clock import Clock
from ansible_collections.convox.rack.plugins.module_utils._noun import Leaving
from ansible_collections.convox.rack.plugins.module_utils._shared import signals

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def said(leaving: Leaving) -> t.Iterator[None]:
    """While this lasts, a signal that ends the worker lets ``leaving`` say its words first. Then it does what
    it did before."""

    def handle(number: int, frame: types.FrameType | None, earlier: t.Any) -> None:
        leaving.say()
        signals.pass_on(number, frame, earlier)

    with signals.handled(_SIGNALS, handle):
        yield


class ClockOfAPlay(Clock):
    """The clock of a worker: a wait ends when the process that runs the play is gone (up to core 2.18 a
    signal that ends it does not reach its workers)."""

    def __init__(self) -> None:
        self._parent = os.getppid()

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        if os.getppid() != self._parent:
            raise KeyboardInterrupt("the play has ended")
