#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 Convox
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: convox_process
short_description: Stop processes of an app on a Convox rack
version_added: 1.0.0
author:
  - Convox (@convox)
description:
  - Stops processes, and waits until they are gone and their services run as many as they should. A service starts another
    process for each one of its own that was stopped.
  - They are named by O(id), or chosen by O(service), O(release), O(older_than) and O(status), all of which have to hold.
  - To replace all processes of a service without a gap, restart it with M(convox.rack.convox_service).
options:
  app:
    description:
      - Name of the app.
    type: str
    required: true
  id:
    description:
      - Ids of the processes, a text or a list. One that is gone is stopped already.
    type: list
    elements: str
  service:
    description:
      - Processes of this service, and those that C(convox run) and M(convox.rack.convox_run) have started under its name.
        Processes of builds are meant only where this is V(build).
    type: str
  release:
    description:
      - Processes of this release, by its id.
    type: str
  older_than:
    description:
      - Processes that were started longer ago than this, such as V(90s), V(1h30m) or V(7d). The clock of the controller is
        compared with that of the rack.
    type: str
  status:
    description:
      - Processes in one of these states, a text or a list - V(pending), V(starting), V(running), V(unhealthy), V(crashed),
        V(complete), V(failed) or V(unknown).
    type: list
    elements: str
  state:
    description:
      - V(absent) stops them.
    type: str
    choices: [absent]
    default: absent
extends_documentation_fragment:
  - convox.rack.rack
  - convox.rack.wait
  - convox.rack.attributes
attributes:
  idempotent:
    support: partial
    details:
      - A service replaces what is stopped, so a task that chooses by O(service) or O(release) alone finds processes each time.
        With O(id) or O(older_than) it finds none the second time.
notes:
  - A plain deploy key may stop processes by their O(id) and may not list any. The task warns then that nobody has looked
    whether others run in their place.
"""

EXAMPLES = r"""
- name: Stop a process
  convox.rack.convox_process:
    app: web
    id: web-7q8bf

- name: Processes of the workers are a day old at most
  convox.rack.convox_process:
    app: web
    service: worker
    older_than: 1d

- name: Clear away what has ended
  convox.rack.convox_process:
    app: web
    status: [complete, failed]
    wait: false
"""

RETURN = r"""
stopped:
  description: Ids of the processes that were stopped; in check mode, of those that would be.
  returned: success
  type: list
  elements: str
  sample: ["web-7q8bf"]
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
from ansible_collections.convox.rack.plugins.module_utils._modules.process.noun import ProcessNoun


def main() -> None:
    _runner.run_module(ProcessNoun)


if __name__ == "__main__":
    main()
