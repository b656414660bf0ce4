# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: what convox_rack_info is asked for."""

from __future__ import annotations

import typing as t


class Desired(t.NamedTuple):
    """What to read of the rack. ``metrics``: what to ask it for."""

    include: tuple[str, ...]
    all_processes: bool
    metrics: dict[str, str]
    reveal: bool
