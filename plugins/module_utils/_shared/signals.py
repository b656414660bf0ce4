# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: signals that this process handles for a while. Uses of it may stand inside one
another."""

from __future__ import annotations

import os
import signal
import threading
import types
import typing as t
from contextlib import contextmanager


@contextmanager
def handled(
    numbers: t.Sequence[signal.Signals],
    handle: t.Callable[[int, types.FrameType | None, t.Any], None],
) -> t.Iterator[None]:
    """While this lasts, each of these signals calls ``handle`` with its number, the frame, and the handler
    from before, which is back at the end. Does nothing outside of the main thread, where Python allows no
    handlers."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {each: signal.getsignal(each) for each in numbers}

    def ours(number: int, frame: types.FrameType | None) -> None:
        handle(number, frame, before[signal.Signals(number)])

    # What is ignored stays ignored, and what is not Python's is not touched.
    taken = [number for number, earlier in before.items() if earlier not in (signal.SIG_IGN, None)]
    try:
        for each in taken:
            signal.signal(each, ours)
        yield
    finally:
        for each in taken:
            signal.signal(each, before[each])


def pass_on(number: int, frame: types.FrameType | None, earlier: t.Any) -> None:
    """Let the signal do what it did before, now and from now on."""
    signal.signal(number, earlier)
    if callable(earlier):
        earlier(number, frame)
    else:
        os.kill(os.getpid(), number)
