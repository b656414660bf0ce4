#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 Convox
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: convox_instance
short_description: Take an instance of a Convox rack away, or give all another key
version_added: 1.0.0
author:
  - Convox (@convox)
description:
  - Takes an instance away. The rack drains it first, so that its processes run elsewhere. The task waits until the instance
    is gone and as many as before run again.
  - Gives all instances of a v2 rack another key. Those of a v3 rack have none, and the task fails with 501.
options:
  id:
    description:
      - Id of the instance, with O(state=absent).
    type: str
  state:
    description:
      - V(absent) takes the instance away.
      - V(keyrolled) makes a new key for all instances. It is an action, so the task is always changed.
    type: str
    choices: [absent, keyrolled]
    required: true
  reveal:
    description:
      - Whether the private key is returned, with O(state=keyrolled). The rack does not show it again. Whoever reads the
        output of the play or its log then sees it; C(no_log) hides the result.
    type: bool
    default: false
  wait:
    description:
      - Whether to wait until another instance has come for it. On a rack that does not keep their number none comes, so
        turn it off there; the task still waits until the instance is gone.
    type: bool
    default: true
extends_documentation_fragment:
  - convox.rack.rack
  - convox.rack.wait
  - convox.rack.attributes
attributes:
  idempotent:
    support: partial
    details:
      - O(state=keyrolled) makes a new key each time.
seealso:
  - module: convox.rack.convox_instance_info
"""

EXAMPLES = r"""
- name: Another machine instead of this one
  convox.rack.convox_instance:
    id: node-2
    state: absent
    wait_timeout: 1800

- name: A new key for the instances of a v2 rack
  convox.rack.convox_instance:
    state: keyrolled
"""

RETURN = r"""
instances:
  description: Ids of the instances that are there now; in check mode without what comes for the one that goes.
  returned: when O(state=absent)
  type: list
  elements: str
  sample: [node-1, node-3]
key_pair:
  description: The new key; null in check mode.
  returned: when O(state=keyrolled)
  type: dict
  contains:
    name:
      description: Name of the key.
      type: str
      sample: production-keypair-2
    private_key:
      description: The private key in PEM, null unless O(reveal).
      type: str
      sample: null
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
from ansible_collections.convox.rack.plugins.module_utils._modules.instance.noun import InstanceNoun


def main() -> None:
    _runner.run_module(InstanceNoun)


if __name__ == "__main__":
    main()
