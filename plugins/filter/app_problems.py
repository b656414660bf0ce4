# SPDX-FileCopyrightText: 2026 Convox
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: app_problems
short_description: Say what is wrong with variables of the role app
version_added: 1.0.0
author:
  - Convox (@convox)
description:
  - Names what the modules of this collection would refuse of the variables of the role P(convox.rack.app#role), before one
    of them has changed anything. No rack is asked.
  - The words name variables, and never show their values.
positional: _input
options:
  _input:
    description:
      - The variables of the role, by their names.
    type: dict
    required: true
seealso:
  - plugin: convox.rack.app
    plugin_type: role
"""

EXAMPLES = r"""
- name: A count that no rack takes
  ansible.builtin.debug:
    msg: "{{ {'app_name': 'web', 'app_services': [{'name': 'web', 'count': -1}]} | convox.rack.app_problems }}"
"""

RETURN = r"""
_value:
  description: What is wrong, in words. Empty where nothing is.
  type: list
  elements: str
  sample: ["app_services: web: count: is below 0. Give 0 or more."]
"""

import typing as t
from collections.abc import Mapping

from ansible.errors import AnsibleFilterError

from ansible_collections.convox.rack.plugins.plugin_utils import app_checks


def app_problems(variables: t.Any) -> list[str]:
    """The filter. Without the libraries here, the modules run elsewhere, and say it themselves."""
    if not isinstance(variables, Mapping):
        raise AnsibleFilterError(
            "convox.rack.app_problems: takes the variables of the role app, a dictionary"
        )
    return app_checks.problems(variables)


class FilterModule:
    """What Ansible finds."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """The filters of this file."""
        return {"app_problems": app_problems}
