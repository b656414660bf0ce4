#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 Convox
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: convox_config
short_description: Manage configs of an app on a Convox rack
version_added: 1.0.0
author:
  - Convox (@convox)
description:
  - Sets the text of a config of an app, where it holds another one. A rack gives no way to delete a config.
  - The text is never shown - not in the result, not in the diff, not at C(-vvvv). M(convox.rack.convox_config_info) reads
    it.
options:
  app:
    description:
      - Name of the app.
    type: str
    required: true
  name:
    description:
      - Name of the config. Lower case letters, digits, dashes and dots.
    type: str
    required: true
  value:
    description:
      - The text. Either this or O(src) is needed.
      - YAML and, before ansible-core 2.19, templates make a dictionary of JSON that is not quoted. The task refuses it.
        Quote it, let a template end with C(| string), or use O(src).
    type: str
  src:
    description:
      - A text file in UTF-8 on the controller, vaulted or not, that holds the text. Line ends become those of Unix.
    type: path
extends_documentation_fragment:
  - convox.rack.rack
  - convox.rack.attributes
seealso:
  - module: convox.rack.convox_config_info
  - module: convox.rack.convox_env
"""

EXAMPLES = r"""
- name: A config
  convox.rack.convox_config:
    app: web
    name: app.json
    value: '{"log": "info"}'

- name: A config from a file
  convox.rack.convox_config:
    app: web
    name: settings
    src: web.env
"""

RETURN = r"""
config:
  description: The config.
  returned: success
  type: dict
  contains:
    app:
      description: Name of the app.
      type: str
      sample: web
    name:
      description: Name of the config.
      type: str
      sample: app.json
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
from ansible_collections.convox.rack.plugins.module_utils._modules.config.noun import ConfigNoun


def main() -> None:
    _runner.run_module(ConfigNoun)


if __name__ == "__main__":
    main()
