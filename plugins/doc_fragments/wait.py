# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the options of waiting."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  wait:
    description:
      - Whether to wait until the rack has really done it.
    type: bool
    default: true
  wait_timeout:
    description:
      - Seconds to wait at most, over all waits of the task. At the deadline the task fails and says what was seen last;
        the rack goes on by itself.
    type: int
    default: 600
  poll_interval:
    description:
      - Most seconds between two reads of the state. The first reads come faster.
    type: float
    default: 2.0
"""
