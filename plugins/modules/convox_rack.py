#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 Convox
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: convox_rack
short_description: Update a Convox rack, its parameters and its DNS solvers
version_added: 1.0.0
author:
  - Convox (@convox)
description:
  - Sets parameters, version, number and type of the instances of a rack, and the solvers by which it proves to Let's
    Encrypt that domains are its own. It waits until the rack is updated, and fails naming what the rack has ignored.
  - A v3 rack is updated by Terraform. Where a console holds the state of it, the console is the O(host), and O(rack) names
    the rack. A rack of your own, of which your machine holds the state, cannot be updated by its API - do that with
    C(convox rack params set), C(convox rack update) or Terraform there. O(letsencrypt) works on each rack.
  - A v2 rack is updated by itself, through a console or not.
  - The routes of a console are known from the source of the CLI and were never tried against a real one.
options:
  parameters:
    description:
      - Parameters of the rack. Others stay as they are; null or an empty value takes one away.
      - A value is masked wherever the task shows it, when C(password), C(secret), C(token) or C(key) stands in its name.
    type: dict
  version:
    description:
      - Version that the rack should have, such as V(3.24.9).
      - One that leaves out a minor version (3.21 to 3.23) is refused before anything is sent, unless O(force) is set. An
        update takes up to an hour, so give O(wait_timeout).
    type: str
  count:
    description:
      - How many instances the rack has, where it takes that.
    type: int
  type:
    description:
      - Type of the instances, such as V(t3.large), where the rack takes that.
    type: str
  force:
    description:
      - Whether an update may leave out a minor version. It is also passed on to the rack or its console.
    type: bool
    default: false
  letsencrypt:
    description:
      - How the rack proves to Let's Encrypt that domains are its own.
    type: dict
    suboptions:
      role:
        description:
          - Role for all solvers. The racks that were tried keep their own one, and the task fails then.
        type: str
      solvers:
        description:
          - DNS solvers, merged by their zones with those that the rack has. A zone that is named here is solved as it is
            said here, and the others stay as they are.
        type: list
        elements: dict
        suboptions:
          id:
            description:
              - Number of the solver. Left out, it is that of the solver whose place it takes, or the next one.
            type: int
          dns_zones:
            description:
              - Zones that it is for.
            type: list
            elements: str
            required: true
          route53:
            description:
              - The zones are in Route 53. Give either this or O(letsencrypt.solvers[].cloudflare).
            type: dict
            suboptions:
              role:
                description:
                  - Role of AWS that may change the zones. It is needed.
                type: str
              hosted_zone_id:
                description:
                  - Id of the hosted zone.
                type: str
              region:
                description:
                  - Region of AWS.
                type: str
          cloudflare:
            description:
              - The zones are at Cloudflare. Give O(letsencrypt.solvers[].cloudflare.api_token), or
                O(letsencrypt.solvers[].cloudflare.api_key) with O(letsencrypt.solvers[].cloudflare.email).
              - Older racks do not know it, and the task fails then.
            type: dict
            suboptions:
              api_token:
                description:
                  - Token of Cloudflare's API.
                type: str
              api_key:
                description:
                  - Key of Cloudflare's API.
                type: str
              email:
                description:
                  - Account that the key belongs to.
                type: str
              update_credentials:
                description:
                  - No rack shows the credentials again, so they cannot be compared.
                  - V(always) sets them each time, and the task is always changed.
                  - V(on_create) sets them where the solver is new or differs otherwise.
                type: str
                choices: [always, on_create]
                default: always
      purge_solvers:
        description:
          - Whether zones that O(letsencrypt.solvers) does not name are taken away.
        type: bool
        default: false
extends_documentation_fragment:
  - convox.rack.rack
  - convox.rack.wait
  - convox.rack.attributes
attributes:
  idempotent:
    support: partial
    details:
      - Credentials of Cloudflare are set each time, unless O(letsencrypt.solvers[].cloudflare.update_credentials=on_create).
seealso:
  - module: convox.rack.convox_rack_info
"""

EXAMPLES = r"""
- name: Larger instances, and no more than ten of them
  convox.rack.convox_rack:
    rack: acme/production
    parameters:
      node_type: t3.large
      max_on_demand_count: 10

- name: The next version
  convox.rack.convox_rack:
    rack: acme/production
    version: 3.25.0
    wait_timeout: 3600

- name: A zone in Route 53, for certificates with a wildcard
  convox.rack.convox_rack:
    letsencrypt:
      solvers:
        - dns_zones: [example.com]
          route53:
            role: arn:aws:iam::123456789012:role/dns
            hosted_zone_id: Z0123456789
            region: us-east-1
"""

RETURN = r"""
rack:
  description: The rack as it is now.
  returned: success
  type: dict
  contains:
    name:
      description: Name of the rack, C(org/name) at its console.
      type: str
      sample: acme/production
    status:
      description: State of the rack.
      type: str
      sample: running
    version:
      description: Version of the rack.
      type: str
      sample: 3.25.0
    provider:
      description: Where the rack runs.
      type: str
      sample: aws
    parameters:
      description: Its parameters, secret ones masked; null where neither the console nor the rack tells them.
      type: dict
      sample: {"node_type": "t3.large", "docker_hub_password": "********"}
    count:
      description: How many instances it says it has; null where that had not to be asked for.
      type: int
      sample: 3
    type:
      description: Type of its instances; null where that had not to be asked for.
      type: str
      sample: t3.large
    letsencrypt:
      description: How it proves that domains are its own, without credentials; null where O(letsencrypt) is not given.
      type: dict
      sample: {"role": "", "solvers": [{"id": 1, "dns_zones": ["example.com"], "route53": {"role": "arn:aws:iam::1:role/dns"}}]}
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
from ansible_collections.convox.rack.plugins.module_utils._modules.rack.noun import RackNoun


def main() -> None:
    _runner.run_module(RackNoun)


if __name__ == "__main__":
    main()
