#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 Convox
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: convox_release_info
short_description: Read the releases of an app on a Convox rack
version_added: 1.0.0
author:
  - Convox (@convox)
description:
  - Lists the releases of an app, newest first, or reads one of them.
  - Of the env only names are returned, unless O(reveal=true).
options:
  app:
    description:
      - Name of the app.
    type: str
    required: true
  name:
    description:
      - Id of a release, V(active) or V(latest). Not given, all are listed.
    type: str
  limit:
    description:
      - How many releases to list at most.
    type: int
    default: 10
  reveal:
    description:
      - Whether the values of the env are returned, too. They are then in the result in clear text.
    type: bool
    default: false
extends_documentation_fragment:
  - convox.rack.rack
  - convox.rack.attributes.info
seealso:
  - module: convox.rack.convox_release
"""

EXAMPLES = r"""
- name: What runs
  convox.rack.convox_release_info:
    app: web
    name: active
  register: running

- name: The last releases
  convox.rack.convox_release_info:
    app: web
    limit: 5
"""

RETURN = r"""
active:
  description: Id of the active release, null before the first promote.
  returned: success
  type: str
  sample: RUDVIXSQLAT
releases:
  description: The releases, newest first.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: Id of the release.
      type: str
      sample: RUDVIXSQLAT
    app:
      description: Name of the app.
      type: str
      sample: web
    build:
      description: Id of its build, empty where it has none.
      type: str
      sample: BYONWFWFJHU
    description:
      description: What the release is, in words.
      type: str
      sample: first
    created:
      description: When it was made, null where the rack does not say.
      type: str
      sample: "2026-11-24T14:14:38.159303505Z"
    manifest:
      description: The convox.yml it was built with.
      type: str
      sample: "services:\n  web:\n    port: 3000\n"
    active:
      description: Whether it is the active one.
      type: bool
      sample: true
    variables:
      description: Names of the variables of its env.
      type: list
      elements: str
      sample: [LOG_LEVEL]
    env:
      description: The env with its values.
      type: dict
      returned: when O(reveal=true)
      sample: {"LOG_LEVEL": "info"}
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
from ansible_collections.convox.rack.plugins.module_utils._modules.release_info.noun import ReleaseInfoNoun


def main() -> None:
    _runner.run_module(ReleaseInfoNoun)


if __name__ == "__main__":
    main()
