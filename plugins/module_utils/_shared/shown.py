# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: reading back what was written, on a rack whose reads lag behind."""

from __future__ import annotations

import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api.waiting import Wait, wait_for
from ansible_collections.convox.rack.plugins.module_utils._noun import Context

# For so many seconds after a write a rack's reads may show what was before it. As in waits.py, which brings
# along what only waits for an app need.
LAG = 5.0

T = t.TypeVar("T")


def once_shown(
    context: Context, what: str, read: t.Callable[[], T], shown: t.Callable[[T], bool], at: float
) -> T:
    """What ``read`` gives as soon as it shows what was written at ``at`` (by the context's clock), or what it
    gives when reads lag no more: then the caller sees from it that the rack has ignored the write. ``what``
    names the thing for the error of a rack that gives no good answer at all (ConvoxWaitError)."""
    return wait_for(
        Wait(
            what=f"{what} to show what was written",
            read=read,
            good=lambda seen: shown(seen) or context.clock.now() - at >= LAG,
            words=lambda seen: "what was before" if not shown(seen) else "what was written",
            advice="It was written; run the task again to see whether the rack has kept it.",
            timeout=2 * LAG,
            poll_interval=context.poll_interval,
            confirm=0,
        ),
        context.clock,
    )
