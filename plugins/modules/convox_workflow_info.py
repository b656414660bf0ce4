#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 Convox
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: convox_workflow_info
short_description: Read the workflows of a Convox rack
version_added: 1.0.0
author:
  - Convox (@convox)
description:
  - Lists the workflows of a rack. They are its console's, so O(rack) has to name the rack as C(org/name).
  - Never changes anything.
  - The routes of a console are known from the source of the CLI and were never tried against a real one.
options: {}
extends_documentation_fragment:
  - convox.rack.rack
  - convox.rack.attributes.info
seealso:
  - module: convox.rack.convox_workflow
"""

EXAMPLES = r"""
- name: The workflows of a rack
  convox.rack.convox_workflow_info:
    rack: acme/production
  register: seen

- name: Their names
  ansible.builtin.debug:
    msg: "{{ seen.workflows | map(attribute='name') }}"
"""

RETURN = r"""
workflows:
  description: The workflows, sorted by name.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: Id of the workflow.
      type: str
      sample: wf-deploy
    name:
      description: Name of the workflow.
      type: str
      sample: deploy
    kind:
      description: What kind of workflow it is.
      type: str
      sample: deployment
error:
  description: Class of the error.
  returned: failure
  type: str
  sample: ConvoxNotFoundError
status:
  description: HTTP status of the rack's answer, null where none came.
  returned: failure
  type: int
  sample: 404
request_id:
  description: Id of the request in the rack's log, null where no answer came.
  returned: failure
  type: str
  sample: 5d1f2c3a9b8e
unsettled:
  description: Whether something was sent and no answer came, so it may be done.
  returned: failure
  type: bool
  sample: false
"""

from ansible_collections.convox.rack.plugins.module_utils import _runner
from ansible_collections.convox.rack.plugins.module_utils._modules.workflow_info.noun import WorkflowInfoNoun


def main() -> None:
    _runner.run_module(WorkflowInfoNoun)


if __name__ == "__main__":
    main()
