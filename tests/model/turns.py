# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several hands take turns on one rack in memory, one request at a time, on one clock.

Each hand runs in a thread of its own, but only one of them at any moment: before and after each request, and
while it sleeps, another may go on. Who does is decided by a list of numbers, so a run can be repeated.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import httpx

# More turns than any honest race needs: hands that wait for each other for ever.
MANY = 20_000


class _Ended(BaseException):
    """The race is over, and this hand has not come to its end."""


class _Hand:
    def __init__(self, act: Callable[[], None]) -> None:
        self.act = act
        self.go = threading.Semaphore(0)
        self.wakes = 0.0
        self.done = False
        self.error: BaseException | None = None


class Turns:
    """A clock that stands still until all hands sleep (or one lets time pass), and who is to go on."""

    def __init__(self) -> None:
        self.time = 0.0
        self._here = threading.local()
        self._back = threading.Semaphore(0)
        self._over = False

    # -- the clock

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        hand = getattr(self._here, "hand", None)
        if hand is None:
            self.time += max(seconds, 0.0)
        else:
            self._yield(hand, self.time + max(seconds, 0.0))

    # -- the hands

    def point(self) -> None:
        """Another hand may go on here."""
        hand = getattr(self._here, "hand", None)
        if hand is not None:
            self._yield(hand, self.time)

    def _yield(self, hand: _Hand, wakes: float) -> None:
        hand.wakes = wakes
        self._back.release()
        hand.go.acquire()
        if self._over:
            raise _Ended

    def race(self, acts: Sequence[Callable[[], None]], order: Sequence[int]) -> None:
        """Run all to their ends; ``order`` says who of those that can goes on, 0 the one that did last.
        Raises what one of them raised."""
        self._over = False
        hands = [_Hand(act) for act in acts]
        threads = [threading.Thread(target=self._run, args=(hand,), daemon=True) for hand in hands]
        for thread in threads:
            thread.start()
        numbers = iter(order)
        last = hands[0]
        turns = 0
        while alive := [hand for hand in hands if not hand.done]:
            turns += 1
            if turns > MANY:
                break
            last = self._next(alive, last, next(numbers, 0))
            last.go.release()
            self._back.acquire()
        self._over = True
        for hand in hands:
            if not hand.done:
                hand.go.release()
        for thread in threads:
            thread.join(10)
        for hand in hands:
            if hand.error is not None:
                raise hand.error
        if turns > MANY:
            raise TimeoutError("hands that wait for each other for ever")

    def _next(self, alive: list[_Hand], last: _Hand, number: int) -> _Hand:
        """The hand that goes on. One more than there are ready ones stands for: first lets time pass."""
        while True:
            ready = [hand for hand in alive if hand.wakes <= self.time]
            later = [hand.wakes for hand in alive if hand.wakes > self.time]
            if last in ready:
                ready = [last, *(hand for hand in ready if hand is not last)]
            place = number % (len(ready) + bool(later))
            if place < len(ready):
                return ready[place]
            self.time = min(later)
            number = 0

    def _run(self, hand: _Hand) -> None:
        self._here.hand = hand
        hand.go.acquire()
        try:
            if not self._over:
                hand.act()
        except _Ended:
            pass
        except BaseException as error:
            hand.error = error
        hand.done = True
        self._back.release()


class TurnTaking(httpx.BaseTransport):
    """A wire with a point before and after each request."""

    def __init__(self, wire: httpx.BaseTransport, turns: Turns) -> None:
        self._wire = wire
        self._turns = turns

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._turns.point()
        try:
            return self._wire.handle_request(request)
        finally:
            self._turns.point()
