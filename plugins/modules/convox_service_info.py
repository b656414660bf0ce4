#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 Convox
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: convox_service_info
short_description: Read the services of an app on a Convox rack
version_added: 1.0.0
author:
  - Convox (@convox)
description:
  - Lists the services of an app, sorted by name, with their scale and what scales them.
  - Of an app that is not there it fails; an app without a promoted release has no services.
options:
  app:
    description:
      - Name of the app.
    type: str
    required: true
  name:
    description:
      - Name of a service, or a list of them. Not given, all are listed.
    type: list
    elements: str
  include:
    description:
      - What to read beside the list. V(metrics) costs a request a service.
      - Where the rack keeps no metrics, RV(services[].metrics) is null and a warning says so.
    type: list
    elements: str
    choices: [metrics]
    default: []
  parallel:
    description:
      - How many services are asked for at a time; 20 at most, whatever is given.
    type: int
    default: 8
extends_documentation_fragment:
  - convox.rack.rack
  - convox.rack.metrics
  - convox.rack.attributes.info
seealso:
  - module: convox.rack.convox_service
  - module: convox.rack.convox_process_info
  - module: convox.rack.convox_app_info
"""

EXAMPLES = r"""
- name: What scales how
  convox.rack.convox_service_info:
    app: web
  register: seen

- name: One service with its metrics of an hour
  convox.rack.convox_service_info:
    app: web
    name: web
    include: metrics
    start: "2026-11-24T14:00:00Z"
    end: "2026-11-24T15:00:00Z"
    period: 300
"""

RETURN = r"""
services:
  description: The services, sorted by name.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Name of the service.
      type: str
      sample: web
    count:
      description: How many processes it has.
      type: int
      sample: 3
    cpu:
      description: Thousandths of a core for each process.
      type: int
      sample: 500
    memory:
      description: MiB of memory for each process.
      type: int
      sample: 1024
    gpu:
      description: GPUs for each process. A rack that measures them adds keys that begin with C(gpu_), such as C(gpu_util).
      type: int
      sample: 0
    gpu_vendor:
      description: Vendor of the GPUs.
      type: str
      sample: ""
    min:
      description: Least number of processes, as the manifest or the autoscaler has it; null where the rack does not say.
      type: int
      sample: 1
    max:
      description: Most processes, as the manifest or the autoscaler has it; null where the rack does not say.
      type: int
      sample: 1
    domain:
      description: Host name of the service.
      type: str
      sample: web.web.rack.test
    ports:
      description: Ports of the service.
      type: list
      elements: dict
      sample: [{"balancer": 443, "certificate": "", "container": 3000}]
    nlb:
      description: Ports behind a network load balancer.
      type: list
      elements: dict
      sample: [{"container_port": 5000, "port": 5000, "protocol": "tcp", "scheme": "public"}]
    agent:
      description: Whether it runs once on every instance.
      type: bool
      sample: false
    autoscale:
      description: >-
        The autoscaler, null where there is none: whether it is V(enabled), and its thresholds, each null where it does not
        scale by that.
      type: dict
      sample: {"enabled": true, "cpu_threshold": 70, "mem_threshold": null}
    cold_start:
      description: Whether it has no process until a request comes.
      type: bool
      sample: false
    scale_override_active:
      description: Whether a count of 0 outlives a promote.
      type: bool
      sample: false
    triggers_override_active:
      description: Whether thresholds set on the rack take the place of those of the manifest.
      type: bool
      sample: false
    metrics:
      description: >-
        The metrics of the service, null where the rack keeps none. Each has a C(name), and in C(values) one for each
        period, with C(time), C(avg), C(count), C(max),
        C(min) and C(sum).
      returned: when O(include) holds V(metrics)
      type: list
      elements: dict
      sample: [{"name": "process:cpu", "values": [{"time": "2026-11-24T14:00:00Z", "avg": 12.5, "count": 2, "max": 20, "min": 5, "sum": 25}]}]
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
from ansible_collections.convox.rack.plugins.module_utils._modules.service_info.noun import ServiceInfoNoun


def main() -> None:
    _runner.run_module(ServiceInfoNoun)


if __name__ == "__main__":
    main()
