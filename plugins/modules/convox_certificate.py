#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 Convox
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: convox_certificate
short_description: Manage certificates of a Convox rack
version_added: 1.0.0
author:
  - Convox (@convox)
description:
  - Imports a certificate with its key, lets the rack generate one, deletes certificates, applies one to a service, and
    lets the rack renew those of an app.
  - A rack checks nothing of what it is given. It takes a key that belongs to another certificate, and a certificate that is
    none breaks its API for good. So the module checks before it sends anything - that O(pub) is a certificate in PEM, for a
    domain, and not over; that O(key) is its key; that each certificate of O(chain) has signed the one before it.
  - The Python library C(cryptography) reads certificates. ansible-core brings it along; where a module runs elsewhere, it is
    needed for O(pub) alone.
options:
  pub:
    description:
      - A certificate in PEM, as text. What stands behind it in the same text is taken for the beginning of O(chain), so a
        C(fullchain.pem) will do.
      - It is compared by its domains and the end of its validity, because a rack shows nothing else of it. Where one with the
        same is there, nothing is sent.
    type: str
  key:
    description:
      - The private key of O(pub) in PEM, as text, without a passphrase.
    type: str
  chain:
    description:
      - The certificates above O(pub) in PEM, as text - first the one that has signed O(pub), then the one that has signed
        that one.
    type: str
  domains:
    description:
      - For O(state=present), the domains that the rack generates a certificate for. More than one needs
        O(issuer=letsencrypt).
      - For O(state=absent), all certificates for exactly these domains.
    type: list
    elements: str
  issuer:
    description:
      - Who signs a certificate for O(domains). V(letsencrypt) takes its time, the certificate has no end and the status
        V(Not Ready) until then; the rack has to be set up for it. Not given, the rack signs it itself.
    type: str
    choices: [self-signed, letsencrypt]
  duration:
    description:
      - For how long a certificate for O(domains) is to be valid, such as V(2160h). Not given, the issuer decides.
    type: str
  renew_before:
    description:
      - How many days a certificate for O(domains) has to have left. With less, a new one is generated. One of letsencrypt is
        left alone, because the rack renews it by itself; the task warns where it has not.
    type: int
    default: 30
  id:
    description:
      - Id of a certificate, for O(state=absent) and O(state=applied).
    type: str
  state:
    description:
      - V(present) imports O(pub), or generates one for O(domains).
      - V(absent) deletes the one of this O(id), or those for O(domains), whether or not a service uses it.
      - V(applied) lets a port of a service use the one of this O(id). A v3 rack refuses that; there convox.yml names the
        certificate.
      - V(renewed) lets the rack get new certificates for O(app), each time.
    type: str
    choices: [present, absent, applied, renewed]
    default: present
  app:
    description:
      - Name of the app, for O(state=applied) and O(state=renewed).
    type: str
  service:
    description:
      - Name of the service, for O(state=applied).
    type: str
  port:
    description:
      - The port at which the service is reached, for O(state=applied).
    type: int
  replace:
    description:
      - Whether O(state=present) also deletes the certificates for the same domains that are valid no longer than this one,
        once it is there. One that a service uses, or that an app's convox.yml names, is kept with a warning.
    type: bool
    default: false
extends_documentation_fragment:
  - convox.rack.rack
  - convox.rack.attributes
requirements:
  - The Python library C(cryptography) >= 42, for O(pub) alone. ansible-core depends on it.
seealso:
  - module: convox.rack.convox_certificate_info
"""

EXAMPLES = r"""
- name: A certificate from files, the key from a vault
  convox.rack.convox_certificate:
    pub: "{{ lookup('ansible.builtin.file', 'web.pem') }}"
    key: "{{ lookup('ansible.builtin.file', 'web.key') }}"
    chain: "{{ lookup('ansible.builtin.file', 'chain.pem') }}"
    replace: true
  register: imported

- name: One that the rack signs itself, renewed in time
  convox.rack.convox_certificate:
    domains: [internal.example.org]
    renew_before: 60

- name: One of letsencrypt for two domains
  convox.rack.convox_certificate:
    domains: [shop.example.org, www.shop.example.org]
    issuer: letsencrypt

- name: Delete one
  convox.rack.convox_certificate:
    id: "{{ imported.certificate.id }}"
    state: absent

- name: Renew those of an app
  convox.rack.convox_certificate:
    app: web
    state: renewed
"""

RETURN = r"""
certificate:
  description: The certificate; null when it should not be there, and for O(state=renewed).
  returned: success
  type: dict
  contains:
    id:
      description: Its id; null in check mode for one that would be new.
      type: str
      sample: cert-rpr5q
    domain:
      description: Its first domain, empty as long as it is not issued; null for O(state=applied).
      type: str
      sample: shop.example.org
    domains:
      description: All its domains; null for O(state=applied).
      type: list
      elements: str
      sample: [shop.example.org, www.shop.example.org]
    expiration:
      description: End of its validity; null as long as it is not issued, and for O(state=applied).
      type: str
      sample: "2027-02-22T09:07:25Z"
    status:
      description: V(Not Ready) as long as it is not issued, else empty; null in check mode for a new one and for O(state=applied).
      type: str
      sample: ""
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
from ansible_collections.convox.rack.plugins.module_utils._modules.certificate.noun import CertificateNoun


def main() -> None:
    _runner.run_module(CertificateNoun)


if __name__ == "__main__":
    main()
