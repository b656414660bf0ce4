# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a request is sent again: the whole decision as a table."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._api._http.retry import (
    Failure,
    Kind,
    Policy,
    decide,
    retry_after_seconds,
)

OVERTAKEN = (
    'Operation cannot be fulfilled on atoms.atom.convox.com "app": the object has been modified; try again'
)
UNSENT, REFUSED, LOST = Failure(Kind.UNSENT), Failure(Kind.REFUSED), Failure(Kind.LOST)


def status(code: int, message: str = "", **more: Any) -> Failure:
    return Failure(Kind.STATUS, status=code, message=message, **more)


def ask(failure: Failure, **changes: Any) -> float | None:
    """The decision for a repeatable request with everything left, but for the changes."""
    facts: dict[str, Any] = {
        "method_repeatable": True,
        "tries_left": 3,
        "attempt": 0,
        "policy": Policy(),
        "deadline_left": 1000.0,
        "jitter": 0.5,
    }
    return decide(failure, **(facts | changes))


@pytest.mark.parametrize(
    ("failure", "repeatable", "other"),
    [
        # failure, again if it may be done twice, again if not (a POST that makes something)
        (UNSENT, True, True),
        (REFUSED, False, False),
        (LOST, True, False),
        (status(429), True, True),
        (status(502), True, False),
        (status(503), True, False),
        (status(504), True, False),
        (status(503, retry_after=1.0), True, False),
        (status(500), False, False),
        (status(500, OVERTAKEN), True, True),
        (status(400), False, False),
        (status(401), False, False),
        (status(404), False, False),
        (status(409), False, False),
        (status(501), False, False),
        (status(599), False, False),
    ],
)
def test_what_is_repeated(failure: Failure, repeatable: bool, other: bool) -> None:
    assert (ask(failure) is not None) is repeatable
    assert (ask(failure, method_repeatable=False) is not None) is other
    assert ask(failure, tries_left=0) is None


@pytest.mark.parametrize(
    ("failure", "repeatable", "again"),
    [
        (status(500, "boom"), True, True),
        (status(500, "boom"), False, False),
        (status(500, "no such service: x", final=True), True, False),
        (status(501), True, False),
    ],
)
def test_retry_on_500(failure: Failure, repeatable: bool, again: bool) -> None:
    pause = ask(failure, policy=Policy(retry_on_500=True), method_repeatable=repeatable)
    assert (pause is not None) is again


@pytest.mark.parametrize(
    ("attempt", "most"), [(0, 1), (1, 2), (2, 4), (3, 8), (4, 16), (5, 30), (6, 30), (5000, 30)]
)
def test_the_pause_doubles_up_to_30_s_with_full_jitter(attempt: int, most: float) -> None:
    assert ask(UNSENT, attempt=attempt, jitter=0.0) == 0
    assert ask(UNSENT, attempt=attempt, jitter=0.25) == pytest.approx(most / 4)
    assert ask(UNSENT, attempt=attempt, jitter=1.0) == pytest.approx(most)


def test_base_and_most_of_the_pause_are_options() -> None:
    policy = Policy(backoff_base=0.1, backoff_max=0.3)
    assert [ask(UNSENT, attempt=n, jitter=1.0, policy=policy) for n in range(3)] == pytest.approx(
        [0.1, 0.2, 0.3]
    )


def test_retry_after_is_obeyed_to_the_second_up_to_two_minutes() -> None:
    assert ask(status(503, retry_after=7.0), jitter=0.1) == 7.0
    assert ask(status(429, retry_after=0.0)) == 0.0
    assert ask(status(503, retry_after=3600.0)) == 120.0


def test_a_pause_beyond_the_deadline_is_not_begun() -> None:
    assert ask(status(503, retry_after=7.0), deadline_left=6.9) is None
    assert ask(status(503, retry_after=7.0), deadline_left=7.1) == 7.0
    assert ask(UNSENT, deadline_left=0.0, jitter=0.0) is None


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("3", 3.0),
        (" 0 ", 0.0),
        ("1.5", 1.5),
        ("Thu, 01 Jan 1970 00:16:45 GMT", 5.0),
        ("Thursday, 01-Jan-70 00:16:45 GMT", 5.0),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0),
        ("-3", None),
        ("soon", None),
        ("", None),
        ("nan", None),
        ("1e400", float("inf")),
    ],
)
def test_retry_after_in_seconds_or_as_a_date(header: str | None, seconds: float | None) -> None:
    assert retry_after_seconds(header, now=1000.0) == seconds


@given(st.text(max_size=60), st.floats(0, 4e9))
def test_no_retry_after_breaks_us(header: str, now: float) -> None:
    seconds = retry_after_seconds(header, now)
    assert seconds is None or seconds >= 0
