# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers of a rack, changed: a field dropped, null, of another type, huge or broken, at every depth."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from tests.fuzz import files
from tests.practice_rack.exchange import Record, Reply
from tests.practice_rack.execs import CODE
from tests.practice_rack.faults import Fault
from tests.practice_rack.memory import MemoryRack
from tests.practice_rack.memory_streams import CUT, END, PING, Part


class Long(str):
    """The same letter many times, told in short."""

    def __repr__(self) -> str:
        return f"Long({self[0]!r} * {len(self)})"


class _Drop:
    def __repr__(self) -> str:
        return "DROP"


DROP = _Drop()
Place = tuple[str | int, ...]
# What a field may become. Texts that a rack, a proxy or a broken encoder has been seen to send, and others.
VALUES: tuple[Any, ...] = (
    DROP,
    None,
    True,
    0,
    -1,
    10**30,
    1.5,
    "",
    "x",
    "\ud800",
    "a\x00b",
    "\x1b[31mred\x1b[0m",
    Long("x" * 70_000),
    [],
    [None],
    {},
    {"name": None},
    [[[[]]]],
    "0001-01-01T00:00:00Z",
    "running",
    "../..",
)
# Whole answers that are none of a rack's.
BODIES: dict[str, bytes] = {
    "nothing": b"",
    "ok": b"ok",
    "null": b"null",
    "list": b"[]",
    "object": b"{}",
    "list of null": b"[null]",
    "text": b'"text"',
    "number": b"12",
    "not a number": b'{"count": NaN, "name": Infinity}',
    "page": b"<html><title>Console</title></html>",
    "open": b"{" * 50,
    "deep": b"[" * 100_000 + b"]" * 100_000,
    "other app": b'{"error": "app not found: other"}',
    "no error": b'{"error": null}',
    "no text": b"\xff\xfe\x00",
    "half a letter": b'{"a": "\\ud800"}',
    "zeros": b"\x00" * 1000,
    "no export": b"pg_dump: error\nERROR: could not export: exit status 1\n",
    "archive": gzip.compress(files.tar(files.member("convox.yml"), files.member("a/b")), mtime=0),
    "half an archive": gzip.compress(files.tar(files.member("convox.yml")), mtime=0)[:-9],
    "archive and an error": gzip.compress(b"x" * 100, mtime=0) + b'{"error": "broken off"}',
    "tar": files.tar(files.member("file"), files.member("../up"), files.member("/abs")),
    "tar of links": files.tar(
        files.member("file", 0, type=b"2", linkname="/etc/passwd"), files.member("file/x")
    ),
    "tar of nothing": files.tar(),
    "half a tar": files.tar(files.member("file", 3000))[:1000],
}
# What a gateway may answer although the rack did the work.
MAYBE_DONE = (200, 502, 503, 504)
STATUSES = (200, 204, 300, 304, 400, 401, 403, 404, 409, 429, 500, 502, 503, 504, 599)


def places(value: Any, here: Place = ()) -> Iterator[Place]:
    """Every place in a JSON value, the whole first."""
    yield here
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield from places(each, (*here, key))


def put(value: Any, place: Place, new: Any) -> Any:
    """The value with another one at this place, or without it."""
    if not place:
        return None if new is DROP else new
    key, rest = place[0], place[1:]
    copied: Any = dict(value) if isinstance(value, dict) else list(value)
    if rest or new is not DROP:
        copied[key] = put(copied[key], rest, new)
    else:
        del copied[key]
    return copied


@dataclass(frozen=True)
class Mutation:
    """What becomes of an answer. ``answer``: which one, from 0; ``always``: and all later ones. Of ``at`` and
    ``value`` a field is changed; ``body`` (of BODIES) and ``status`` replace what came whole."""

    answer: int
    at: int = 0
    value: Any = None
    body: str | None = None
    status: int | None = None
    always: bool = False

    def takes(self, number: int, record: Record) -> bool:
        # A rack that refuses what it has done is a liar that nobody can see through.
        lies = record.write and self.status is not None and self.status not in MAYBE_DONE
        return not lies and (number == self.answer or (self.always and number > self.answer))

    def apply(self, reply: Reply) -> Reply:
        if self.body is not None:
            return Reply(self.status or reply.status, reply.headers, BODIES[self.body])
        if self.status is not None:
            return Reply(self.status, reply.headers, reply.content)
        try:
            value = json.loads(reply.content)
        except (ValueError, RecursionError):
            return Reply(reply.status, reply.headers, self._shortened(reply.content))
        found = list(places(value))
        changed = put(value, found[self.at % len(found)], self.value)
        return Reply(reply.status, reply.headers, json.dumps(changed).encode("utf-8", "surrogatepass"))

    def _shortened(self, content: bytes) -> bytes:
        """An archive or a text without its end, or with another letter there."""
        kept = len(content) * min(self.at, 60) // 60
        return content[:kept] + (b"\x00" if isinstance(self.value, str) else b"")


# Most tasks send two requests or three.
_ANSWER = st.sampled_from((0, 0, 0, 1, 1, 1, 2, 2, 3, 3, 4, 5, 6, 7, 9, 12))
_ALWAYS = st.sampled_from((False, False, False, True))
FIELDS = st.builds(
    Mutation, answer=_ANSWER, at=st.integers(0, 60), value=st.sampled_from(VALUES), always=_ALWAYS
)
WHOLE = st.builds(
    Mutation,
    answer=_ANSWER,
    body=st.none() | st.sampled_from(sorted(BODIES)),
    status=st.none() | st.sampled_from(STATUSES),
    always=_ALWAYS,
)
# What a log may bring instead of lines, and a command instead of output and the line with its code.
FRAMES: dict[str, Sequence[Part]] = {
    "nothing": (),
    "cut": (CUT,),
    "pings": (PING,) * 50,
    "slow": ("a line\n", 300.0, "another\n"),
    "escapes": ("\x1b[31mred \u2028 \x00\n",),
    "long": ("x" * 200_000,),
    "no text": (b"\x81\x02\xff\xfe",),
    "never ends": (b"\x01\x01a", 5.0, b"\xf0\x00"),
    "huge": (b"\x81\x7f" + b"\x7f" * 8,),
    "end": ("a line\n", END),
    "no such thing": ("ERROR: no such process\n", END),
    "code": ("output\n", f"{CODE}0\n", END),
    "code and error": (f"{CODE}0\n", "ERROR: gone\n", END),
    "code in pieces": ("output", CODE[:7], f"{CODE[7:]}1", "3\n", CUT),
    "no code": ("output\n", f"{CODE}x\n", END),
    "large code": (f"{CODE}99999999999999999999\n", END),
    "two codes": (f"{CODE}1\n{CODE}0\n", "more", END),
    "half a letter": (b"\x81\x01\xc3", b"\x81\x01\xa9", f"\n{CODE}0\n", END),
}


@dataclass(frozen=True)
class Log:
    """The next websockets bring these of FRAMES."""

    frames: str


@dataclass(frozen=True)
class Break:
    """The connection of a request breaks, as ``Fault`` has it."""

    kind: str
    skip: int
    times: int
    seconds: float


LOGS = st.builds(Log, st.sampled_from(sorted(FRAMES)))
BREAKS = st.builds(
    Break,
    kind=st.sampled_from(("refuse", "cut_before", "cut_after", "half", "delay")),
    skip=_ANSWER,
    times=st.sampled_from((1, 1, 2, -1)),
    seconds=st.sampled_from((0.0, 3.0, 100.0)),
)
MUTATIONS = st.lists(FIELDS | FIELDS | WHOLE | BREAKS | LOGS, max_size=2)
Mutations = list[Mutation | Log | Break]


def spoil(rack: MemoryRack, mutations: Mutations) -> None:
    """Let the rack answer as these say: of whole answers the so many-th is changed."""
    count = iter(range(10**9))
    changes = [mutation for mutation in mutations if isinstance(mutation, Mutation)]
    for each in mutations:
        if isinstance(each, Log):
            for _unused in range(3):
                rack.play("", FRAMES[each.frames])
        elif isinstance(each, Break):
            rack.faults.append(Fault(each.kind, skip=each.skip, times=each.times, seconds=each.seconds))

    def alter(record: Record, reply: Reply) -> Reply:
        number = next(count)
        for mutation in changes:
            if mutation.takes(number, record):
                reply = mutation.apply(reply)
        return reply

    rack.alter = alter if changes else None
