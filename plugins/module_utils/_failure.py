# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: how a failed task's answer is built: its words, and what of it may be shown.

A task that goes well imports none of it.
"""

from __future__ import annotations

import os
import traceback
import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._noun import HIDDEN
from ansible_collections.convox.rack.plugins.module_utils._outcome import SECRET_LENGTH, Spec, fits


def failure(error: errors.ConvoxError, *, changed: bool, unsettled: t.Sequence[str] = ()) -> dict[str, t.Any]:
    """A failed result: the words, the rack's status and request id, the error's class, and its extras.

    ``unsettled``: operations that were sent and may have been done, for no answer told: then ``changed`` is
    true, too.
    """
    answer: dict[str, t.Any] = {
        "changed": changed or bool(unsettled),
        "failed": True,
        "msg": with_unsettled(errors.describe(error), error.operation, unsettled),
        "error": type(error).__name__,
        "status": getattr(error, "status_code", None),
        "request_id": getattr(error, "request_id", None),
        "unsettled": bool(unsettled),
    }
    answer.update(error.extra)
    return answer


def with_unsettled(words: str, operation: str | None, unsettled: t.Sequence[str]) -> str:
    """The words of a failure of ``operation``, with what was sent before and may have been done."""
    earlier = [
        f"{each[:1].upper()}{each[1:]}: sent, but no answer came, so it may have been done. "
        for each in unsettled
        if each != operation
    ]
    own = " No answer told whether it was done: it may have been." if operation in unsettled else ""
    return f"{''.join(earlier)}{words}{own}"


def defect(error: Exception, *, changed: bool, unsettled: list[str]) -> dict[str, t.Any]:
    """A bug of ours. Its message might quote a value, so only its class and place are named."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    words = (
        f"convox.rack met an error of its own: {type(error).__name__} at "
        f"{os.path.basename(place.filename)}:{place.lineno}. Please report it with this place."
    )
    return {
        "changed": changed,
        "failed": True,
        "msg": with_unsettled(words, None, unsettled),
        "error": type(error).__name__,
        "unsettled": bool(unsettled),
        "exception": "".join(traceback.format_tb(error.__traceback__)),
    }


def wrong_values(options: t.Mapping[str, t.Any], spec: Spec) -> list[str]:
    """The values that are not of their option's type, as text: core quotes them in its messages."""
    return [str(options[name]) for name, each in spec.items() if not fits(options.get(name), each)]


def without_values(words: str, values: t.Iterable[str]) -> str:
    """Words without these values: where they stand in quotes, and long ones anywhere."""
    for value in sorted({value for value in values if value}, key=len, reverse=True):
        for quoted in (f"'{value}'", f'"{value}"', *[value] * (len(value) >= SECRET_LENGTH)):
            words = words.replace(quoted, HIDDEN)
    return words
