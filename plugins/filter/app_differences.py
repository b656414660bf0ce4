# SPDX-FileCopyrightText: 2026 Convox
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: app_differences
short_description: Name what makes two apps different
version_added: 1.0.0
author:
  - Convox (@convox)
description:
  - Compares two apps, on one rack or two, and names what differs. Values are never among the words.
positional: _input, wanted
options:
  _input:
    description:
      - The app that is there, as P(convox.rack.app_state#filter) makes it.
    type: dict
    required: true
  wanted:
    description:
      - The app that it should be like.
    type: dict
    required: true
  unfinished:
    description:
      - Whether what is not there yet is no difference, as in a copy that was broken off.
    type: bool
    default: false
seealso:
  - plugin: convox.rack.app_state
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Two apps
  ansible.builtin.debug:
    msg: "{{ one | convox.rack.app_state | convox.rack.app_differences(other | convox.rack.app_state) }}"
  vars:
    one: {"name": "web", "parameters": {"BuildMem": "1024"}}
    other: {"name": "web", "parameters": {"BuildMem": "2048"}}
"""

RETURN = r"""
_value:
  description: What differs, in words. Empty where nothing does.
  type: list
  elements: str
  sample: ["parameter BuildMem"]
"""

import typing as t

from ansible.errors import AnsibleFilterError

from ansible_collections.convox.rack.plugins.plugin_utils import app_copy
from ansible_collections.convox.rack.plugins.plugin_utils.plain import plain


def app_differences(there: t.Any, wanted: t.Any, unfinished: bool = False) -> list[str]:
    """The filter."""
    try:
        return app_copy.differences(plain(there), plain(wanted), unfinished=bool(unfinished))
    except (AttributeError, KeyError, TypeError):
        # What was given may hold secrets: only what is wrong with it is said.
        raise AnsibleFilterError(
            "convox.rack.app_differences: compare two apps as convox.rack.app_state makes them"
        ) from None


class FilterModule:
    """What Ansible finds."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """The filters of this file."""
        return {"app_differences": app_differences}
