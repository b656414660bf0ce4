#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 Convox
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: convox_certificate_info
short_description: Read the certificates of a Convox rack
version_added: 1.0.0
author:
  - Convox (@convox)
description:
  - Lists the certificates of a rack, how many days each has left, and on request which services use them. Their keys are
    never shown, a rack keeps them to itself.
  - The certificate V(ca) of a rack on one's own machine is the rack's own, and is listed only where O(id) asks for it.
options:
  id:
    description:
      - Id of a certificate. Of one that is not there the list is empty.
    type: str
  domain:
    description:
      - A domain. Those are listed that a browser takes for it, by its name or by the wildcard above it.
    type: str
  generated:
    description:
      - Whether certificates that are asked for and not issued yet are listed, too.
    type: bool
    default: false
  expires_within:
    description:
      - How many days are left at most. Those that are over are among them.
    type: int
  include:
    description:
      - V(uses) reads which services use each of them, by their ports (v2 racks) and by the convox.yml that an app runs (v3
        racks). That is one request for the list of apps and two for each app that runs.
    type: list
    elements: str
    choices: [uses]
    default: []
  parallel:
    description:
      - How many apps are asked for at a time.
    type: int
    default: 8
extends_documentation_fragment:
  - convox.rack.rack
  - convox.rack.attributes.info
seealso:
  - module: convox.rack.convox_certificate
"""

EXAMPLES = r"""
- name: Certificates that end within a month
  convox.rack.convox_certificate_info:
    expires_within: 30
  register: ending

- name: What uses the certificates for a domain
  convox.rack.convox_certificate_info:
    domain: shop.example.org
    include: [uses]
"""

RETURN = r"""
certificates:
  description: The certificates, sorted by id.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: Its id.
      type: str
      sample: cert-rpr5q
    domain:
      description: Its first domain, empty as long as it is not issued.
      type: str
      sample: shop.example.org
    domains:
      description: All its domains.
      type: list
      elements: str
      sample: [shop.example.org, www.shop.example.org]
    expiration:
      description: End of its validity; null as long as it is not issued.
      type: str
      sample: "2027-02-22T09:07:25Z"
    expires_in_days:
      description: How many whole days are left, below 0 for one that is over; null as long as it is not issued.
      type: int
      sample: 89
    status:
      description: V(Not Ready) as long as it is not issued, else empty.
      type: str
      sample: ""
    uses:
      description: Where it is used.
      returned: when O(include) holds V(uses)
      type: list
      elements: dict
      sample: [{"app": "web", "service": "web", "port": null}]
      contains:
        app:
          description: Name of the app.
          type: str
          sample: web
        service:
          description: Name of the service; null where the app's convox.yml names the certificate and nobody knows for which.
          type: str
          sample: web
        port:
          description: The port; null where convox.yml names the certificate, which is then for https.
          type: int
          sample: 443
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
from ansible_collections.convox.rack.plugins.module_utils._modules.certificate_info.noun import (
    CertificateInfoNoun,
)


def main() -> None:
    _runner.run_module(CertificateInfoNoun)


if __name__ == "__main__":
    main()
