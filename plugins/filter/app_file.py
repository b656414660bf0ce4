# SPDX-FileCopyrightText: 2026 Convox
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: app_file
short_description: Write what a rack says of an app as variables of the role app
version_added: 1.0.0
author:
  - Convox (@convox)
description:
  - Makes the text of a YAML file with the variables of the role P(convox.rack.app#role) out of an app as the module
    P(convox.rack.convox_app_info#module) returns it. The playbook C(convox.rack.adopt) writes it.
  - No secret stands in it in clear text. A value of the env is a lookup of the rack or, with O(password_file), encrypted in
    place, as C(ansible-vault encrypt_string) does it.
positional: _input
options:
  _input:
    description:
      - The app, with its services and its budget.
    type: dict
    required: true
  names:
    description:
      - Names of the variables of its env.
    type: list
    elements: str
    default: []
  env:
    description:
      - The env with its values. Only with O(password_file).
    type: dict
  configs:
    description:
      - Texts of its configs by their names. Only with O(password_file).
    type: dict
  password_file:
    description:
      - File with the password of the vault, or a script that prints it.
    type: path
  existing:
    description:
      - Text of the file that is there. Where it says the same, it is what comes out.
    type: str
    default: ""
seealso:
  - plugin: convox.rack.app
    plugin_type: role
"""

EXAMPLES = r"""
- name: Look at an app
  convox.rack.convox_app_info:
    name: web
    include: [services, budget]
  register: found

- name: Write it down
  ansible.builtin.debug:
    msg: "{{ found.apps[0] | convox.rack.app_file(names=['LOG_LEVEL']) }}"
"""

RETURN = r"""
_value:
  description: The text of the file.
  type: str
  sample: "---\napp_name: web\napp_locked: false\n"
"""

import typing as t

from ansible.errors import AnsibleError, AnsibleFilterError

from ansible_collections.convox.rack.plugins.plugin_utils import app_files
from ansible_collections.convox.rack.plugins.plugin_utils.plain import plain

_HEAD = "# Variables of the role convox.rack.app, as the rack had them when the playbook convox.rack.adopt wrote this.\n"
_LOOKUPS = "# Until a value of app_env is replaced, it is that of the rack.\n"
_CONFIGS = (
    "# Not written, because their texts may be secret: the configs {}. adopt_env=vault encrypts them.\n"
)


def app_file(
    app: t.Any,
    names: t.Any = (),
    env: t.Any = None,
    configs: t.Any = None,
    password_file: str | None = None,
    existing: str = "",
) -> str:
    """The filter."""
    try:
        crypt = app_files.vault(plain(password_file)) if password_file else None
    except AnsibleError as error:
        raise AnsibleFilterError(f"convox.rack.app_file: password_file: {error}") from None
    exact = plain(app)
    values = plain(env or {}) if crypt else None
    try:
        wanted = app_files.variables(exact, plain(names), values, plain(configs) if crypt else None)
        if existing and app_files.same(plain(existing), wanted, crypt[1] if crypt else None):
            return str(plain(existing))
        return app_files.written(wanted, _HEAD + _notes(exact, bool(crypt)), crypt[0] if crypt else None)
    except (AttributeError, KeyError, TypeError):
        # What was given may hold secrets: only what is wrong with it is said.
        raise AnsibleFilterError(
            "convox.rack.app_file: takes an app as convox.rack.convox_app_info returns it, with its services"
        ) from None


def _notes(app: dict[str, t.Any], encrypted: bool) -> str:
    if encrypted:
        return ""
    others = [name for name in app.get("configs") or [] if not name.startswith(app_files.OWN_CONFIGS)]
    return _LOOKUPS + (_CONFIGS.format(", ".join(others)) if others else "")


class FilterModule:
    """What Ansible finds."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """The filters of this file."""
        return {"app_file": app_file}
