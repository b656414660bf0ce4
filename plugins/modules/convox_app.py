#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 Convox
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: convox_app
short_description: Manage apps of a Convox rack
version_added: 1.0.0
author:
  - Convox (@convox)
description:
  - Creates, changes and deletes an app of a Convox rack, and waits until the rack is done.
  - A rack drops parameters it does not know and still answers V(ok). The module reads back what it has set, sets once
    more what got lost, and then fails naming what the rack ignored.
  - Locking an app and setting parameters promotes the active release again (the rack does that), which puts cpu and
    memory of its services back to the manifest's. So only what differs is sent, in one request.
options:
  name:
    description:
      - Name of the app. Lower case letters, digits and dashes, beginning with a letter.
    type: str
    required: true
  state:
    description:
      - V(present) makes the app if it is not there and sets what is given.
      - V(absent) deletes it and waits until it is gone. A locked app is refused, unless O(locked=false) stands beside it.
    type: str
    choices: [present, absent]
    default: present
  locked:
    description:
      - Whether the app is protected from being deleted. Not given, it stays as it is.
    type: bool
  parameters:
    description:
      - Parameters of the app. Only those named are touched. An empty value or null removes one.
      - A v3 rack keeps V(BuildCpu), V(BuildMem) and V(BuildLabels) and drops every other.
    type: dict
extends_documentation_fragment:
  - convox.rack.rack
  - convox.rack.wait
  - convox.rack.attributes
seealso:
  - module: convox.rack.convox_env
  - module: convox.rack.convox_build
  - module: convox.rack.convox_release
"""

EXAMPLES = r"""
- name: An app that cannot be deleted by accident
  convox.rack.convox_app:
    name: web
    locked: true

- name: More room for builds
  convox.rack.convox_app:
    name: web
    parameters:
      BuildCpu: 512
      BuildMem: 2048

- name: Delete a locked app
  convox.rack.convox_app:
    name: web
    state: absent
    locked: false
"""

RETURN = r"""
app:
  description: The app as it is now; null when it is gone.
  returned: success
  type: dict
  contains:
    name:
      description: Name of the app.
      type: str
      sample: web
    status:
      description: Status of the app - V(creating), V(running), V(updating), V(rollback), V(deleting) or V(unknown); V(absent) in check mode.
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
from ansible_collections.convox.rack.plugins.module_utils._modules.app.noun import AppNoun


def main() -> None:
    _runner.run_module(AppNoun)


if __name__ == "__main__":
    main()
