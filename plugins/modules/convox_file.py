#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 Convox
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: convox_file
short_description: Send files into a process of a Convox rack, and fetch them from there
version_added: 1.0.0
author:
  - Convox (@convox)
description:
  - Sends a file, a folder or a text into a running process, fetches files from it, and deletes them there.
  - What is there is compared by content first, and only what differs is sent or replaced. All bytes arrive as they are.
  - A file appears under its name when it is whole, in the process and here. What breaks off leaves what was there.
  - Files of a process are gone with it. What has to stay belongs into a build, a volume or a resource.
options:
  app:
    description:
      - Name of the app.
    type: str
    required: true
  process:
    description:
      - The process - its id, or the name of a service for the newest running process of it.
    type: str
    required: true
  state:
    description:
      - V(present) sends O(src) or O(content) to O(dest) in the process.
      - V(fetched) fetches O(src) in the process to O(dest) here.
      - V(absent) deletes O(dest) in the process.
    type: str
    choices: [present, fetched, absent]
    default: present
  src:
    description:
      - With O(state=present), a file or folder here. Of a folder the content goes to O(dest), which is a folder then; what is
        there besides stays. Links to files are sent as files.
      - With O(state=fetched), a file or folder in the process, with its whole path. Links in it are refused.
    type: str
  content:
    description:
      - A text to send instead of O(src). Masked wherever it comes out again.
    type: str
  dest:
    description:
      - With O(state=present) and O(state=absent), the path in the process, which begins with V(/). If it ends with V(/) it is
        the folder of the file.
      - With O(state=fetched), the path here. A file goes into it under its own name where it is a folder.
    type: str
    required: true
  mode:
    description:
      - Mode of the files, in octal and quotes, such as V('0644'). By default they keep their own, and a O(content) gets
        V('0644'); it is compared where it is given only.
    type: raw
  force:
    description:
      - Send all without comparing. The task is always changed then.
    type: bool
    default: false
  transfer_timeout:
    description:
      - Seconds that a transfer may take at most.
    type: int
    default: 1800
extends_documentation_fragment:
  - convox.rack.rack
  - convox.rack.attributes
notes:
  - The process needs the program C(tar), and to send also C(mv), for folders C(sh), C(mkdir), C(cp) and C(rm).
  - To send needs the library C(websockets), with which files are put into their place.
  - Paths here are those of the host on which the task runs, which is the controller with C(delegate_to=localhost) and a local
    connection.
  - A plain deploy key may not do this.
seealso:
  - module: convox.rack.convox_run
"""

EXAMPLES = r"""
- name: Send a file
  convox.rack.convox_file:
    app: web
    process: web
    src: "{{ playbook_dir }}/web.env"
    dest: /tmp/web.env
    mode: "0600"

- name: Send a text
  convox.rack.convox_file:
    app: web
    process: web
    content: "closed until noon\n"
    dest: /app/maintenance.txt

- name: Fetch it
  convox.rack.convox_file:
    app: web
    process: web
    state: fetched
    src: /app/maintenance.txt
    dest: "{{ playbook_dir }}/maintenance.txt"

- name: Delete it
  convox.rack.convox_file:
    app: web
    process: web
    state: absent
    dest: /app/maintenance.txt
"""

RETURN = r"""
process:
  description: Id of the process; null in check mode where none runs yet.
  returned: success
  type: str
  sample: web-c5bb61836e-j74zx
path:
  description: The path in the process.
  returned: success
  type: str
  sample: /tmp/web.env
files:
  description: The paths that were sent or deleted in the process, or written here; in check mode, those that would be.
  returned: success
  type: list
  elements: str
  sample: [/tmp/web.env]
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
from ansible_collections.convox.rack.plugins.module_utils._modules.file.noun import FileNoun


def main() -> None:
    _runner.run_module(FileNoun)


if __name__ == "__main__":
    main()
