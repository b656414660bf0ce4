# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the same question about many things of a rack, several at a time.

The threads are of this file alone: a pool of the standard library would at its end wait for requests that
nobody needs any more, after Ctrl-C, too.
"""

from __future__ import annotations

import contextvars
import threading
import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._noun import Context

K = t.TypeVar("K")
T = t.TypeVar("T")
# A client has no more connections than that to one rack: more threads would only wait for one.
MOST = 20
# What its threads are called.
NAME = "convox.rack reads"
# How long the task may sleep before it looks whether its play is still there, in seconds.
_LOOK = 1.0


def in_parallel(
    context: Context,
    things: t.Sequence[K],
    read: t.Callable[[K], T],
    parallel: int,
    name: t.Callable[[K], str] = str,
) -> list[T]:
    """What ``read`` gives for each thing, in their order, up to ``parallel`` at a time.

    The first error ends it: no other thing is begun, what goes on is left alone, and the error is raised,
    with the ``name`` of the thing in its words. A deadline of the caller (``deadline.within``) holds for each
    of them.
    """

    def named(thing: K) -> T:
        try:
            return read(thing)
        except errors.ConvoxError as error:
            if name(thing) not in errors.describe(error):
                error.message = f"{name(thing)}: {error.message}"
            raise

    threads = min(parallel, len(things), MOST)
    if threads < 2:
        return [named(thing) for thing in things]
    return _Readers(things, named).run(context, threads)


class _Readers(t.Generic[K, T]):
    """Threads that read one thing after the other, and whoever waits for them."""

    def __init__(self, things: t.Sequence[K], read: t.Callable[[K], T]) -> None:
        self._things = things
        self._read = read
        self._changed = threading.Condition()
        self._numbers = iter(range(len(things)))
        self._values: dict[int, T] = {}
        self._errors: dict[int, BaseException] = {}
        self._stopped = False

    def run(self, context: Context, threads: int) -> list[T]:
        try:
            for _number in range(threads):
                # A context is for one thread at a time, so each gets its own copy of the caller's.
                own = contextvars.copy_context()
                threading.Thread(target=own.run, args=(self._work,), name=NAME, daemon=True).start()
            self._wait(context)
        finally:
            self._stopped = True
        if self._errors:
            raise self._errors[min(self._errors)]
        return [self._values[number] for number in range(len(self._things))]

    def _wait(self, context: Context) -> None:
        while True:
            with self._changed:
                if self._errors or len(self._values) == len(self._things):
                    return
                self._changed.wait(_LOOK)
            # Ends the task when its play has ended.
            context.clock.sleep(0)

    def _work(self) -> None:
        while (number := self._next()) is not None:
            try:
                value = self._read(self._things[number])
            except BaseException as error:
                with self._changed:
                    self._errors[number] = error
                    self._changed.notify()
                return
            with self._changed:
                self._values[number] = value
                if len(self._values) == len(self._things):
                    self._changed.notify()

    def _next(self) -> int | None:
        with self._changed:
            return None if self._stopped or self._errors else next(self._numbers, None)
