# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the lines of a log, as racks write them. Pure, but for the clock of a read."""

from __future__ import annotations

import re
import typing as t
from collections import deque

from ansible_collections.convox.rack.plugins.module_utils._api.clock import Clock

# What follows of a longer line is left out: no log is worth the memory.
LONGEST = 32 * 1024
# Silence, in seconds, that tells lines written just now from those that were there.
GAP = 0.5
# How long a log that ends by itself may take to begin, in seconds.
BEGINNING = 10.0
# ``[pod/PROCESS/APP] TIME text`` (recordings: websockets), or ``TIME service/NAME/PROCESS text``.
_OF_PODS = re.compile(r"\[\w+/(?P<source>[^/\]\s]+)[^\]\s]*\] (?P<time>\S+) ?(?P<text>.*)", re.DOTALL)
_OF_OTHERS = re.compile(r"(?P<time>\S+) \w+/[^/\s]+/(?P<source>\S+) ?(?P<text>.*)", re.DOTALL)
_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z")


class Line(t.NamedTuple):
    """One line: when and by which process it was written, as far as the rack says."""

    time: str | None
    source: str | None
    text: str

    @property
    def moment(self) -> str:
        """The time in a form that sorts."""
        found = _TIME.fullmatch(self.time or "")
        return f"{found[1]}.{found[2] or '':0<9}" if found else ""


def read(text: str, source: str | None) -> Line:
    """A line of a rack. ``source``: whose it is where it does not say."""
    text = text.removesuffix("\r")
    for form in (_OF_PODS, _OF_OTHERS):
        found = form.fullmatch(text)
        if found and _TIME.fullmatch(found["time"]):
            return Line(found["time"], found["source"], found["text"])
    return Line(None, source, text)


def merged(logs: t.Iterable[t.Iterable[Line]]) -> list[Line]:
    """Lines of several processes by their time; one without a time stays behind the one before it."""
    timed: list[tuple[str, Line]] = []
    for lines in logs:
        moment = ""
        for line in lines:
            moment = line.moment or moment
            timed.append((moment, line))
    return [line for _moment, line in sorted(timed, key=lambda pair: pair[0])]


def by_process(lines: t.Iterable[Line]) -> list[list[Line]]:
    """The lines of each process in their order. A line that does not say whose it is goes with the one before
    it."""
    found: dict[str, list[Line]] = {}
    source = ""
    for line in lines:
        source = line.source or source
        found.setdefault(source, []).append(line)
    return list(found.values())


class Patience(t.NamedTuple):
    """When a log that goes on is taken as read. ``ends``: it should end by itself."""

    idle: float
    ends: bool

    def is_over(self, elapsed: float, silent: float, *, begun: bool) -> bool:
        """Whether to leave after ``elapsed`` seconds, the last ``silent`` of them without a text. Of a log
        that never ends those that are written now come one by one: a small gap is enough then."""
        if self.ends:
            return silent >= (self.idle if begun else max(self.idle, BEGINNING))
        return silent >= self.idle or (elapsed >= self.idle and silent >= GAP)


class Reader:
    """Takes a log's pieces as they come, and keeps its last lines.

    tail: so many lines count at all. wanted: which of them are kept, the last ``most``. dropped: whether some
    were left out for that. ended: whether the log came to its end. is_empty: whether nothing came at all.
    """

    def __init__(
        self, source: str | None, most: int, tail: int | None, wanted: t.Callable[[str], object]
    ) -> None:
        self.dropped = False
        self.ended = False
        self.is_empty = True
        self._source = source
        self._wanted = wanted
        self._lines: deque[Line] = deque(maxlen=most)
        self._last: deque[Line] | None = None if tail is None else deque(maxlen=tail)
        self._open = ""

    def take(self, pieces: t.Iterable[str], clock: Clock, patience: Patience) -> None:
        """Read until the log ends or is taken as read. Raises what ``pieces`` raise; what came before is
        kept."""
        began = heard = clock.now()
        begun = False
        for piece in pieces:
            now = clock.now()
            if piece:
                heard, begun = now, True
                self._feed(piece)
            elif patience.is_over(now - began, now - heard, begun=begun):
                return
        self.ended = True

    def add(self, text: str) -> None:
        """One whole line more."""
        self._feed(f"{text}\n")

    def lines(self) -> list[Line]:
        """What is kept."""
        if self._open:
            self._feed("\n")
        if self._last is not None:
            last, self._last = self._last, None
            for line in last:
                self._keep(line)
        return list(self._lines)

    def _feed(self, piece: str) -> None:
        self.is_empty = False
        *whole, rest = piece.split("\n")
        for text in whole:
            self._line(self._open + text)
            self._open = ""
        # Of a line without an end only so much is kept while it comes.
        self._open = (self._open + rest)[: LONGEST + 1]

    def _line(self, text: str) -> None:
        line = read(text[:LONGEST] + " …" if len(text) > LONGEST else text, self._source)
        if self._last is not None:
            self._last.append(line)
        else:
            self._keep(line)

    def _keep(self, line: Line) -> None:
        if self._wanted(line.text):
            self.dropped = self.dropped or len(self._lines) == self._lines.maxlen
            self._lines.append(line)
