#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 Convox
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: convox_app_info
short_description: Read the apps of a Convox rack
version_added: 1.0.0
author:
  - Convox (@convox)
description:
  - Lists the apps of a rack, sorted by name, and what O(include) asks for of each.
  - An app that is not there is no failure, but an empty list. One that is deleted while it is read is left out.
  - Never returns a secret. Of env and configs there are names alone, of resources no urls; values of the env are masked in
    logs.
options:
  name:
    description:
      - Name of an app, or a list of them. Not given, all are listed.
    type: list
    elements: str
  status:
    description:
      - Only apps with this status, or one of these. V(*) and V(?) stand for any text and any letter.
      - Racks know V(creating), V(running), V(updating), V(rollback), V(deleting) and V(unknown).
    type: list
    elements: str
  locked:
    description:
      - Only apps that are protected from being deleted, or only those that are not.
    type: bool
  include:
    description:
      - What to read of each app beside the list. Each costs a request an app; V(diagnose) costs two, and the rack more work
        than the others.
      - What a rack cannot tell (no metrics, no V(diagnose) or V(budget) before 3.24.0) is null, and a warning says so. What
        the key may not read is a failure.
    type: list
    elements: str
    choices: [services, processes, resources, balancers, builds, releases, budget, configs, metrics, diagnose, manifest]
    default: []
  checks:
    description:
      - What a diagnosis looks at, such as V(overview), V(init) or V(unhealthy). Not given, the rack chooses.
      - Only with V(diagnose) in O(include), like O(services) and O(lines).
    type: list
    elements: str
  services:
    description:
      - Names of the services that a diagnosis looks at. Not given, at all.
    type: list
    elements: str
  lines:
    description:
      - How many lines of the log of each process a diagnosis reads. Not given, the rack's own number, 200.
    type: int
  parallel:
    description:
      - How many requests are under way at a time; 20 at most, whatever is given.
    type: int
    default: 8
extends_documentation_fragment:
  - convox.rack.rack
  - convox.rack.metrics
  - convox.rack.attributes.info
seealso:
  - module: convox.rack.convox_app
  - module: convox.rack.convox_service_info
  - module: convox.rack.convox_process_info
  - module: convox.rack.convox_build_info
  - module: convox.rack.convox_release_info
"""

EXAMPLES = r"""
- name: All apps
  convox.rack.convox_app_info:
  register: seen

- name: What is on its way
  convox.rack.convox_app_info:
    status:
      - updating
      - rollback

- name: All that belongs to an app
  convox.rack.convox_app_info:
    name: web
    include:
      - services
      - processes
      - resources
      - balancers
      - builds
      - releases
      - budget
      - configs
      - manifest

- name: Why an app is not well
  convox.rack.convox_app_info:
    name: web
    include: diagnose
    services: worker
    lines: 20
  register: ill

- name: Metrics of an hour
  convox.rack.convox_app_info:
    name: web
    include: metrics
    start: "2026-11-24T14:00:00Z"
    end: "2026-11-24T15:00:00Z"
    period: 300
"""

RETURN = r"""
apps:
  description: The apps, sorted by name.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Name of the app.
      type: str
      sample: web
    status:
      description: Status of the app.
      type: str
      sample: running
    release:
      description: Id of the active release, empty before the first promote.
      type: str
      sample: RUDVIXSQLAT
    generation:
      description: Generation of the app, V(3) on v3 racks.
      type: str
      sample: "3"
    locked:
      description: Whether the app is protected from being deleted.
      type: bool
      sample: false
    router:
      description: Host name of the router that serves the app.
      type: str
      sample: router.rack.test
    parameters:
      description: Parameters of the app.
      type: dict
      sample: {"BuildCpu": "512"}
    services:
      description: Its services, sorted by name, each as M(convox.rack.convox_service_info) returns it.
      returned: when O(include) holds V(services)
      type: list
      elements: dict
      sample: [{"name": "web", "count": 1, "cpu": 250, "memory": 512, "domain": "web.web.rack.test"}]
    processes:
      description: Its processes, sorted by id, each as M(convox.rack.convox_process_info) returns it.
      returned: when O(include) holds V(processes)
      type: list
      elements: dict
      sample: [{"id": "web-56f5678c85-p92zt", "service": "web", "status": "running", "release": "RUDVIXSQLAT"}]
    resources:
      description: Its resources, sorted by name.
      returned: when O(include) holds V(resources)
      type: list
      elements: dict
      contains:
        name:
          description: Name of the resource.
          type: str
          sample: database
        type:
          description: What it is.
          type: str
          sample: postgres
        status:
          description: Its status.
          type: str
          sample: running
    balancers:
      description: Its balancers, sorted by name.
      returned: when O(include) holds V(balancers)
      type: list
      elements: dict
      contains:
        name:
          description: Name of the balancer.
          type: str
          sample: custom
        endpoint:
          description: Host name of the balancer.
          type: str
          sample: balancer-custom.web.rack.test
        ports:
          description: Its ports; C(source) is what the world sees, C(target) is the service's.
          type: list
          elements: dict
          sample: [{"protocol": "TCP", "source": 5000, "target": 3001}]
        service:
          description: Name of the service behind it.
          type: str
          sample: web
    builds:
      description: Its 10 newest builds, newest first, each as M(convox.rack.convox_build_info) returns it, without C(manifest).
      returned: when O(include) holds V(builds)
      type: list
      elements: dict
      sample: [{"id": "BQCPXOJIQRT", "status": "complete", "release": "RUDVIXSQLAT", "description": "first"}]
    releases:
      description: Its 10 newest releases, newest first.
      returned: when O(include) holds V(releases)
      type: list
      elements: dict
      contains:
        id:
          description: Id of the release.
          type: str
          sample: RUDVIXSQLAT
        app:
          description: Name of the app.
          type: str
          sample: web
        build:
          description: Id of its build, empty where it has none.
          type: str
          sample: BQCPXOJIQRT
        description:
          description: What the release is, in words.
          type: str
          sample: first
        created:
          description: When it was made, null where the rack does not say.
          type: str
          sample: "2026-11-24T14:14:38.159303505Z"
        active:
          description: Whether it is the active one.
          type: bool
          sample: true
        variables:
          description: Names of the variables of its env.
          type: list
          elements: str
          sample: [LOG_LEVEL]
    budget:
      description: >-
        What it may cost a month and what happens then, and as C(state) what it has cost; null where nobody has set that, and on
        racks that do not know budgets.
      returned: when O(include) holds V(budget)
      type: dict
      sample:
        monthly_cap_usd: 100
        alert_threshold_percent: 80
        at_cap_action: alert-only
        pricing_adjustment: 1
        last_cap_mutation_by: rack-password
        state: null
    configs:
      description: Names of its configs, sorted.
      returned: when O(include) holds V(configs)
      type: list
      elements: str
      sample: [cli-env-mask]
    metrics:
      description: >-
        Its metrics, null where the rack keeps none. Each has a C(name), and in C(values) one for each period, with C(time), C(avg), C(count), C(max),
        C(min) and C(sum).
      returned: when O(include) holds V(metrics)
      type: list
      elements: dict
      sample: [{"name": "process:cpu", "values": [{"time": "2026-11-24T14:00:00Z", "avg": 12.5, "count": 2, "max": 20, "min": 5, "sum": 25}]}]
    diagnose:
      description: >-
        The rack's diagnosis of the app, null on racks before 3.24.0: with C(overview.services), C(pods) (each with C(state_detail),
        C(hint), C(logs) and C(previous_logs) as lists of lines) and C(summary); what else it holds depends on O(checks).
      returned: when O(include) holds V(diagnose)
      type: dict
      sample: {"app": "web", "pods": [{"name": "worker-1", "state_detail": "CrashLoopBackOff", "logs": ["fatal"]}]}
    manifest:
      description: The convox.yml of the active release, null before the first promote.
      returned: when O(include) holds V(manifest)
      type: str
      sample: "services:\n  web:\n    port: 3000\n"
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
from ansible_collections.convox.rack.plugins.module_utils._modules.app_info.noun import AppInfoNoun


def main() -> None:
    _runner.run_module(AppInfoNoun)


if __name__ == "__main__":
    main()
