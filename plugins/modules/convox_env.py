#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 Convox
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: convox_env
short_description: Manage the env of an app on a Convox rack
version_added: 1.0.0
author:
  - Convox (@convox)
description:
  - Sets and unsets variables of an app's env in one new release, promotes it, and waits until it runs.
  - Compares with the newest release and with the active one; where nothing differs nothing is sent, so nothing restarts.
  - Other variables stay as they are, unless O(purge=true). Several tasks, hosts or people may change the same env at the
    same time - no change is lost.
  - Values are never shown - not in the result, not in the diff, not at C(-vvvv). Literals in the task itself are Ansible's
    to show, so take secrets from a vault, from O(src) or from a variable.
  - If the newest release carries another build than the active one, it is someone's pending deploy. An env change does
    not deploy it unasked - the active release gets the change, and the pending build is carried on with it.
  - A plain deploy key may not read releases. With it only O(purge=true) works, without comparing.
options:
  app:
    description:
      - Name of the app.
    type: str
    required: true
  variables:
    description:
      - The variables to set, names and values. Null unsets one. Booleans become V(true) and V(false), numbers are
        written as Ansible gives them.
      - YAML reads numbers and some words before this module sees them - C(3.10) is V(3.1), C(0022) is V(18),
        C(12:30:00) is V(45000), C(1_000) is V(1000), and the names C(NO) and C(ON) are no text. Quote what is to stay as
        it is written. A name that is no text fails, a value that was read as a number with a fraction or as a date warns.
      - A rack cannot keep a value with a newline, and no variable of 64 KiB or more; they are refused by name.
    type: dict
  unset:
    description:
      - Names of variables to remove.
    type: list
    elements: str
  purge:
    description:
      - Whether the env is to hold exactly O(variables) and nothing else.
    type: bool
    default: false
  src:
    description:
      - A dotenv file on the controller, vaulted or not, with more variables. O(variables) wins over it.
      - Blank lines, lines that begin with V(#) and a leading V(export) are allowed. Single quotes are literal, double
        quotes know V(\\n), V(\\"), V(\\\\) and V(\\$); nothing is interpolated.
      - A value is one line. What has several, such as a key, is written between single quotes with the two characters
        V(\\n) for each line end, or encoded, and decoded in the app. The file is UTF-8 text.
    type: path
  promote:
    description:
      - Whether the change is made active. Without it a new release is made and left to be promoted by someone.
      - An app that runs no release yet gets the newest one with its build, if it has one; as nothing runs, there is no
        pending build to spare.
    type: bool
    default: true
  promote_pending:
    description:
      - Whether a pending build is to be deployed with the change.
    type: bool
    default: false
  release:
    description:
      - Id of a release to start from instead of the newest - its build and its env with the change in it.
    type: str
  masked_keys:
    description:
      - Names of the variables whose values the CLI is to mask (the app's config C(cli-env-mask)). It never causes a
        promote. An empty list masks none.
    type: list
    elements: str
  description:
    description:
      - Words to put in front of the release's description.
    type: str
extends_documentation_fragment:
  - convox.rack.rack
  - convox.rack.wait
  - convox.rack.attributes
seealso:
  - plugin: convox.rack.convox_env
    plugin_type: lookup
  - module: convox.rack.convox_release
"""

EXAMPLES = r"""
- name: Settings of an app
  convox.rack.convox_env:
    app: web
    variables:
      LOG_LEVEL: info
      DATABASE_POOL: 10
      API_TOKEN: "{{ api_token }}"

- name: Remove one variable
  convox.rack.convox_env:
    app: web
    unset: [OLD_SETTING]

- name: Exactly this env, from a file
  convox.rack.convox_env:
    app: web
    src: web.env
    variables: {}
    purge: true

- name: Stage a change without restarting anything
  convox.rack.convox_env:
    app: web
    variables:
      FEATURE: "on"
    promote: false
"""

RETURN = r"""
release:
  description: Id of the release that holds the change; in a failure of the one that failed. Null in check mode where one is to be made.
  returned: success, or when a rollout failed or took too long
  type: str
  sample: RSGIMENXKKI
promoted:
  description: Whether that release is the active one.
  returned: success
  type: bool
  sample: true
set:
  description: Names of the variables that were added or changed.
  returned: success
  type: list
  elements: str
  sample: [LOG_LEVEL]
unset:
  description: Names of the variables that were removed.
  returned: success
  type: list
  elements: str
  sample: []
unchanged:
  description: Names of the variables that the task names and that were already so.
  returned: success
  type: list
  elements: str
  sample: [DATABASE_POOL]
pending_release:
  description: Id of the release that carries someone's pending build on with the change; null where there is none.
  returned: success
  type: str
  sample: null
conflicts:
  description: Names of variables that another writer changed to something else at the same moment. The last writer's value holds.
  returned: success
  type: list
  elements: str
  sample: []
reverted_to:
  description: Id of the release that the rack put back, null where the rollout still goes on.
  returned: when a rollout failed or took too long
  type: str
  sample: RUDVIXSQLAT
failure:
  description: Why the rollout failed, as RV(convox.rack.convox_release#module:failure).
  returned: when a rollout failed or took too long
  type: dict
  sample:
    services:
      - name: worker
        state: CrashLoopBackOff
        hint: Process is crash-looping on startup -- check the logs below for the error
        logs: ["starting worker", "fatal: told to crash"]
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
from ansible_collections.convox.rack.plugins.module_utils._modules.env.noun import EnvNoun


def main() -> None:
    _runner.run_module(EnvNoun)


if __name__ == "__main__":
    main()
