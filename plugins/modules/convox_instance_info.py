#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 Convox
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: convox_instance_info
short_description: Read the instances of a Convox rack
version_added: 1.0.0
author:
  - Convox (@convox)
description:
  - Lists the instances of a rack, the machines on which its processes run.
  - Never changes anything. An instance that is not there is not in the list.
options:
  id:
    description:
      - Ids of instances. Not given, all.
    type: list
    elements: str
  status:
    description:
      - States that they may have, as patterns such as V(run*). Not given, any.
    type: list
    elements: str
  include:
    description:
      - V(processes) lists the processes that run on each instance, those of the rack and of all apps, which costs one
        more request.
    type: list
    elements: str
    choices: [processes]
    default: []
extends_documentation_fragment:
  - convox.rack.rack
  - convox.rack.attributes.info
seealso:
  - module: convox.rack.convox_instance
  - module: convox.rack.convox_rack_info
"""

EXAMPLES = r"""
- name: All instances
  convox.rack.convox_instance_info:
  register: seen

- name: Which do not run
  ansible.builtin.debug:
    msg: "{{ seen.instances | rejectattr('status', 'eq', 'running') | map(attribute='id') }}"

- name: What runs on one of them
  convox.rack.convox_instance_info:
    id: node-1
    include: processes
"""

RETURN = r"""
instances:
  description: The instances, sorted by id.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: Id of the instance.
      type: str
      sample: node-1
    status:
      description: State of the instance.
      type: str
      sample: running
    agent:
      description: Whether an agent runs there.
      type: bool
      sample: false
    processes:
      description: >-
        How many processes run there; with V(processes) in O(include) the processes themselves, each as
        RV(convox.rack.convox_process_info#module:processes).
      type: raw
      sample: 12
    cpu:
      description: Cores that are used.
      type: float
      sample: 0.35
    cpu_capacity:
      description: Cores that it has.
      type: float
      sample: 4
    cpu_allocatable:
      description: Cores that processes may have.
      type: float
      sample: 3.9
    gpu_capacity:
      description: GPUs that it has.
      type: int
      sample: 0
    gpu_allocatable:
      description: GPUs that processes may have.
      type: int
      sample: 0
    memory:
      description: MiB of memory that are used.
      type: float
      sample: 1024
    memory_capacity:
      description: MiB of memory that it has.
      type: float
      sample: 16384
    memory_allocatable:
      description: MiB of memory that processes may have.
      type: float
      sample: 15360
    private_ip:
      description: Its address inside the network.
      type: str
      sample: 10.0.0.11
    public_ip:
      description: Its address outside of it.
      type: str
      sample: 203.0.113.1
    started:
      description: Since when it runs, in UTC; null where the rack does not say.
      type: str
      sample: "2026-11-24T14:14:25Z"
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
from ansible_collections.convox.rack.plugins.module_utils._modules.instance_info.noun import InstanceInfoNoun


def main() -> None:
    _runner.run_module(InstanceInfoNoun)


if __name__ == "__main__":
    main()
