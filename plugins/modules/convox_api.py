#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 Convox
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: convox_api
short_description: Send any request to a Convox rack
version_added: 1.0.0
author:
  - Convox (@convox)
description:
  - Asks a rack for what no other module is for, with the login, retries, deadline and error messages that all of them share.
  - A module that is made for a thing is better where there is one. It compares before it writes, waits, reads back and hides
    secrets. This one sends the request each time and returns what comes.
  - The answer may hold secrets (the env of a release, passwords of registries), and is returned as it is. Give such a task
    C(no_log=true), or O(dest).
  - In check mode a task that changes something, or writes a file, is skipped.
options:
  path:
    description:
      - The route, such as V(/apps/web/processes), without host and query. Names in it are percent-encoded, for instance with
        the filter P(ansible.builtin.urlencode#filter).
    type: str
    required: true
  method:
    description:
      - The method. Each but V(GET), V(HEAD) and V(OPTIONS) counts as a change.
    type: str
    choices: [GET, HEAD, OPTIONS, POST, PUT, DELETE]
    default: GET
  query:
    description:
      - The query. A list is joined with commas and a dictionary urlencoded, as racks read them. What is null is left out.
    type: dict
  form:
    description:
      - The fields of a form, which most routes that change something want. Lists and dictionaries as in O(query).
    type: dict
  json:
    description:
      - A body in JSON, as a dictionary, as a list, or as text that is JSON already.
    type: raw
  body:
    description:
      - A body of text. Its kind is told by a header C(Content-Type) in O(headers).
    type: str
  src:
    description:
      - A file, on the machine where the task runs, whose bytes are the body. It is streamed, however large it is.
    type: path
  headers:
    description:
      - More headers. Some routes take their options so. Not the login, which is O(api_key) and O(username), nor O(rack) and
        O(actor).
    type: dict
  dest:
    description:
      - A file, on the machine where the task runs, for what O(method=GET) reads. It is streamed into a file beside it,
        which takes its place when it is whole. One that is new can be read by its owner alone.
      - The rack is what counts for C(changed), so a file that was written does not.
    type: path
  status:
    description:
      - The statuses that are no failure. Not given, those from 200 to 299. Only these then, so name 200, too, where it is good.
    type: list
    elements: int
  repeatable:
    description:
      - Whether it may be sent again when nobody knows whether it was done (no answer came, or a gateway's). Not given,
        V(true) for all methods but V(POST).
    type: bool
extends_documentation_fragment:
  - convox.rack.rack
  - convox.rack.attributes
attributes:
  check_mode:
    support: partial
    details:
      - A task that changes something, or writes a file, is skipped.
  idempotent:
    support: partial
    details:
      - A task that changes something sends its request each time.
notes:
  - Routes that are websockets, as logs are, cannot be read so. For logs there is M(convox.rack.convox_log_info).
"""

EXAMPLES = r"""
- name: What runs of a service
  convox.rack.convox_api:
    path: /apps/web/processes
    query:
      service: web
  register: answer

- name: A new parameter, by the route itself
  convox.rack.convox_api:
    path: /apps/web
    method: PUT
    form:
      parameters:
        BuildMem: 2048

- name: Whether there is such an app
  convox.rack.convox_api:
    path: /apps/{{ 'no such app' | urlencode }}
    status: [200, 404]
  register: found

- name: All releases with their env, into a file of one's own
  convox.rack.convox_api:
    path: /apps/web/releases
    query:
      limit: 100
    dest: "{{ playbook_dir }}/releases.json"
"""

RETURN = r"""
status:
  description: HTTP status of the rack's answer, null where none came.
  returned: success, or failure
  type: int
  sample: 200
json:
  description: The answer, read. Null where the rack says so.
  returned: when the answer is JSON
  type: raw
  sample: [{"id": "web-5d9c7b6f8-abcde", "status": "running"}]
content:
  description: The answer as text, or in base64 where it is no text in UTF-8. What changes something answers V(ok) as a rule.
  returned: when the answer is not JSON
  type: str
  sample: ok
encoding:
  description: What C(content) is, V(text) or V(base64).
  returned: when the answer is not JSON
  type: str
  sample: text
dest:
  description: The file that was written.
  returned: when a file was written
  type: str
  sample: /srv/backup/releases.json
error:
  description: Class of the error.
  returned: failure
  type: str
  sample: ConvoxNotFoundError
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
from ansible_collections.convox.rack.plugins.module_utils._modules.api.noun import ApiNoun


def main() -> None:
    _runner.run_module(ApiNoun)


if __name__ == "__main__":
    main()
