# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: watch a build to its end, show its log meanwhile, and say why it failed.

The build's status decides. The log only decorates: it may come late, break off, never end, or need a library
that is not there, and none of that fails the task or holds it up.
"""

from __future__ import annotations

import typing as t
from collections import deque
from dataclasses import dataclass, field

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api._http import deadline
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import builds, objects
from ansible_collections.convox.rack.plugins.module_utils._api.resources.builds import COMPLETE, GOING
from ansible_collections.convox.rack.plugins.module_utils._api.clock import pause_after
from ansible_collections.convox.rack.plugins.module_utils._api.waiting import Wait, wait_for
from ansible_collections.convox.rack.plugins.module_utils._noun import Context
from ansible_collections.convox.rack.plugins.module_utils._shared.log_lines import ESCAPES, plain_line

LOG_LINES = 20
LINES_IN_WORDS = 3
# Between two reads of the status the log is read. This many seconds without a text of it are a silence.
SILENCE = 0.2
# A log that broke off is opened again, this often in a row without anything new in it; each time after a
# pause that is longer than the one before.
REOPENINGS = 5
REOPEN_AFTER = 2.0
LATER_BY = 1.5
# Seconds for the log to be opened, where the next read of the status would be sooner; and for the rest of a
# complete build's log.
LATE = 1.0
# Seconds for the stored log of a build that failed: it alone knows why.
REASON_SECONDS = 5.0


@dataclass
class Lines:
    """Log text as it comes, in lines, which end at a line feed alone. ``show`` gets each one; ``last`` holds
    the last ones.

    ``mask`` takes secrets out of the whole line as it came, for what of it a terminal would show may be a
    piece of one; ``redact`` makes of the rest what may be shown. A stream that is opened again starts at the
    log's beginning: what was read before is left out.
    """

    show: t.Callable[[str], None]
    last: deque[str] = field(default_factory=lambda: deque(maxlen=LOG_LINES))
    mask: t.Callable[[str], str] = str
    redact: t.Callable[[str], str] = str
    read: int = 0
    _known: int = 0
    _rest: list[str] = field(default_factory=list)

    def begin(self) -> None:
        """A stream was opened, at the log's beginning."""
        self._known = self.read

    def feed(self, text: str) -> None:
        """Take in the next text of the stream."""
        known = min(self._known, len(text))
        self._known -= known
        text = text[known:]
        self.read += len(text)
        *lines, rest = text.split("\n")
        if lines:
            lines[0] = "".join([*self._rest, lines[0]])
            self._rest.clear()
        self._rest.append(rest)
        for line in lines:
            self._take(line)

    def end(self) -> None:
        """The whole log was read: its last line may have no end."""
        line = "".join(self._rest)
        self._rest.clear()
        self._take(line)

    def _take(self, line: str) -> None:
        line = self.redact(plain_line(self.mask(line)))
        if line:
            self.last.append(line)
            self.show(line)


class Watch:
    """One build of an app, watched to its end."""

    def __init__(self, client: Client, context: Context, app: str, build: str) -> None:
        self.client = client
        self.context = context
        self.app = app
        self.build = build
        self.lines = Lines(
            lambda line: context.progress(app, line), mask=context.secrets.mask, redact=context.redact
        )
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
            error.extra.setdefault("build", self._last.as_result())
            raise
        except errors.ConvoxError:
            raise
        except BaseException:
            # The user, or the task's own timeout, ends our wait.
            if not self.client.ledger.last:
                # Of what the task has sent itself it says so in a line of its own.
                self.context.progress(self.app, f"build {self.build} goes on by itself")
            raise
        finally:
            self._close()

    def _left(self) -> float:
        return max(0.0, self._deadline - self.context.clock.now())

    def _read(self) -> builds.Build:
        """Show what comes of the log until the next read of the build is due; then read that."""
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
            self._open(max(left, LATE))
            if self._stream is None:
                self.context.clock.sleep(left)
            elif self._next() is None:
                return  # the log is over, or broke off: read the build at once

    def _show_rest(self, build: builds.Build) -> None:
        """The build is done. What its log still holds comes at once; if it broke off, it is stored whole."""
        until = self.context.clock.now() + LATE
        while self._stream is not None and self.context.clock.now() < until and self._next():
            pass
        if not self._whole or build.status != COMPLETE:
            self.lines.begin()
            stored = self._stored(build)
            self.lines.feed(stored)
            self._whole = self._whole or bool(stored)
        if self._whole:
            # Else the last line is cut, maybe inside a secret.
            self.lines.end()

    def _stored(self, build: builds.Build) -> str:
        key = build.logs.partition(f"object://{self.app}/")[2]
        seconds = LATE if build.status == COMPLETE else REASON_SECONDS
        try:
            with deadline.within(deadline.begin(seconds, self.context.clock.now)):
                return objects.text(self.client, self.app, key) if key else ""
        except errors.ConvoxError:
            return ""  # a plain deploy key may not read it

    def _open(self, opening: float) -> None:
        now = self.context.clock.now()
        if self._stream is not None or self._openings > REOPENINGS or now < self._open_at:
            return
        self._open_at = now + REOPEN_AFTER * LATER_BY**self._openings
        self._openings += 1
        self._whole = False
        self.lines.begin()
        self._stream = builds.log(
            self.client, self.app, self.build, timeout=max(1.0, self._left()), opening=opening, idle=SILENCE
        )

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
        last = f", last line: {self.lines.last[-1]}" if self.lines.last else ""
        return f"status {build.status}{last}"

    def _bad(self, build: builds.Build) -> errors.ConvoxError | None:
        if build.status in (*GOING, COMPLETE):
            return None
        lines = list(self.lines.last)
        given = ESCAPES.sub("", self.context.secrets.mask(build.reason))
        reason = self.context.redact(given) or reason_in(lines)
        shown = f" Last lines: {' | '.join(lines[-LINES_IN_WORDS:])}" if lines else ""
        return errors.ConvoxError(
            f"build {self.build} of {self.app} ended as {build.status}: "
            f"{reason or 'the rack gave no reason'}.{shown}",
            operation=f"build {self.app}",
            extra={"build": build.as_result(), "reason": reason, "logs": lines},
        )


def reason_in(lines: t.Sequence[str]) -> str:
    """The reason of a failure as the log's last lines have it: a builder's last ``ERROR:``, else the end."""
    named = [line.removeprefix("ERROR:").strip() for line in lines if line.startswith("ERROR:")]
    return (named or list(lines[-1:]) or [""])[-1]
