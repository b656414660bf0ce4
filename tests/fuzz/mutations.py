# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers of a rack, changed: a field dropped, null, of another type, huge or broken, at every depth."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from tests.practice_rack.exchange import Record, Reply

DROP = object()
Place = tuple[str | int, ...]
# What a field may become. Texts that a rack, a proxy or a broken encoder has been seen to send, and what is none.
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
    "x" * 70_000,
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
BODIES: tuple[bytes, ...] = (
    b"",
    b"ok",
    b"null",
    b"[]",
    b"{}",
    b"[null]",
    b'"text"',
    b"12",
    b"<html><title>Console</title></html>",
    b"{" * 50,
    b"[" * 100_000 + b"]" * 100_000,
    b'{"error": "app not found: other"}',
    b'{"error": null}',
    b"\xff\xfe\x00",
    b'{"a": "\\ud800"}',
    b"\x00" * 1000,
)
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
    """What becomes of one answer. ``answer``: which one, from 0. Of ``at`` and ``value`` a field is changed;
    ``body`` and ``status`` replace what came whole."""

    answer: int
    at: int = 0
    value: Any = None
    body: bytes | None = None
    status: int | None = None

    def apply(self, reply: Reply) -> Reply:
        if self.body is not None:
            return Reply(self.status or reply.status, reply.headers, self.body)
        if self.status is not None:
            return Reply(self.status, reply.headers, reply.content)
        try:
            value = json.loads(reply.content)
        except ValueError:
            return reply
        found = list(places(value))
        changed = put(value, found[self.at % len(found)], self.value)
        return Reply(reply.status, reply.headers, json.dumps(changed).encode("utf-8", "surrogatepass"))


FIELDS = st.builds(
    Mutation, answer=st.integers(0, 12), at=st.integers(0, 60), value=st.sampled_from(VALUES)
)
WHOLE = st.builds(
    Mutation,
    answer=st.integers(0, 12),
    body=st.none() | st.sampled_from(BODIES),
    status=st.none() | st.sampled_from(STATUSES),
)
MUTATIONS = st.lists(FIELDS | WHOLE, max_size=2)


def altering(mutations: list[Mutation]) -> Callable[[Record, Reply], Reply]:
    """For ``MemoryRack.alter``: the so many-th answers are changed, each once."""
    count = iter(range(10**9))

    def alter(record: Record, reply: Reply) -> Reply:
        number = next(count)
        for mutation in mutations:
            # A rack that refuses what it has done is a liar that nobody can see through.
            lies = record.write and mutation.status is not None and mutation.status not in MAYBE_DONE
            if mutation.answer == number and not lies:
                reply = mutation.apply(reply)
        return reply

    return alter
