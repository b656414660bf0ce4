# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that hold or fill whoever reads them, and a bound on the time that a test gives us to see it."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path

KINDS = ("pipe", "endless", "folder", "link to a pipe", "huge")


def special_file(path: Path, kind: str) -> str:
    """Make such a file at ``path``, and give its path."""
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "endless":
        path.symlink_to("/dev/zero")
    elif kind == "folder":
        path.mkdir()
    elif kind == "link to a pipe":
        pipe = path.with_name(f"{path.name}-pipe")
        os.mkfifo(pipe)
        path.symlink_to(pipe)
    else:
        path.touch()
        os.truncate(path, 64 * 1024**3)  # holds no block of the disk
    return str(path)


class TooLongError(Exception):
    """The time is over."""


@contextlib.contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """What is inside is cut off after ``seconds``."""

    def late(number: int, frame: object) -> None:
        raise TooLongError

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
