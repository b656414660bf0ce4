#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 Convox
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: convox_service
short_description: Scale and restart services of an app on a Convox rack
version_added: 1.0.0
author:
  - Convox (@convox)
description:
  - Sets count, cpu, memory and gpu of a service, and waits until the processes that run are those asked for.
  - Restarts one service or all services of an app, and waits until every process was replaced.
  - All values are checked before a request is sent, because a rack keeps a value in its cache even when it refuses it.
  - A promote keeps the count of a service, unless it is 0 - then it brings back that of the manifest, unless
    O(scale_override) is on. It puts cpu, memory and gpu back to those of the manifest.
options:
  app:
    description:
      - Name of the app.
    type: str
    required: true
  name:
    description:
      - Name of the service. With O(state=restarted), not given means every service of the app.
    type: str
  state:
    description:
      - V(present) sets what is given.
      - V(restarted) replaces every process. It is an action, so the task is always changed.
    type: str
    choices: [present, restarted]
    default: present
  count:
    description:
      - How many processes run. Not together with O(min) or O(max).
    type: int
  cpu:
    description:
      - Thousandths of a core for each process.
    type: int
  memory:
    description:
      - MiB of memory for each process.
    type: int
  gpu:
    description:
      - How many GPUs for each process.
    type: int
  gpu_vendor:
    description:
      - Vendor of the GPUs, for instance V(nvidia).
    type: str
  min:
    description:
      - Least number of processes. Without an autoscaler it sets the number of processes and is compared with it.
    type: int
  max:
    description:
      - Most processes that an autoscaler may run. The rack needs KEDA for it, unless it stands beside O(triggers).
    type: int
  triggers:
    description:
      - What scales the service instead of what its manifest says, as thresholds of V(cpu), V(memory) and V(gpu) in percent,
        and of V(queue) in messages. With them go the bounds V(min) and V(max), which may also stand in O(min) and O(max);
        bounds that are not given stay as they are.
      - These thresholds and no others. Where one alone differs, it is set alone. An empty dictionary turns all of them off.
      - Needs a rack of version 3.24.6 or newer.
    type: dict
  scale_override:
    description:
      - Whether a promote leaves a count of 0 as it is. Needs a rack of version 3.24.6 or newer.
    type: bool
extends_documentation_fragment:
  - convox.rack.rack
  - convox.rack.wait
  - convox.rack.attributes
attributes:
  idempotent:
    support: partial
    details:
      - O(state=restarted) restarts each time.
"""

EXAMPLES = r"""
- name: Three processes with half a core each
  convox.rack.convox_service:
    app: web
    name: web
    count: 3
    cpu: 500
    memory: 1024

- name: One to five processes, as their load wants
  convox.rack.convox_service:
    app: web
    name: web
    triggers:
      cpu: 70
      min: 1
      max: 5

- name: As the manifest says again
  convox.rack.convox_service:
    app: web
    name: web
    triggers: {}

- name: Stopped, also after the next promote
  convox.rack.convox_service:
    app: web
    name: worker
    count: 0
    scale_override: true

- name: Restart all services of an app
  convox.rack.convox_service:
    app: web
    state: restarted
"""

RETURN = r"""
service:
  description: The service as it is now.
  returned: when O(state=present)
  type: dict
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
      description: Thousandths of a core for each process; null in check mode for a service that is not there yet.
      type: int
      sample: 500
    memory:
      description: MiB of memory for each process; null in check mode for a service that is not there yet.
      type: int
      sample: 1024
    gpu:
      description: GPUs for each process; null in check mode for a service that is not there yet.
      type: int
      sample: 0
    gpu_vendor:
      description: Vendor of the GPUs; null in check mode for a service that is not there yet.
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
      description: Host name of the service; null in check mode for a service that is not there yet.
      type: str
      sample: web.web.rack.test
    ports:
      description: Ports of the service; null in check mode for a service that is not there yet.
      type: list
      elements: dict
      sample: [{"balancer": 443, "certificate": "", "container": 3000}]
    agent:
      description: Whether it runs once on every instance; null in check mode for a service that is not there yet.
      type: bool
      sample: false
    autoscale:
      description: >-
        The autoscaler, null where there is none: whether it is V(enabled), and its thresholds, each null where it does not
        scale by that.
      type: dict
      sample: {"enabled": true, "cpu_threshold": 70, "mem_threshold": null}
    scale_override_active:
      description: Whether a promote leaves a count of 0 as it is; null in check mode for a service that is not there yet.
      type: bool
      sample: false
    triggers_override_active:
      description: Whether O(triggers) scale it instead of its manifest; null in check mode for a service that is not there yet.
      type: bool
      sample: false
services:
  description: The services that were restarted, each as RV(service).
  returned: when O(state=restarted)
  type: list
  elements: dict
  sample: [{"name": "web", "count": 3}]
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
from ansible_collections.convox.rack.plugins.module_utils._modules.service.noun import ServiceNoun


def main() -> None:
    _runner.run_module(ServiceNoun)


if __name__ == "__main__":
    main()
