#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 Convox
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: convox_workflow
short_description: Run a workflow of a Convox rack
version_added: 1.0.0
author:
  - Convox (@convox)
description:
  - Starts a workflow on a branch or a commit. It does not wait for its end, which no route tells.
  - Workflows are the console's, so O(rack) has to name the rack as C(org/name).
  - It is an action, so the task is always changed. The request is never sent twice - where its answer is lost, the task
    fails and says that the workflow may have been started.
  - The routes of a console are known from the source of the CLI and were never tried against a real one.
options:
  app:
    description:
      - Name of the app.
    type: str
    required: true
  id:
    description:
      - Id of the workflow. Either O(id) or O(name) is needed.
    type: str
  name:
    description:
      - Name of the workflow, where no other has it.
    type: str
  branch:
    description:
      - Branch to run it on. Either O(branch) or O(commit) is needed.
    type: str
  commit:
    description:
      - Commit to run it on.
    type: str
  title:
    description:
      - Title of the job.
    type: str
extends_documentation_fragment:
  - convox.rack.rack
  - convox.rack.attributes
attributes:
  idempotent:
    support: none
    details:
      - It starts the workflow each time.
seealso:
  - module: convox.rack.convox_workflow_info
"""

EXAMPLES = r"""
- name: Deploy the main branch
  convox.rack.convox_workflow:
    rack: acme/production
    name: deploy
    app: web
    branch: main

- name: Deploy a commit
  convox.rack.convox_workflow:
    rack: acme/production
    id: wf-deploy
    app: web
    commit: 4f2c9e1
    title: the one with the fix
"""

RETURN = r"""
job_id:
  description: Id of the job that was started; null in check mode.
  returned: success
  type: str
  sample: job-1
workflow:
  description: The workflow, as RV(convox.rack.convox_workflow_info#module:workflows).
  returned: success
  type: dict
  sample: {"id": "wf-deploy", "name": "deploy", "kind": "deployment"}
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
from ansible_collections.convox.rack.plugins.module_utils._modules.workflow.noun import WorkflowNoun


def main() -> None:
    _runner.run_module(WorkflowNoun)


if __name__ == "__main__":
    main()
