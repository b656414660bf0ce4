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

T = t.TypeVar("T")
# A client has no more connections than that to one rack: more threads would only wait for one.
MOST = 20
# How long the task may sleep before it looks whether its play is still there, in seconds.
_LOOK = 1.0


def in_parallel(
    context: Context, names: t.Sequence[str], read: t.Callable[[str], T], parallel: int
) -> list[T]:
    """What ``read`` gives for each name, in the order of the names, up to ``parallel`` at a time.

    The first error ends it: no other name is begun, what goes on is left alone, and the error, which then
    names what was read, is raised. A deadline of the caller (``deadline.within``) holds for each of them.
    """
    threads = min(parallel, len(names), MOST)
    if threads < 2:
        return [_read(read, name) for name in names]
    return _Readers(names, read).run(context, threads)


def _read(read: t.Callable[[str], T], name: str) -> T:
    try:
        return read(name)
    except errors.ConvoxError as error:
        if name not in errors.describe(error):
            error.message = f"{name}: {error.message}"
        raise


class _Readers(t.Generic[T]):
    """Threads that read one name after the other, and whoever waits for them."""

    def __init__(self, names: t.Sequence[str], read: t.Callable[[str], T]) -> None:
        self._names = names
        self._read = read
        self._changed = threading.Condition()
        self._numbers = iter(range(len(names)))
        self._values: dict[int, T] = {}
        self._errors: dict[int, BaseException] = {}
        self._stopped = False

    def run(self, context: Context, threads: int) -> list[T]:
        try:
            for _number in range(threads):
                # A context is for one thread at a time, so each gets its own copy of the caller's.
                own = contextvars.copy_context()
                threading.Thread(target=own.run, args=(self._work,), daemon=True).start()
            self._wait(context)
        finally:
            self._stopped = True
        if self._errors:
            raise self._errors[min(self._errors)]
        return [self._values[number] for number in range(len(self._names))]

    def _wait(self, context: Context) -> None:
        while True:
            with self._changed:
                if self._errors or len(self._values) == len(self._names):
                    return
                self._changed.wait(_LOOK)
            # Ends the task when its play has ended.
            context.clock.sleep(0)

    def _work(self) -> None:
        while (number := self._next()) is not None:
            try:
                value = _read(self._read, self._names[number])
            except BaseException as error:
                with self._changed:
                    self._errors[number] = error
                    self._changed.notify()
                return
            with self._changed:
                self._values[number] = value
                if len(self._values) == len(self._names):
                    self._changed.notify()

    def _next(self) -> int | None:
        with self._changed:
            return None if self._stopped or self._errors else next(self._numbers, None)
