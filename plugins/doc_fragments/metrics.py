# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the options that say which metrics to read."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  metrics:
    description:
      - Names of metrics. Not given, the rack chooses.
      - Only with V(metrics) in O(include), like O(start), O(end) and O(period).
    type: list
    elements: str
  start:
    description:
      - From when on, in ISO 8601, such as V(2026-11-24T14:00:00Z). Without an offset it is UTC.
    type: str
  end:
    description:
      - Until when, as O(start).
    type: str
  period:
    description:
      - Seconds of each value.
    type: int
"""
