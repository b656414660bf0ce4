# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: how the rack's methods make their requests.

A POST that makes something is settled by looking: when no answer came, the rack is asked whether the thing
is there, before anything is sent a second time.
"""

from __future__ import annotations

import time
import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api import errors, models
from ansible_collections.convox.rack.plugins.module_utils._api._http.transport import Answer, Transport
from ansible_collections.convox.rack.plugins.module_utils._api.third_party import pydantic

M = t.TypeVar("M", bound=models.Model)
T = t.TypeVar("T")
# How long an id that we just made may be missing from the rack's reads, in seconds.
FRESH_SECONDS = 5.0
FRESH_PAUSE = 0.2
# When no answer came to a POST, the rack may still be at work on it: look this often before sending again.
LOOKS = (0.0, 0.5, 1.5)
# How many entries of a list are read: one page serves nearly always.
PAGE = 20


def flag(value: bool) -> str:
    """The rack reads the text ``true`` as true and anything else as false."""
    return "true" if value else "false"


def given(**fields: t.Any) -> dict[str, str]:
    """Form fields for what is not None; names with ``_`` become the wire's with ``-``."""
    form = {}
    for name, value in fields.items():
        if value is not None:
            form[name.replace("_", "-")] = flag(value) if isinstance(value, bool) else str(value)
    return form


def read(model: type[M], answer: Answer) -> M:
    """An answer as a model; a shape that is not the model's is a server error that quotes nothing."""
    return _parsed(model, answer.json())


def read_list(model: type[M], answer: Answer) -> list[M]:
    """An answer that is a list of models; ``null`` is an empty one."""
    items = answer.json()
    if items is None:
        return []
    if not isinstance(items, list):
        raise errors.ConvoxServerError(answer.status, "the rack's answer is not a list", answer.request_id)
    return [_parsed(model, item) for item in items]


def _parsed(model: type[M], data: t.Any) -> M:
    try:
        return model.model_validate(data)
    except pydantic.ValidationError as error:
        fields = ", ".join(sorted({".".join(str(part) for part in e["loc"]) or "it" for e in error.errors()}))
    raise errors.ConvoxServerError(200, f"the rack's {model.__name__} is not as expected: {fields}")


def absent_is_none(act: t.Callable[[], T]) -> T | None:
    """What ``act`` gives, or None where the rack finds nothing."""
    try:
        return act()
    except errors.ConvoxNotFoundError:
        return None


def _may_still_come(error: errors.ConvoxError) -> bool:
    """Whether the rack may still be at work on a request: to send it again could make a thing twice."""
    return isinstance(error, errors.ConvoxTimeoutError) or getattr(error, "status_code", None) == 504


class RackBase:
    """What all the rack's methods stand on. ``sleep`` takes seconds and is replaced in tests."""

    def __init__(self, transport: Transport, *, sleep: t.Callable[[float], None] = time.sleep) -> None:
        self.transport = transport
        self._sleep = sleep
        self._made: set[str] = set()

    def _get(self, path: str, doing: str, query: dict[str, str] | None = None) -> Answer:
        return self.transport.send("GET", path, query=query or None, doing=doing)

    def _settled(self, send: t.Callable[[], T], look: t.Callable[[], T | None]) -> T:
        """Send; when nobody knows whether it was done, look, and send again only if it was not and cannot be
        done later: after a timeout, ours or a gateway's, the rack may go on with it."""
        tries = self.transport.connection.max_retries
        while True:
            try:
                return send()
            except errors.ConvoxError as error:
                if not error.unsettled:
                    raise
                try:
                    found = self._look_for(look)
                except errors.ConvoxForbiddenError:
                    # A plain deploy key may make some things and not list them.
                    raise error from None
                if found is not None:
                    return found
                if tries <= 0 or _may_still_come(error):
                    raise
                tries -= 1

    def _look_for(self, look: t.Callable[[], T | None]) -> T | None:
        for pause in LOOKS:
            self._sleep(pause)
            found = look()
            if found is not None:
                return found
        return None

    def _fresh(self, made: str, act: t.Callable[[], T]) -> T:
        """An id that we made and the rack does not find yet is asked for again for some seconds."""
        left = FRESH_SECONDS if made in self._made else 0.0
        while True:
            try:
                return act()
            except errors.ConvoxNotFoundError:
                if left <= 0:
                    raise
            self._sleep(FRESH_PAUSE)
            left -= FRESH_PAUSE
