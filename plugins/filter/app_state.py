# SPDX-FileCopyrightText: 2026 Convox
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: app_state
short_description: Put together what makes up an app
version_added: 1.0.0
author:
  - Convox (@convox)
description:
  - Makes one dictionary of what the C(_info) modules tell of an app, or of what an export of the CLI holds. The filter
    P(convox.rack.app_differences#filter) compares two of them.
  - It holds the values of the env and of the configs, where they were read. Use C(no_log) around it.
positional: _input, release, build, configs
options:
  _input:
    description:
      - The app as M(convox.rack.convox_app_info) returns it, with its services, resources and budget. An empty dictionary for
        an app that is not there. With O(files) what the C(app.json) of an export of the CLI holds.
    type: dict
    required: true
  release:
    description:
      - The release that runs, or the newest one, as M(convox.rack.convox_release_info) returns it with C(reveal=true).
    type: dict
    default: {}
  build:
    description:
      - The build of that release, as M(convox.rack.convox_build_info) returns it.
    type: dict
    default: {}
  configs:
    description:
      - The configs, as M(convox.rack.convox_config_info) returns them with C(reveal=true).
    type: list
    elements: dict
    default: []
  files:
    description:
      - The names of all files in an export of the CLI.
    type: list
    elements: str
  env:
    description:
      - The text of the file C(env) in an export of the CLI.
    type: str
    default: ""
seealso:
  - plugin: convox.rack.app_differences
    plugin_type: filter
"""

EXAMPLES = r"""
- name: What makes up an app
  ansible.builtin.set_fact:
    before: "{{ found.apps | first | convox.rack.app_state }}"
  vars:
    found: {"apps": [{"name": "web", "release": "", "locked": false, "parameters": {"BuildMem": "1024"}}]}
"""

RETURN = r"""
_value:
  description:
    - C(name), C(locked), C(parameters), C(env), C(configs), C(build), C(services), C(resources) and C(budget) of the app; an
      empty dictionary for an app that is not there.
  type: dict
  sample: {"name": "web", "locked": false, "parameters": {"BuildMem": "1024"}}
"""

import typing as t

from ansible.errors import AnsibleFilterError
from ansible.utils.unsafe_proxy import wrap_var

from ansible_collections.convox.rack.plugins.module_utils._api import env_text
from ansible_collections.convox.rack.plugins.plugin_utils import app_copy
from ansible_collections.convox.rack.plugins.plugin_utils.plain import plain


def app_state(
    app: t.Any,
    release: t.Any = None,
    build: t.Any = None,
    configs: t.Any = None,
    files: t.Any = None,
    env: t.Any = "",
) -> t.Any:
    """The filter. Text of a rack is never evaluated, whatever stands in it."""
    told = plain(app)
    try:
        if files is None:
            found = app_copy.state(told, plain(release or {}), plain(build or {}), plain(configs or []))
        else:
            found = app_copy.from_cli(told, env_text.parse(plain(env)), plain(files))
    except (AttributeError, KeyError, TypeError):
        # What was given may hold secrets: only what is wrong with it is said.
        raise AnsibleFilterError("convox.rack.app_state: this is not what tells of an app") from None
    return wrap_var(found)


class FilterModule:
    """What Ansible finds."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """The filters of this file."""
        return {"app_state": app_state}
