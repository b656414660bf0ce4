# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filter: a path as seen from where Ansible was started."""

from __future__ import annotations

DOCUMENTATION = r"""
name: from_here
short_description: A path as seen from the folder in which Ansible was started
version_added: 1.0.0
author: Convox (@convox)
description:
  - Ansible takes a relative path from the folder of the playbook. That of a playbook which is called by its name in a collection
    lies in the collection. This filter makes of it the path that is meant on the command line.
positional: _input
options:
  _input:
    description:
      - A path. One that is whole, or begins with C(~) or C($), stays as it is.
    type: path
    required: true
"""

EXAMPLES = r"""
# With -e report_dest=racks.html a file in the current folder
dest: "{{ report_dest | convox.rack.from_here }}"
"""

RETURN = r"""
_value:
  description:
    - The path.
  type: path
  sample: /home/me/racks.html
"""

import typing as t

from ansible.errors import AnsibleFilterError

from ansible_collections.convox.rack.plugins.plugin_utils.here import whole
from ansible_collections.convox.rack.plugins.plugin_utils.plain import plain


def from_here(path: t.Any) -> str:
    """The path. Raises AnsibleFilterError for what is no text."""
    given = plain(path)
    if not isinstance(given, str) or not given:
        raise AnsibleFilterError("from_here: takes a path, as text")
    return whole(given)


class FilterModule:
    """What Ansible asks for filters."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"from_here": from_here}
