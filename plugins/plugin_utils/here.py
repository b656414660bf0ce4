# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to convox.rack: paths that whoever runs a playbook of the collection gives it.

Ansible takes a relative path from the folder of the playbook. For a playbook that is called by its name, that
is a folder of the collection, where no user has files: such a path is meant from where Ansible was started.
"""

from __future__ import annotations

import os
import typing as t

_OURS = os.path.join(os.sep, "ansible_collections", "convox", "rack", "playbooks")


def whole(path: str) -> str:
    """The path as seen from where Ansible was started. One of a home or of a variable is whole already."""
    return path if path.startswith(("~", "$")) else os.path.abspath(path)


def make_whole(arguments: dict[str, t.Any], spec: t.Mapping[str, t.Any], folder: str) -> None:
    """Make the paths among a task's arguments whole, where its playbook, in ``folder``, is one of ours."""
    if not folder.endswith(_OURS):
        return
    for name, option in spec.items():
        given = arguments.get(name)
        if option.get("type") == "path" and isinstance(given, str) and given:
            arguments[name] = whole(given)
