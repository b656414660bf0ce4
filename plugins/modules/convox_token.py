#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 Convox
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: convox_token
short_description: Issue tokens of a Convox rack, or end all of them
version_added: 1.0.0
author:
  - Convox (@convox)
description:
  - Issues a token with a role that is valid for some hours, or ends every token of the rack.
  - The token is in the result in clear text, for that is what the task is for. Whoever reads the play's output, its log or
    the registered variable has it, so give the task C(no_log=true), as in the examples.
  - A task that uses the token has it as O(api_key), with O(username=jwt).
  - A rack keeps no list of its tokens, so the task does its work each time and is always V(changed). In check mode it asks
    for nothing.
options:
  role:
    description:
      - What the token may do. V(read) reads, which includes every env and every password that a rack shows; V(write) changes
        what is on the rack; V(admin) may do everything, and is issued to an admin only.
      - Required for O(state=issued).
    type: str
    choices: [read, write, admin]
  hours:
    description:
      - For how many hours the token is valid, from 1 to 8760.
    type: int
    default: 1
  state:
    description:
      - V(issued) issues a token.
      - V(rotated) ends every token of the rack, the one of this task among them, as soon as the rack's API has restarted,
        which takes a moment. Only an admin may do this.
    type: str
    choices: [issued, rotated]
    default: issued
extends_documentation_fragment:
  - convox.rack.rack
  - convox.rack.attributes
attributes:
  idempotent:
    description: A rack keeps no list of its tokens, so each run does its work.
    support: none
"""

EXAMPLES = r"""
- name: A token for an hour
  convox.rack.convox_token:
    role: write
  register: issued
  no_log: true

- name: Keep it for the tasks that follow
  ansible.builtin.set_fact:
    deploy_token: "{{ issued.token }}"
  no_log: true

- name: Use it
  convox.rack.convox_app:
    name: web
    username: jwt
    api_key: "{{ deploy_token }}"

- name: End every token
  convox.rack.convox_token:
    state: rotated
"""

RETURN = r"""
token:
  description: The token, in clear text; null in check mode and for O(state=rotated).
  returned: success
  type: str
  sample: eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.e30.4E_Bsx-pJi3kOW9wVXN8CgbATwP09D9V5gxh9-9zSZ0
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
from ansible_collections.convox.rack.plugins.module_utils._modules.token.noun import TokenNoun


def main() -> None:
    _runner.run_module(TokenNoun)


if __name__ == "__main__":
    main()
