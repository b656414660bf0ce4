#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 Convox
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: convox_resource
short_description: Manage resources of a Convox rack, and the data of an app's
version_added: 1.0.0
author:
  - Convox (@convox)
description:
  - Makes, changes and deletes a resource of the rack itself. On a v3 rack that is a webhook, to which the rack posts its
    events; v2 racks have databases and more.
  - Exports the data of an app's resource (postgres, mysql, mariadb) into a file, and imports it. The resources themselves
    come from the C(convox.yml) of the app.
  - A plain deploy key may do none of this.
options:
  name:
    description:
      - Name of the resource.
    type: str
    required: true
  app:
    description:
      - App whose resource it is, for O(state=exported) and O(state=imported). Not given, it is the rack's own.
    type: str
  state:
    description:
      - V(present) and V(absent) are for a resource of the rack.
      - V(exported) writes the data into O(dest), which takes its place only when all of it came. There is nothing to compare
        it with, so the task changes something each time, unless O(force=false).
      - V(imported) puts what O(src) holds into the database. No rack can tell what was imported, so this is done each time,
        unless there is a O(receipt) or O(compare=true).
    type: str
    choices: [present, absent, exported, imported]
    default: present
  type:
    description:
      - Type of the resource, needed where it is to be made. A v3 rack makes a V(webhook) and nothing else.
    type: str
  parameters:
    description:
      - Parameters of the resource, for a webhook C(Url). Values are masked wherever the task shows them. A parameter that is
        not named stays as it is.
      - A v3 rack cannot change a webhook, so it is deleted and made anew; the diff says so. Where the rack refuses the new
        one, the old one is put back.
      - A v3 rack refuses addresses of its own network and of private ones.
    type: dict
  links:
    description:
      - All apps that use the resource. v2 racks alone know this. On a v3 rack an app names its resources in its
        C(convox.yml).
    type: list
    elements: str
  dest:
    description:
      - File for the data, on the machine where the task runs. Its folder has to be there. A new file is for its owner alone,
        one that is there keeps its mode.
    type: path
  force:
    description:
      - Whether a O(dest) that is there is replaced. With V(false) the task leaves it alone, and asks the rack nothing.
      - With O(compare=true) whether other data that is there is imported over.
    type: bool
    default: true
  src:
    description:
      - File with the data, on the machine where the task runs. What holds a failed export is refused.
    type: path
  receipt:
    description:
      - File which the task writes after an import. It holds a checksum of O(src), and where the data went.
      - The next task with the same data for the same resource finds it, and changes nothing.
    type: path
  compare:
    description:
      - Whether to read what the resource holds before O(state=imported). The task is unchanged where it is what O(src) holds,
        apart from comments. Where the resource holds something else, O(force=false) lets the task fail.
      - This costs an export, of which nothing is kept. Dumps of the same data by two versions of a database may differ.
    type: bool
    default: false
  encryption_key:
    description:
      - With this key O(dest) is encrypted while it is written, and O(src) decrypted while it is sent. 64 hexadecimal digits,
        as C(openssl rand -hex 32) makes them. Keep it in a vault.
      - The file begins with 16 random bytes, and is in AES-256-CTR from there on. C(openssl enc) can read it. Its length is not
        hidden, nor is it protected against somebody who may change it. The Python library C(cryptography) is needed.
    type: str
  wait_timeout:
    description:
      - Seconds to wait at most, for an export or import or until the rack is done with the resource. An import that has not
        ended by then may be in as a part.
    type: int
    default: 1800
extends_documentation_fragment:
  - convox.rack.rack
  - convox.rack.wait
  - convox.rack.attributes
attributes:
  idempotent:
    support: partial
    details:
      - Data cannot be compared, so it is moved each time, unless O(force=false), O(compare=true) or a O(receipt) keeps the
        task from it.
seealso:
  - module: convox.rack.convox_resource_info
  - module: convox.rack.convox_app
"""

EXAMPLES = r"""
- name: A webhook for the events of the rack
  convox.rack.convox_resource:
    name: chat
    type: webhook
    parameters:
      Url: "{{ chat_url | default('https://203.0.113.7/hooks/4711') }}"

- name: Save the database of an app
  convox.rack.convox_resource:
    app: web
    name: database
    state: exported
    dest: "{{ playbook_dir }}/database.sql"

- name: Put it into the database of another, once
  convox.rack.convox_resource:
    app: staging
    name: database
    state: imported
    src: "{{ playbook_dir }}/database.sql"
    receipt: "{{ playbook_dir }}/database.sql.imported"

- name: No webhook any more
  convox.rack.convox_resource:
    name: chat
    state: absent
"""

RETURN = r"""
resource:
  description: The resource; null when it is gone, and where nothing was asked of the rack.
  returned: success
  type: dict
  contains:
    name:
      description: Name of the resource.
      type: str
      sample: chat
    type:
      description: Its type.
      type: str
      sample: webhook
    status:
      description: Its status, V(absent) in check mode where it would be made.
      type: str
      sample: running
    links:
      description: The apps that use a resource of a v2 rack.
      type: list
      elements: str
      sample: []
    parameters:
      description: The names of its parameters. The values are hidden.
      type: dict
      sample: {"Url": "********"}
dest:
  description: The file with the data.
  returned: when O(state=exported)
  type: str
  sample: /backup/database.sql
size:
  description: How many bytes came or went, null where none did.
  returned: when O(state=exported) or O(state=imported)
  type: int
  sample: 1048576
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
from ansible_collections.convox.rack.plugins.module_utils._modules.resource.noun import ResourceNoun


def main() -> None:
    _runner.run_module(ResourceNoun)


if __name__ == "__main__":
    main()
