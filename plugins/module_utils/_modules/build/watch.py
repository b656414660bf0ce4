# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: watch a build to its end, show its log meanwhile, and say why it failed.

The build's status decides. The log only decorates: it may come late, break off, never end, or need a library
that is not there, and none of that fails the task.
"""

from __future__ import annotations

import re
import typing as t
from collections import deque
from dataclasses import dataclass, field

from ansible_collections.convox.rack.plugins.module_utils._api.resources import builds, objects
from ansible_collections.convox.rack.plugins.module_utils._api import errors

from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.waiting import Wait
from ansible_collections.convox.rack.plugins.module_utils._api.waiting import pause_after
from ansible_collections.convox.rack.plugins.module_utils._api.waiting import wait_for
from ansible_collections.convox.rack.plugins.module_utils._noun import (Context)

GOING = ("", "created", "running")
COMPLETE = "complete"
LOG_LINES = 20
LINES_IN_WORDS = 3
# Between two looks at the status the log is read. A silent log lets go of us after so many seconds.
SILENCE = 0.2
# A log that broke off is opened again, this often in a row without anything new in it.
REOPENINGS = 5
REOPEN_AFTER = 2.0
# The longest that one log stream is held, so that one that hangs while it is opened does not hold us.
STREAM_SECONDS = 300.0

_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|[\x00-\x08\x0b-\x1f\x7f]")


@dataclass
class Lines:
    """Log text as it comes, in lines. ``show`` gets each one; the last ones are kept in ``last``.

    A stream that is opened again starts at the log's beginning: what was read before is left out.
    """

    show: t.Callable[[str], None]
    last: deque[str] = field(default_factory=lambda: deque(maxlen=LOG_LINES))
    read: int = 0
    _known: int = 0
    _rest: str = ""

    def begin(self) -> None:
        """A stream was opened, at the log's beginning."""
        self._known = self.read

    def feed(self, text: str) -> None:
        """Take in the next text of the stream."""
        known = min(self._known, len(text))
        self._known -= known
        text = text[known:]
        self.read += len(text)
        *lines, self._rest = (self._rest + text).split("\n")
        for line in lines:
            self._take(line)

    def end(self) -> None:
        """The log is over: its last line may have no end."""
        line, self._rest = self._rest, ""
        self._take(line)

    def _take(self, line: str) -> None:
        line = plain_line(line)
        if line:
            self.last.append(line)
            self.show(line)


def plain_line(line: str) -> str:
    """A line without colours and without what a progress bar has overwritten."""
    return _ESCAPES.sub("", line.rstrip("\r").rpartition("\r")[2]).rstrip()


def as_result(build: builds.Build) -> dict[str, t.Any]:
    """A build as results tell it."""
    return build.model_dump(include={"id", "status", "description", "git_sha", "started", "ended"})


class Watch:
    """One build of an app, watched to its end."""

    def __init__(self, client: Client, context: Context, app: str, build: str) -> None:
        self.client = client
        self.context = context
        self.app = app
        self.build = build
        self.lines = Lines(lambda line: context.progress(app, context.redact(line)))
        self._last = builds.Build.model_validate({"id": build})
        self._stream: t.Iterator[str] | None = None
        self._whole = False
        self._openings = 0
        self._open_at = 0.0
        self._started = context.clock.now()
        self._deadline = self._started + context.time_left()

    def to_end(self) -> builds.Build:
        """The build when it is complete. Raises ConvoxError with ``build``, ``reason`` and ``logs`` when it
        failed, ConvoxWaitError at the deadline: the build goes on, then."""
        try:
            return wait_for(
                Wait(
                    what=f"build {self.build} of {self.app}",
                    read=self._read,
                    good=lambda build: build.status == COMPLETE,
                    bad=self._bad,
                    words=self._words,
                    advice="The build goes on by itself. Run the task again with its git_sha to wait for it "
                    "or to take it, or wait longer (wait_timeout).",
                    timeout=self._left(),
                    poll_interval=SILENCE,
                    confirm=0,
                ),
                self.context.clock,
            )
        except errors.ConvoxWaitError as error:
            error.extra.setdefault("build", as_result(self._last))
            raise
        except errors.ConvoxError:
            raise
        except BaseException:
            # The user, or the task's own timeout, ends our wait.
            self.context.progress(self.app, f"build {self.build} goes on by itself")
            raise
        finally:
            self._close()

    def _left(self) -> float:
        return max(0.0, self._deadline - self.context.clock.now())

    def _read(self) -> builds.Build:
        """Show what comes of the log for a moment, then look at the build."""
        self._show_for(min(self._left(), self._pause()))
        build = self._last = builds.get(self.client, self.app, self.build)
        if build.status not in GOING:
            self._show_rest(build)
        return build

    def _pause(self) -> float:
        return pause_after(self.context.clock.now() - self._started, self.context.poll_interval)

    def _show_for(self, seconds: float) -> None:
        until = self.context.clock.now() + seconds
        while (left := until - self.context.clock.now()) > 0:
            self._open()
            if self._stream is None:
                self.context.clock.sleep(left)
            elif self._next() is None:
                return  # the log is over, or broke off: look at the build at once

    def _show_rest(self, build: builds.Build) -> None:
        """The build is done. What its log still holds comes at once; if it broke off, it is stored whole."""
        while self._stream is not None and self._next():
            pass
        if not self._whole or build.status != COMPLETE:
            self.lines.begin()
            self.lines.feed(self._stored(build))
        self.lines.end()

    def _stored(self, build: builds.Build) -> str:
        key = build.logs.partition(f"object://{self.app}/")[2]
        try:
            return objects.text(self.client, self.app, key) if key else ""
        except errors.ConvoxError:
            return ""  # a plain deploy key may not read it

    def _open(self) -> None:
        if self._stream is not None or self._openings > REOPENINGS or self.context.clock.now() < self._open_at:
            return
        self._openings += 1
        self._open_at = self.context.clock.now() + REOPEN_AFTER
        self._whole = False
        self.lines.begin()
        timeout = max(1.0, min(STREAM_SECONDS, self._left()))
        self._stream = builds.log(self.client, self.app, self.build, timeout=timeout, idle=SILENCE)

    def _next(self) -> str | None:
        """The next text of the log, "" for a short silence, None when the stream is over."""
        if self._stream is None:
            return None
        before = self.lines.read
        try:
            text = next(self._stream)
        except StopIteration:
            self._whole = True
        except errors.ConvoxMissingLibraryError:
            self._openings = REOPENINGS + 1
        except errors.ConvoxError:
            self._whole = False
        else:
            self.lines.feed(text)
            if self.lines.read > before:
                self._openings = 0
            return text
        self._close()
        return None

    def _close(self) -> None:
        stream, self._stream = self._stream, None
        close = getattr(stream, "close", None)
        if close is not None:
            close()

    def _words(self, build: builds.Build) -> str:
        last = f", last line: {self.context.redact(self.lines.last[-1])}" if self.lines.last else ""
        return f"status {build.status}{last}"

    def _bad(self, build: builds.Build) -> errors.ConvoxError | None:
        if build.status in (*GOING, COMPLETE):
            return None
        lines = [self.context.redact(line) for line in self.lines.last]
        reason = self.context.redact(build.reason) or reason_in(lines)
        shown = f" Last lines: {' | '.join(lines[-LINES_IN_WORDS:])}" if lines else ""
        return errors.ConvoxError(
            f"build {self.build} of {self.app} ended as {build.status}: "
            f"{reason or 'the rack gave no reason'}.{shown}",
            operation=f"build {self.app}",
            extra={"build": as_result(build), "reason": reason, "logs": lines},
        )


def reason_in(lines: t.Sequence[str]) -> str:
    """The reason of a failure as the log's last lines tell it: a builder's last ``ERROR:``, else the end."""
    as_result = [line.removeprefix("ERROR:").strip() for line in lines if line.startswith("ERROR:")]
    return (as_result or list(lines[-1:]) or [""])[-1]
