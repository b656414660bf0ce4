# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of what every module of convox.rack supports."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Can run in C(check_mode) and tell what would change, without sending a write to the rack.
    support: full
  diff_mode:
    description: Tells in C(diff) mode what differs. Values of env variables are masked.
    support: full
  idempotent:
    description: When run twice in a row without other changes in between, the second run changes nothing.
    support: full
"""

    INFO = r"""
options: {}
attributes:
  check_mode:
    description: Can run in C(check_mode); it only reads.
    support: full
  diff_mode:
    description: Changes nothing, so there is no difference to tell.
    support: N/A
  idempotent:
    description: Changes nothing.
    support: full
"""
