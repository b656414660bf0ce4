# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filter: what became of each rack, as lines of a table."""

from __future__ import annotations

DOCUMENTATION = r"""
name: fleet_table
short_description: What became of each rack of a fleet, as lines of a table
version_added: 1.0.0
author: Convox (@convox)
description:
  - Makes lines that stand below each other of what the playbook C(convox.rack.fleet_deploy) leaves in C(fleet_racks).
positional: _input
options:
  _input:
    description:
      - Dictionaries with C(rack), C(result), C(release), C(previous_release) and C(seconds).
    type: list
    elements: dict
    required: true
"""

EXAMPLES = r"""
# One line below the other, for a message to a chat
text: "{{ fleet_racks | convox.rack.fleet_table | join('\n') }}"
"""

RETURN = r"""
_value:
  description:
    - A line of headings, and a line for each rack.
  type: list
  elements: str
  sample:
    - "rack     result       release      previous     seconds"
    - "staging  deployed     RABCDEFGHIJ  RBCDEFGHIJK     41.3"
"""

import typing as t

from ansible.errors import AnsibleFilterError

#: Its key, its heading, whether it is a number.
_COLUMNS = (
    ("rack", "rack", False),
    ("result", "result", False),
    ("release", "release", False),
    ("previous_release", "previous", False),
    ("seconds", "seconds", True),
)
_NOTHING = "-"


def fleet_table(racks: t.Any) -> list[str]:
    """The lines. Raises AnsibleFilterError for what is no list of dictionaries."""
    if not isinstance(racks, (list, tuple)) or not all(isinstance(each, dict) for each in racks):
        raise AnsibleFilterError(
            "fleet_table: takes the list of racks that fleet_deploy leaves in fleet_racks"
        )
    rows = [[heading for _key, heading, _number in _COLUMNS]]
    rows += [[_cell(each.get(key)) for key, _heading, _number in _COLUMNS] for each in racks]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    numbers = [number for _key, _heading, number in _COLUMNS]
    return ["  ".join(map(_padded, row, widths, numbers)).rstrip() for row in rows]


def _cell(value: t.Any) -> str:
    return _NOTHING if value in (None, "") else str(value)


def _padded(text: str, width: int, number: bool) -> str:
    return text.rjust(width) if number else text.ljust(width)


class FilterModule:
    """What Ansible asks for filters."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"fleet_table": fleet_table}
