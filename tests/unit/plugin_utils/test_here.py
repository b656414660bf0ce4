# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Relative paths of whoever runs a playbook of the collection."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.convox.rack.plugins.plugin_utils import here

OURS = "/usr/share/ansible/collections/ansible_collections/convox/rack/playbooks"
SPEC: dict[str, Any] = {"path": {"type": "path"}, "url": {"type": "str"}, "count": {"type": "int"}}


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("app", "HERE/app"),
        ("./app/../b", "HERE/b"),
        ("/srv/app", "/srv/app"),
        ("~/app", "~/app"),
        ("$HOME/app", "$HOME/app"),
    ],
)
def test_a_path_is_meant_from_where_ansible_was_started(
    given: str, meant: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    arguments: dict[str, Any] = {"path": given, "url": "app", "count": 1}
    here.make_whole(arguments, SPEC, OURS)
    assert arguments == {"path": meant.replace("HERE", str(tmp_path)), "url": "app", "count": 1}


@pytest.mark.parametrize(
    "folder", ["/home/me", "/c/ansible_collections/me/mine/playbooks", "/c/convox/rack/playbooks"]
)
@pytest.mark.parametrize("given", ["app", "", None])
def test_a_playbook_of_a_user_has_its_own_folder(folder: str, given: str | None) -> None:
    arguments: dict[str, Any] = {"path": given}
    here.make_whole(arguments, SPEC, folder)
    assert arguments == {"path": given}
