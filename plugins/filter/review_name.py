# SPDX-FileCopyrightText: 2026 Convox
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: review_name
short_description: The name of the review app of a branch
version_added: 1.0.0
author:
  - Convox (@convox)
description:
  - Gives the name that the role P(convox.rack.review_app#role) gives the app of a branch.
  - Lower case, with dashes for what a name may not hold. What was changed or cut by that ends with six characters of a
    checksum, so that two branches never share a name.
positional: _input, template, rack
options:
  _input:
    description:
      - The branch.
    type: str
    required: true
  template:
    description:
      - The app with whose name it begins. Without it that is C(review).
    type: str
  rack:
    description:
      - Name of the rack, which shares 63 characters with the name of an app.
    type: str
    default: ""
seealso:
  - plugin: convox.rack.review_app
    plugin_type: role
"""

EXAMPLES = r"""
- name: The name of an app
  ansible.builtin.debug:
    msg: "{{ 'feature/Login' | convox.rack.review_name('web', 'rack1') }}"
"""

RETURN = r"""
_value:
  description: The name.
  type: str
  sample: web-feature-login-5b1f64
"""

import datetime
import typing as t

from ansible.errors import AnsibleFilterError

from ansible_collections.convox.rack.plugins.plugin_utils import review_apps
from ansible_collections.convox.rack.plugins.plugin_utils.plain import plain


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.timezone.utc)


def review_name(branch: t.Any, template: t.Any = None, rack: t.Any = "") -> str:
    """The filter."""
    try:
        return review_apps.name_of(str(plain(branch)), plain(template) or None, str(plain(rack) or ""))
    except ValueError as error:
        raise AnsibleFilterError(f"review_template: {error}") from None


def review_mark(branch: t.Any, template: t.Any, app: t.Any) -> str:
    """The text of the config that marks an app as the role's own."""
    return review_apps.mark_of(plain(app), str(plain(branch)), plain(template) or None, _now())


def review_mark_of(text: t.Any, app: t.Any) -> dict[str, t.Any]:
    """What such a text says of this app, nothing where it is not its own."""
    return review_apps.read_mark(plain(text), plain(app)) or {}


def review_swept(apps: t.Any, marks: t.Any, template: t.Any, age: t.Any) -> list[dict[str, t.Any]]:
    """The review apps that are older than that."""
    return review_apps.swept(plain(apps), plain(marks), plain(template) or None, str(plain(age)), _now())


class FilterModule:
    """What Ansible finds."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """The filters of this file."""
        return {
            "review_name": review_name,
            "review_mark": review_mark,
            "review_mark_of": review_mark_of,
            "review_swept": review_swept,
        }
