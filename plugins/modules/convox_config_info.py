#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 Convox
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: convox_config_info
short_description: Read the configs of an app on a Convox rack
version_added: 1.0.0
author:
  - Convox (@convox)
description:
  - Lists the configs of an app, or reads one of them.
  - Only names are returned, unless O(reveal=true).
options:
  app:
    description:
      - Name of the app.
    type: str
    required: true
  name:
    description:
      - Name of a config. Not given, all are listed. Of one that is not there the list is empty.
    type: str
  reveal:
    description:
      - Whether the texts are returned, too. They are then in the result in clear text, where everyone sees them who reads
        the play's output, its log or a registered variable; C(no_log=true) on the task keeps them out of output and log.
    type: bool
    default: false
extends_documentation_fragment:
  - convox.rack.rack
  - convox.rack.attributes.info
seealso:
  - module: convox.rack.convox_config
"""

EXAMPLES = r"""
- name: Which configs there are
  convox.rack.convox_config_info:
    app: web
  register: found

- name: What one of them holds
  convox.rack.convox_config_info:
    app: web
    name: app.json
    reveal: true
  no_log: true
"""

RETURN = r"""
configs:
  description: The configs, sorted by name.
  returned: success
  type: list
  elements: dict
  contains:
    app:
      description: Name of the app.
      type: str
      sample: web
    name:
      description: Name of the config.
      type: str
      sample: app.json
    value:
      description: The text.
      type: str
      returned: when O(reveal=true)
      sample: "{}"
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
from ansible_collections.convox.rack.plugins.module_utils._modules.config_info.noun import ConfigInfoNoun


def main() -> None:
    _runner.run_module(ConfigInfoNoun)


if __name__ == "__main__":
    main()
