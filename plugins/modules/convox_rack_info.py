#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 Convox
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: convox_rack_info
short_description: Read what a Convox rack is
version_added: 1.0.0
author:
  - Convox (@convox)
description:
  - Reads a rack, and on request its capacity, parameters, processes and more; of a console all its racks and cloud
    machines.
  - Never changes anything.
options:
  include:
    description:
      - What to read beside the rack itself. Each part costs a request.
      - V(parameters) come from the console where it knows them, else from the rack. V(outputs), V(releases) and V(metrics)
        are those of v2 racks. V(racks) and V(machines) are the console's, and need no O(rack); the routes of a console are
        known from the source of the CLI and were never tried against a real one.
      - What this rack cannot tell is null, and a warning says so. What the key may not read is a failure.
    type: list
    elements: str
    choices: [capacity, parameters, outputs, processes, releases, metrics, letsencrypt, racks, machines]
    default: []
  all_processes:
    description:
      - Whether V(processes) in O(include) are those of all apps, too, and not the rack's own alone.
    type: bool
    default: false
  reveal:
    description:
      - Whether parameters and outputs are returned with secret values. Whoever reads the output of the play or its log
        then sees them; C(no_log) hides the result.
      - Otherwise a value is masked when C(password), C(secret), C(token) or C(key) stands in its name.
    type: bool
    default: false
extends_documentation_fragment:
  - convox.rack.rack
  - convox.rack.metrics
  - convox.rack.attributes.info
seealso:
  - module: convox.rack.convox_rack
  - module: convox.rack.convox_instance_info
"""

EXAMPLES = r"""
- name: Version and state of the rack
  convox.rack.convox_rack_info:
  register: seen

- name: The version
  ansible.builtin.debug:
    var: seen.rack.version

- name: What it has and what of it is used, and how it is set up
  convox.rack.convox_rack_info:
    rack: acme/production
    include: [capacity, parameters, letsencrypt]

- name: All racks of a console
  convox.rack.convox_rack_info:
    include: racks
  register: seen

- name: Their names
  ansible.builtin.debug:
    msg: "{{ seen.rack.racks | map(attribute='name') }}"
"""

RETURN = r"""
rack:
  description: The rack. Its own fields are null where only the console was asked, without a rack.
  returned: success
  type: dict
  contains:
    name:
      description: Name of the rack, by itself; null for a console alone.
      type: str
      sample: production
    status:
      description: State of the rack; null for a console alone.
      type: str
      sample: running
    version:
      description: Version of the rack; null for a console alone.
      type: str
      sample: 3.24.9
    provider:
      description: Where it runs; null for a console alone.
      type: str
      sample: aws
    region:
      description: Region of the provider; null for a console alone.
      type: str
      sample: us-east-1
    domain:
      description: Domain of its router; null for a console alone.
      type: str
      sample: router.rack.example.com
    rack_domain:
      description: Domain of its API; null for a console alone.
      type: str
      sample: api.rack.example.com
    router_internal:
      description: Domain of its router inside the network; null for a console alone.
      type: str
      sample: router.rack.internal
    count:
      description: How many instances it says it has. A v3 rack says 0, see M(convox.rack.convox_instance_info). Null for a console alone.
      type: int
      sample: 3
    type:
      description: Type of its instances, where it says so; null for a console alone.
      type: str
      sample: t3.large
    capacity:
      description: What the rack has, and what of it its processes ask for.
      returned: when O(include) holds V(capacity)
      type: dict
      contains:
        cluster_cpu:
          description: Thousandths of a core that it has.
          type: int
          sample: 8000
        cluster_gpu:
          description: GPUs that it has.
          type: int
          sample: 0
        cluster_memory:
          description: Memory that it has, in millions of bytes.
          type: int
          sample: 34360
        process_count:
          description: How many processes it has.
          type: int
          sample: 9
        process_cpu:
          description: Thousandths of a core that they ask for.
          type: int
          sample: 1500
        process_gpu:
          description: GPUs that they ask for.
          type: int
          sample: 0
        process_memory:
          description: Memory that they ask for, in millions of bytes.
          type: int
          sample: 3222
    parameters:
      description: Its parameters, masked by name unless O(reveal); null where nobody tells.
      returned: when O(include) holds V(parameters)
      type: dict
      sample: {"node_type": "t3.large", "docker_hub_password": "********"}
    outputs:
      description: Its outputs, masked by name unless O(reveal); null on a v3 rack.
      returned: when O(include) holds V(outputs)
      type: dict
      sample: {"Domain": "rack.example.com"}
    processes:
      description: Its own processes, with O(all_processes) those of all apps, too, each as RV(convox.rack.convox_process_info#module:processes).
      returned: when O(include) holds V(processes)
      type: list
      elements: dict
      sample: [{"id": "api-5cdb98cd77-np6j9", "app": "system", "status": "running"}]
    releases:
      description: Versions that it had, newest first; null on a v3 rack.
      returned: when O(include) holds V(releases)
      type: list
      elements: dict
      contains:
        id:
          description: The version.
          type: str
          sample: "20190111211123"
        description:
          description: What the rack says of it.
          type: str
          sample: ""
        created:
          description: When, in UTC; null where the rack does not say.
          type: str
          sample: "2026-11-24T14:14:25Z"
    metrics:
      description: >-
        Its metrics; null where it keeps none. Each has a C(name), and in C(values) one for each period, with C(time), C(avg), C(count), C(max),
        C(min) and C(sum).
      returned: when O(include) holds V(metrics)
      type: list
      elements: dict
      sample: [{"name": "process:cpu", "values": [{"time": "2026-11-24T14:00:00Z", "avg": 12.5, "count": 2, "max": 20, "min": 5, "sum": 25}]}]
    letsencrypt:
      description: How it proves that domains are its own, without credentials.
      returned: when O(include) holds V(letsencrypt)
      type: dict
      contains:
        role:
          description: Role of all solvers.
          type: str
          sample: ""
        solvers:
          description: Its DNS solvers.
          type: list
          elements: dict
          sample: [{"id": 1, "dns_zones": ["example.com"], "route53": {"role": "arn:aws:iam::1:role/dns"}}]
    racks:
      description: All racks of the console that the key may see, sorted by name; null without a console.
      returned: when O(include) holds V(racks)
      type: list
      elements: dict
      contains:
        name:
          description: The rack, as C(org/name).
          type: str
          sample: acme/production
        provider:
          description: Where it runs.
          type: str
          sample: aws
        status:
          description: Its state.
          type: str
          sample: running
    machines:
      description: All cloud machines of the console that the key may see, sorted by name; null without a console.
      returned: when O(include) holds V(machines)
      type: list
      elements: dict
      contains:
        id:
          description: Id of the machine.
          type: str
          sample: 9f1c2d
        name:
          description: The machine, as C(org/name).
          type: str
          sample: acme/box
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
from ansible_collections.convox.rack.plugins.module_utils._modules.rack_info.noun import RackInfoNoun


def main() -> None:
    _runner.run_module(RackInfoNoun)


if __name__ == "__main__":
    main()
