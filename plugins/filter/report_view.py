# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filter: what a page about racks shows."""

from __future__ import annotations

DOCUMENTATION = r"""
name: report_view
short_description: What a page about racks shows, ready for a template
version_added: 1.0.0
author: Convox (@convox)
description:
  - Turns what the modules have read of racks into what the template of the playbook C(convox.rack.report) puts on its page. Sums,
    lengths of bars and words for what needs attention.
  - Every text is escaped for HTML. Of releases only ids, times and descriptions are taken, of apps no env and no parameter.
positional: _input
options:
  _input:
    description:
      - The racks, each a dictionary of C(name), C(rack) as M(convox.rack.convox_rack_info) returns it with V(capacity), C(apps)
        as M(convox.rack.convox_app_info) returns them with V(services), V(processes) and V(releases), and C(problem), the
        reason where it could not be read.
    type: list
    elements: dict
    required: true
  time:
    description:
      - The time of the report, in UTC, as V(2026-11-24T14:14:25Z).
    type: str
    required: true
"""

EXAMPLES = r"""
# For a template of one's own
page: "{{ racks_read | convox.rack.report_view(time='2026-11-24T14:14:25Z') }}"
"""

RETURN = r"""
_value:
  description:
    - C(racks), a list with what there is to show of each; C(totals) of all of them; C(attention), what somebody should look at,
      in words; and C(time).
  type: dict
  sample: {"racks": [], "totals": [{"name": "racks", "count": 0}], "attention": [], "time": {"words": "2026-11-24 14:14"}}
"""

import typing as t

from ansible.errors import AnsibleFilterError

from ansible_collections.convox.rack.plugins.plugin_utils import report
from ansible_collections.convox.rack.plugins.plugin_utils.plain import plain


def report_view(racks: t.Any, time: t.Any) -> dict[str, t.Any]:
    """What the page shows. Raises AnsibleFilterError for what is no list of racks, or no time."""
    now = report.parsed(plain(time))
    if now is None:
        raise AnsibleFilterError("report_time: is no time. Write it in UTC, as 2026-11-24T14:14:25Z")
    given = plain(racks)
    if not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
        raise AnsibleFilterError("report_view: takes a list of racks, each a dictionary")
    return report.view(given, now)


class FilterModule:
    """What Ansible asks for filters."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"report_view": report_view}
