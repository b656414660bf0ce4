# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: a task that is ended from outside cleans up first."""

from __future__ import annotations

import os
import signal
import types
import typing as t
from contextlib import contextmanager

from ansible_collections.convox.rack.plugins.module_utils._shared import signals

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(BaseException):
    """A signal came that ends this process, or who has started it is gone."""


@contextmanager
def unwinding() -> t.Iterator[None]:
    """While this lasts, a signal that ends the process raises Interrupted first, so that every ``finally``
    is run; at the end it does what it did before. Those that follow it (Ctrl-C comes to the worker, and then
    its parent ends it, too) must not cut the ``finally`` short."""
    came: list[int] = []

    def handle(number: int, _frame: types.FrameType | None, _earlier: t.Any) -> None:
        came.append(number)
        if len(came) == 1:
            raise Interrupted(signal.Signals(number).name)

    try:
        with signals.handled(_SIGNALS, handle):
            yield
    finally:
        if came:
            os.kill(os.getpid(), came[0])


class Watch:
    """Whether somebody still waits for this process: ``look`` raises Interrupted when its parent is gone."""

    def __init__(self) -> None:
        self._parent = os.getppid()

    def look(self) -> None:
        if os.getppid() != self._parent:
            raise Interrupted("the process that started this one is gone")
