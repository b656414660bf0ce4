#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 Convox
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: convox_process_info
short_description: Read the processes of an app on a Convox rack
version_added: 1.0.0
author:
  - Convox (@convox)
description:
  - Lists the processes of an app, those of builds and of C(convox run) among them, sorted by their ids.
  - Of an app that is not there it fails; a process that is not there is no failure, but an empty list.
options:
  app:
    description:
      - Name of the app.
    type: str
    required: true
  id:
    description:
      - Id of a process, or a list of them. Not given, all are listed.
    type: list
    elements: str
  service:
    description:
      - Only processes of this service.
    type: str
  release:
    description:
      - Only processes of the release with this id.
    type: str
  status:
    description:
      - Only processes with this status, or one of these. V(*) and V(?) stand for any text and any letter.
      - Racks know V(pending), V(starting), V(running), V(unhealthy), V(crashed), V(complete), V(failed) and V(unknown).
    type: list
    elements: str
extends_documentation_fragment:
  - convox.rack.rack
  - convox.rack.attributes.info
seealso:
  - module: convox.rack.convox_process
  - module: convox.rack.convox_service_info
  - module: convox.rack.convox_app_info
"""

EXAMPLES = r"""
- name: What runs
  convox.rack.convox_process_info:
    app: web
    status: running
  register: seen

- name: What does not run as it should
  convox.rack.convox_process_info:
    app: web
    service: worker
    status:
      - crashed
      - unhealthy
"""

RETURN = r"""
processes:
  description: The processes, sorted by their ids.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: Id of the process.
      type: str
      sample: web-56f5678c85-p92zt
    app:
      description: Name of the app.
      type: str
      sample: web
    service:
      description: Name of its service; V(build) of a build.
      type: str
      sample: web
    name:
      description: Name of its container, as a rule that of the service.
      type: str
      sample: web
    status:
      description: What it is doing.
      type: str
      sample: running
    release:
      description: Id of the release that it runs.
      type: str
      sample: RAVMGLHXFTK
    started:
      description: When it was started, null where the rack does not say.
      type: str
      sample: "2026-11-24T14:15:13Z"
    command:
      description: Its command, empty for that of the image. It may hold what was typed after C(convox run).
      type: str
      sample: ""
    image:
      description: Its image.
      type: str
      sample: registry.rack.test/web:web.BXSWXZCFKMY
    host:
      description: Its address inside the rack, empty before it runs.
      type: str
      sample: 10.1.198.63
    instance:
      description: Id of its instance.
      type: str
      sample: node-1
    ports:
      description: Ports that it listens on.
      type: list
      elements: str
      sample: ["3000"]
    cpu:
      description: Cores that it uses.
      type: float
      sample: 0.012
    memory:
      description: MiB of memory that it uses.
      type: float
      sample: 48
    gpu:
      description: GPUs that it has. A rack that measures them adds keys that begin with C(gpu_), such as C(gpu_util).
      type: int
      sample: 0
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
from ansible_collections.convox.rack.plugins.module_utils._modules.process_info.noun import ProcessInfoNoun


def main() -> None:
    _runner.run_module(ProcessInfoNoun)


if __name__ == "__main__":
    main()
