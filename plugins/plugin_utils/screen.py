# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to convox.rack: lines from a worker to the screen; one that cannot be shown harms nobody.

A worker hands what it displays to the process that runs the play. The thread there that takes it in, and
the results with it, ends at the first line that cannot be written (nobody reads the pipe any more, the disk
is full), and the play waits for its results for ever. Therefore our lines do not go that way: before the
fork a second handle of standard output and error is made, and the worker writes to it, a line at once.
"""

from __future__ import annotations

import os
import select
import sys
import typing as t

# Seconds for which a reader that is slow is waited for, once: then no more is shown.
PATIENCE = 1.0
# A pipe that can be written to takes so many bytes at once without keeping the writer.
_PIECE = 4096


class Handle(t.NamedTuple):
    """A second handle of a standard stream."""

    file: int
    encoding: str


_handles: dict[str, Handle] = {}


def prepare() -> None:
    """Once, in the process that runs the play: make the handles. What Ansible has printed by then leaves with
    the fork, so that our lines stand below the task they belong to."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        try:
            if name not in _handles:
                _handles[name] = Handle(os.dup(stream.fileno()), stream.encoding or "utf-8")
        except (AttributeError, OSError, ValueError):
            # No file, or closed: nobody's.
            continue


class Screen:
    """Standard output or error, for the time of one task. ``line`` never raises; after the first line that
    cannot be shown, or when the process that runs the play is gone, it shows nothing more."""

    def __init__(self, name: str) -> None:
        self._handle = _handles.get(name)
        self._parent = os.getppid()

    def line(self, text: str) -> None:
        """Show a line, which is given without its end."""
        handle = self._handle
        if handle is None:
            return
        data = f"{text}\n".encode(handle.encoding, "backslashreplace")
        if os.getppid() != self._parent or not _written(handle.file, data):
            self._handle = None


def _written(file: int, data: bytes) -> bool:
    """Write it all; False where that cannot be done now."""
    try:
        while data:
            _unused, ready, _unused = select.select([], [file], [], PATIENCE)
            if not ready:
                return False
            data = data[os.write(file, data[:_PIECE]) :]
    except (OSError, ValueError):
        return False
    return True
