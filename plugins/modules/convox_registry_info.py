#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 Convox
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: convox_registry_info
short_description: Read the registries that a Convox rack pulls images from
version_added: 1.0.0
author:
  - Convox (@convox)
description:
  - Lists the registries of a rack and their user names, passwords only with O(reveal=true).
options:
  server:
    description:
      - Name of a registry. Not given, all are listed. Of one that is not there the list is empty.
    type: str
  reveal:
    description:
      - Whether the passwords are returned, too. They are then in the result in clear text, where everyone sees them who
        reads the play's output, its log or a registered variable; C(no_log=true) on the task keeps them out of output and
        log.
    type: bool
    default: false
extends_documentation_fragment:
  - convox.rack.rack
  - convox.rack.attributes.info
seealso:
  - module: convox.rack.convox_registry
"""

EXAMPLES = r"""
- name: Which registries there are
  convox.rack.convox_registry_info:
  register: found

- name: With the password of one of them
  convox.rack.convox_registry_info:
    server: registry.example.com
    reveal: true
  no_log: true
"""

RETURN = r"""
registries:
  description: The registries, sorted by server.
  returned: success
  type: list
  elements: dict
  contains:
    server:
      description: Name of the registry.
      type: str
      sample: registry.example.com
    username:
      description: User name at the registry.
      type: str
      sample: deploy
    password:
      description: Password at the registry.
      type: str
      returned: when O(reveal=true)
      sample: secret
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
from ansible_collections.convox.rack.plugins.module_utils._modules.registry_info.noun import RegistryInfoNoun


def main() -> None:
    _runner.run_module(RegistryInfoNoun)


if __name__ == "__main__":
    main()
