#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 Convox
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: convox_resource_info
short_description: Read the resources of an app or of a Convox rack
version_added: 1.0.0
author:
  - Convox (@convox)
description:
  - Lists the resources that an app has by its C(convox.yml), such as databases, or the rack's own, such as webhooks.
  - An app that was never promoted has no resources yet. One whose address is set in the env by hand is not in the list.
  - A plain deploy key may not read resources.
options:
  app:
    description:
      - Name of the app. Not given, the rack's own resources are read.
    type: str
  name:
    description:
      - Names of the resources to read. Not given, all of them. One that is not there is not in the result.
    type: list
    elements: str
  type:
    description:
      - Types of the resources to read, such as V(postgres) or V(webhook).
    type: list
    elements: str
  include:
    description:
      - V(types) reads which resources of its own the rack can make, and with which parameters.
    type: list
    elements: str
    choices: [types]
    default: []
  reveal:
    description:
      - Whether the address of each resource, with its password, and the values of parameters are returned, too.
      - They are then in the result in clear text, and so on the screen at C(-v), in logs and for callbacks. Set C(no_log) at
        the task.
    type: bool
    default: false
extends_documentation_fragment:
  - convox.rack.rack
  - convox.rack.attributes.info
seealso:
  - module: convox.rack.convox_resource
"""

EXAMPLES = r"""
- name: What databases the app has
  convox.rack.convox_resource_info:
    app: web
    type: postgres
  register: databases

- name: Where the database is, with its password
  convox.rack.convox_resource_info:
    app: web
    name: database
    reveal: true
  no_log: true
  register: database

- name: The webhooks of the rack, and what else it could make
  convox.rack.convox_resource_info:
    include: [types]
"""

RETURN = r"""
resources:
  description: The resources, by name.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Name of the resource.
      type: str
      sample: database
    type:
      description: Its type.
      type: str
      sample: postgres
    status:
      description: Its status.
      type: str
      sample: running
    links:
      description: The apps that use a resource of a v2 rack.
      type: list
      elements: str
      sample: []
    parameters:
      description: The parameters of a resource of the rack. Their values are hidden unless O(reveal=true).
      type: dict
      sample: {"Url": "********"}
    url:
      description: Its address with user and password; empty for a webhook.
      returned: when O(reveal=true)
      type: str
      sample: postgres://app:secret@resource-database.rack1-web.svc.cluster.local:5432/app
types:
  description: What the rack can make, by name.
  returned: when O(include) holds V(types)
  type: list
  elements: dict
  contains:
    name:
      description: The type.
      type: str
      sample: webhook
    parameters:
      description: Its parameters.
      type: list
      elements: dict
      sample: [{"name": "Url", "description": "url to which to post rack events", "default": ""}]
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
from ansible_collections.convox.rack.plugins.module_utils._modules.resource_info.noun import ResourceInfoNoun


def main() -> None:
    _runner.run_module(ResourceInfoNoun)


if __name__ == "__main__":
    main()
