# SPDX-FileCopyrightText: 2026 Convox
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: app_drift
short_description: Say in rows what differs between variables of the role app and a rack
version_added: 1.0.0
author:
  - Convox (@convox)
description:
  - Makes rows of what tasks of this collection would change, out of their results in check mode with diffs. The playbook
    C(convox.rack.drift) shows them. Values that results mask stay masked.
positional: _input, app
options:
  _input:
    description:
      - Results of tasks, or of loops of them.
    type: list
    elements: dict
    required: true
  app:
    description:
      - Name of the app.
    type: str
    required: true
  missing:
    description:
      - Names of services that the variables name and the app does not have.
    type: list
    elements: str
    default: []
seealso:
  - plugin: convox.rack.app
    plugin_type: role
"""

EXAMPLES = r"""
- name: What would be changed
  convox.rack.convox_app:
    name: web
    parameters:
      BuildMem: 2048
  check_mode: true
  diff: true
  register: planned

- name: Show it
  ansible.builtin.debug:
    msg: "{{ [planned] | convox.rack.app_drift('web') }}"
"""

RETURN = r"""
_value:
  description: The rows; C(here) is what the variables say, C(there) what the rack has.
  type: list
  elements: dict
  sample: [{"app": "web", "what": "parameters BuildMem", "here": "2048", "there": "-"}]
"""

import typing as t

from ansible.errors import AnsibleFilterError

from ansible_collections.convox.rack.plugins.plugin_utils import drift_rows
from ansible_collections.convox.rack.plugins.plugin_utils.plain import plain


def app_drift(results: t.Any, app: t.Any, missing: t.Any = ()) -> list[dict[str, str]]:
    """The filter."""
    try:
        return drift_rows.rows(plain(results), plain(app)) + drift_rows.services(plain(missing), plain(app))
    except (AttributeError, TypeError):
        raise AnsibleFilterError("convox.rack.app_drift: takes a list of registered results") from None


class FilterModule:
    """What Ansible finds."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """The filters of this file."""
        return {"app_drift": app_drift, "app_drift_table": drift_rows.table}
