#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 Convox
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: convox_registry
short_description: Manage the registries that a Convox rack pulls images from
version_added: 1.0.0
author:
  - Convox (@convox)
description:
  - Adds a private registry with its login to a rack, replaces the login, or removes the registry.
  - A rack shows the passwords that it holds, so the password is compared, too, and a task that has nothing to change sends
    nothing. The password is never in the result or in the diff.
options:
  server:
    description:
      - Name of the registry, such as V(registry.example.com) or V(ghcr.io/org), as image names begin.
    type: str
    required: true
  username:
    description:
      - User name at the registry. Required for O(state=present).
      - Here it is not the user name for the rack; of a rack token, that one is given by the environment variable
        E(CONVOX_USERNAME).
    type: str
  password:
    description:
      - Password or token at the registry. Required for O(state=present).
      - Here it is no alias of O(api_key).
      - YAML and, before ansible-core 2.19, templates make a dictionary of JSON that is not quoted (a key of Google's). The task
        refuses it; let the template end with C(| string).
    type: str
  api_key:
    description:
      - Deploy key, rack password or rack token. Else the environment variable E(CONVOX_PASSWORD), or what the CLI has
        stored for O(host).
    type: str
    aliases: [deploy_key]
  state:
    description:
      - Whether the registry should be there. For V(absent) O(username) and O(password) have no meaning.
    type: str
    choices: [present, absent]
    default: present
extends_documentation_fragment:
  - convox.rack.rack
  - convox.rack.attributes
seealso:
  - module: convox.rack.convox_registry_info
"""

EXAMPLES = r"""
- name: A registry, with a password from a vault
  convox.rack.convox_registry:
    server: registry.example.com
    username: deploy
    password: "{{ registry_password | default('of the vault') }}"

- name: No login for this organisation any more
  convox.rack.convox_registry:
    server: ghcr.io/org
    state: absent
"""

RETURN = r"""
registry:
  description: The registry; null when it should not be there.
  returned: success
  type: dict
  contains:
    server:
      description: Name of the registry.
      type: str
      sample: registry.example.com
    username:
      description: User name at the registry.
      type: str
      sample: deploy
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
from ansible_collections.convox.rack.plugins.module_utils._modules.registry.noun import RegistryNoun


def main() -> None:
    _runner.run_module(RegistryNoun)


if __name__ == "__main__":
    main()
