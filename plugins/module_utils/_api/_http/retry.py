# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Whether a request is sent again, and after how long: pure. Private to convox.rack; may change at any time.

| what happened | repeated |
|---|---|
| the request never left (no connection) | every method |
| the certificate or the proxy's password was refused | never |
| 429 | every method: nothing was done |
| 500 `the object has been modified` | every method: nothing was done |
| 502, 503, 504, connection lost, half an answer, no answer in time | only what may be done twice |
| other 500 | never; with retry_on_500 what may be done twice, unless its words say it is final |
| any other status | never |

The pause is what `Retry-After` says, at most 120 s, else exponential with full jitter. A pause that
does not end before the request's deadline is not begun.
"""

from __future__ import annotations

import email.utils
from dataclasses import dataclass
from enum import Enum

# The longest pause that a server may ask for, in seconds.
LONGEST_PAUSE = 120.0
_GATEWAY = frozenset({502, 503, 504})


class Kind(Enum):
    """How far a request came."""

    STATUS = "an answer with an error status"
    UNSENT = "it never left"
    REFUSED = "it never left, and trying again cannot help"
    LOST = "it was sent, and no whole answer came"


@dataclass(frozen=True)
class Failure:
    """One failed try. status, message: of the answer, if one came. final: the rack's words say that it
    will not get better. retry_after: seconds the server asked to wait, or None."""

    kind: Kind
    status: int | None = None
    message: str = ""
    final: bool = False
    retry_after: float | None = None


@dataclass(frozen=True)
class Policy:
    """backoff_base, backoff_max: seconds."""

    backoff_base: float = 1.0
    backoff_max: float = 30.0
    retry_on_500: bool = False


def decide(
    failure: Failure,
    *,
    method_repeatable: bool,
    tries_left: int,
    attempt: int,
    policy: Policy,
    deadline_left: float,
    jitter: float,
) -> float | None:
    """Seconds to sleep before the next try, None to give up.

    method_repeatable: doing it twice does no harm. tries_left: how many more are allowed. attempt: 0
    after the first try. deadline_left: seconds until the request's deadline. jitter: from 0 up to 1.
    """
    if tries_left <= 0 or not _worth_another(failure, method_repeatable, policy):
        return None
    pause = _pause(failure, attempt, policy, jitter)
    return pause if pause < deadline_left else None


def _worth_another(failure: Failure, method_repeatable: bool, policy: Policy) -> bool:
    if failure.kind is Kind.REFUSED:
        return False
    if failure.kind is Kind.UNSENT:
        return True
    if failure.kind is Kind.LOST or failure.status in _GATEWAY:
        return method_repeatable
    if failure.status == 429:
        return True
    if failure.status != 500:
        return False
    if "object has been modified" in failure.message:
        return True
    return policy.retry_on_500 and method_repeatable and not failure.final


def _pause(failure: Failure, attempt: int, policy: Policy, jitter: float) -> float:
    if failure.retry_after is not None:
        return min(failure.retry_after, LONGEST_PAUSE)
    # 2.0 ** attempt would overflow after a thousand tries.
    return jitter * min(policy.backoff_max, policy.backoff_base * 2.0 ** min(attempt, 60))


def retry_after_seconds(header: str | None, now: float) -> float | None:
    """What the header `Retry-After` asks for, in seconds from now on; None where it says nothing usable.

    header: a number of seconds or an HTTP date. now: seconds since 1970.
    """
    if header is None:
        return None
    text = header.strip()
    try:
        return max(0.0, float(text)) if text[:1].isdigit() else _until(text, now)
    except (ValueError, OverflowError):
        return None


def _until(date: str, now: float) -> float | None:
    parsed = email.utils.parsedate_tz(date)
    return max(0.0, email.utils.mktime_tz(parsed) - now) if parsed else None
